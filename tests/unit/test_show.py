"""What a terminal prints of analyses: nothing is taken for markup, and no number is cut."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest

from model.terminal import analyses, show

NONE: dict[str, Any] = {"marginal_value_per_100k_cad": None, "sites": [], "futures": []}


def report(levels: tuple[str, ...] = ("L2", "L3"), scenario: str = "phase1") -> Any:
    return SimpleNamespace(
        scenario=scenario,
        run_id=1,
        coverage={level: {"before": 0.5, "after": 0.75} for level in levels},
        currency="CAD",
        objective=1.2345,
        net_capex_cad=249_876_543.21,
    )


def run(parameter: str, value: float, base: float, people: dict[str, int] | None, **more: Any) -> Any:
    return {
        "parameter": parameter,
        "parameter_count": 1,
        "value": value,
        "base_value": base,
        "is_service_distance_cut": False,
        "coverage_by_level": dict.fromkeys(people or {}, 0.6543),
        "people_change_by_level": people,
        "net_capex_cad": 198_765_432.1,
        "objective": 1.1111,
        "objective_change": -0.1234,
        "status": "optimal",
    } | more


RUNS = [
    run("service_distance", 0.8, 1.0, {"L2": -123_456, "L3": 0}),
    run("budget", 200_000_000.0, 250_000_000.0, {"L2": -98_765, "L3": -4321}, net_capex_cad=199_999_999.0),
    run("budget", 300_000_000.0, 250_000_000.0, {"L2": 45_678, "L3": 12}, net_capex_cad=299_999_999.0),
]


def test_a_table_of_a_region_file_keeps_its_brackets(capsys: pytest.CaptureFixture[str]) -> None:
    """Rich takes [settings] for its own markup, unless it is escaped."""
    row = run(
        "service_distance", 1.2, 1, None, is_service_distance_cut=True, objective=None, status="no_plan"
    )
    analyses.show_sweep(report((), "a [budget=1e6]"), NONE | {"runs": [row]})
    told = capsys.readouterr().out
    assert "the region's [settings] says" in told
    assert "[budget=1e6]" in told
    assert "no_plan" in told


@pytest.mark.parametrize("width", [80, 100, 160])
def test_a_sweep_tells_people_and_cuts_no_money(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    analyses.show_sweep(report(), NONE | {"runs": RUNS})
    told = capsys.readouterr().out
    assert "\N{HORIZONTAL ELLIPSIS}" not in told
    assert max(map(len, told.splitlines())) <= width
    lines = [re.split(r" +", line) for line in told.splitlines()]
    for start in (
        ["0.8", "-123,456", "0", "198,765,432"],
        ["200,000,000", "-98,765", "-4,321", "199,999,999"],
        ["300,000,000", "+45,678", "+12", "299,999,999"],
    ):
        (found,) = (line for line in lines if start[0] in line)
        assert found[found.index(start[0]) :][: len(start)] == start
    assert "249,876,543" in next(line for line in lines if line[:3] == ["as", "it", "is"])
    assert "(250,000,000)" in told


def test_what_matters_least_is_left_out_first(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = {}
    for width in (160, 100, 80, 60):
        monkeypatch.setenv("COLUMNS", str(width))
        analyses.show_sweep(report(), NONE | {"runs": RUNS})
        told = capsys.readouterr().out
        found = re.search(rf"Not shown at {width} columns: (.*)\.", told)
        gone[width] = found[1] if found else ""
    assert gone == {
        160: "",
        100: "",
        80: "coverage, objective",
        60: "change of the objective, coverage, objective",
    }


@pytest.mark.parametrize("width", [80, 60, 20])
def test_people_of_many_levels_share_a_column(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    """Where even that has no room, numbers go on in the next line."""
    levels = ("L2", "L3", "curbside", "hpc", "depot", "truck")
    changes = dict.fromkeys(levels, -777_777)
    monkeypatch.setenv("COLUMNS", str(width))
    analyses.show_sweep(report(levels), NONE | {"runs": [run("budget", 2e8, 2.5e8, changes)]})
    told = capsys.readouterr().out
    assert "\N{HORIZONTAL ELLIPSIS}" not in told
    table = told.split("Not shown")[0]
    if width > 20:
        assert all(f"{level} {change:,}" in table for level, change in changes.items())
        assert "198,765,432" in table
    assert table.count("7") == 6 * len(levels) + 2, "two more are in the money"


def test_a_plan_for_the_points_of_a_study_is_told_by_shares(capsys: pytest.CaptureFixture[str]) -> None:
    row = run("costs", 0.8, 1.0, None, coverage_by_level={"L2": 0.81, "L3": 0.43})
    analyses.show_sweep(report(), NONE | {"runs": [row]})
    told = capsys.readouterr().out
    assert "people" not in told
    assert "81.00%" in told
    assert "75.00%" in told


def test_futures_and_frontiers_cut_nothing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    shares = {"L2": 0.7654, "L3": 0.5432}
    future = {
        "parameters": {"growth.path": "high", "budget": 250_000_000.0},
        "status": "optimal",
        "objective": 12.3456,
        "parent_plan_objective": 11.2345,
        "regret": 1.1111,
        "broken_rules": [],
    } | {f"{lead}{key}_by_level": shares for lead in ("", "parent_plan_") for key in ("coverage", "served")}
    analyses.show_sweep(report(), NONE | {"runs": RUNS, "futures": [future]})
    point = {
        "point": 1,
        "is_dominated": True,
        "cost_limit_cad": 987_654_321.0,
        "net_capex_cad": 123_456_789.0,
        "coverage_share": 0.5,
        "coverage_by_level": dict.fromkeys(("L2", "L3", "curbside", "hpc"), 0.25),
        "mip_gap": 0.01,
        "run_id": 1234,
    }
    analyses.show_frontier("phase1", 3, [point], "CAD")
    told = capsys.readouterr().out
    assert "\N{HORIZONTAL ELLIPSIS}" not in told
    assert max(map(len, told.splitlines())) <= 80
    for amount in ("250,000,000", "987,654,321", "123,456,789", "1.1111", "11.2345", "76.54%"):
        assert amount in told


def test_constraint_slack_cuts_no_money(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    row = {
        "rule": "budget",
        "subject": "phase=1, level=L2 [all]",
        "unit": "cad",
        "is_binding": True,
        "limit_value": 250_000_000.0,
        "found_value": 249_876_543.0,
        "slack": 123_457_000.0,
        "step": 1_234_567.0,
        "marginal_value": 0.0123,
        "marginal_value_max": 0.0456,
    }
    result = {"scenario": "phase1", "run_id": 1, "currency": "CAD", "sites": [], "rules": [row], "gains": []}
    show.show_explained(result | {"alternatives": []})
    told = capsys.readouterr().out
    assert "\N{HORIZONTAL ELLIPSIS}" not in told
    assert max(map(len, told.splitlines())) <= 80
    for amount in ("250,000,000 CAD", "123,457,000 CAD", "1,234,567 CAD", "+0.0123"):
        assert amount in told
    assert "Not shown at 80 columns: at most, found." in told
    assert "[all]" in " ".join(told.split())
