"""What is nearest is found through an index: the time of a load grows with the region, not with its square."""

from __future__ import annotations

import re
from typing import Any

import psycopg
import pytest

from db.schema import build

NEAREST = re.compile(r"order by \S*geom <-> ")
WITHIN = re.compile(r"st_dwithin")
"""Those within a distance are few, whatever the region."""
FEW = {"core.gap_junction": "one of the two ends of a street", "core.grid_feeder": "areas of one station"}


def expected(file: build.ViewFile) -> int:
    """Return how many nearest neighbours a view looks for among all rows of another."""
    count = len(NEAREST.findall(file.text)) - (file.full_name in FEW)
    return count - len(re.findall(r"st_dwithin\([^)]*\)\n\s*order by \S*geom <-> ", file.text))


FILES = [file for file in build.view_files() if file.schema in {"core", "analysis"} and expected(file)]


def test_views_that_look_for_the_nearest_are_found() -> None:
    assert {"core.address_claim", "core.demand_cell", "core.site", "analysis.cell_destination"} <= {
        file.full_name for file in FILES
    }


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.full_name)
def test_the_nearest_is_found_through_the_index(
    file: build.ViewFile, connection: psycopg.Connection[Any]
) -> None:
    row = connection.execute("select pg_get_viewdef(%s::regclass)", (file.full_name,)).fetchone()
    assert row
    connection.execute("set local enable_seqscan = off")
    connection.execute("set local enable_bitmapscan = off")
    lines = [line for (line,) in connection.execute(f"explain {row[0]}".encode()).fetchall()]
    found = [line for line in lines if re.search(r"Order By: \(\w*geom <-> ", line)]
    assert len(found) >= expected(file), "\n".join(lines)
