"""The curve of coincidence: its points, what the rule counts of it, and that no plan has more load than it says."""

from __future__ import annotations

import math
from itertools import pairwise
from pathlib import Path
from typing import Any

import psycopg
import pytest

from db.common.errors import UsageError
from model.data import scenario, scenario_store
from model.solve import Limits, solve_scenario
from tests.support.findings import work_out
from tests.support.scenarios import file

Connection = psycopg.Connection[Any]
POINTS = ((1, 1.0), (4, 0.75), (8, 0.5), (20, 0.4))
CURVE = f"coincidence = [{', '.join(f'{{ port_count = {n}, share = {share} }}' for n, share in POINTS)}]\n"
PEOPLE = """
[demand.weight_share]
ev = 0.0
population = 1.0
transit = 0.0
infrastructure_quality = 0.0
infrastructure_age = 0.0
[level.L2]
service_distance_m = 1000
[level.L3]
service_distance_m = 600
"""


def rows(conn: Connection, query: str, *values: object) -> list[tuple[Any, ...]]:
    return conn.execute(query.encode(), values).fetchall()


def by_hand(ports: int) -> float:
    """Return the share of so many ports: the ports busy at once are interpolated."""
    if ports >= POINTS[-1][0]:
        return POINTS[-1][1]
    (a, low), (b, high) = next(pair for pair in pairwise(POINTS) if pair[0][0] <= ports < pair[1][0])
    return (a * low + (b * high - a * low) * (ports - a) / (b - a)) / ports


def test_between_points_the_ports_that_are_busy_are_interpolated(toy: Connection, tmp_path: Path) -> None:
    """Of 4 ports 3 are busy, of 8 ports 4: of 6 ports 3.5."""
    stored = scenario_store.store(toy, *scenario.resolve(file(tmp_path, f"{PEOPLE}[grid]\n{CURVE}")))
    for query in (
        "select port_count, share from model.coincidence where scenario_id = %s",
        "select port_count, share from audit.coincidence where scenario_id = %s",
    ):
        found = dict(rows(toy, query, stored))
        assert found[6] == pytest.approx(3.5 / 6)
        assert found == {n: pytest.approx(by_hand(n)) for n in range(1, 21)}


def test_the_curve_that_is_shipped(toy: Connection) -> None:
    """Of 15 ports 12 are busy and of 17 ports 12.92: of 16 ports 12.46; of 8 ports half of the way from 1 to 12, 6.5."""
    stored = scenario_store.store(toy, *scenario.resolve("base"))
    for room in ("model", "audit"):
        query = f"select port_count, share from {room}.coincidence where scenario_id = %s"  # noqa: S608 - ours
        found = dict(rows(toy, query, stored))
        assert found.keys() == set(range(1, 97))
        assert [found[n] for n in (1, 8, 16, 32, 96)] == pytest.approx([1.0, 6.5 / 8, 12.46 / 16, 0.44, 0.38])
        assert all(found[n] >= found[n + 1] - 1e-12 for n in range(1, 96))
        assert all(n * found[n] <= (n + 1) * found[n + 1] + 1e-9 for n in range(1, 96))


def test_by_the_shipped_curve_a_station_takes_what_its_first_ports_leave(
    toy: Connection, tmp_path: Path
) -> None:
    """Ports of 150 kW: one takes 150 kW, two 150 (1 + 11 / 14) = 268 kW, more than the 220 and 200 kW of the two stations."""
    text = PEOPLE + '[phase.1]\nchargers = ["dc_150"]\n'
    stored = scenario_store.store(toy, *scenario.resolve(file(tmp_path, text, extends=None)))
    nodes = rows(
        toy,
        "select coincidence_share, remaining_kw from model.grid_node where scenario_id = %s order by 2",
        stored,
    )
    assert nodes == [(1.0, pytest.approx(200)), (1.0, pytest.approx(220))]
    # five times the room: four ports take 150 (1 + 33 / 14) = 503.6 kW, seven 150 (1 + 66 / 14) = 857, eight 975
    text += "[grid]\nhosting_capacity_factor = 5.0\n"
    stored = scenario_store.store(toy, *scenario.resolve(file(tmp_path, text, extends=None)))
    nodes = rows(
        toy,
        "select coincidence_share, remaining_kw from model.grid_node where scenario_id = %s order by 2",
        stored,
    )
    assert nodes == [
        (pytest.approx(6.5 / 8), pytest.approx(1000)),
        (pytest.approx((1 + 8 * 11 / 14) / 9), pytest.approx(1100)),
    ]


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("", "records"),
        (CURVE, "curve"),
        (f'coincidence_from = "records"\n{CURVE}', "records"),
        ('coincidence_from = "curve"\n', "curve"),
    ],
)
def test_a_curve_that_a_file_sets_is_meant(tmp_path: Path, text: str, source: str) -> None:
    assert (
        scenario.resolve(file(tmp_path, f"[grid]\n{text}", extends=None))[1].grid.coincidence_from == source
    )


@pytest.mark.parametrize("factor", [0.01, 0.2, 0.5, 1.0, 3.0])
def test_what_the_rule_allows_fits_by_the_curve(toy: Connection, tmp_path: Path, factor: float) -> None:
    """Whatever ports of up to 150 kW a plan adds, with or without a grid upgrade."""
    text = f"{PEOPLE}[grid]\nhosting_capacity_factor = {factor}\n{CURVE}"
    found = scenario.resolve(file(tmp_path, text))
    stored = scenario_store.store(toy, *found)
    strongest = max(
        found[1].charger[name].port_kw for phase in found[1].phase.values() for name in phase.chargers
    )
    nodes = rows(
        toy, "select coincidence_share, remaining_kw from model.grid_node where scenario_id = %s", stored
    )
    assert nodes
    for share, room in nodes:
        for more in (0.0, 500.0):
            for added in range(1, 6000, 7):
                if share * added <= room + more:
                    fewest = math.ceil(added / strongest)
                    assert by_hand(fewest) * added <= room + more + 1e-6


def test_a_plan_is_audited_by_the_curve(toy: Connection, tmp_path: Path) -> None:
    """The load of the ports that stand after a plan, with the share of as many ports; a fault in it is found."""
    report = solve_scenario(file(tmp_path, f"{PEOPLE}[grid]\n{CURVE}"), Limits()).report
    loads = rows(
        toy,
        "select added_kw, curve_kw, port_count, remaining_kw + grid_upgrade_kw, is_over_curve from audit.grid_load where run_id = %s",
        report.run_id,
    )
    gained = [load for load in loads if load[0] > 0]
    assert gained
    for counted, curve, ports, room, is_over in gained:
        assert curve <= room + 1e-6
        assert not is_over
        assert by_hand(ports) > 0
        assert counted <= room + 1e-6
    toy.execute("update plan.scenario_coincidence set share = 1")
    toy.execute("update plan.scenario set hosting_capacity_factor = hosting_capacity_factor / 1000")
    work_out(toy, report.run_id)
    assert rows(toy, "select 1 from audit.grid_load where run_id = %s and is_over_curve", report.run_id)


@pytest.mark.parametrize(
    ("points", "said"),
    [
        ("[{ port_count = 2, share = 0.7 }]", "the first row of coincidence is of port_count = 1"),
        ("[]", "the first row of coincidence is of port_count = 1"),
        ("[{ port_count = 1, share = 0.7 }, { port_count = 5, share = 0.8 }]", "coincidence of 5 ports is more than that of 1"),
        ("[{ port_count = 1, share = 1.0 }, { port_count = 5, share = 0.1 }]", "fewer of 5 ports busy at once than of 1"),
        ("[{ port_count = 1, share = 1.0 }, { port_count = 1, share = 0.9 }]", "list more ports later"),
        ("[{ port_count = 1, share = 0.0 }]", "share"),
    ],
)  # fmt: skip
def test_a_curve_that_cannot_be_is_refused(points: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=said):
        scenario.resolve(file(tmp_path, f"[grid]\ncoincidence = {points}\n"))


def test_the_single_factor_is_refused_with_its_new_name(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"the key 'grid.coincidence_factor' is now 'grid.coincidence'"):
        scenario.resolve(file(tmp_path, "[grid]\ncoincidence_factor = 0.7\n"))
