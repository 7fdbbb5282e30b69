"""What a layer looks like and how its attributes read: what projects, databases and GeoPackages share."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from db.common.language import Language, symbol_of
from report.catalogue import Catalogue, Label, Layer
from report.qgis.facts import Facts
from report.qgis.renderer import renderer
from report.qgis.symbol import rgba
from report.qgis.text import map_words

QGIS_VERSION = "3.22.0-Białowieża"


def _labeling(label: Label, geometry: str) -> ET.Element:
    made = ET.Element("labeling", type="simple")
    settings = ET.SubElement(made, "settings", calloutType="simple")
    text = ET.SubElement(
        settings,
        "text-style",
        fieldName=label.attribute,
        isExpression="0",
        fontFamily="DejaVu Sans",
        fontSize=str(label.size),
        fontSizeUnit="Point",
        fontWeight="75" if label.is_inside else "50",
        textColor=rgba(label.colour),
        allowHtml="0",
    )
    ET.SubElement(
        text,
        "text-buffer",
        bufferDraw=str(int(not label.is_inside)),
        bufferSize="0.8",
        bufferSizeUnits="MM",
        bufferColor="255,255,255,220",
    )
    ET.SubElement(
        settings,
        "placement",
        placement="1" if label.is_inside else "6" if geometry == "Point" else "4",
        dist="1",
        distUnits="MM",
        priority="10" if label.is_inside else "5",
        # the middle of the text lies on the point
        quadOffset="4",
    )
    ET.SubElement(
        settings,
        "rendering",
        scaleVisibility="1" if label.within_scale else "0",
        scaleMax="1",
        scaleMin=str(label.within_scale or 0),
        obstacle="1",
        displayAll=str(int(label.is_inside)),
    )
    return made


def _number_in_legend(label: Label) -> ET.Element:
    """Return how the legend shows a label that stands inside its symbol: a number in it."""
    made = ET.Element("legend", type="default-vector")
    box = ET.SubElement(made, "text-on-symbol")
    ET.SubElement(
        box,
        "text-style",
        fontFamily="DejaVu Sans",
        fontSize=str(label.size),
        fontSizeUnit="Point",
        fontWeight="75",
        textColor=rgba(label.colour),
        textOpacity="1",
    )
    ET.SubElement(ET.SubElement(box, "content"), "item", key="0", value="1")
    return made


def _value_map(field: ET.Element, values: dict[str, str]) -> None:
    widget = ET.SubElement(field, "editWidget", type="ValueMap")
    top = ET.SubElement(ET.SubElement(widget, "config"), "Option", type="Map")
    box = ET.SubElement(top, "Option", type="List", name="map")
    for value, words in values.items():
        ET.SubElement(
            ET.SubElement(box, "Option", type="Map"), "Option", name=words, type="QString", value=value
        )


def _site_choice(field: ET.Element, layer_id: str) -> None:
    """Choose a site by its name; left empty, the database takes the one nearest to the point."""
    widget = ET.SubElement(field, "editWidget", type="ValueRelation")
    box = ET.SubElement(ET.SubElement(widget, "config"), "Option", type="Map")
    for name, value in {"Layer": layer_id, "Key": "site_id", "Value": "label"}.items():
        ET.SubElement(box, "Option", name=name, type="QString", value=value)
    for name, value in {"AllowNull": "true", "OrderByValue": "true", "UseCompleter": "true"}.items():
        ET.SubElement(box, "Option", name=name, type="bool", value=value)


def _fields(
    made: ET.Element, layer: Layer, catalogue: Catalogue, facts: Facts, *, site_layer: str, language: Language
) -> None:
    columns, symbol = facts.columns[layer.view], symbol_of(facts.currency, language)
    configuration = ET.SubElement(made, "fieldConfiguration")
    aliases = ET.SubElement(made, "aliases")
    editable = ET.SubElement(made, "editable")
    shown = [c for c in columns if not c.kind.startswith("geometry")]
    for i, column in enumerate(shown):
        field = ET.SubElement(configuration, "field", name=column.name, configurationFlags="None")
        found = catalogue.values_of(column.name, language)
        values = {value: text.replace("{currency}", symbol) for value, text in found.items()}
        if values:
            _value_map(field, values)
        elif layer.is_editable and column.name == "site_id" and site_layer:
            _site_choice(field, site_layer)
        alias = catalogue.field_of(column.name, language).replace("{currency}", symbol)
        ET.SubElement(aliases, "alias", field=column.name, index=str(i), name=alias)
        # the first column is the key, which the database gives
        is_editable = layer.is_editable and i > 0
        ET.SubElement(editable, "field", name=column.name, editable=str(int(is_editable)))
    if layer.is_editable:
        defaults = ET.SubElement(made, "defaults")
        ET.SubElement(defaults, "default", field="lock_kind", expression="'force_in'", applyOnUpdate="0")


def style_parts(
    layer: Layer, catalogue: Catalogue, facts: Facts, language: Language, *, site_layer: str = ""
) -> list[ET.Element]:
    """Return the elements that make up a layer's style: symbols, labels, names and widgets of its columns.

    `site_layer` is the id of the layer that a lock's site is chosen from; without it the number is typed.
    """
    box = ET.Element("parts")
    if layer.style and layer.geometry:
        box.append(renderer(layer, layer.style, catalogue, facts, map_words(language, facts.currency)))
        if layer.label:
            box.append(_labeling(layer.label, layer.geometry))
            if layer.label.is_inside:
                box.append(_number_in_legend(layer.label))
        ET.SubElement(box, "blendMode").text = "0"
        ET.SubElement(box, "layerOpacity").text = str(layer.opacity)
    _fields(box, layer, catalogue, facts, site_layer=site_layer, language=language)
    if layer.display:
        # names are untrusted, and a map tip is read as HTML
        safe = f"regexp_replace(to_string(\"{layer.display}\"), '[<>&]', ' ')"
        ET.SubElement(box, "previewExpression").text = safe
    return list(box)


def qml(layer: Layer, catalogue: Catalogue, facts: Facts, language: Language) -> str:
    """Return the style as a document of its own, as `layer_styles` holds it."""
    root = ET.Element(
        "qgis",
        version=QGIS_VERSION,
        styleCategories="AllStyleCategories",
        labelsEnabled=str(int(layer.label is not None)),
    )
    root.extend(style_parts(layer, catalogue, facts, language))
    return "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n" + ET.tostring(
        root, encoding="unicode"
    )
