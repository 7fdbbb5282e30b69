"""The ways a command can end, each with its exit code, and the one place that turns them into one."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import typer

from db import interrupt


class PlannerError(Exception):
    """Something the user should read: one sentence, and a next step.

    `exit_code` is the process's exit code: 2 the user's mistake, 3 infeasible, 4 no plan within the time
    limit, 5 the audit rejected the plan, 6 a source could not be fetched. Anything that is not a
    `PlannerError` is a bug and ends with 1; 7 is no error: a plan that is kept, but not published.
    """

    exit_code = 2

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(PlannerError):
    """The user's mistake, in a command, a file or a setting."""


class InfeasibleError(PlannerError):
    """No plan can keep all rules at once."""

    exit_code = 3


class NoPlanError(PlannerError):
    """The time limit passed before any plan was found."""

    exit_code = 4


class AuditRejectedError(PlannerError):
    """The plan was found and written, but the audit in SQL found a rule broken."""

    exit_code = 5


class FetchError(PlannerError):
    """A source on the internet could not be had, or gave something else; what was there before stays."""

    exit_code = 6


def run_app(app: Callable[[], Any]) -> None:
    """Run a command-line app; a `PlannerError` becomes its sentence, its hint and its exit code.

    What goes wrong outside the program (a server that is gone, rights, a full disk) is no bug: exit code 2.
    Warnings of libraries are for developers and are shown only where Python is asked for them (`-W`).

    Raises:
        SystemExit: always, as command-line apps end.
    """
    if not sys.warnoptions:
        warnings.simplefilter("ignore")
    try:
        interrupt.heed()
        _refuse_what_is_no_text(sys.argv[1:])
        app()
    except PlannerError as error:
        _say(error.message, error.hint)
        raise SystemExit(error.exit_code) from None
    except Exception as error:
        from db import faults  # noqa: PLC0415 - it imports this module

        explained = faults.explain(error)
        if explained is None:
            raise
        _say(explained.message, explained.hint)
        raise SystemExit(explained.exit_code) from None
    except KeyboardInterrupt:
        raise SystemExit(interrupt.INTERRUPTED) from None


def _refuse_what_is_no_text(arguments: Sequence[str]) -> None:
    for argument in arguments:
        try:
            argument.encode()
        except UnicodeEncodeError:
            raise UsageError(f"'{argument}' is no text in UTF-8.", "write it in UTF-8.") from None


def _say(message: str, hint: str) -> None:
    typer.echo(f"error: {_printable(message)}", err=True)
    if hint:
        typer.echo(f"  next: {_printable(hint)}", err=True)


def _printable(text: str) -> str:
    """Return a text with what no terminal should be sent, such as bytes that are no text, as codes."""
    return "".join(
        c if c.isprintable() or c == "\n" else c.encode("unicode_escape").decode("ascii") for c in text
    )
