"""Plays days of charging sessions on a plan, and stores what became of the cars."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import psycopg
from scipy.stats import t

from db.common.errors import UsageError
from model.analysis.day import HOURS, Count, Day, Played, Pool, Zone, play
from model.data.read import work_out

Connection = psycopg.Connection[tuple[Any, ...]]
_RUN = """
    select r.scenario_id, s.is_session_counted, r.publication = 'published',
        s.load_id = (select load_id from core.region),
        (select max(phase) from plan.demand_service as d where d.run_id = r.run_id)
    from plan.run as r join plan.scenario as s using (scenario_id) where r.run_id = %s
"""
_POOLS = """
    select p.site_id, p.level, p.charger_type, p.port_count, c.session_min
    from audit.charger_port as p
    join audit.site_before as b on b.run_id = p.run_id and b.site_id = p.site_id and b.is_counted
    join plan.scenario_charger as c on c.scenario_id = p.scenario_id and c.charger_type = p.charger_type
    where p.run_id = %s and p.phase = %s and p.port_count > 0
    order by p.site_id, p.charger_type
"""
_ZONES = """
    select zone_id, level, demand_per_h from plan.demand_service
    where run_id = %s and phase = %s order by level, zone_id
"""
_REACH = """
    select level, zone_id, site_id, covered_share from model.zone_site
    where scenario_id = %s order by level, zone_id, distance_m, site_id
"""
_WAITS = "select level, wait_max_min from plan.scenario_level where scenario_id = %s"
_MEASURED = """
    select level, extract(hour from started_local)::integer, count(*) from analysis.measured_session
    where is_counted and extract(isodow from started_local) <= 5 group by 1, 2
"""
_ASSUMED = "select hour_factor from analysis.assumed_hour order by hour"
_SIMULATION = """
    insert into plan.simulation (
        run_id, phase, replication_count, t_quantile, seed, service_cv, is_profile_measured
    ) values (%s, %s, %s, %s, %s, %s, %s) returning simulation_id
"""
_HOUR = "insert into plan.simulation_hour values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
_STATION = "insert into plan.simulation_station values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"


@dataclass(frozen=True)
class Town:
    """The last phase of a run as a day to play, and whether its hours were measured."""

    run_id: int
    phase: int
    day: Day
    is_profile_measured: bool


def read_town(conn: Connection, run_id: int, service_cv: float | None) -> Town:
    """Return stations, zones and hours of a run at the end of its last phase.

    Raises:
        UsageError: no such run, it has no published plan, counts no sessions, or was planned on other data;
            or the load is too old to know the hours of the day.
    """
    row = conn.execute(_RUN, (run_id,)).fetchone()
    if row is None:
        raise UsageError(f"There is no run {run_id}.", "report.run_summary lists the runs.")
    scenario_id, is_counted, has_plan, is_current, phase = row
    if not has_plan or not is_current:
        why = "was solved on other data than those loaded now" if has_plan else "has no published plan"
        raise UsageError(f"Run {run_id} {why}.", "solve its scenario again.")
    if not is_counted or phase is None:
        raise UsageError(
            f"Run {run_id} counts no sessions.",
            "give served a weight in its scenario, or switch rule min_served on, and solve it again.",
        )
    work_out(conn, scenario_id)
    pools = tuple(Pool(*row) for row in conn.execute(_POOLS, (run_id, phase)))
    at: dict[tuple[str, int], list[int]] = defaultdict(list)
    for place, pool in enumerate(pools):
        at[pool.level, pool.site_id].append(place)
    reach: dict[tuple[str, int], list[tuple[int, float]]] = defaultdict(list)
    for level, zone_id, site_id, share in conn.execute(_REACH, (scenario_id,)):
        reach[level, zone_id] += [(place, float(share)) for place in at[level, site_id]]
    zones = tuple(
        Zone(
            zone_id,
            level,
            float(per_h),
            tuple(place for place, _ in reach[level, zone_id]),
            tuple(share for _, share in reach[level, zone_id]),
        )
        for zone_id, level, per_h in conn.execute(_ZONES, (run_id, phase))
    )
    waits = {level: float(wait) for level, wait in conn.execute(_WAITS, (scenario_id,))}
    factors, is_measured = _hours(conn, set(waits))
    return Town(run_id, phase, Day(pools, zones, waits, factors, service_cv), is_measured)


def _hours(conn: Connection, levels: set[str]) -> tuple[dict[str, tuple[float, ...]], bool]:
    """Return the hours of the day relative to the busiest by level, by records where all levels have some."""
    measured: dict[str, list[float]] = {level: [0.0] * HOURS for level in levels}
    for level, hour, minutes in conn.execute(_MEASURED):
        if level in measured:
            measured[level][hour] = float(minutes or 0)
    if not all(max(hours) > 0 for hours in measured.values()):
        return dict.fromkeys(levels, _assumed_hours(conn)), False
    return {level: tuple(value / max(hours) for value in hours) for level, hours in measured.items()}, True


def _assumed_hours(conn: Connection) -> tuple[float, ...]:
    found = tuple(float(factor) for (factor,) in conn.execute(_ASSUMED))
    if len(found) != HOURS:
        raise UsageError(
            f"The load knows {len(found)} of {HOURS} hours of the day: it is older than that setting.",
            "run `make load` again, then solve the scenario again.",
        )
    return found


def simulate(
    conn: Connection,
    town: Town,
    *,
    replications: int,
    seed: int,
    progress: Callable[[int], None] = lambda _: None,
) -> int:
    """Play so many days and store their counts; return the number of the simulation."""
    played = []
    for number in range(1, replications + 1):
        progress(number)
        played.append(play(town.day, (seed, number)))
    quantile = float(t.ppf(0.975, replications - 1))
    with conn.transaction(), conn.cursor() as cursor:
        values = (town.run_id, town.phase, replications, quantile, seed, town.day.service_cv)
        found = cursor.execute(_SIMULATION, (*values, town.is_profile_measured)).fetchone()
        assert found is not None  # noqa: S101 - an insert that returns
        for number, one in enumerate(played, start=1):
            cursor.executemany(_HOUR, [(found[0], number, *row) for row in _hour_rows(town.day, one)])
            cursor.executemany(_STATION, [(found[0], number, *row) for row in _station_rows(town.day, one)])
    return int(found[0])


def _counts(count: Count) -> tuple[Any, ...]:
    return count.served, count.balked, count.wait_min, count.busy_min


def _is_peak(day: Day, level: str, hour: int) -> bool:
    return hour == day.hour_factor[level].index(max(day.hour_factor[level]))


def _hour_rows(day: Day, played: Played) -> list[tuple[Any, ...]]:
    rows = []
    for level in day.wait_max_min:
        ports = sum(pool.port_count for pool in day.pools if pool.level == level)
        for hour in range(HOURS):
            count = played.by_level.get((level, hour), Count())
            rows.append((level, hour, _is_peak(day, level, hour), ports, count.arrived, *_counts(count)))
    return rows


def _station_rows(day: Day, played: Played) -> list[tuple[Any, ...]]:
    """Return a row for each site and level: all its charger types and hours together."""
    ports: dict[tuple[int, str], int] = defaultdict(int)
    total: dict[tuple[int, str], Count] = defaultdict(Count)
    peak: dict[tuple[int, str], int] = defaultdict(int)
    for pool in day.pools:
        ports[pool.site_id, pool.level] += pool.port_count
    for (place, hour), count in played.by_pool.items():
        pool = day.pools[place]
        key = pool.site_id, pool.level
        for name in vars(count):
            setattr(total[key], name, getattr(total[key], name) + getattr(count, name))
        if _is_peak(day, pool.level, hour):
            peak[key] += count.served
    return [(*key, ports[key], total[key].arrived, peak[key], *_counts(total[key])) for key in sorted(ports)]
