"""`planner`: every command under one name; what a command needs is imported when it is called.

`planner --help`, or `python -m db.command.planner`
"""

from __future__ import annotations

import importlib
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

from db.command.app import run_app

_CATALOGUE = Path(__file__).with_name("planner.toml")


@dataclass(frozen=True)
class Entry:
    """A command: its group, the `module:name` of the function or app that it calls, and its line of help."""

    group: str
    calls: str
    help: str


@cache
def entries() -> dict[str, Entry]:
    """Return every command by its name, in the order in which help lists them."""
    groups = tomllib.loads(_CATALOGUE.read_text(encoding="utf-8"))["group"]
    return {
        name: Entry(group["title"], given["calls"], given["help"])
        for group in groups
        for name, given in group["command"].items()
    }


def called(name: str) -> Any:
    """Import what a command calls: a function or an app of its own.

    Raises:
        KeyError: there is no command of this name.
    """
    module, _, attribute = entries()[name].calls.partition(":")
    return getattr(importlib.import_module(module), attribute)


class _Commands(TyperGroup):
    """The commands of the catalogue, as help lists them; one that is called is imported first."""

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[Any, Any, list[str]]:
        name, listed, rest = super().resolve_command(ctx, args)
        return name, _command(name) if listed and name else listed, rest


def _command(name: str) -> Any:
    found = called(name)
    if not isinstance(found, typer.Typer):
        function, found = found, typer.Typer(add_completion=False)
        found.command(name)(function)
    return get_command(found)


app = typer.Typer(cls=_Commands, no_args_is_help=True)


@app.callback()
def _all() -> None:
    """Decide where a region should upgrade, build, enlarge or remove EV charging stations."""


def _list(name: str, entry: Entry) -> None:
    @app.command(name, help=entry.help, rich_help_panel=entry.group)
    def listed() -> None:
        """Stand in for a command that is not imported yet."""


for _name, _entry in entries().items():
    _list(_name, _entry)


def main() -> None:
    """Run a command, as the script `planner` beside this file does."""
    run_app(lambda: app(prog_name="planner"))


if __name__ == "__main__":
    main()
