"""Options that are numbers, of every command: bounds that make sense, and a sentence for all else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, get_args

import pytest
import typer
from typer.main import get_command
from typer.testing import CliRunner

from db.command import planner
from db.common.errors import UsageError
from db.common.number import NUMBER_MAX
from db.work.cores import core_count
from desk import runner
from etl.load import SAMPLE_SCALE_MAX, SAMPLE_SCALE_MIN
from etl.sample import generate

RUN = CliRunner()
ROW, YEAR = ("1", str(NUMBER_MAX)), ("0", "31536000")
SHARE = ("0", "0.999999")
BOUNDS = {
    "--alternatives": ("0", "20"),
    "--compare": ROW,
    "--days": ("2", "10000"),
    "--draws": ("40", "100000"),
    "--gap": SHARE,
    "--jobs": ("1", "64"),
    "--keep-runs": ("0", str(NUMBER_MAX)),
    "--known-distance": ("0", "1000000"),
    "--lognormal": ("0.01", "10"),
    "--loss": SHARE,
    "--merge-distance": ("0", "1000000"),
    "--near-distance": ("1", "1000000"),
    "--points": ("2", "200"),
    "--port": ("1", "65535"),
    "--run": ROW,
    "--runs": ROW,
    "--scale": (f"{generate.SMALLEST:g}", f"{generate.LARGEST:g}"),
    "--seed": ("0", str(NUMBER_MAX)),
    "--site": ("0", str(NUMBER_MAX)),
    "--threads": ("1", "1000000"),
    "--time-limit": YEAR,
    "--workers": ("0", "256"),
}
"""The least and the greatest value of each: a new option has to stand here, too."""
CAPPED = {"--threads"}
"""Options that take less where more is asked for than there is."""
INNER = "desk.runner"
"""What the desk calls, and no user."""
NO_NUMBERS = ("nan", "-nan", "inf", "-inf", "1e400", "-1", "many", "1%", "5 %", "")


def commands() -> Iterator[tuple[str, Any]]:
    """Every command by the words that call it, groups walked."""

    def walk(words: str, command: Any) -> Iterator[tuple[str, Any]]:
        inner = getattr(command, "commands", None)
        if inner is None:
            yield words, command
        for name, below in (inner or {}).items():
            yield from walk(f"{words} {name}", below)

    for name in planner.entries():
        yield from walk(name, planner._command(name))
    app = typer.Typer()
    app.command()(runner.main)
    yield INNER, get_command(app)


COMMANDS = dict(commands())


def is_number(option: Any) -> bool:
    kind = option.type_descriptor.annotation
    return any(part in (int, float) for part in (kind, *get_args(kind)))


OPTIONS = {
    f"{words} {option.opts[0]}": (command, option)
    for words, command in COMMANDS.items()
    for option in command.params
    if is_number(option)
}


def taken(command: Any, option: Any, text: str) -> Any:
    """What a command takes a text for."""
    context = command.make_context("planner", [], resilient_parsing=True)
    value = option.process_value(context, (text,) * option.nargs if option.nargs > 1 else text)
    return value[0] if isinstance(value, tuple) else value


def refusal(command: Any, option: Any, text: str) -> str:
    """What a command says that refuses a text, and ends with exit code 2."""
    with pytest.raises((UsageError, typer.BadParameter)) as caught:
        taken(command, option, text)
    error = caught.value
    assert error.exit_code == 2
    return error.message if isinstance(error, UsageError) else error.format_message()


def test_each_option_has_known_bounds() -> None:
    assert {option.opts[0] for _, option in OPTIONS.values()} == set(BOUNDS)


@pytest.mark.parametrize("name", OPTIONS)
def test_what_is_no_number_is_refused_in_a_sentence(name: str) -> None:
    command, option = OPTIONS[name]
    for text in NO_NUMBERS:
        said = refusal(command, option, text)
        assert option.opts[0] in said, f"{name} {text}"
        assert "\n" not in said


@pytest.mark.parametrize("name", OPTIONS)
def test_what_is_out_of_bounds_is_refused_and_what_is_within_is_not(name: str) -> None:
    command, option = OPTIONS[name]
    least, most = BOUNDS[option.opts[0]]
    whole = option.type_descriptor.annotation is not float
    step = 1 if whole else 1e-3
    number = int if whole else float
    assert taken(command, option, least) == number(least)
    assert option.opts[0] in refusal(command, option, str(number(least) - step))
    if option.opts[0] in CAPPED:
        assert taken(command, option, most) == core_count()
    else:
        assert taken(command, option, most) == number(most)
        assert option.opts[0] in refusal(command, option, str(number(most) + step))
    if option.default is not None:
        assert taken(command, option, str(option.default)) == option.default


@pytest.mark.parametrize("given", ["2", "1", "1%"])
@pytest.mark.parametrize("name", [name for name in OPTIONS if name.endswith((" --gap", " --loss"))])
def test_a_share_says_what_a_percent_is(name: str, given: str) -> None:
    command, option = OPTIONS[name]
    with pytest.raises(UsageError, match="is not a share of the objective") as caught:
        taken(command, option, given)
    assert "0.01 means 1 %" in caught.value.hint


def test_the_scale_of_the_sample_is_that_of_its_generator() -> None:
    assert (SAMPLE_SCALE_MIN, SAMPLE_SCALE_MAX) == (generate.SMALLEST, generate.LARGEST)


@pytest.mark.parametrize("words", [words for words in COMMANDS if words != INNER])
def test_help_shows_no_bound_that_is_only_of_the_machine(words: str) -> None:
    # wide enough that no figure is broken in two
    shown = RUN.invoke(planner.app, [*words.split(), "--help"], prog_name="planner", terminal_width=400)
    assert f"Usage: planner {words}" in shown.stdout
    assert re.findall(r"[0-9]{10,}", shown.stdout) == []
