"""Ports busy at once by session records that a test draws, and the curve of a scenario that follows them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import psycopg
import pytest

from tests.support.drawn_core import DrawnCore

TABLES = {
    "analysis.measured_session": "session_port_id integer, started_at timestamptz, ended_at timestamptz, is_counted boolean",
    "analysis.session_port": "session_port_id integer, level text, first_start timestamp, last_start timestamp, is_typical boolean, port_count integer",
    "core.region": "session_port_day_min float",
    "model.scenario": "scenario_id bigint",
    "model.ancestor": "scenario_id bigint, run_id bigint",
    "plan.run": "run_id bigint, scenario_id bigint",
    "plan.scenario": "scenario_id bigint, base_run_id bigint, coincidence_from text",
    "plan.scenario_phase": "scenario_id bigint, phase integer, chargers text[]",
    "plan.scenario_charger": "scenario_id bigint, charger_type text, level text, port_kw float",
    "plan.scenario_coincidence": "scenario_id bigint, port_count integer, share float",
}
VIEWS = [
    "analysis.session_coincidence",
    "analysis.measured_coincidence",
    "model.offered_charger",
    "model.coincidence",
    "audit.coincidence",
]
Session = tuple[int, str, str]
SLOW = 9


@pytest.fixture(scope="module")
def drawn(templates: Any) -> Iterator[DrawnCore]:
    with templates.clone(templates.empty()) as address, psycopg.connect(address) as conn:
        conn.execute("set time zone 'UTC'")
        conn.execute("drop schema plan cascade")
        conn.execute("create schema plan")
        yield DrawnCore(conn, tables=TABLES, views=VIEWS)


def fill(
    drawn: DrawnCore,
    sessions: Sequence[Session],
    curve: Sequence[tuple[int, float]] = (),
    source: str = "records",
    *,
    days: float = 30,
    offers: Sequence[str] = ("slow",),
    earlier: Sequence[str] = (),
) -> None:
    """Draw sessions of two hours (port, day, hour of its start), and a scenario with a curve.

    Ports up to 9 are slow and others fast. Scenario 1 offers chargers of these levels; what it continues offered `earlier`.
    """
    starts = {
        port: sorted(f"{day} {hour}:00" for p, day, hour in sessions if p == port) for port, _, _ in sessions
    }
    drawn.fill({
        "analysis.measured_session": [
            (port, f"{day} {hour}:00", f"{day} {int(hour) + 2}:00", True) for port, day, hour in sessions
        ],
        "analysis.session_port": [
            (port, "slow" if port <= SLOW else "fast", found[0], found[-1], True, 1) for port, found in starts.items()
        ],
        "core.region": [(days,)],
        "model.scenario": [(1,)],
        "model.ancestor": [(1, 5)] if earlier else [],
        "plan.run": [(5, 2)],
        "plan.scenario": [(1, 5 if earlier else None, source), (2, None, source)],
        "plan.scenario_phase": [(1, 1, list(offers)), (2, 1, list(earlier))],
        "plan.scenario_charger": [(n, name, name) for n in (1, 2) for name in ("slow", "fast", "faster")],
        "plan.scenario_coincidence": [(1, *point) for point in curve],
    })  # fmt: skip


def curve(drawn: DrawnCore) -> list[tuple[int, int, float, float]]:
    return drawn.rows(
        "select port_count, group_count, mean_share, busy_share from analysis.session_coincidence order by port_count"
    )


def test_ports_that_were_never_on_record_together_are_no_group(drawn: DrawnCore) -> None:
    """One port until April, one from May on: three groups of one port, the two of them together are no more."""
    old = [(1, "2019-01-02", "10"), (1, "2019-04-20", "10")]
    fill(drawn, [*old, (2, "2019-05-02", "10"), (2, "2019-08-20", "10")])
    assert curve(drawn) == [(1, 3, 1.0, 1.0)]
    assert drawn.rows("select * from analysis.measured_coincidence") == []


def test_a_group_counts_the_ports_that_were_on_record_together(drawn: DrawnCore) -> None:
    """Ports 1 and 2, which the checksum has first, charge in turn all spring, port 3 in summer: of all three, two were together.

    Both the pair and all three had one of two busy at once; of three ports nothing is known.
    """
    spring = [
        (port, f"2019-0{month}-10", hour) for port, hour in ((1, "10"), (2, "12")) for month in (1, 2, 3)
    ]
    fill(drawn, [*spring, (3, "2019-06-01", "10"), (3, "2019-08-01", "10")])
    assert curve(drawn) == [(1, 3, 1.0, 1.0), (2, 2, 0.5, 0.5)]
    assert drawn.rows("select port_count, busy_share from analysis.measured_coincidence order by 1") == [
        (1, 1.0),
        (2, 0.5),
    ]


@pytest.mark.parametrize(("days", "together"), [(11, 2), (12, 1)])
def test_being_on_record_together_takes_some_days(drawn: DrawnCore, days: float, together: int) -> None:
    """From 10 to 20 March: eleven days. Both are busy on the 15th at eleven, unless that counts for one port."""
    one = [(1, "2019-01-02", "10"), (1, "2019-03-15", "10"), (1, "2019-03-20", "10")]
    two = [(2, "2019-03-10", "10"), (2, "2019-03-15", "11"), (2, "2019-06-01", "10")]
    fill(drawn, [*one, *two], days=days)
    assert [row[:3] for row in curve(drawn)][-1] == (together, 1 if together > 1 else 3, 1.0)


MEASURED = [(port, f"2019-0{month}-10", hour) for port, hour in ((1, "10"), (2, "12")) for month in (1, 2, 3)]
POINTS = ((1, 1.0), (4, 0.75), (8, 0.5), (20, 0.4))


@pytest.mark.parametrize("view", ["model.coincidence", "audit.coincidence"])
def test_a_scenario_follows_the_records_and_for_more_ports_its_own_curve(drawn: DrawnCore, view: str) -> None:
    """Of 2 ports 1 is busy. Four ports have no larger share, 2 busy; of eight 4, of twenty 8, of fourteen 6."""
    fill(drawn, MEASURED, POINTS)
    query = f"select port_count, share from {view} where scenario_id = 1 order by 1"  # noqa: S608 - a name of the test
    found = dict(drawn.rows(query))
    expected = {1: 1.0, 2: 0.5, 3: 0.5, 4: 0.5, 8: 0.5, 14: 6 / 14, 20: 0.4}
    assert {n: found[n] for n in expected} == pytest.approx(expected)
    assert max(found) == 20
    # of more ports no fewer are busy than of those on record
    fill(drawn, MEASURED, [(1, 1.0), (5, 0.1), (20, 0.08)])
    found = dict(drawn.rows(query))
    assert {n: found[n] for n in (2, 5, 20)} == pytest.approx({2: 0.5, 5: 1 / 5, 20: 1.6 / 20})
    # a curve that ends before what was measured says nothing
    fill(drawn, MEASURED, [(1, 0.7)])
    assert dict(drawn.rows(query)) == pytest.approx({1: 1.0, 2: 0.5})


@pytest.mark.parametrize("view", ["model.coincidence", "audit.coincidence"])
def test_a_scenario_with_a_curve_of_its_own_follows_no_records(drawn: DrawnCore, view: str) -> None:
    query = f"select port_count, share from {view} where scenario_id = 1 and port_count in (1, 4, 8, 20) order by 1"  # noqa: S608
    fill(drawn, MEASURED, POINTS, source="curve")
    assert drawn.rows(query) == [(n, pytest.approx(share)) for n, share in POINTS]
    # and without records there is nothing else
    fill(drawn, [], POINTS)
    assert drawn.rows(query) == [(n, pytest.approx(share)) for n, share in POINTS]


# slow ports charge in turn, fast ones at the same hour
BOTH = [*MEASURED, *((port, f"2019-0{month}-12", "10") for port in (11, 12) for month in (1, 2, 3))]


def test_each_level_has_a_curve_of_its_own(drawn: DrawnCore) -> None:
    """Of 2 slow ports 1 is busy, of 2 fast ones both; all four as one group would have 2 of 4, which is neither."""
    fill(drawn, BOTH)
    query = "select level, port_count, busy_share from analysis.measured_coincidence order by 1, 2"
    assert drawn.rows(query) == [("fast", 1, 1.0), ("fast", 2, 1.0), ("slow", 1, 1.0), ("slow", 2, 0.5)]


def test_a_port_alone_of_its_level_tells_nothing_of_several(drawn: DrawnCore) -> None:
    fill(drawn, [*MEASURED, *((11, f"2019-0{month}-12", "10") for month in (1, 2, 3))])
    assert drawn.rows("select distinct level from analysis.measured_coincidence") == [("slow",)]


@pytest.mark.parametrize("view", ["model.coincidence", "audit.coincidence"])
@pytest.mark.parametrize(
    ("offers", "earlier", "expected"),
    [
        # the curve of the scenario has 1.75 of 2 ports busy, and 0.75 of 4
        (["slow"], [], {1: 1.0, 2: 0.5, 4: 0.5, 8: 0.5, 20: 0.4}),
        (["fast"], [], {1: 1.0, 2: 1.0, 4: 0.75, 8: 0.5, 20: 0.4}),
        (["slow", "fast"], [], {1: 1.0, 2: 1.0, 4: 0.75, 8: 0.5, 20: 0.4}),
        (["slow"], ["fast"], {1: 1.0, 2: 1.0, 4: 0.75, 8: 0.5, 20: 0.4}),
        # of faster ones nothing is on record: by the scenario's own curve 1 + 2 / 3 of 2 ports are busy
        (["faster"], [], {1: 1.0, 2: (1 + 2 / 3) / 2, 4: 0.75, 8: 0.5, 20: 0.4}),
        (["slow", "faster"], [], {1: 1.0, 2: (1 + 2 / 3) / 2, 4: 0.75, 8: 0.5, 20: 0.4}),
        # a plan that only removes offers nothing
        ([], [], {1: 1.0, 2: (1 + 2 / 3) / 2, 4: 0.75, 8: 0.5, 20: 0.4}),
    ],
)
def test_the_busiest_level_on_offer_counts(
    drawn: DrawnCore, view: str, offers: list[str], earlier: list[str], expected: dict[int, float]
) -> None:
    fill(drawn, BOTH, POINTS, offers=offers, earlier=earlier)
    found = dict(drawn.rows(f"select port_count, share from {view} where scenario_id = 1"))  # noqa: S608
    assert {n: found[n] for n in expected} == pytest.approx(expected)
    assert found.keys() == set(range(1, 21))


@pytest.mark.parametrize("view", ["model.coincidence", "audit.coincidence"])
def test_a_curve_that_ends_first_goes_on_with_its_last_share(drawn: DrawnCore, view: str) -> None:
    """Of three slow ports one is busy. The scenario's own curve ends at one port with 0.7, so fast ports keep 0.7 of any number."""
    slow = [
        (port, f"2019-0{month}-10", hour)
        for port, hour in ((1, "10"), (2, "12"), (3, "14"))
        for month in (1, 2, 3)
    ]
    fill(drawn, slow, [(1, 0.7)], offers=["slow", "fast"])
    found = dict(drawn.rows(f"select port_count, share from {view} where scenario_id = 1"))  # noqa: S608
    assert found == pytest.approx({1: 1.0, 2: 0.7, 3: 0.7})
