"""When a region is solved by blocks, and what a block is told of the region."""

from __future__ import annotations

from dataclasses import replace

from model.data.inputs import DoubleCoverage, DoubleCoverageNode, Overlap, Space
from model.run.by_blocks import WHOLE_FACTOR_COUNT_MAX, Blocks, Splitting, factor_count, is_split
from model.solver.blocks.rest import FlowIndex
from model.solver.blocks.touched import Touched
from tests.support.towns import town

TOWN = town(4, 5.0)
COVERING = sum(map(len, TOWN.covering_sites.values()))


def test_factors_are_those_of_all_rows_over_sites() -> None:
    assert factor_count(TOWN) == COVERING
    double = {"L2": DoubleCoverage((DoubleCoverageNode((0, 1, 2), 2, 0.5),))}
    space = Space(
        conflicts={"L2": ((0, 1), (1, 2))},
        neighbours={(0, "L2"): (1, 2, 3, 4)},
        overlaps=(Overlap("L2", (5, 6, 7, 8, 9), 2),),
    )
    assert factor_count(replace(TOWN, double_coverage=double)) == COVERING + 3
    assert factor_count(replace(TOWN, space=space)) == COVERING + 4 + 4 + 5


def test_rows_on_space_alone_may_make_a_region_too_large_for_one_model() -> None:
    many = Space(neighbours={(0, "L2"): tuple(range(WHOLE_FACTOR_COUNT_MAX))})
    automatic = Blocks(Splitting.AUTO)
    assert not is_split(TOWN, automatic)
    assert is_split(replace(TOWN, space=many), automatic)
    assert not is_split(replace(TOWN, space=many), Blocks(Splitting.NEVER))


def test_what_some_sites_touch_is_what_a_look_at_everything_finds() -> None:
    overlaps = (Overlap("L2", (5, 6), 1), Overlap("L2", (0, 9), 1))
    space = Space(
        conflicts={"L2": ((0, 1), (2, 3), (1, 2))},
        neighbours={(0, "L2"): (1,), (9, "L2"): (2, 3)},
        overlaps=overlaps,
    )
    region = Touched(replace(TOWN, space=space))
    for sites in ({0}, {2, 9}, {15}, set[int]()):
        covering = TOWN.covering_sites.items()
        assert region.nodes(sites) == sorted(key for key, others in covering if not sites.isdisjoint(others))
        found = region.space(sites)
        assert found.conflicts == {
            "L2": tuple(pair for pair in space.conflicts["L2"] if not sites.isdisjoint(pair))
        }
        assert found.neighbours == {
            key: others
            for key, others in space.neighbours.items()
            if key[0] in sites or not sites.isdisjoint(others)
        }
        assert found.overlaps == tuple(row for row in overlaps if not sites.isdisjoint(row.site_ids))
        assert set(region.options(sites)) == {f"{site}:build" for site in sites}


def test_flows_are_found_by_zone_and_by_site() -> None:
    sent = {(1, "L2", 7): 2.0, (1, "L2", 8): 1.0, (2, "L2", 8): 3.0, (3, "L2", 9): 4.0}
    index = FlowIndex({1: sent, 2: {}})
    assert index.of([(1, "L2")], [9]) == {
        1: {(1, "L2", 7): 2.0, (1, "L2", 8): 1.0, (3, "L2", 9): 4.0},
        2: {},
    }
    assert index.of([], [8]) == {1: {(1, "L2", 8): 1.0, (2, "L2", 8): 3.0}, 2: {}}
