"""Symbols as QGIS 3.22 and later read them: one `<symbol>` for a marker, a line or a fill."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from report.catalogue import Symbol


def rgba(colour: str) -> str:
    """Return `#rrggbb` as QGIS writes a colour; `none` is fully transparent."""
    if colour == "none":
        return "255,255,255,0"
    return ",".join(str(int(colour[i : i + 2], 16)) for i in (1, 3, 5)) + ",255"


def options(parent: ET.Element, values: dict[str, str]) -> None:
    """Add a map of text options."""
    box = ET.SubElement(parent, "Option", type="Map")
    for name, value in values.items():
        ET.SubElement(box, "Option", name=name, type="QString", value=value)


def _layer(symbol: ET.Element, kind: str, values: dict[str, str]) -> None:
    options(
        ET.SubElement(symbol, "layer", {"class": kind, "enabled": "1", "locked": "0", "pass": "0"}), values
    )


def _pen(outline: str) -> str:
    return "no" if outline == "none" else "solid"


def _marker(symbol: ET.Element, look: Symbol) -> None:
    _layer(
        symbol,
        "SimpleMarker",
        {
            "name": look.shape,
            "color": rgba(look.colour),
            "outline_color": rgba(look.outline),
            "outline_style": _pen(look.outline),
            "outline_width": str(look.width),
            "outline_width_unit": "MM",
            "size": str(look.size),
            "size_unit": "MM",
        },
    )


def symbol(name: str, geometry: str, look: Symbol) -> ET.Element:
    """Return a symbol for a kind of geometry: Point, LineString, Polygon or MultiPolygon."""
    kind = {"Point": "marker", "LineString": "line"}.get(geometry, "fill")
    made = ET.Element("symbol", type=kind, name=name, alpha="1", clip_to_extent="1", force_rhr="0")
    if kind == "marker":
        _marker(made, look)
    elif kind == "line":
        _layer(
            made,
            "SimpleLine",
            {
                "line_color": rgba(look.colour),
                "line_width": str(look.width),
                "line_width_unit": "MM",
                "capstyle": "round",
                "joinstyle": "round",
            },
        )
    else:
        _layer(
            made,
            "SimpleFill",
            {
                "color": rgba(look.colour),
                "style": "no" if look.colour == "none" else "solid",
                "outline_color": rgba(look.outline),
                "outline_style": _pen(look.outline),
                "outline_width": str(look.width),
                "outline_width_unit": "MM",
            },
        )
    return made
