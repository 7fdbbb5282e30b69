"""Holds a plan on what was known at a date against what was built since.

The side database has the region as it was known, and is planned in; here are the queries that prepare it and
those that bring its facts into the user's own database, where views count (`sql/4_model/backtest_*.sql`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, LiteralString

import psycopg
from psycopg.rows import dict_row

from db.common.assumption import AS_OF
from db.common.errors import UsageError
from model.analysis.built_file import BuiltFile

Connection = psycopg.Connection[tuple[Any, ...]]
BY_HULL = "hull"
BY_BOX = "box"


@dataclass(frozen=True)
class Options:
    """What a backtest counts by: distances in m, the area (box, hull or degrees), random draws."""

    as_of: dt.date
    extent: str = BY_BOX
    known_m: float = 50.0
    merge_m: float = 100.0
    near_m: float = 250.0
    distances_m: tuple[float, ...] = (250.0, 500.0, 1000.0, 2000.0)
    draw_count: int = 1000
    seed: int = 1


@dataclass(frozen=True)
class Built:
    """What was built: counts of records, and the extent (EWKB) of which the file speaks."""

    record_count: int
    known_count: int
    outside_count: int
    site_count: int


_MAKE = """
    create temporary table built_record (
        record integer primary key, station_id text, name text, is_flagged boolean, is_known boolean,
        built_id integer, geom geometry(Point)
    );
    create temporary table built_port (record integer, level text, port_count integer);
    create temporary table built_extent (geom geometry(Polygon));
"""
WAYS = (BY_BOX, BY_HULL)
_RECORD = """
    insert into built_record (record, station_id, name, is_flagged, geom)
    select %s, %s, %s, %s, st_transform(st_setsrid(st_makepoint(%s, %s), 4326), metric_srid) from core.region
"""
_EXTENT: dict[str, LiteralString] = {
    # a tenth of a metre wider, so that the outermost lie within: a parallel is no straight line
    BY_BOX: """
        insert into built_extent
        select st_transform(st_segmentize(
            st_setsrid(st_expand(st_collect(st_transform(b.geom, 4326)), 1e-6), 4326), 0.01
        ), r.metric_srid)
        from built_record as b cross join core.region as r group by r.metric_srid
    """,
    # a metre wider, so that the outermost lie within and two points have an area
    BY_HULL: """
        insert into built_extent select st_buffer(st_convexhull(st_collect(geom)), 1) from built_record
    """,
}
_EXTENT_GIVEN = """
    insert into built_extent
    select st_transform(st_segmentize(st_makeenvelope(%s, %s, %s, %s, 4326), 0.01), metric_srid)
    from core.region
"""
# by number of the feed first; a record that has a new number and stands at a station of then is that station
_KNOWN = """
    update built_record as b set is_known = coalesce(b.is_flagged, exists (
        select from core.station_source as s
        join core.station_status as k using (source_key)
        where k.status = 'in_service'
            and (split_part(s.source_key, ':', 2) = nullif(b.station_id, '') and s.feed = %(feed)s
                or st_dwithin(s.geom, b.geom, %(known_m)s))
    ))
"""
_MERGE = """
    update built_record as b set built_id = m.built_id
    from (
        select record, 1 + st_clusterdbscan(geom, %(merge_m)s, 1) over (order by record) as built_id
        from built_record
        where not is_known
            and exists (select from built_extent as e where st_intersects(e.geom, built_record.geom))
    ) as m
    where m.record = b.record
"""
_COUNTS = """
    select count(*), count(*) filter (where is_known),
        count(*) filter (
            where not exists (select from built_extent as e where st_intersects(e.geom, b.geom))
        ),
        count(distinct built_id)
    from built_record as b
"""
# the usual charger of each level at the prices of the first phase; connection by the power, without lines
_SPENT = """
    with site as (
        select r.built_id, p.level, sum(p.port_count) as port_count
        from built_record as r join built_port as p using (record)
        where r.built_id is not null
        group by r.built_id, p.level
    ), work as (
        select s.built_id,
            sum(s.port_count * (c.equipment_cost_cad_per_port + c.installation_cost_cad_per_port)
                + c.equipment_cost_cad_per_station + c.installation_cost_cad_per_station) as work_cad,
            sum(s.port_count * c.port_kw) as kw
        from site as s
        join model.charger as c on c.scenario_id = %(scenario_id)s and c.level = s.level and c.is_usual
        group by s.built_id
    )
    select coalesce(sum(
        (w.work_cad + p.connection_fixed_cost_cad + w.kw * p.connection_cost_cad_per_kw
            + case when w.kw > p.three_phase_kw_min then p.transformer_cost_cad else 0 end)
        * (1 + p.soft_cost_share) * (1 + p.contingency_share) * f.price_factor
    ), 0)
    from work as w
    join model.price as p on p.scenario_id = %(scenario_id)s
    join model.phase as f on f.scenario_id = p.scenario_id and f.phase = 1
"""
_OUTSIDE = """
    insert into plan.site_lock (site_id, lock_kind, note)
    select s.site_id, 'force_out', 'outside the extent of the backtest'
    from core.site as s
    where not s.is_existing
        and not exists (select from built_extent as e where st_intersects(e.geom, s.geom))
"""


def refuse_other_region(own: Connection, side: Connection) -> None:
    """Ask for the region of the backtest in the planner's own database, where reports show it.

    Raises:
        UsageError: it holds another region, or none.
    """
    query: LiteralString = "select region, metric_srid from core.region"
    loaded, wanted = own.execute(query).fetchone(), side.execute(query).fetchone()
    if loaded != wanted:
        has = f"holds the region {loaded[0]}" if loaded else "holds no region"
        raise UsageError(
            f"The planner's database {has}; the backtest is of {wanted[0] if wanted else 'none'}.",
            "load that region first: `planner load --region R`, or give --region.",
        )


def prepare(conn: Connection, built: BuiltFile, options: Options, feed: str) -> Built:
    """Write the stations into temporary tables of the side database; tell new ones, merge them into sites.

    Candidates outside the extent are locked, so that the money is spent where it was really spent.

    Raises:
        UsageError: nothing new was built within the extent, or the extent is none.
    """
    conn.execute(_MAKE)
    with conn.cursor() as cursor:
        cursor.executemany(
            _RECORD, [(s.record, s.station_id, s.name, s.is_known, s.lon, s.lat) for s in built.stations]
        )
        cursor.executemany(
            "insert into built_port values (%s, %s, %s)",
            [(s.record, level, count) for s in built.stations for level, count in s.ports.items()],
        )
    if options.extent in _EXTENT:
        conn.execute(_EXTENT[options.extent])
    else:
        conn.execute(_EXTENT_GIVEN, read_extent(options.extent))
    values = {"known_m": options.known_m, "merge_m": options.merge_m, "feed": feed}
    conn.execute(_KNOWN, values)
    conn.execute(_MERGE, values)
    row = conn.execute(_COUNTS).fetchone()
    assert row is not None  # noqa: S101 - counts are always a row
    if not row[3]:
        raise UsageError(
            f"{built.name} has no station within the extent that is new since {options.as_of}.",
            "check --as-of, --extent and --known-distance.",
        )
    conn.execute(_OUTSIDE)
    return Built(*row)


def read_extent(text: str) -> tuple[float, float, float, float]:
    """Return west, south, east and north, in degrees.

    Raises:
        UsageError: these are not four degrees in order.
    """
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        west, south, east, north = 0.0, 0.0, 0.0, 0.0
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):  # noqa: PLR2004 - degrees
        raise UsageError(
            f"--extent {text} is no area.", "give box, hull, or west,south,east,north in degrees."
        )
    return west, south, east, north


def spent_cad(conn: Connection, scenario_id: int) -> float:
    """Return what the built ports cost at the prices of a scenario, as each site's usual chargers."""
    row = conn.execute(_SPENT, {"scenario_id": scenario_id}).fetchone()
    assert row is not None  # noqa: S101 - a sum is always a row
    return float(row[0])


@dataclass(frozen=True)
class Planned:
    """The run of a backtest in the side database, and what it was given."""

    run_id: int
    scenario_name: str
    spent_cad: float


_FACT = """
    select r.region, r.currency, r.people_near_m, u.net_capex_cad, u.mip_gap, st_asewkb(e.geom) as extent_geom
    from core.region as r
    cross join built_extent as e
    join plan.run as u on u.run_id = %(run_id)s
"""
_REMARK = """
    select a.source, a.code, a.value::text from raw.load_assumption as a
    where a.load_id = (select load_id from core.region) and a.code = any (%(codes)s)
    order by a.assumption_id
"""
_SITE = """
    select r.built_id, (array_agg(nullif(r.name, '') order by r.record))[1], count(*),
        st_asewkb(st_centroid(st_collect(r.geom)))
    from built_record as r where r.built_id is not null group by r.built_id order by r.built_id
"""
_CANDIDATE = """
    select s.site_id, s.site_key, s.name, d.site_id is not null, k.score, k.land_use_score, k.transit_score,
        k.road_score, k.grid_score, k.people_score, n.people_near, st_asewkb(s.geom)
    from core.site as s
    join analysis.candidate_score as k using (site_id)
    join analysis.people_near as n using (site_id)
    left join plan.decision as d
        on d.run_id = %(run_id)s and d.site_id = s.site_id and d.action = 'build'
    join plan.run as u on u.run_id = %(run_id)s
    where not s.is_existing and exists (select from built_extent as e where st_intersects(e.geom, s.geom))
        -- where the plan may build
        and not exists (
            select from model.candidate_refusal as f
            where f.scenario_id = u.scenario_id and f.site_id = s.site_id
        )
    order by s.site_id
"""
_PORT = """
    select false, r.built_id, p.level, sum(p.port_count)
    from built_record as r join built_port as p using (record)
    where r.built_id is not null
    group by r.built_id, p.level
    union all
    select true, d.site_id, c.level, sum(p.port_count_after)
    from plan.decision as d
    join plan.decision_port as p using (run_id, phase, site_id)
    join plan.run as u using (run_id)
    join plan.scenario_charger as c on c.scenario_id = u.scenario_id and c.charger_type = p.charger_type
    where d.run_id = %(run_id)s and d.action = 'build' and p.port_count_after > 0
    group by d.site_id, c.level
"""
_INSERT: dict[str, LiteralString] = {
    "remark": "insert into plan.backtest_remark values (%s, %s, %s, %s, %s)",
    "site": "insert into plan.backtest_site values (%s, %s, %s, %s, %s)",
    "candidate": """
        insert into plan.backtest_candidate values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
    """,
    "port": "insert into plan.backtest_port values (%s, %s, %s, %s, %s)",
}
_BACKTEST = """
    insert into plan.backtest (
        region, as_of, built_file, built_sha256, scenario_name, spent_cad, net_capex_cad, currency, mip_gap,
        record_count, known_count, outside_count, known_m, merge_m, near_m, people_near_m,
        distances_m, draw_count, seed, extent_geom
    )
    values (
        %(region)s, %(as_of)s, %(built_file)s, %(built_sha256)s, %(scenario_name)s, %(spent_cad)s,
        %(net_capex_cad)s, %(currency)s, %(mip_gap)s, %(record_count)s, %(known_count)s,
        %(outside_count)s, %(known_m)s, %(merge_m)s, %(near_m)s, %(people_near_m)s, %(distances_m)s,
        %(draw_count)s, %(seed)s, %(extent_geom)s
    )
    returning backtest_id
"""
_COUNT: tuple[LiteralString, ...] = (
    "insert into plan.backtest_share select * from model.backtest_share where backtest_id = %s",
    "insert into plan.backtest_auc select * from model.backtest_auc where backtest_id = %s",
)


def write(
    own: Connection, side: Connection, file: BuiltFile, built: Built, *, planned: Planned, options: Options
) -> int:
    """Bring the facts of a side database into one's own, count there, and return the backtest's number."""
    run = {"run_id": planned.run_id}
    with side.cursor(row_factory=dict_row) as cursor:
        fact = cursor.execute(_FACT, run).fetchone()
    assert fact is not None  # noqa: S101 - the run is there
    remarks = side.execute(_REMARK, {"codes": list(AS_OF)}).fetchall()
    given = vars(options) | vars(built) | vars(planned) | fact
    given |= {"built_file": file.name, "built_sha256": file.sha256, "distances_m": list(options.distances_m)}
    with own.transaction(), own.cursor() as cursor:
        found = cursor.execute(_BACKTEST, given).fetchone()
        assert found is not None  # noqa: S101 - an insert that returns
        backtest_id = int(found[0])
        _copy(cursor, "remark", backtest_id, [(n, *row) for n, row in enumerate(remarks, start=1)])
        _copy(cursor, "site", backtest_id, side.execute(_SITE))
        _copy(cursor, "candidate", backtest_id, side.execute(_CANDIDATE, run))
        _copy(cursor, "port", backtest_id, side.execute(_PORT, run))
        for statement in _COUNT:
            cursor.execute(statement, (backtest_id,))
    return backtest_id


def _copy(cursor: Any, name: str, backtest_id: int, rows: Iterable[Sequence[Any]]) -> None:
    cursor.executemany(_INSERT[name], [(backtest_id, *row) for row in rows])
