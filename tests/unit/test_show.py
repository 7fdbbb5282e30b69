"""What a terminal prints of a run."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from model.terminal import show


def test_a_table_of_a_region_file_keeps_its_brackets(capsys: pytest.CaptureFixture[str]) -> None:
    """Rich takes [settings] for its own markup, unless it is escaped."""
    report: Any = SimpleNamespace(
        scenario="a [budget=1e6]",
        run_id=1,
        coverage={},
        currency="CAD",
        objective=None,
        net_capex_cad=1234.0,
    )
    row = {
        "parameter": "service_distance",
        "parameter_count": 1,
        "value": 1.2,
        "base_value": 1,
        "is_service_distance_cut": True,
        "coverage_by_level": {},
        "net_capex_cad": None,
        "objective": None,
        "objective_change": None,
        "status": "no_plan",
    }
    show.show_sweep(report, {"runs": [row], "marginal_value_per_100k_cad": None, "sites": [], "futures": []})
    told = capsys.readouterr().out
    assert "the region's [settings] says" in told
    assert "[budget=1e6]" in told
