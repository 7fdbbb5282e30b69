"""What the benchmark measures, by hand: gap, time to a gap, primal integral, comparison, table, logs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.benchmark import load, table
from tests.benchmark.instances import covering, covering_radius, drawn_graph
from tests.benchmark.line import Line, of_command, of_solver
from tests.benchmark.measure import Course, Event, best_objective, compare, compare_plans, fault, primal_gap
from tests.benchmark.peers import CbcLog
from tests.benchmark.process import Ended
from tests.benchmark.recorder import Recorder
from tests.benchmark.table import COLUMNS, Result


def course(*events: tuple[float, float | None, float | None]) -> Course:
    return Course(tuple(Event(*event) for event in events))


SLOW = course((1, None, 10), (2, 5, 10), (6, 8, 8.5), (9, 8, 8))
QUICK = course((0.5, 4, 12), (3, 8, 8))


def test_the_gap_is_a_share_of_the_incumbent() -> None:
    assert Event(0, 8, 10).mip_gap == pytest.approx(0.25)
    assert Event(0, -0.5, -0.4).mip_gap == pytest.approx(0.2)
    assert Event(0, 8, 7.999).mip_gap == 0
    assert Event(0, None, 10).mip_gap == Event(0, 8, None).mip_gap == float("inf")


def test_the_time_to_a_gap_is_that_of_the_first_event_that_has_it() -> None:
    assert SLOW.seconds_to(1.0) == 2
    assert SLOW.seconds_to(0.0625) == 6
    assert SLOW.seconds_to(0.06) == 9
    assert course((1, 5, 10)).seconds_to(0.5) is None
    assert SLOW.seconds_to_end_gap == 9
    assert course((1, None, 10)).seconds_to_end_gap is None


def test_the_primal_integral_by_hand() -> None:
    """Of 10 s: 2 without a plan, 4 with 5 of 8, 4 with 8 of 8; then with 8 of 10 as the best known."""
    assert SLOW.primal_integral_s(8, 10) == pytest.approx(2 + 4 * 3 / 8)
    assert SLOW.primal_integral_s(10, 10) == pytest.approx(2 + 4 * 0.5 + 4 * 0.2)
    assert SLOW.primal_integral_s(8, 4) == pytest.approx(2 + 2 * 3 / 8)
    assert course().primal_integral_s(8, 10) == 10
    assert course((12, 8, 8)).primal_integral_s(8, 10) == 10  # too late


def test_the_primal_gap_is_between_nothing_and_all() -> None:
    assert primal_gap(None, 8) == 1
    assert primal_gap(-1, 8) == 1
    assert primal_gap(0, 0) == 0
    assert primal_gap(-0.5, -0.4) == pytest.approx(0.2)


def test_the_same_gap_is_compared() -> None:
    found = compare(QUICK, SLOW, mip_gap=0, limit_s=10)
    assert (str(found), found.verdict) == ("0.33", "ahead")
    found = compare(SLOW, QUICK, mip_gap=0, limit_s=10)
    assert (str(found), found.verdict) == ("3.00", "behind")
    found = compare(SLOW, QUICK, mip_gap=0.0625, limit_s=10)  # no less than what was asked for
    assert (str(found), found.verdict) == ("2.00", "behind")
    found = compare(course((3.5, 8, 8)), QUICK, mip_gap=0, limit_s=10)
    assert (str(found), found.verdict) == ("1.17", "level")


def test_a_gap_that_one_does_not_reach_is_compared_with_the_limit() -> None:
    wide = course((2, 8, 8.8))
    found = compare(wide, QUICK, mip_gap=0, limit_s=12)
    assert (str(found), found.verdict) == (">4.00", "behind")
    found = compare(QUICK, course((2, None, 9)), mip_gap=0, limit_s=12)
    assert (str(found), found.verdict) == ("<0.04", "ahead")
    found = compare(course((1, None, 9)), course(), mip_gap=0, limit_s=12)
    assert found.verdict == "level"


def test_who_comes_later_to_a_wide_gap_and_goes_further_is_said_to() -> None:
    found = compare(SLOW, course((3, 8, 8.8)), mip_gap=0, limit_s=12)
    assert (str(found), found.verdict) == ("2.00", "behind to 10.00%, then ahead")


def test_plans_made_phase_by_phase_are_compared_by_their_objective() -> None:
    def verdict(theirs: float | None) -> str | None:
        found = compare_plans(QUICK, course((9, theirs, None)))
        return found and f"{found} {found.verdict}"

    assert [verdict(v) for v in (7.9, 8.0, 8.1, None)] == ["- ahead", "- level", "- behind", None]
    lost = compare_plans(course(), QUICK)
    assert lost is not None
    assert lost.verdict == "behind"


def test_contradictions_are_found() -> None:
    best = best_objective([SLOW, course((1, 8.1, None))], None)
    assert best == 8.1
    assert fault(SLOW, best, None) == "its dual bound is below a plan"
    assert fault(course((1, 8.1, 9)), best, 8.0) == "better than the published optimum"
    assert fault(course((1, 8.1, 8.1)), best, 8.1) == ""
    assert best_objective([course()], 3.0) == 3.0
    assert fault(course(), best_objective([course()], None), None) == ""


def test_what_a_process_printed_is_read_to_its_last_whole_line() -> None:
    told = [
        {"read_s": 0.4},
        {"seconds": 0.1, "objective": None, "dual_bound": 3.0},
        {"seconds": 0.9, "objective": 2.0, "dual_bound": 3.0},
    ]
    text = "\n".join(map(json.dumps, told))
    whole = of_solver("c", "scip", 10, 1e-4, Ended(text, 0, 2.0, 0.5))
    assert (whole.course.end, whole.read_s, whole.note) == (Event(0.9, 2.0, 3.0), 0.4, "")
    killed = of_solver("c", "scip", 10, 1e-4, Ended(text[:-3], -9, 2.0, 0.5, is_killed=True))
    assert (killed.course.end, killed.note) == (Event(0.1, None, 3.0), "killed: far too late")
    assert of_solver("c", "highs_start", 10, 1e-4, Ended("", 0, 1, 1)).note == "no start to begin with"
    assert of_solver("c", "cbc", 10, 1e-4, Ended("", 3, 1, 1)).note == "failed: exit code 3"
    late = json.dumps({"seconds": 13.0, "objective": 2.0, "dual_bound": 3.0})
    assert (
        of_solver("c", "ours", 10, 1e-4, Ended(f'{{"read_s": 0.1}}\n{late}', 0, 14, 1)).note == "late: 13 s"
    )


def test_what_changes_is_told_until_the_end(capsys: pytest.CaptureFixture[str]) -> None:
    recorder = Recorder()
    recorder.begin()
    for objective, dual_bound in ((None, 1e20), (None, float("inf")), (2.0, 1e20), (2.0, 3.0), (2.0, 3.0)):
        recorder.tell(objective, dual_bound)
    recorder.tell(2.0, 3.0, is_end=True)
    recorder.tell(2.0, 2.0)
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert "read_s" in told.pop(0)
    assert [(t["objective"], t["dual_bound"]) for t in told] == [(2.0, None), (2.0, 3.0), (2.0, 3.0)]


def test_the_whole_command_counts_from_start_to_end() -> None:
    report = {
        "status": "feasible",
        "objective": 2.0,
        "dual_bound": 2.5,
        "seconds": {"read": 3.0, "solve": None},
    }
    line = of_command("c", 10, 1e-4, Ended(json.dumps(report), 7, 9.5, 1.0))
    assert (line.course.end, line.note) == (Event(9.5, 2.0, 2.5), "feasible: read 3.0 s")
    assert of_command("c", 10, 1e-4, Ended("", 5, 2, 1.0)).note == "failed: exit code 5: "


def test_the_table_has_a_cell_for_each_column(tmp_path: Path) -> None:
    lines = (
        Line("c", "ours", 10, 1e-4, QUICK, 0.5, 0.1),
        Line("c", "highs", 10, 1e-4, SLOW, 0.5, 0.1),
        Line("c", "command", 10, 1e-4, course((9, 8, 8)), 0.5),
        Line("c", "cbc", 10, 1e-4, course(), 0.5, note="failed"),
    )
    found = [dict(zip(COLUMNS, row, strict=True)) for row in table.rows(Result(lines, 8.0))]
    assert [row["ratio"] for row in found] == ["-", "0.33", "-", "<0.05"]
    assert [row["primal integral, s"] for row in found] == ["1.75", "3.50", "-", "10.00"]
    assert [row["to 1 %"] for row in found] == ["3.00", "9.00", "-", "-"]
    assert found[3]["objective"] == "-"
    file = tmp_path / "new" / "table.md"
    raw = table.write([Result(lines, 8.0)], {"c": {"sites": 4000}}, file)
    assert file.read_text(encoding="utf-8").count("\n| c | ") == 5
    assert "| 4,000 |" in file.read_text(encoding="utf-8")
    assert json.loads(raw.read_text(encoding="utf-8").splitlines()[1])["course"]["events"][1]["seconds"] == 2


CBC_SAYS = """\
Continuous objective value is 1.60624 - 0.39 seconds
Cbc0012I Integer solution of -1.5846035 found by feasibility pump after 0 iterations and 0 nodes (2.66 seconds)
Cbc0013I At root node, 147 cuts changed objective from -1.605231 to -1.605231 in 10 passes
Cbc0010I After 0 nodes, 1 on tree, 1e+50 best solution, best possible -1.604 (3.52 seconds)
Cbc0010I After 9 nodes, 4 on tree, -1.5846035 best solution, best possible -1.603 (3.52 seconds)
Cbc0005I Partial search - best objective -1.588472 (best possible -1.599), took 9 iterations and 7 nodes (9 seconds)
"""


def test_the_log_of_cbc_is_read() -> None:
    log, told = CbcLog(1e-4), []
    for line in CBC_SAYS.splitlines():
        assert log.read(line)
        told.append((log.objective, log.dual_bound))
    assert told == [
        (None, pytest.approx(1.606245)),
        (1.5846035, pytest.approx(1.606245)),
        (1.5846035, pytest.approx(1.6052315)),
        (1.5846035, pytest.approx(1.6045)),
        (1.5846035, pytest.approx(1.6035)),
        (1.588472, pytest.approx(1.5995)),
    ]
    assert not log.read("Cbc0038I Solution found of -1.7")


def test_a_completed_search_of_cbc_is_so_to_its_gap() -> None:
    log = CbcLog(0.01)
    assert log.read(
        "Cbc0001I Search completed - best objective 0.5, took 1 iterations and 0 nodes (0.01 seconds)"
    )
    assert (log.objective, log.dual_bound) == (-0.5, pytest.approx(-0.495))


def test_the_covering_radius_takes_in_the_part_asked_for() -> None:
    distance = {1: {1: 0, 2: 4, 3: 9}, 2: {1: 4, 2: 0, 3: 5}, 3: {1: 9, 2: 5, 3: 0}}
    assert covering_radius(1, distance) == 9
    inputs = covering(1, distance, radius=4)
    assert inputs.covering_sites == {(1, "L3"): (1, 2), (2, "L3"): (1, 2), (3, "L3"): (3,)}


def test_a_drawn_graph_is_drawn_alike_each_time_and_is_in_one_piece() -> None:
    first = drawn_graph(30)
    assert first == drawn_graph(30)
    assert all(len(others) == 30 for others in first.values())


def test_the_growth_of_a_region_is_told_of_each_part() -> None:
    small = {
        "scale": 1.0,
        "load_s": 10.0,
        "steps": {"analysis.route": 1.0, "analysis.road_distance": 1.0, "core.site": 1.0, "core.region": 0.1},
        "seconds": {"work_out": 2.0, "read": 1.0, "write": 9.0},
        "page_s": 3.0,
    }
    large = {
        "scale": 4.0,
        "load_s": 40.0,
        "steps": {
            "analysis.route": 6.0,
            "analysis.road_distance": 2.0,
            "core.site": 16.0,
            "core.region": 0.9,
        },
        "seconds": {"work_out": 45.0, "read": 3.0, "write": 9.0},
        "page_s": 6.0,
    }
    assert load.growth(small, large) == {
        "from_scale": 1.0,
        "to_scale": 4.0,
        "exponents": {"load": 1.0, "distances": 1.0, "inputs": 2.0, "page": 0.5},
        "steep_steps": {"core.site": 2.0, "analysis.route": 1.29},
    }
    without = [{key: size[key] for key in ("scale", "load_s", "steps")} for size in (small, large)]
    assert load.growth(*without)["exponents"] == {"load": 1.0, "distances": 1.0}
