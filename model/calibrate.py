"""Writes what session records measured as parameters of a scenario, which others can extend.

`python -m model.calibrate [--from 2024-01-01 --to 2024-12-31] [--extends base] [--output measured.toml]`
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import psycopg
import typer
from psycopg.rows import class_row

from db.command.app import run_app
from db.common.errors import UsageError
from db.common.output import with_ending, written_file
from db.session import connection
from model.data.scenario import Scenario, resolve

Connection = psycopg.Connection[tuple[Any, ...]]
_COINCIDENCE = """
    select level, port_count, busy_share, least_share, most_share, group_count
    from analysis.session_coincidence
    order by level, port_count
"""


@dataclass(frozen=True)
class Measure:
    """A row of `analysis.session_measure`: a value, its 95 % interval, and what it was measured by."""

    measure: str
    level: str
    value: float
    low: float | None
    high: float | None
    session_count: int
    port_count: int

    def comment(self) -> str:
        """Return sessions, ports and interval, as a comment."""
        sessions = _count(self.session_count, "session")
        if self.low is None or self.high is None:
            return f"{sessions} at 1 port; no interval."
        ends = f"{_figure(self.low)} to {_figure(self.high)}"
        return f"{sessions} at {_count(self.port_count, 'port')}; 95 % interval {ends}."


def calibrate(
    conn: Connection, scenario: Scenario, extends: str, from_day: dt.date | None, to_day: dt.date | None
) -> str:
    """Return the text of a scenario file: parameters that were measured, with records and interval.

    The period is from `from_day` to `to_day`, both within it; without either it is that of
    `core.session_window`.

    Raises:
        UsageError: there are no session records, or none in the period, or it ends before it begins.

    """
    if from_day and to_day and to_day < from_day:
        raise UsageError(f"--to {to_day} is before --from {from_day}.", "give the first day first.")
    with conn.transaction():
        for name, day in (("from", from_day), ("to", to_day)):
            conn.execute(
                "select set_config(%s, %s, true)",
                (f"planner.session_{name}", day.isoformat() if day else ""),
            )
        return _text(conn, scenario, extends)


def _text(conn: Connection, scenario: Scenario, extends: str) -> str:
    window = conn.execute("select from_day, to_day, first_day, last_day from core.session_window").fetchone()
    if window is None:
        raise UsageError(
            "The region has no session records that are counted.",
            "name a source `sessions` in the region file and load it: README.md, The real region, and yours.",
        )
    cursor = conn.cursor(row_factory=class_row(Measure))
    found = cursor.execute("select * from analysis.session_measure order by measure, level").fetchall()
    if not found:
        raise UsageError(
            f"There are no session records from {window[0]} to {window[1]}.",
            f"choose a period within {window[2]} to {window[3]}: --from and --to.",
        )
    head = [
        "# What session records measured: written by `planner calibrate`.",
        f"# Sessions that began from {window[0]} to {window[1]}.",
        "# Intervals are normal, with ports as clusters.",
        f'extends = "{extends}"',
        "",
    ]
    return "\n".join([*head, *_grid(conn, _offered(scenario)), *_session(found), *_chargers(found, scenario)])


def _offered(scenario: Scenario) -> list[str]:
    """Return the levels of the chargers that any phase offers."""
    named = {name for phase in scenario.phase.values() for name in phase.chargers}
    return sorted({scenario.charger[name].level for name in named})


def _grid(conn: Connection, levels: Iterable[str]) -> list[str]:
    """Return the curve of coincidence; none where no two ports of a level are on record for long enough."""
    found: dict[str, dict[int, tuple[float, str]]] = {}
    for level, ports, share, least, most, groups in conn.execute(_COINCIDENCE):
        ends = f"{_figure(least)} to {_figure(most)}" if groups > 1 else "no range"
        found.setdefault(level, {})[ports] = share, f"{level}: {_count(groups, 'group')}; {ends}."
    curves = {level: points for level, points in found.items() if max(points) > 1}
    lacking = [level for level in levels if level not in curves]
    if not curves:  # one port says nothing of several
        return ["# Too few ports are on record to measure how many are busy at once.", ""]
    lines = ["# The most ports busy at once: mean of groups of as many ports of a level, and their range."]
    if len(curves) > 1:
        lines.append(
            "# The largest share of the levels, as the ports that a feeder is to take may be of any."
        )
    if lacking:
        lines.append(
            f"# Too few ports of {' and '.join(lacking)} are on record: the curve is that of the others."
        )
    lines += ["[grid]", "coincidence = ["]
    for ports in sorted({ports for points in curves.values() for ports in points}):
        share = max(_share_of(points, ports) for points in curves.values())
        row = f"    {{ port_count = {ports}, share = {_rounded(share)} }},"
        notes = " ".join(points[ports][1] for points in curves.values() if ports in points)
        lines.append(f"{row.ljust(46)}# {notes}")
    return [*lines, "]", ""]


def _share_of(points: Mapping[int, tuple[float, str]], ports: int) -> float:
    """Return the share of so many ports: those busy at once are interpolated; after the last it stays."""
    counts = sorted(points)
    if ports >= counts[-1]:
        return points[counts[-1]][0]
    return float(np.interp(ports, counts, [n * points[n][0] for n in counts])) / ports


def _rounded(share: float) -> str:
    """Return a share with all digits, so that a curve that falls does so in the file too."""
    return repr(round(share, 12))


def _session(found: list[Measure]) -> list[str]:
    lines = [_line(one) for one in found if one.measure == "peak_hour_share"]
    return ["[session]", *lines, ""] if lines else []


def _chargers(found: list[Measure], scenario: Scenario) -> list[str]:
    """Return a table for each charger type of a level on record; records do not tell types of one level."""
    lines: list[str] = []
    for level in sorted({one.level for one in found if one.measure == "session_min"}):
        of_level = {one.measure: one for one in found if one.level == level}
        named = {name: charger for name, charger in scenario.charger.items() if charger.level == level}
        if not named:
            lines += [f"# {level} was measured, and is the level of no charger type.", ""]
        for name, charger in named.items():
            energy = of_level.get("kwh_per_session")
            kwh = energy.value if energy else charger.kwh_per_session
            lines.append(f"[charger.{name}]")
            if kwh > charger.port_kw * of_level["session_min"].value / 60:
                lines += [
                    "# A port of its power could not give the energy that was measured of its level.",
                    "",
                ]
                continue
            lines += [*(_line(one) for one in of_level.values()), ""]
    return lines


def _line(one: Measure) -> str:
    return f"{one.measure} = {_figure(one.value)}".ljust(31) + f"# {one.comment()}"


def _figure(value: float) -> str:
    """Return a number with four digits that count, as TOML reads it."""
    return format(float(f"{value:.4g}"), "f").rstrip("0").rstrip(".") if value else "0"


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        raise UsageError(f"'{text}' is not a day.", "give days as 2024-01-31.") from None


def main(
    *,
    from_day: Annotated[str, typer.Option("--from", help="First day, such as 2024-01-01.")] = "",
    to_day: Annotated[str, typer.Option("--to", help="Last day.")] = "",
    extends: Annotated[str, typer.Option(help="Scenario that the file extends.")] = "base",
    output: Annotated[Path, typer.Option(help="The file to write.")] = Path("measured.toml"),
) -> None:
    """Write what session records measured as a scenario file: minutes, energy, utilisation, busiest hour."""
    days = _day(from_day), _day(to_day)
    scenario = resolve(extends)[1]
    path = with_ending(output, ".toml")
    with connection.connect() as conn:
        text = calibrate(conn, scenario, extends, *days)
    with written_file(path, option="--output") as draft:
        draft.write_text(text, encoding="utf-8")
    typer.echo(text)
    typer.echo(f'{path}: begin a scenario of your own with extends = "{path}".')


if __name__ == "__main__":
    run_app(lambda: typer.run(main))
