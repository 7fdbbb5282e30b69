"""The one place where the end of a command becomes a sentence and an exit code."""

from __future__ import annotations

import gc
import sys
import warnings
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from typing import Any

import typer

from db.common import interrupt
from db.common.errors import PlannerError, UsageError

_IS_COMMAND: ContextVar[bool] = ContextVar("is_command", default=False)


def is_command() -> bool:
    """Return whether this process is here for the command that runs, so that its time began with it."""
    return _IS_COMMAND.get()


def run_app(app: Callable[[], Any]) -> None:
    """Run a command-line app; a `PlannerError` becomes its sentence, its hint and its exit code.

    What goes wrong outside the program (a server that is gone, rights, a full disk) is no bug: exit code 2.
    Warnings of libraries are for developers and are shown only where Python is asked for them (`-W`).

    Garbage is looked for in nothing that was imported, and at the end in nothing at all: the process gives
    everything back, and to go through a million objects before that takes half a second.

    Raises:
        SystemExit: always, as command-line apps end.
    """
    if not sys.warnoptions:
        warnings.simplefilter("ignore")
    running = _IS_COMMAND.set(True)
    gc.freeze()
    try:
        interrupt.heed()
        _refuse_what_is_no_text(sys.argv[1:])
        app()
    except PlannerError as error:
        _say(error.message, error.hint)
        raise SystemExit(error.exit_code) from None
    except Exception as error:
        from db.command import faults  # noqa: PLC0415 - it imports this module

        explained = faults.explain(error)
        if explained is None:
            raise
        _say(explained.message, explained.hint)
        raise SystemExit(explained.exit_code) from None
    except KeyboardInterrupt:
        raise SystemExit(interrupt.INTERRUPTED) from None
    finally:
        _IS_COMMAND.reset(running)
        gc.freeze()


def _refuse_what_is_no_text(arguments: Sequence[str]) -> None:
    for argument in arguments:
        try:
            argument.encode()
        except UnicodeEncodeError:
            raise UsageError(f"'{argument}' is not UTF-8 text.", "write it in UTF-8.") from None


def _say(message: str, hint: str) -> None:
    typer.echo(f"error: {_printable(message)}", err=True)
    if hint:
        typer.echo(f"  next: {_printable(hint)}", err=True)


def _printable(text: str) -> str:
    """Return a text with what no terminal should be sent, such as bytes that are no text, as codes."""
    return "".join(
        c if c.isprintable() or c == "\n" else c.encode("unicode_escape").decode("ascii") for c in text
    )
