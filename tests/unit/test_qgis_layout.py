"""Print layouts: the scale of the map, and texts that QGIS works nothing out in."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from report.qgis.layout import plain
from report.qgis.layout_page import Box, map_scale
from report.qgis.text import WRAP, wrapped


@given(st.floats(1, 1e6), st.floats(1, 1e6), st.floats(50, 400), st.floats(50, 400))
def test_the_map_holds_the_region_at_a_round_scale(
    width: float, height: float, wide: float, high: float
) -> None:
    scale = map_scale((500_000, 4_800_000, 500_000 + width, 4_800_000 + height), Box(0, 0, wide, high))
    assert width <= scale * wide / 1000
    assert height <= scale * high / 1000
    digits = f"{scale:.0f}".rstrip("0")
    assert scale < 1000 or len(digits) <= 3


def test_the_scale_is_the_largest_that_fits() -> None:
    assert map_scale((0, 0, 19_000, 1_000), Box(0, 0, 200, 150)) == 100_000
    assert map_scale((0, 0, 19_400, 1_000), Box(0, 0, 200, 150)) == 125_000


def test_a_text_from_a_feed_is_no_expression() -> None:
    assert "[%" not in plain("[% env('HOME') %] and [[%x%]")


def test_a_long_title_has_marks_where_a_legend_may_break_it() -> None:
    title = "Phase 1: More of what stands: upgrades to L3, more ports; unused stations are removed"
    lines = wrapped(title).split(WRAP)
    assert " ".join(lines) == title
    assert len(lines) == 3
    assert max(map(len, lines)) <= 40
    assert wrapped("Phase 1\u00a0: Construire") == "Phase 1\u00a0: Construire"
