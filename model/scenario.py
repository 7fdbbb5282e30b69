"""Scenarios as people read them: what they ask for, whether a file is sound, how two differ.

`python -m model.scenario list | show phase1 [--set KEY=VALUE] [--changed] | check FILE | diff A B` [--json]
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

from db.command.app import run_app
from db.common.number import plain
from db.common.parameter_note import note_of, unit_of
from model.analysis import what_if
from model.data import scenario
from model.data.parameters.switches import FOLDER
from model.terminal.options import Json, Settings

Name = Annotated[str, typer.Argument(help="Name in model/scenarios, or path of a .toml file.")]
app = typer.Typer(add_completion=False, no_args_is_help=True, help="Scenarios: show, check and compare them.")


def values(parameters: scenario.Scenario) -> dict[str, Any]:
    """Return each value of a scenario by its dotted key; null where there is no limit."""
    return dict(_flat(json.loads(parameters.canonical()), ""))


def _flat(tree: Mapping[str, Any], prefix: str) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for key, value in tree.items():
        is_table = isinstance(value, dict) and value and key != "title"
        found += _flat(value, f"{prefix}{key}.") if is_table else [(f"{prefix}{key}", value)]
    return found


def differences(a: Mapping[str, Any], b: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Return the keys whose values differ, with both; one that a scenario lacks has None there."""
    keys = [*a, *(key for key in b if key not in a)]
    return {key: (a.get(key), b.get(key)) for key in keys if a.get(key) != b.get(key)}


@app.command("list")
def list_all(*, json_output: Json = False) -> None:
    """List the scenarios that come with the planner."""
    found = {name: _about(name) for name in scenario.names() if name != scenario.BASE}
    if json_output:
        typer.echo(json.dumps(found, ensure_ascii=False))
        return
    table = Table("scenario", "what it asks for", box=None, pad_edge=False)
    for name, about in found.items():
        table.add_row(name, escape(about))
    Console().print(table)


@app.command()
def show(
    name: Name,
    settings: Settings = [],  # noqa: B006 - Typer's way of an option given any number of times
    *,
    changed: Annotated[
        bool, typer.Option("--changed", help="Only what differs from base.toml, which is the default of all.")
    ] = False,
    json_output: Json = False,
) -> None:
    """Show every parameter of a scenario with its unit, source and range."""
    title, parameters = what_if.resolve(name, settings)
    own, base = values(parameters), values(scenario.resolve(scenario.BASE)[1])
    differing = differences(own, base)
    shown = {key: value for key, value in own.items() if not changed or key in differing}
    if json_output:
        rows = [
            {"key": key, "value": value, "base_value": base.get(key)}
            | {"unit": unit_of(key), "note": note_of(key).en}
            for key, value in shown.items()
        ]
        typer.echo(json.dumps({"scenario": title, "parameters": rows}, ensure_ascii=False))
        return
    console = Console()
    console.print(f"[bold]{escape(title)}[/]")
    section = ""
    for key, value in shown.items():
        table, _, last = key.rpartition(".")
        if table != section:
            console.print(f"\n[bold]{escape(f'[{table}]')}[/]")
            section = table
        was = f"  (base.toml: {_words(key, base.get(key))})" if key in differing else ""
        console.print(f"{escape(last)} = {_words(key, value)}{was}", soft_wrap=True)
        console.print(Padding(escape(note_of(key).en), (0, 0, 0, 4)), style="dim")


@app.command()
def check(
    name: Name,
    settings: Settings = [],  # noqa: B006 - Typer's way of an option given any number of times
) -> None:
    """Say whether a scenario file is sound; all faults are named at once, with exit code 2."""
    title, parameters = what_if.resolve(name, settings)
    changed = differences(values(parameters), values(scenario.resolve(scenario.BASE)[1]))
    phases = f"{len(parameters.phase)} phase{'s' if len(parameters.phase) > 1 else ''}"
    typer.echo(f"{title} is sound: {phases}, {len(changed)} values other than those of base.toml.")


@app.command()
def diff(a: Name, b: Name, *, json_output: Json = False) -> None:
    """Compare two scenarios: each parameter that differs, with both values."""
    (name_a, one), (name_b, two) = scenario.resolve(a), scenario.resolve(b)
    found = differences(values(one), values(two))
    if json_output:
        typer.echo(json.dumps({"a": name_a, "b": name_b, "parameters": found}, ensure_ascii=False))
        return
    if not found:
        typer.echo(f"{name_a} and {name_b} ask for the same.")
        return
    table = Table("parameter", name_a, name_b, box=None, pad_edge=False)
    for key, pair in found.items():
        table.add_row(escape(key), *(_words(key, value) for value in pair))
    Console().print(table)


def _about(name: str) -> str:
    """Return what the comment on top of a scenario file says."""
    lines = (FOLDER / f"{name}.toml").read_text(encoding="utf-8").splitlines()
    top = [line.lstrip("# ") for line in lines[: next((n for n, x in enumerate(lines) if x[:1] != "#"), 0)]]
    return " ".join(top)


def _words(key: str, value: Any) -> str:
    """Return a value as people read it; a calendar year has no separator."""
    if value is None:
        return "no limit"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return str(value) if key.endswith(".year") else plain(value)
    return escape(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


if __name__ == "__main__":
    run_app(app)
