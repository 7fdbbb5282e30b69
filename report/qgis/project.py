"""The project file: layers that point into the database, their tree, and the archive that QGIS stores."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from xml.etree import ElementTree as ET

from pyproj import CRS

from db.common.language import Language, Text, Words, day
from report.attribution import in_one_line
from report.catalogue import Catalogue, Group, Layer
from report.qgis.facts import Facts, OtherPlan
from report.qgis.layout import layouts, plain, plan_shown
from report.qgis.style import QGIS_VERSION, style_parts
from report.qgis.text import map_words

PROJECT_NAMES = {Language.EN: "Region plan", Language.FR: "Plan de la région"}
"""Names that the project is stored under."""


def layer_id(layer: Layer) -> str:
    """Return the id of a layer within the project; QGIS takes none of ten letters or fewer."""
    return f"ev_planner_{layer.id}"


def filter_of(layer: Layer, catalogue: Catalogue) -> str:
    """Return the condition that limits a layer to what it shows; the adopted plan, for one."""
    level = f"level = '{layer.level}'" if layer.level else ""
    parts = (level, layer.where, catalogue.condition.get(layer.only or "", ""))
    return " and ".join(part for part in parts if part)


def datasource(layer: Layer, catalogue: Catalogue, facts: Facts, service: str | None) -> str:
    """Return the address of a layer without user and password: QGIS asks for them, or the service knows."""

    def quoted(value: str) -> str:
        return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"

    address = {"service": service} if service else facts.address
    parts = [f"{name}={quoted(value)}" for name, value in address.items() if value]
    key = facts.columns[layer.view][0].name
    parts.append(f"key='{key}' checkPrimaryKeyUnicity='0'")
    if layer.geometry:
        parts.append(f"srid={facts.srid} type={layer.geometry}")
    geometry = " (geom)" if layer.geometry else ""
    parts.append(f'table="report"."{layer.view}"{geometry}')
    condition = filter_of(layer, catalogue)
    return " ".join(parts) + (f" sql={condition}" if condition else "")


def _crs(parent: ET.Element, srid: int) -> None:
    system = ET.SubElement(parent, "spatialrefsys", nativeFormat="Wkt")
    crs = CRS.from_epsg(srid)
    ET.SubElement(system, "wkt").text = crs.to_wkt("WKT2_2019")
    ET.SubElement(system, "srid").text = str(srid)
    ET.SubElement(system, "authid").text = f"EPSG:{srid}"
    ET.SubElement(system, "description").text = crs.name
    ET.SubElement(system, "geographicflag").text = "false"


def _extent(parent: ET.Element, bounds: tuple[float, float, float, float]) -> None:
    box = ET.SubElement(parent, "extent")
    for name, value in zip(("xmin", "ymin", "xmax", "ymax"), bounds, strict=True):
        ET.SubElement(box, name).text = repr(value)


def _around(facts: Facts, share: float) -> tuple[float, float, float, float]:
    x, y, right, top = facts.extent
    dx, dy = (right - x) * share, (top - y) * share
    return (x - dx, y - dy, right + dx, top + dy)


def _map_layer(
    layer: Layer, catalogue: Catalogue, facts: Facts, language: Language, service: str | None
) -> ET.Element:
    made = ET.Element(
        "maplayer",
        type="vector",
        geometry={"Point": "Point", "LineString": "Line", None: "No geometry"}.get(layer.geometry, "Polygon"),
        wkbType=layer.geometry or "NoGeometry",
        labelsEnabled=str(int(layer.label is not None)),
        readOnly=str(int(not layer.is_editable)),
        hasScaleBasedVisibilityFlag="0",
        styleCategories="AllStyleCategories",
    )
    if layer.geometry:
        _extent(made, _around(facts, 0.2))
    ET.SubElement(made, "id").text = layer_id(layer)
    ET.SubElement(made, "datasource").text = datasource(layer, catalogue, facts, service)
    ET.SubElement(made, "layername").text = layer.title.of(language)
    ET.SubElement(made, "shortname").text = layer.id
    ET.SubElement(made, "abstract").text = facts.comments[layer.view]
    ET.SubElement(made, "provider", encoding="UTF-8").text = "postgres"
    if layer.geometry:
        _crs(ET.SubElement(made, "srs"), facts.srid)
    site = layer_id(next(x for x in catalogue.layer if x.view == "site"))
    made.extend(style_parts(layer, catalogue, facts, language, site_layer=site))
    return made


def _tree(parent: ET.Element, group: Group, layers: list[Layer], language: Language) -> None:
    is_visible = any(layer.is_visible for layer in layers)
    branch = ET.SubElement(
        parent,
        "layer-tree-group",
        name=group.title.of(language),
        checked="Qt::Checked" if is_visible or not group.is_exclusive else "Qt::Unchecked",
        expanded=str(int(is_visible)),
    )
    if group.is_exclusive:
        branch.set("mutually-exclusive", "1")
        first = next((i for i, layer in enumerate(layers) if layer.is_visible), -1)
        branch.set("mutually-exclusive-child", str(first))
    for layer in layers:
        ET.SubElement(
            branch,
            "layer-tree-layer",
            id=layer_id(layer),
            name=layer.title.of(language),
            checked="Qt::Checked" if layer.is_visible else "Qt::Unchecked",
            expanded=str(int(layer.is_visible and layer.id != "road")),
            providerKey="postgres",
        )


def _layers_of_other(layers: list[Layer], plan: OtherPlan) -> list[Layer]:
    """Return the layers that show the adopted plan's projects, for another plan."""
    return [
        layer.model_copy(
            update={"id": f"{layer.id}_run_{plan.run_id}", "only": None, "where": f"run_id = {plan.run_id}"}
        )
        for layer in layers
        if layer.group == "plan" and layer.only == "adopted_plan" and layer.geometry
    ]


def _other_plans(
    parent: ET.Element, others: dict[OtherPlan, list[Layer]], words: Words, language: Language
) -> None:
    """Add a group, closed and not shown, with a group for each other plan: one of them shows at a time."""
    box = ET.SubElement(
        parent,
        "layer-tree-group",
        {"mutually-exclusive": "1", "mutually-exclusive-child": "-1"},
        name=words("other_plans"),
        checked="Qt::Unchecked",
        expanded="0",
    )
    for plan, layers in others.items():
        title = words("other_plan", scenario=plan.scenario, run=plan.run_id)
        _tree(box, Group(id=f"run_{plan.run_id}", title=Text(en=title, fr=title)), layers, language)
        box[-1].set("checked", "Qt::Unchecked")
        box[-1].set("expanded", "0")


def _relations(root: ET.Element, catalogue: Catalogue, layers: list[Layer], language: Language) -> None:
    """Add what belongs to a feature, such as the ports of a project, so that its form shows the rows."""
    box, known = ET.SubElement(root, "relations"), {layer.id: layer_id(layer) for layer in layers}
    for found in catalogue.relation:
        if found.layer in known and found.table in known:
            relation = ET.SubElement(
                box,
                "relation",
                id=f"{found.layer}_{found.table}",
                name=found.title.of(language),
                referencedLayer=known[found.layer],
                referencingLayer=known[found.table],
                strength="Association",
            )
            ET.SubElement(relation, "fieldRef", referencedField=found.column, referencingField=found.column)


def _decoration(properties: ET.Element, name: str, text: str, place: str) -> None:
    box = ET.SubElement(properties, name)
    ET.SubElement(box, "Enabled", type="bool").text = "true"
    ET.SubElement(box, "Label", type="QString").text = text
    ET.SubElement(box, "Placement", type="int").text = place


def _properties(root: ET.Element, facts: Facts, words: Words) -> None:
    properties = ET.SubElement(root, "properties")
    gui = ET.SubElement(properties, "Gui")
    for name in ("Red", "Green", "Blue"):
        ET.SubElement(gui, f"CanvasColor{name}Part", type="int").text = "255"
    # without it QGIS does not look at projectCrs
    system = ET.SubElement(properties, "SpatialRefSys")
    ET.SubElement(system, "ProjectionsEnabled", type="int").text = "1"
    measure = ET.SubElement(properties, "Measurement")
    ET.SubElement(measure, "DistanceUnits", type="QString").text = "meters"
    # read by people on the map: the owners of the data, and whether the place is real
    if facts.attribution:
        _decoration(properties, "CopyrightLabel", plain(in_one_line(facts.attribution)), "3")
    synthetic = f"{words('synthetic')}\n" if facts.is_synthetic else ""
    _decoration(properties, "TitleLabel", synthetic + plan_shown(words), "5")


def _title(facts: Facts, language: Language) -> str:
    words = map_words(language, facts.currency)
    label = f" ({words('synthetic')})" if facts.is_synthetic else ""
    plan = facts.adopted
    shown = (
        words("adopted", scenario=plan.scenario, run=plan.run_id, day=day(plan.day, language))
        if plan
        else words("none_adopted")
    )
    return words.between(":").join((PROJECT_NAMES[language], f"{facts.region}{label}", shown))


def project_xml(catalogue: Catalogue, facts: Facts, language: Language, service: str | None = None) -> bytes:
    """Return the project as XML; layers whose view does not exist are left out."""
    layers = [layer for layer in catalogue.layer if facts.columns[layer.view]]
    others = {plan: _layers_of_other(layers, plan) for plan in facts.others}
    words = map_words(language, facts.currency)
    root = ET.Element("qgis", version=QGIS_VERSION, projectname=PROJECT_NAMES[language])
    ET.SubElement(root, "title").text = _title(facts, language)
    # what is stored here is true: extents and keys need not be asked for when the project opens
    ET.SubElement(root, "trust", active="1")
    _crs(ET.SubElement(root, "projectCrs"), facts.srid)
    tree = ET.SubElement(root, "layer-tree-group")
    for group in catalogue.group:
        members = [layer for layer in layers if layer.group == group.id]
        if members:
            _tree(tree, group, members, language)
        if group.id == "plan" and others:
            _other_plans(tree, others, words, language)
    ET.SubElement(
        root,
        "snapping-settings",
        enabled="1",
        mode="2",
        type="1",
        tolerance="20",
        unit="1",
        self_snapping="0",
    )
    canvas = ET.SubElement(root, "mapcanvas", name="theMapCanvas", annotationsVisible="1")
    ET.SubElement(canvas, "units").text = "meters"
    _extent(canvas, _around(facts, 0.03))
    _crs(ET.SubElement(canvas, "destinationsrs"), facts.srid)
    view = ET.SubElement(root, "ProjectViewSettings", UseProjectScales="0")
    bounds = zip(("xmin", "ymin", "xmax", "ymax"), map(repr, _around(facts, 0.03)), strict=True)
    _crs(ET.SubElement(view, "DefaultViewExtent", dict(bounds)), facts.srid)
    _relations(root, catalogue, layers, language)
    box = ET.SubElement(root, "projectlayers")
    for layer in layers:
        box.append(_map_layer(layer, catalogue, facts, language, service))
    for plan, own in others.items():
        of_plan = replace(facts, phase_titles=plan.phase_titles)
        for layer in own:
            box.append(_map_layer(layer, catalogue, of_plan, language, service))
    _properties(root, facts, words)
    root.append(layouts(facts, words))
    text = ET.tostring(root, encoding="unicode")
    return f"<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n{text}".encode()


def archive(name: str, xml: bytes) -> bytes:
    """Return the .qgz that `qgis_projects` holds: a zip with the project in it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr(f"{name}.qgs", xml)
    return buffer.getvalue()
