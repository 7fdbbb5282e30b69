"""What a person does in QGIS, done by QGIS itself without a screen; runs under the system's Python, not the tests'.

python3 client.py URI FOLDER [--lock X Y KIND NOTE] [--layouts]   prints one line of JSON
With --layouts its print layouts are exported, else its layers are drawn.
"""

import argparse
import json
import os
import sys
import time
from collections import Counter
from pathlib import Path

from qgis.core import (
    QgsApplication,
    QgsGeometry,
    QgsLayerTreeModel,
    QgsLayoutExporter,
    QgsLayoutItem,
    QgsLayoutItemLabel,
    QgsLayoutItemMap,
    QgsLegendRenderer,
    QgsLegendSettings,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsPointXY,
    QgsProject,
    QgsRectangle,
    QgsRenderContext,
    QgsVectorLayerUtils,
)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor, QImage, QPainter

SIZE = QSize(1000, 900)


def legend_of(layer):
    """Return the texts of a layer's legend, as the layer tree shows them."""
    root = QgsProject.instance().layerTreeRoot().findLayer(layer.id())
    model = QgsLayerTreeModel(QgsProject.instance().layerTreeRoot())
    return [node.data(0) for node in model.layerLegendNodes(root)]


def settings_of(layers, extent):
    """Return the settings of a map of these layers."""
    settings = QgsMapSettings()
    settings.setLayers(layers)
    settings.setOutputSize(SIZE)
    settings.setDestinationCrs(QgsProject.instance().crs())
    settings.setExtent(extent)
    settings.setBackgroundColor(QColor("white"))
    return settings


def look_of(image):
    """Return how many colours a picture has, and the share that is not white."""
    plain = image.convertToFormat(QImage.Format_RGB32)
    bits = plain.constBits()
    bits.setsize(image.width() * image.height() * 4)
    colours = Counter(memoryview(bytes(bits)).cast("I"))
    share = 1 - colours[0xFFFFFFFF] / (image.width() * image.height())
    return {"colours": len(colours), "share": share}


def render(layers, extent, path):
    """Draw layers and return what the picture looks like."""
    job = QgsMapRendererParallelJob(settings_of(layers, extent))
    began = time.perf_counter()
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    image.save(str(path))
    faults = [f"{e.layerID}: {e.message}" for e in job.errors()]
    return look_of(image) | {"seconds": time.perf_counter() - began, "faults": faults}


def extent_of(layer):
    """Return the box around the features of a layer, with a margin; the project's own when there are none."""
    box = QgsRectangle()
    for feature in layer.getFeatures():
        box.combineExtentWith(feature.geometry().boundingBox())
    if box.isNull():
        return QgsProject.instance().viewSettings().defaultViewExtent()
    return box.buffered(max(box.width(), box.height(), 500) * 0.05)


def render_legend(path):
    """Draw the legend of the whole project."""
    model = QgsLayerTreeModel(QgsProject.instance().layerTreeRoot())
    legend = QgsLegendRenderer(model, QgsLegendSettings())
    size = legend.minimumSize()
    dots_per_mm = 4
    image = QImage(int(size.width() * dots_per_mm), int(size.height() * dots_per_mm), QImage.Format_ARGB32)
    image.setDotsPerMeterX(dots_per_mm * 1000)
    image.setDotsPerMeterY(dots_per_mm * 1000)
    image.fill(QColor("white"))
    painter = QPainter(image)
    painter.scale(dots_per_mm, dots_per_mm)
    context = QgsRenderContext.fromQPainter(painter)
    legend.drawLegend(context)
    painter.end()
    image.save(str(path))


def box_of(item):
    """Return where an item lies on its page: left, top, right, bottom in millimetres."""
    box = item.sceneBoundingRect()
    return [box.left(), box.top(), box.right(), box.bottom()]


def print_layout(layout, folder):
    """Export a layout as picture and PDF, as a person does, and return what is on it."""
    exporter = QgsLayoutExporter(layout)
    picture, paper = folder / f"{layout.name()}.png", folder / f"{layout.name()}.pdf"
    form = QgsLayoutExporter.ImageExportSettings()
    form.dpi = 100
    outcomes = [
        exporter.exportToImage(str(picture), form),
        exporter.exportToPdf(str(paper), QgsLayoutExporter.PdfExportSettings()),
    ]
    page = layout.pageCollection().page(0)
    items = [x for x in layout.items() if isinstance(x, QgsLayoutItem) and x.id()]
    shown = next(x for x in items if isinstance(x, QgsLayoutItemMap))
    box = shown.sceneBoundingRect()
    image = QImage(str(picture))
    dots = image.width() / page.rect().width()
    within = image.copy(*(int(v * dots) for v in (box.x(), box.y(), box.width(), box.height())))
    return {
        "outcomes": [int(outcome) for outcome in outcomes],
        "pdf": paper.read_bytes()[:5].decode(),
        "page": [page.rect().width(), page.rect().height()],
        "items": {x.id(): box_of(x) for x in items},
        "texts": {x.id(): x.currentText() for x in items if isinstance(x, QgsLayoutItemLabel)},
        "scale": shown.scale(),
        "picture": look_of(image),
        "map": look_of(within),
    }


def widget_of(layer, field):
    """Return type and choices of a field's widget."""
    setup = layer.editorWidgetSetup(layer.fields().indexFromName(field))
    return {"type": setup.type(), "config": setup.config()}


def describe(layer):
    """Return what a person finds out about a layer."""
    fields = layer.fields()
    return {
        "name": layer.name(),
        "is_valid": layer.isValid(),
        "is_spatial": layer.isSpatial(),
        "crs": layer.crs().authid(),
        "key": [fields[i].name() for i in layer.primaryKeyAttributes()],
        "is_read_only": layer.readOnly(),
        "feature_count": sum(1 for _ in layer.getFeatures()),
        "aliases": {f.name(): layer.attributeAlias(i) for i, f in enumerate(fields)},
        "comments": {f.name(): f.comment() for f in fields},
        "source": layer.source(),
    }


def lock(x, y, kind, note):
    """Draw a lock on the map, as a planner does; return the faults of the commit."""
    layer = next(x for x in QgsProject.instance().mapLayers().values() if x.shortName() == "site_lock")
    if not layer.startEditing():
        return ["the layer cannot be edited"]
    point = QgsGeometry.fromPointXY(QgsPointXY(x, y))
    values = {layer.fields().indexFromName(n): v for n, v in {"lock_kind": kind, "note": note}.items()}
    feature = QgsVectorLayerUtils.createFeature(layer, point, values)
    layer.addFeature(feature)
    faults = [] if layer.commitChanges() else layer.commitErrors()
    layer.rollBack()
    return faults


def main():
    """Open the project, look at everything in it, draw it; edit a lock when asked to."""
    parser = argparse.ArgumentParser()
    parser.add_argument("uri")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--lock", nargs=4)
    parser.add_argument("--layouts", action="store_true")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    QgsApplication.setPrefixPath("/usr", True)  # noqa: FBT003 - no name in Qt
    application = QgsApplication([], False)  # noqa: FBT003 - no name in Qt
    application.initQgis()
    project = QgsProject.instance()
    began = time.perf_counter()
    found = {"is_open": project.read(given.uri), "error": project.error()}
    found["open_s"] = time.perf_counter() - began
    found["title"] = project.title()
    found["crs"] = project.crs().authid()
    layers = list(project.layerTreeRoot().layerOrder())
    found["groups"] = [g.name() for g in project.layerTreeRoot().children()]
    found["layers"] = {
        x.shortName(): describe(x) | {"legend": legend_of(x)} for x in project.mapLayers().values()
    }
    found["relations"] = [
        [x.referencedLayer().shortName(), x.referencingLayer().shortName(), x.isValid(), x.name()]
        for x in project.relationManager().relations().values()
    ]
    if given.lock:
        x, y, kind, note = given.lock
        found["lock_faults"] = lock(float(x), float(y), kind, note)
    extent = project.viewSettings().defaultViewExtent() if layers else None
    drawn = [x for x in layers if x.isSpatial()]
    shown = [
        x.layer() for x in project.layerTreeRoot().findLayers() if x.isVisible() and x.layer().isSpatial()
    ]
    if drawn and not given.layouts:
        found["maps"] = {
            x.shortName(): render([x], extent_of(x), given.folder / f"{x.shortName()}.png") for x in drawn
        }
        found["maps"]["project"] = render(shown, extent, given.folder / "project.png")
        render_legend(given.folder / "legend.png")
    if given.layouts:
        found["layouts"] = {
            x.name(): print_layout(x, given.folder) for x in project.layoutManager().printLayouts()
        }
    locks = next((x for x in layers if x.shortName() == "site_lock"), None)
    if locks is not None:
        found["widgets"] = {n: widget_of(locks, n) for n in ("lock_kind", "site_id")}
    sys.stdout.write(json.dumps(found, default=str) + "\n")
    sys.stdout.flush()
    os._exit(0)  # Qt and Python do not agree on who clears up


main()
