"""Plans on what was known at an earlier date, and holds the plan against what was built since.

`python -m model.backtest --as-of 2022-07 --built stations.csv [--region R] [--scenario S] [--fit FILE]`
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from db import environment
from db.command.app import run_app
from db.command.number_options import whole_number
from db.common.day import last_day
from db.common.errors import UsageError
from db.common.language import Language
from db.common.output import with_ending, written_file
from db.common.text_file import path_of
from db.server.address import open_address
from db.session import connection
from db.session.side_database import side_database
from model.analysis import backtest, built_file, score_weights, variation, what_if
from model.analysis.backtest import BY_BOX, Connection, Options, Planned
from model.analysis.built_file import BuiltFile
from model.data import scenario_store
from model.data.scenario import Scenario
from model.run import signals
from model.run.pipeline import Job, perform
from model.solver.objective_mode import Limits
from model.terminal import backtest as terminal
from model.terminal.options import TIME_LIMIT_S, Gap, Settings, Threads, TimeLimit

DISTANCES_M = "250,500,1000,2000"
_DISTANCE_MAX_M = 1_000_000


def main(
    *,
    as_of: Annotated[
        str, typer.Option("--as-of", help="A year, month or day, as 2022-07: what was known then.")
    ],
    built: Annotated[Path, typer.Option(help="What was built: a CSV file or a layer of points.")],
    region: Annotated[str, typer.Option(help="As etl.load has it; default: REGION, else sample.")] = "",
    scenario_name: Annotated[
        str, typer.Option("--scenario", help="Name in model/scenarios, or path of a .toml file.")
    ] = "backtest",
    columns: Annotated[
        str,
        typer.Option(help="KEY=COLUMN,...: id, name, lon, lat, opened, known, or a level for its ports."),
    ] = "",
    feed: Annotated[str, typer.Option(help="Whose numbers the file has: afdc, ocm or osm.")] = "afdc",
    extent: Annotated[
        str, typer.Option(help="Of what area the file speaks: box, hull, or west,south,east,north.")
    ] = BY_BOX,
    known_m: Annotated[
        float,
        typer.Option(
            "--known-distance",
            min=0,
            max=_DISTANCE_MAX_M,
            help="m: this near to a station of then is that station.",
        ),
    ] = Options.known_m,
    merge_m: Annotated[
        float,
        typer.Option(
            "--merge-distance",
            min=0,
            max=_DISTANCE_MAX_M,
            help="m: records this near to each other are one site.",
        ),
    ] = Options.merge_m,
    near_m: Annotated[
        float,
        typer.Option(
            "--near-distance",
            min=1,
            max=_DISTANCE_MAX_M,
            help="m: a candidate this near to a built site is built on.",
        ),
    ] = Options.near_m,
    distances: Annotated[str, typer.Option(help="m, of the shares of built sites.")] = DISTANCES_M,
    draw_count: Annotated[
        int, typer.Option("--draws", min=40, max=100_000, help="Random draws behind the intervals.")
    ] = Options.draw_count,
    seed: Annotated[int, whole_number(help="Seed of the draws.")] = Options.seed,
    fit: Annotated[
        Path | None,
        typer.Option(help="File for [settings] of a region: weights of the score fitted to what was built."),
    ] = None,
    time_limit: TimeLimit = TIME_LIMIT_S,
    gap: Gap = 1e-3,
    threads: Threads = None,
    settings: Settings = [],  # noqa: B006 - Typer's way of an option given any number of times
    language: Annotated[Language, typer.Option("--language", help="Language of the tables.")] = Language.EN,
) -> None:
    """Plan on what was known at a date with the money that was really spent, and compare with what was built.

    The region is loaded and planned in a database of its own, which is dropped afterwards; the comparison
    stays in the planner's database.
    """
    day = last_day(as_of, "--as-of")
    options = Options(day, extent, known_m, merge_m, near_m, _distances(distances), draw_count, seed)
    if extent not in backtest.WAYS:
        backtest.read_extent(extent)
    file = built_file.read_built(path_of(built), built_file.read_columns(columns), day)
    name, parameters = what_if.resolve(scenario_name, settings)
    with (
        signals.heeding_termination(),
        connection.connect(autocommit=True) as own,
        side_database() as address,
    ):
        _load(address, region, as_of)
        with open_address(address, autocommit=True) as side:
            backtest.refuse_other_region(own, side)
            found = backtest.prepare(side, file, options, feed)
            planned = _plan(side, name, parameters, file, Limits(time_limit, gap, threads))
            number = backtest.write(own, side, file, found, planned=planned, options=options)
        terminal.show(own, number, language)
        if fit is not None:
            _write_weights(score_weights.fit(own, number, seed), with_ending(fit, ".toml"))


def _write_weights(fitted: score_weights.Fitted, path: Path) -> None:
    with written_file(path, option="--fit") as draft:
        draft.write_text(fitted.text, encoding="utf-8")
    typer.echo(fitted.text)


def _load(address: str, region: str, as_of: str) -> None:
    """Load the region as of the date into the side database, by the command that loads.

    Raises:
        UsageError: it fails; it has said why.
    """
    command = [sys.executable, "-m", "etl.load", "--as-of", as_of, *(["--region", region] if region else [])]
    typer.echo("loading what was known then, into a database of its own ...", err=True)
    result = subprocess.run(  # noqa: S603 - our own command
        command,
        env=environment.own_environment(DATABASE_URL=address),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if result.returncode:
        said = [line.strip() for line in result.stderr.splitlines() if line.strip()]
        why = [line.removeprefix("error: ") for line in said if line.startswith("error: ")] or said[-1:]
        next_steps = [line.removeprefix("next: ") for line in said if line.startswith("next: ")]
        raise UsageError(
            f"The region could not be loaded as of {as_of}: {' '.join(why)}", " ".join(next_steps)
        )


def _plan(side: Connection, name: str, parameters: Scenario, file: BuiltFile, limits: Limits) -> Planned:
    """Plan with what the built ports cost at the prices of the scenario.

    Raises:
        UsageError: they cost nothing, as no level of the file is one of the scenario.
        PlannerError: there is no plan, or the audit rejects it.
    """
    draft = scenario_store.store(side, name, parameters)
    spent = backtest.spent_cad(side, draft)
    if not spent:
        raise UsageError(
            f"The ports of {file.name} cost nothing at the prices of {name}.",
            "choose a scenario with the levels of the file: --scenario.",
        )
    typer.echo("planning ...", err=True)
    ended = perform(side, Job(name, with_money(parameters, spent)), limits)
    if ended.error:
        raise ended.error
    return Planned(ended.report.run_id, name, spent)


def with_money(parameters: Scenario, spent_cad: float) -> Scenario:
    """Return a scenario that spends a sum, shared over its phases as their budgets are, without grants."""
    programs = {name: p.model_copy(update={"is_on": False}) for name, p in parameters.grant.program.items()}
    grant = parameters.grant.model_copy(update={"program": programs})
    parameters = parameters.model_copy(update={"grant": grant})
    found = variation.vary(parameters, f"budget={spent_cad!r}")
    return found[0].parameters if found else parameters


def _distances(text: str) -> tuple[float, ...]:
    """Return distances, sorted.

    Raises:
        UsageError: one is no distance.
    """
    try:
        found = tuple(sorted({float(part) for part in text.split(",")}))
    except ValueError:
        found = ()
    if not found or not 0 < found[0] <= found[-1] <= _DISTANCE_MAX_M:
        raise UsageError(f"--distances {text} are no distances.", f"write them as {DISTANCES_M}, in metres.")
    return found


if __name__ == "__main__":
    run_app(lambda: typer.run(main))
