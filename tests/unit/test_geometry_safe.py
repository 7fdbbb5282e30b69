"""GEOS has calls that end the server: they stand only where tests try them on shapes of any kind."""

from __future__ import annotations

import re
from pathlib import Path

from db.environment import CHECKOUT
from db.schema import build

MADE_UP = "no points of a user's: the sample's own"


# calls that triangulate or trace rings of what they are given: where they may stand, and why
TRIANGULATING = re.compile(
    r"st_(concavehull|voronoi\w*|delaunay\w*|triangulate\w*|buildarea|polygonize|maximuminscribedcircle|subdivide"
    r"|linemerge|snap)\b|\b(concave_hull|voronoi_polygons|delaunay_triangles|polygonize\w*|maximum_inscribed_circle)\(",
    re.IGNORECASE,
)


ALLOWED = {
    "sql/2_core/grid_area.sql": "Voronoi polygons of places to the metre: tried below",
    "etl/sample/census.py": MADE_UP,
}


def test_calls_that_may_end_the_server_stand_only_where_they_are_tried() -> None:
    files = [
        *(file.path for file in build.view_files()),
        *(CHECKOUT / "sql" / "checks").glob("*.sql"),
        *(p for room in ("etl", "model", "report", "db", "desk") for p in (CHECKOUT / room).rglob("*.py")),
    ]
    code = {path: re.sub(r"--.*", "", Path(path).read_text(encoding="utf-8")) for path in files}
    found = {str(path.relative_to(CHECKOUT)) for path, text in code.items() if TRIANGULATING.search(text)}
    assert found == set(ALLOWED)
