"""Options that are numbers: the bounds of each, and the sentence for what lies outside.

Bounds that help shows are those of `typer.Option`; here are the others, and options that commands share.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Annotated, Any, TypeVar

import typer

from db.common.errors import UsageError
from db.common.number import NUMBER_MAX
from db.common.text_file import shown

YEAR_S = 31_536_000
"""The longest time limit, in seconds; what is meant as no limit at all says so with it."""

_Whole = TypeVar("_Whole", int, tuple[int, ...], None)


def stored_number(param: typer.CallbackParam, value: _Whole) -> _Whole:
    """Return a whole number, or several, that PostgreSQL can hold: a bound that is none of the user's.

    Raises:
        UsageError: it is more than 64 bits hold.
    """
    for number in value if isinstance(value, tuple) else (value,):
        if number is not None and number > NUMBER_MAX:
            raise UsageError(
                f"{param.opts[0]} {number} is larger than any number that the database holds.",
                f"give at most {NUMBER_MAX}.",
            )
    return value


def whole_number(*names: str, low: int = 0, help: str) -> Any:  # noqa: A002 - as Typer has it
    """Return the option of a number that is stored, such as that of a run or a seed: `low` or more."""
    return typer.Option(*names, min=low, callback=stored_number, help=help)


def parse_share(option: str) -> Callable[[str | float], float]:
    """Return the parser of an option that is a share of the objective: from 0 to below 1.

    The parser raises a `UsageError` for all else; people write 1 or 1% where they mean 0.01.
    """

    def parse(given: str | float) -> float:
        value = _number(given)
        if not 0 <= value < 1:
            raise UsageError(
                f"{option} {shown(str(given))} is not a share of the objective.",
                "give 0 or more and less than 1: 0.01 means 1 %.",
            )
        return value

    return parse


def parse_seconds(option: str) -> Callable[[str | float], float]:
    """Return the parser of an option that is a time limit in seconds: from 0 to `YEAR_S`.

    The parser raises a `UsageError` for all else.
    """

    def parse(given: str | float) -> float:
        value = _number(given)
        if not 0 <= value <= YEAR_S:
            raise UsageError(
                f"{option} {shown(str(given))} is not a number of seconds up to a year.",
                f"give 0 to {YEAR_S}, such as 600.",
            )
        return value

    return parse


def share_option(name: str, help: str) -> Any:  # noqa: A002 - as Typer has it
    """Return an option that is a share of the objective: from 0 to below 1; its help ends with that."""
    return typer.Option(
        name, metavar="SHARE", parser=parse_share(name), help=f"{help}: 0 to below 1, 0.01 is 1 %."
    )


def time_limit_option(help: str) -> Any:  # noqa: A002 - as Typer has it
    """Return the option `--time-limit`: seconds, from 0 to `YEAR_S`."""
    return typer.Option(
        "--time-limit", min=0, max=YEAR_S, metavar="SECONDS", parser=parse_seconds("--time-limit"), help=help
    )


def _number(given: str | float) -> float:
    try:
        return float(given)
    except ValueError:
        return math.nan


PublishedRun = Annotated[
    int | None, whole_number("--run", low=1, help="Number of a published run; the adopted plan if left out.")
]
