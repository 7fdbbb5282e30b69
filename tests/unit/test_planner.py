"""One command for all: listed without importing them, each the function of its module."""

from __future__ import annotations

import ast
import gc
import inspect
import re
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from db.command import planner
from db.command.app import is_command, run_app
from tests.unit.test_architecture import PACKAGES, ROOT
from tests.unit.test_contributing import commands

RUN = CliRunner()
INNER = {
    *("db.command.planner", "db.diagram", "etl", "etl.checksum", "model.rules"),
    *("desk.runner", "desk.solve", "desk.work_in"),
}
"""The command itself, those that developers or the desk call, and the short form of a load."""


def first_line(name: str) -> str:
    called = planner.called(name)
    words = called.info.help if isinstance(called, typer.Typer) else inspect.getdoc(called)
    return " ".join(str(words).split("\n\n")[0].split())


@pytest.mark.parametrize("name", planner.entries())
def test_the_line_of_help_is_that_of_the_command(name: str) -> None:
    assert planner.entries()[name].help == first_line(name)


def test_every_command_is_there() -> None:
    modules = {
        entry.calls.partition(":")[0].removesuffix(".__main__") for entry in planner.entries().values()
    }
    missed = set(commands()) - modules - INNER - {"db"}
    assert missed == set()
    assert "db.commands" in modules


def test_help_lists_all_by_group() -> None:
    result = RUN.invoke(planner.app, ["--help"], prog_name="planner", terminal_width=200)
    assert result.exit_code == 0
    for name, entry in planner.entries().items():
        assert f"│ {name} " in result.stdout
        assert entry.group in result.stdout


def test_a_command_is_called_by_its_name() -> None:
    result = RUN.invoke(planner.app, ["scenario", "check", "phase1"], prog_name="planner")
    assert result.exit_code == 0
    assert "phase1 is sound" in result.stdout
    usage = RUN.invoke(planner.app, ["solve", "--help"], prog_name="planner").stdout
    assert "Usage: planner solve" in usage
    assert "--scenario" in usage


def test_the_time_of_a_command_begins_with_its_process() -> None:
    seen: list[bool] = []

    def look() -> None:
        seen.append(is_command())
        raise SystemExit(0)

    with pytest.raises(SystemExit, match="0"):
        run_app(look)
    assert (seen, is_command()) == ([True], False)
    gc.unfreeze()


def test_no_garbage_is_looked_for_in_what_a_command_imported_nor_once_it_ends() -> None:
    before, made = [[0]], list[list[int]]()

    def look() -> None:
        assert not is_tracked(before)
        made.append([1])
        assert is_tracked(made[0])
        raise SystemExit(0)

    with pytest.raises(SystemExit, match="0"):
        run_app(look)
    assert gc.isenabled()
    assert not is_tracked(made[0])
    gc.unfreeze()


def is_tracked(content: object) -> bool:
    """Return whether garbage is looked for in it."""
    return any(one is content for one in gc.get_objects())


def test_a_misspelt_command_names_the_nearest() -> None:
    result = RUN.invoke(planner.app, ["solv"], prog_name="planner")
    assert result.exit_code == 2
    assert "Did you mean 'solve'" in result.output


def shown_strings(path: Path) -> list[str]:
    """Return the texts of a file that people may see: not docstrings and comments."""
    if path.suffix != ".py":
        lines = path.read_text(encoding="utf-8").splitlines()
        return [line for line in lines if path.suffix == ".sql" or not line.lstrip().startswith("#")]
    tree = ast.parse(path.read_text(encoding="utf-8"))
    said = [node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)]
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in said
    ]


def test_what_people_read_names_the_one_command() -> None:
    modules = {
        entry.calls.partition(":")[0].removesuffix(".__main__") for entry in planner.entries().values()
    }
    named = re.compile(rf"python -m ({'|'.join(sorted(map(re.escape, modules | {'db'})))})\b(?!\.)")
    files = [
        p for room in PACKAGES for kind in ("py", "toml", "sql") for p in (ROOT / room).rglob(f"*.{kind}")
    ]
    files += (ROOT / "sql").rglob("*.sql")
    wrong = [
        f"{path.relative_to(ROOT)}: {text.strip()[:100]}"
        for path in files
        if "migrations" not in path.parts
        for text in shown_strings(path)
        if named.search(text)
    ]
    assert wrong == []
