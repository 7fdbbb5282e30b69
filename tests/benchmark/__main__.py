"""Measures our solve beside bare solvers on the same instances, in the same run, with the same time: `make bench`.

All of it takes hours. ARGS="--set small --limit-s 20" makes it short, and so do `--case 'sf_*' --solver ours
--solver highs`; `--scale 0.1` makes the drawn regions small. `--out FILE` writes the table as Markdown after
each case, and all events beside it as lines of JSON; `--keep FOLDER` keeps the instances, on which one solver
can be run again: `python -m tests.benchmark.solver ours FOLDER 60 1e-4`. Run it on a quiet machine. Nothing here
is a test: figures depend on the machine.
"""

from __future__ import annotations

import fnmatch
import json
import sys
import tempfile
import time
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from db.command.app import run_app
from db.command.number_options import YEAR_S, share_option
from db.common.errors import UsageError
from db.environment import setting
from db.server import embedded
from db.server.address import open_address
from tests.benchmark import table
from tests.benchmark.case import CASES, Case, RegionCase
from tests.benchmark.line import SOLVERS, Line, of_command, of_solver
from tests.benchmark.process import run
from tests.benchmark.table import Result
from tests.support.databases import Templates, throwaway_cluster

KILL_RATIO, KILL_READ_S = 2.0, 900.0
"""A solver is killed when it has taken so many time limits, and this for reading."""
BEFORE = ("--time-limit", "120", "--gap", "0.001", "--adopt", "--json")
"""How the scenarios before a case are planned."""


class Set(StrEnum):
    """Which cases are measured where none is named."""

    SMALL = "small"
    ALL = "all"


@dataclass(frozen=True)
class Wish:
    """What is to be measured, and how."""

    cases: tuple[Case, ...]
    solvers: tuple[str, ...]
    limit_s: float | None
    mip_gap: float
    scale: float
    keep: Path | None


def main(
    case: Annotated[
        list[str] | None, typer.Option(help=f"Of {', '.join(CASES)}; or a pattern, 'sf_*'.")
    ] = None,
    solver: Annotated[
        list[str] | None, typer.Option(help=f"Of {', '.join(SOLVERS)}; all by default.")
    ] = None,
    *,
    set_of_cases: Annotated[
        Set, typer.Option("--set", help="Which cases, where none is named: a few small ones, or all.")
    ] = Set.ALL,
    limit_s: Annotated[
        float | None,
        typer.Option(min=1, max=YEAR_S, help="Seconds for each; by default what the case asks for."),
    ] = None,
    gap: Annotated[float, share_option("--gap", "The gap at which a solver may stop")] = 1e-4,
    scale: Annotated[
        float, typer.Option(min=0.01, max=10, help="Size of the drawn regions, as a share of the usual one.")
    ] = 1.0,
    out: Annotated[Path | None, typer.Option(help="File for the table as Markdown.")] = None,
    keep: Annotated[Path | None, typer.Option(help="Folder in which the instances stay.")] = None,
) -> None:
    """Print a line per case and solver as it comes, then the table."""
    chosen = tuple(_chosen(case or [], CASES))
    solvers = tuple(_chosen(solver or list(SOLVERS), SOLVERS))
    given = setting("TEST_DATABASE_URL")
    if given:
        open_address(given, name="TEST_DATABASE_URL").close()
    cases = tuple(CASES[name] for name in chosen) or tuple(
        c for c in CASES.values() if set_of_cases == Set.ALL or c.is_small
    )
    wish = Wish(cases, solvers, limit_s, gap, scale, keep)
    results: list[Result] = []
    sizes: dict[str, dict[str, float]] = {}
    with _templates(given, is_needed=any(isinstance(c, RegionCase) for c in cases)) as templates:
        for one in cases:
            try:
                with _instance(one, templates, wish) as (address, folder, size):
                    sizes[one.name] = {key: value for key, value in size.items() if key != "known"}
                    results.append(Result(tuple(_lines(one, wish, address, folder)), size["known"]))
            except UsageError as error:
                typer.echo(f"{one.name}: left out. {error}", err=True)
            if out is not None:
                table.write(results, sizes, out)
    Console(width=max(Console().width, 200)).print(table.for_terminal(results))


def _chosen(patterns: list[str], names: Collection[str]) -> Iterator[str]:
    """Yield the names that match, such as `capacitated_*`, pattern by pattern.

    Raises:
        UsageError: none matches a pattern.
    """
    for pattern in patterns:
        found = fnmatch.filter(names, pattern)
        if not found:
            raise UsageError(f"There is no '{pattern}'.", f"there are {', '.join(names)}.")
        yield from found


@contextmanager
def _templates(given: str | None, *, is_needed: bool) -> Iterator[Templates | None]:
    """Yield the template databases; None where no case needs one."""
    with ExitStack() as stack:
        if not is_needed:
            yield None
            return
        server = given or embedded.superuser_url(stack.enter_context(throwaway_cluster()))
        templates = Templates(server)
        yield templates
        for template in templates.made.values():
            templates.execute("drop database if exists {} with (force)", template)


@contextmanager
def _instance(
    case: Case, templates: Templates | None, wish: Wish
) -> Iterator[tuple[str | None, Path, dict[str, Any]]]:
    """Yield the address of the database if there is one, the folder of the instance, and its size.

    Raises:
        UsageError: files are not there, or the instance could not be made.
    """
    with ExitStack() as stack:
        address, began = None, time.monotonic()
        if isinstance(case, RegionCase):
            assert templates is not None
            address = stack.enter_context(case.database(templates, wish.scale))
        load_s = round(time.monotonic() - began, 1)
        for scenario in case.before if isinstance(case, RegionCase) else ():
            planned = run("model.solve", "--scenario", scenario, *BEFORE, address=address)
            if planned.exit_code:
                raise UsageError(
                    f"'{scenario}' was not planned before '{case.name}'.", "see the words above."
                )
        if wish.keep is None:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        else:
            folder = wish.keep / case.name
            folder.mkdir(parents=True, exist_ok=True)
        written = run("tests.benchmark.solver", "write", case.name, str(folder), address=address)
        if written.exit_code:
            raise UsageError(f"The instance of '{case.name}' was not made.", "see the words above.")
        size = json.loads(written.text) | {"load_s": load_s, "peak_gb": round(written.peak_gb, 2)}
        typer.echo(json.dumps({"case": case.name} | size))
        yield address, folder, size


def _lines(case: Case, wish: Wish, address: str | None, folder: Path) -> Iterator[Line]:
    """Yield the line of each solver on a case; the whole command is there where there is a database."""
    limit_s = wish.limit_s or case.limit_s
    kill_after_s = KILL_RATIO * limit_s + KILL_READ_S
    for solver in wish.solvers:
        if solver != "command":
            numbers = (str(limit_s), str(wish.mip_gap))
            ended = run("tests.benchmark.solver", solver, str(folder), *numbers, kill_after_s=kill_after_s)
            line = of_solver(case.name, solver, limit_s, wish.mip_gap, ended)
        elif isinstance(case, RegionCase):
            limits = ("--time-limit", str(limit_s), "--gap", str(wish.mip_gap))
            command = ("model.solve", "--scenario", case.scenario, *limits, "--json")
            ended = run(*command, address=address, kill_after_s=kill_after_s)
            line = of_command(case.name, limit_s, wish.mip_gap, ended)
        else:
            continue
        end = line.course.end
        typer.echo(
            f"  {solver:12} {end.objective} {end.dual_bound} gap {end.mip_gap:.4%} {end.seconds:.2f} s {line.note}"
        )
        sys.stdout.flush()
        yield line


if __name__ == "__main__":
    run_app(lambda: typer.run(main))
