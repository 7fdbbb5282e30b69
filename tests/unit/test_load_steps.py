"""A load says which step of how many it is at."""

from __future__ import annotations

import io

from rich.console import Console

from db.schema import build, rebuild
from etl.loading.show import Steps


def test_steps_are_numbered_once_it_is_known_how_many_come() -> None:
    out = io.StringIO()
    steps = Steps(Console(file=out, width=200))
    steps("opening the region")
    steps.expect(2)
    for step in ("roads: map.osm", "writing to raw", "scenario 1, phase1"):
        steps(step)
    assert out.getvalue().splitlines() == [
        "opening the region",
        "step 1 of 2: roads: map.osm",
        "step 2 of 2: writing to raw",
        "step 3 of 3: scenario 1, phase1",
    ]


def test_a_rebuild_counts_all_views_that_it_fills() -> None:
    filled = [file.full_name for file in build.view_files() if file.is_refreshed]
    assert {"core.demand_cell", "analysis.route"} < set(filled)
    assert rebuild.step_count() == len(filled) + 2
