"""Print layouts: a page with title, map, legend, scale bar, north arrow, sources and date, ready to print."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from db.common.language import Language, Words
from report.attribution import in_one_line
from report.qgis.facts import Facts
from report.qgis.layout_page import BOLD, Box, LayoutPage, Paper

_MARGIN, _GAP = 10, 4
_LINE_MM, _LETTER_MM = 2.9, 1.45
"""Height of a line of the notes on A4, and no less than the width of a letter in it."""
PAPERS = (Paper("A4", 297, 210, 78, 1), Paper("A3", 420, 297, 100, 1.3))


def plan_shown(words: Words, *, with_day: bool = False) -> str:
    """Return an expression by which QGIS says which plan a map shows, whenever it draws.

    The layers are filtered by what is adopted at that moment, so the text asks for it then, too.
    """
    title, run, none, adopted = (_quoted(words(f"shown_{part}")) for part in ("title", "run", "none", "day"))
    said = f'"scenario_name" || {run} || to_string("run_id")'
    if with_day:
        said += f" || {adopted} || {_day('adopted_at', words)}"
    found = (
        "aggregate(layer:='ev_planner_run_summary', aggregate:='concatenate',"
        f' expression:={said}, filter:="is_adopted")'
    )
    return f"[% {title} || coalesce(nullif({found}, ''), {none}) %]"


def plain(text: str) -> str:
    """Return a text that is not ours as one that QGIS works nothing out in: what begins with [% it would."""
    return text.replace("[%", "[ %")


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _day(value: str, words: Words) -> str:
    form = "MMMM d, yyyy" if words.language == Language.EN else "d MMMM yyyy"
    return f"format_date({value}, '{form}', '{words.language.value}')"


def layouts(facts: Facts, words: Words) -> ET.Element:
    """Return the print layouts of a project: one for each size of paper."""
    made = ET.Element("Layouts")
    for paper in PAPERS:
        _fill(LayoutPage(made, paper, words), paper, facts, words)
    return made


def _fill(page: LayoutPage, paper: Paper, facts: Facts, words: Words) -> None:
    size = paper.text
    inner = paper.width - 2 * _MARGIN
    y = float(_MARGIN)
    title = words("layout_title", region=plain(facts.region))
    page.label("title", title, Box(_MARGIN, y, inner, 8 * size), 16, weight=BOLD)
    y += 8 * size
    page.label("plan", plan_shown(words, with_day=True), Box(_MARGIN, y, inner, 5 * size), 9)
    y += 5 * size
    if facts.is_synthetic:
        place = Box(_MARGIN, y, inner, 5 * size)
        page.label("synthetic", words("synthetic"), place, 9, weight=BOLD, colour="176,0,32")
        y += 5 * size
    y += 2
    notes = _notes(facts, words)
    foot = _LINE_MM * size * sum(1 + int(len(line) * _LETTER_MM * size / inner) for line in notes)
    base = paper.height - _MARGIN - foot
    frame = Box(_MARGIN, y, inner - paper.legend_width - _GAP, base - _GAP / 2 - y)
    side = frame.x + frame.width + _GAP
    arrow, bar = 12 * size, 11 * size
    page.north_arrow(Box(frame.x + frame.width - arrow - 2, y + 2, arrow, arrow))
    page.scale_bar(Box(side, base - bar, paper.legend_width, bar))
    page.legend(Box(side, y, paper.legend_width, base - bar - y))
    page.label("notes", "\n".join(notes), Box(_MARGIN, base, inner, foot), 6.5)
    page.map(frame, facts.extent)


def _notes(facts: Facts, words: Words) -> list[str]:
    scale = f"[% format_number(item_variables('map')['map_scale'], 0, '{words.language.value}') %]"
    drawn = f"[% {_day('now()', words)} %]"
    lines = [words("layout_drawn", day=drawn, scale=scale, srid=facts.srid)]
    if facts.attribution:
        lines.insert(0, words("layout_sources", sources=plain(in_one_line(facts.attribution))))
    return lines
