"""Print layouts: a page with title, map, legend, scale bar, north arrow, sources and date, ready to print.

The elements are those that QGIS 3.22 writes itself; what it fills in when they are read is left out.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from itertools import count
from xml.etree import ElementTree as ET

from db.common.language import Language, Words
from report.catalogue import Symbol
from report.qgis.facts import Facts
from report.qgis.symbol import symbol

_ITEM = {"page": "65638", "map": "65639", "picture": "65640", "label": "65641"} | {
    "legend": "65642",
    "scale_bar": "65646",
}
"""Numbers that QGIS gives the kinds of items."""
_MARGIN, _GAP = 10, 4
_FONT = "DejaVu Sans"
_BOLD, _PLAIN = 75, 50
_STEPS = (1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6, 7.5, 10)
_SPACE = uuid.UUID("6a0f7b63-9d0e-4a57-b0a0-2c1f5f3f8a0b")
_LINE_MM, _LETTER_MM = 2.9, 1.45
"""Height of a line of the notes on A4, and no less than the width of a letter in it."""
_AROUND = 1.04
"""The map shows so much more than the region in each direction."""


@dataclass(frozen=True)
class Paper:
    """A size of paper, lying: millimetres; `text` is how much larger than on A4 texts are."""

    name: str
    width: float
    height: float
    legend_width: float
    text: float


PAPERS = (Paper("A4", 297, 210, 78, 1), Paper("A3", 420, 297, 100, 1.3))


@dataclass(frozen=True)
class Box:
    """Where an item lies on the page, in millimetres from its upper left corner."""

    x: float
    y: float
    width: float
    height: float


def layout_name(paper: Paper, words: Words) -> str:
    """Return the name that QGIS lists a layout under."""
    return words("layout", paper=paper.name)


def map_scale(extent: tuple[float, float, float, float], box: Box) -> float:
    """Return the denominator of the largest round scale at which an extent (metres) fits a box."""
    left, bottom, right, top = extent
    needed = _AROUND * 1000 * max((right - left) / box.width, (top - bottom) / box.height, 0.001)
    power = 1.0
    while power * 10 < needed:
        power *= 10
    return next(step * power for step in _STEPS if step * power >= needed)


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


class _Layout:
    """One page that is being put together; what is added first lies on top."""

    def __init__(self, parent: ET.Element, paper: Paper, words: Words) -> None:
        self._paper, self._words = paper, words
        name = layout_name(paper, words)
        self.root = ET.SubElement(
            parent, "Layout", name=name, units="mm", printResolution="300", worldFileMap=""
        )
        self._level = count(20, -1)
        pages = ET.SubElement(self.root, "PageCollection")
        white = Symbol(colour="#ffffff")
        pages.append(symbol("", "Polygon", white))
        page = self._item(pages, "page", Box(0, 0, paper.width, paper.height), "page", background="true")
        page.append(symbol("", "Polygon", white))

    def _id(self, name: str) -> str:
        return f"{{{uuid.uuid5(_SPACE, f'{self._paper.name} {name}')}}}"

    def _item(self, parent: ET.Element, kind: str, box: Box, name: str, **attributes: str) -> ET.Element:
        place, key = f"{box.x:g},{box.y:g},mm", self._id(name)
        made = ET.SubElement(
            parent,
            "LayoutItem",
            {
                "type": _ITEM[kind],
                "id": "" if kind == "page" else name,
                "uuid": key,
                "templateUuid": key,
                "position": place,
                "positionOnPage": place,
                "size": f"{box.width:g},{box.height:g},mm",
                "referencePoint": "0",
                "zValue": "0" if kind == "page" else str(next(self._level)),
                "visibility": "1",
                "opacity": "1",
                "frame": "false",
                "background": "false",
                "frameJoinStyle": "miter",
                "outlineWidthM": "0.2,mm",
            }
            | attributes,
        )
        ET.SubElement(made, "FrameColor", red="110", green="110", blue="110", alpha="255")
        ET.SubElement(made, "BackgroundColor", red="255", green="255", blue="255", alpha="255")
        return made

    def _font(self, points: float, weight: int = _PLAIN) -> str:
        return f"{_FONT},{points * self._paper.text:g},-1,5,{weight},0,0,0,0,0"

    def label(
        self, name: str, text: str, box: Box, points: float, *, weight: int = _PLAIN, colour: str = "34,34,34"
    ) -> None:
        made = self._item(
            self.root,
            "label",
            box,
            name,
            labelText=text,
            htmlState="0",
            halign="1",
            valign="32",
            marginX="0",
            marginY="0",
        )
        ET.SubElement(made, "LabelFont", description=self._font(points, weight), style="")
        red, green, blue = colour.split(",")
        ET.SubElement(made, "FontColor", red=red, green=green, blue=blue, alpha="255")

    def map(self, box: Box, extent: tuple[float, float, float, float]) -> None:
        """Add the map of what is visible in the project, at a round scale, the region in its middle."""
        left, bottom, right, top = extent
        half = map_scale(extent, box) / 2000
        x, y = (left + right) / 2, (bottom + top) / 2
        made = self._item(
            self.root,
            "map",
            box,
            "map",
            frame="true",
            background="true",
            keepLayerSet="false",
            followPreset="false",
            drawCanvasItems="true",
            mapRotation="0",
        )
        ET.SubElement(
            made,
            "Extent",
            xmin=repr(x - box.width * half),
            ymin=repr(y - box.height * half),
            xmax=repr(x + box.width * half),
            ymax=repr(y + box.height * half),
        )
        ET.SubElement(made, "LayerSet")

    def legend(self, box: Box) -> None:
        """Add the legend of the project, limited to what the map shows at the time."""
        made = self._item(
            self.root,
            "legend",
            box,
            "legend",
            title=self._words("legend"),
            map_uuid=self._id("map"),
            legendFilterByMap="1",
            resizeToContents="1",
            columnCount="1",
            symbolWidth="5",
            symbolHeight="3.2",
            maxSymbolSize=f"{4 * self._paper.text:g}",
            boxSpace="0",
            lineSpacing="0.8",
            wrapChar="",
            fontColor="#222222",
        )
        styles = ET.SubElement(made, "styles")
        for name, points, weight, space in (
            ("title", 10.0, _BOLD, {"marginBottom": "1"}),
            ("group", 8.5, _BOLD, {"marginTop": "2"}),
            ("subgroup", 7.5, _BOLD, {"marginTop": "1.5"}),
            ("symbol", 7.5, _PLAIN, {"marginTop": "1"}),
            ("symbolLabel", 7.5, _PLAIN, {"marginTop": "1", "marginLeft": "1.5"}),
        ):
            style = ET.SubElement(styles, "style", {"name": name, "alignment": "1", "indent": "0"} | space)
            ET.SubElement(style, "styleFont", description=self._font(points, weight), style="")

    def scale_bar(self, box: Box) -> None:
        decimal = "." if self._words.language == Language.EN else ","
        made = self._item(
            self.root,
            "scale_bar",
            box,
            "scale_bar",
            style="Single Box",
            mapUuid=self._id("map"),
            unitType="km",
            unitLabel="km",
            numMapUnitsPerScaleBarUnit="1",
            segmentSizeMode="1",
            minBarWidth=f"{30 * self._paper.text:g}",
            maxBarWidth=f"{60 * self._paper.text:g}",
            numSegments="2",
            numSegmentsLeft="0",
            height="2",
            labelBarSpace="1",
            boxContentSpace="1",
            alignment="0",
        )
        size = f"{7.5 * self._paper.text:g}"
        ET.SubElement(
            made,
            "text-style",
            fontFamily=_FONT,
            fontSize=size,
            fontSizeUnit="Point",
            textColor="34,34,34,255",
            textOpacity="1",
        )
        form = ET.SubElement(ET.SubElement(made, "numericFormat", id="basic"), "Option", type="Map")
        ET.SubElement(form, "Option", name="decimal_separator", type="QChar", value=decimal)
        ET.SubElement(form, "Option", name="decimals", type="int", value="3")
        black, white = (Symbol(colour=c, outline="#222222", width=0.2) for c in ("#222222", "#ffffff"))
        for tag, geometry, look in (
            ("lineSymbol", "LineString", black),
            ("fillSymbol1", "Polygon", black),
            ("fillSymbol2", "Polygon", white),
        ):
            ET.SubElement(made, tag).append(symbol("", geometry, look))

    def north_arrow(self, box: Box) -> None:
        self._item(
            self.root,
            "picture",
            box,
            "north_arrow",
            file=":/images/north_arrows/layout_default_north_arrow.svg",
            mode="2",
            mapUuid=self._id("map"),
            northMode="1",
            northOffset="0",
            resizeMode="0",
            anchorPoint="4",
            svgFillColor="34,34,34,255",
            svgBorderColor="34,34,34,255",
            svgBorderWidth="0.2",
        )


def layouts(facts: Facts, words: Words) -> ET.Element:
    """Return the print layouts of a project: one for each size of paper."""
    made = ET.Element("Layouts")
    for paper in PAPERS:
        _fill(_Layout(made, paper, words), paper, facts, words)
    return made


def _fill(page: _Layout, paper: Paper, facts: Facts, words: Words) -> None:
    size = paper.text
    inner = paper.width - 2 * _MARGIN
    y = float(_MARGIN)
    title = words("layout_title", region=plain(facts.region))
    page.label("title", title, Box(_MARGIN, y, inner, 8 * size), 16, weight=_BOLD)
    y += 8 * size
    page.label("plan", plan_shown(words, with_day=True), Box(_MARGIN, y, inner, 5 * size), 9)
    y += 5 * size
    if facts.is_synthetic:
        place = Box(_MARGIN, y, inner, 5 * size)
        page.label("synthetic", words("synthetic"), place, 9, weight=_BOLD, colour="176,0,32")
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
        lines.insert(0, words("layout_sources", sources=plain("; ".join(facts.attribution))))
    return lines
