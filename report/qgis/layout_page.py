"""A page of a print layout that is being put together, in the elements that QGIS 3.22 writes itself.

What QGIS fills in when they are read is left out.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from itertools import count
from xml.etree import ElementTree as ET

from db.common.language import Language, Words
from report.catalogue import Symbol
from report.qgis.symbol import symbol
from report.qgis.text import WRAP

_ITEM = {"page": "65638", "map": "65639", "picture": "65640", "label": "65641"} | {
    "legend": "65642",
    "scale_bar": "65646",
}
"""Numbers that QGIS gives the kinds of items."""
_FONT = "DejaVu Sans"
BOLD, _PLAIN = 75, 50
_STEPS = (1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6, 7.5, 10)
_SPACE = uuid.UUID("6a0f7b63-9d0e-4a57-b0a0-2c1f5f3f8a0b")
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


class LayoutPage:
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
        """Add a text of so many points on A4; a colour is red, green and blue from 0 to 255."""
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
            wrapChar=WRAP,
            fontColor="#222222",
        )
        styles = ET.SubElement(made, "styles")
        for name, points, weight, space in (
            ("title", 10.0, BOLD, {"marginBottom": "1"}),
            ("group", 8.5, BOLD, {"marginTop": "2"}),
            ("subgroup", 7.5, BOLD, {"marginTop": "1.5", "marginBottom": "0.8"}),
            ("symbol", 7.5, _PLAIN, {"marginTop": "1"}),
            ("symbolLabel", 7.5, _PLAIN, {"marginTop": "1", "marginLeft": "1.5"}),
        ):
            style = ET.SubElement(styles, "style", {"name": name, "alignment": "1", "indent": "0"} | space)
            ET.SubElement(style, "styleFont", description=self._font(points, weight), style="")

    def scale_bar(self, box: Box) -> None:
        """Add the scale bar of the map, in kilometres."""
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
        """Add an arrow to the north of the map."""
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
