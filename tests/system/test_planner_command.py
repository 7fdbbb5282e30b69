"""`planner` in a process of its own: quick to say what there is, and known to shells."""

from __future__ import annotations

import subprocess
import sys

import pytest


def modules(code: str) -> set[str]:
    """What a process of its own has imported after some code."""
    told = f"import sys\n{code}\nprint('imported', *sys.modules)"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines()[-1].split()[1:])


def imported(code: str) -> set[str]:
    """Return the names of packages among them that are not Python's own."""
    return {name.split(".")[0] for name in modules(code)} - sys.stdlib_module_names


def test_help_imports_no_command() -> None:
    """Nothing is imported but what Typer and the printing of help need themselves."""
    shown = imported("from db.command import planner\ntry: planner.app(['--help'])\nexcept SystemExit: pass")
    assert shown - imported("import typer.completion, typer.rich_utils, rich.box, shellingham") == {"db"}


@pytest.mark.parametrize(
    "name", ["data", "trace", "check", "adopt", "scenario", "diff", "summary", "qgis", "db"]
)
def test_a_command_that_neither_reads_a_region_nor_solves_imports_nothing_for_it(name: str) -> None:
    found = imported(f"from db.command import planner\nplanner.called({name!r})")
    assert "db" in found
    assert (
        found & {"numpy", "pandas", "scipy", "pyomo", "highspy", "osmnx", "distributed", "matplotlib"}
        == set()
    )


@pytest.mark.parametrize("name", ["solve", "sweep", "pareto", "explain", "diff"])
def test_a_command_that_solves_imports_nothing_that_no_solve_asks_for(name: str) -> None:
    """Pyomo alone would have SciPy import its statistics, which takes longer than Pyomo itself.

    `pyomo.environ`, which its manual imports, brings 300 modules more: an eighth of a command's start.
    """
    found = modules(f"from db.command import planner\nplanner.called({name!r})")
    assert "pyomo.core" in found or name == "diff"
    assert not {"scipy.stats", "pyomo.environ"} & found


def test_completion_knows_commands_and_their_options() -> None:
    def completed(words: str) -> str:
        return subprocess.run(
            [sys.executable, "-c", "from db.command.planner import app; app(prog_name='planner')"],
            env={
                "_PLANNER_COMPLETE": "complete_bash",
                "COMP_WORDS": words,
                "COMP_CWORD": str(len(words.split()) - 1),
            },
            capture_output=True,
            text=True,
            check=False,
        ).stdout

    assert {"solve", "sweep", "simulate", "serve", "summary"} <= set(completed("planner s").split())
    assert "--scenario" in completed("planner solve --sc").split()
