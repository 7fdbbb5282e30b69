"""Blocks of a region by their view: each site has one, large planning areas are cut, small ones are joined."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from typing import Any

import psycopg
import pytest

from model.data import scenario, scenario_store
from model.data.read import read

FEW, MANY, HUGE = 30, 1_400, 3_900
"""Choices of the planning areas, about: 8 villages, a town, a city."""
LIKE = """
    select b.site_id, b.choice_count from model.block_site as b
    where b.scenario_id = %s order by b.choice_count desc, b.site_id limit 1
"""
CLONE = """
    insert into model.{table}
    select (jsonb_populate_record(t, jsonb_build_object(
        'site_id', n.site_id, 'planning_area_id', n.area_id, 'geom', n.geom
    ))).*
    from model.{table} as t
    cross join unnest(%(sites)s::integer[], %(areas)s::integer[], %(xs)s::float[], %(ys)s::float[]) as p (site_id, area_id, x, y)
    cross join lateral (
        select p.site_id, p.area_id, st_setsrid(st_makepoint(p.x, p.y), %(srid)s) as geom
    ) as n
    where t.scenario_id = %(scenario)s and t.site_id = %(like)s
"""
"""A site like the one with the most choices, elsewhere."""


@pytest.fixture
def town(toy_connection: psycopg.Connection[Any]) -> tuple[psycopg.Connection[Any], int]:
    scenario_id = scenario_store.store(toy_connection, *scenario.resolve("full"))
    read(toy_connection, scenario_id)
    return toy_connection, scenario_id


def blocks_of(conn: psycopg.Connection[Any], scenario_id: int) -> dict[int, tuple[int, int]]:
    rows = conn.execute(
        "select site_id, block_id, choice_count from model.block_site where scenario_id = %s", (scenario_id,)
    ).fetchall()
    assert len(rows) == len({site for site, _, _ in rows})
    return {site: (block, count) for site, block, count in rows}


def test_a_town_is_one_block_that_counts_every_choice(town: tuple[psycopg.Connection[Any], int]) -> None:
    conn, scenario_id = town
    inputs = read(conn, scenario_id)
    choices = Counter(o.site_id for o in inputs.options.values() for _ in o.phases)
    assert choices
    assert blocks_of(conn, scenario_id) == {site: (1, choices[site]) for site in inputs.sites}


def test_large_planning_areas_are_cut_and_small_ones_joined(
    town: tuple[psycopg.Connection[Any], int],
) -> None:
    conn, scenario_id = town
    areas = {**dict.fromkeys(range(901, 909), FEW), 910: MANY, 911: HUGE}
    with conn.transaction(force_rollback=True):
        conn.execute("delete from model.needless_option where scenario_id = %s", (scenario_id,))
        like, each = conn.execute(LIKE, (scenario_id,)).fetchone() or (0, 1)
        srid = conn.execute("select st_srid(geom) from model.site_state limit 1").fetchone()
        own: defaultdict[int, list[int]] = defaultdict(list)
        rows: list[tuple[int, int, float, float]] = []
        for number, (area, count) in enumerate(areas.items()):
            for n in range(max(count // each, 1)):
                rows.append(
                    (
                        1_000_000 + len(rows),
                        area,
                        5e5 + 20_000 * number + 300 * (n % 16),
                        5e6 + 300 * (n // 16),
                    )
                )
                own[area].append(rows[-1][0])
        sites, of_areas, xs, ys = (list(column) for column in zip(*rows, strict=True))
        places = {"sites": sites, "areas": of_areas, "xs": xs, "ys": ys}
        for table in ("site_state", "site_price", "site_action"):
            conn.execute(
                CLONE.format(table=table),
                {**places, "srid": srid and srid[0], "scenario": scenario_id, "like": like},
            )
            conn.execute(f"analyze model.{table}")
        found = blocks_of(conn, scenario_id)
    assert len({found[s][1] for sites in own.values() for s in sites}) == 1
    blocks = {area: {found[s][0] for s in sites} for area, sites in own.items()}
    count = {area: sum(found[s][1] for s in sites) for area, sites in own.items()}
    assert 1 < len(blocks[911]) <= math.ceil(count[911] / 1500)
    assert all(len(blocks[area]) <= math.ceil(count[area] / 1500) for area in areas)
    assert len(set().union(*(blocks[area] for area in range(901, 909)))) <= 2
    size: Counter[int] = Counter()
    for block, count in found.values():
        size[block] += count
    assert max(size.values()) <= 2 * 1500
    assert sorted(size) == list(range(1, len(size) + 1))
