"""Renderers and their legends: categories, classes of a number, bands, projects by action, rules."""

from __future__ import annotations

from itertools import pairwise
from xml.etree import ElementTree as ET

from db.common.language import Words
from report.catalogue import Catalogue, Entry, Layer, Style
from report.qgis.facts import Facts
from report.qgis.symbol import symbol
from report.qgis.text import wrapped

_UNBOUNDED = 1000


def _renderer(kind: str, **attributes: str) -> tuple[ET.Element, ET.Element]:
    made = ET.Element("renderer-v2", {"type": kind, "symbollevels": "0", "forceraster": "0"} | attributes)
    return made, ET.Element("symbols")


def _value(style: Style, layer: Layer) -> str:
    """Return what tells categories apart; a layer of one level draws no other, whatever it is applied to."""
    if layer.level is None:
        return style.attribute
    return f'case when "level" = \'{layer.level}\' then "{style.attribute}" end'


def _categories(style: Style, entries: tuple[Entry, ...], layer: Layer, words: Words) -> ET.Element:
    made, symbols = _renderer("categorizedSymbol", attr=_value(style, layer), enableorderby="0")
    box = ET.SubElement(made, "categories")
    for i, entry in enumerate(entries):
        is_flag = isinstance(entry.value, bool)
        value = str(entry.value).lower() if is_flag else str(entry.value)
        kind = "bool" if is_flag else "string"
        ET.SubElement(
            box,
            "category",
            value=value,
            type=kind,
            label=entry.label.of(words.language),
            symbol=str(i),
            render="true",
        )
        symbols.append(symbol(str(i), str(layer.geometry), entry.symbol))
    made.append(symbols)
    return made


def _classes(style: Style, layer: Layer, breaks: tuple[float, ...], words: Words) -> ET.Element:
    # what is used where nothing is left has no share: it counts as beyond all bounds
    attribute = style.attribute
    if style.is_percent:
        attribute = f'coalesce("{attribute}", if("added_kw" > 0, {_UNBOUNDED - 1}, 0))'
    made, symbols = _renderer(
        "graduatedSymbol", attr=attribute, graduatedMethod="GraduatedColor", enableorderby="0"
    )
    box = ET.SubElement(made, "ranges")
    found: list[tuple[float, float, str]] = [(0, 0, words("none"))] if style.has_zero else []
    for i, (low, high) in enumerate(pairwise(breaks)):
        text = [(words.share if style.is_percent else words.number)(v) for v in (low, high)]
        if i == 0:
            label = words("up_to", value=text[1])
        elif i == len(breaks) - 2:
            label = words("over", value=text[0])
        else:
            label = f"{text[0]} \u2013 {text[1]}"
        found.append((low, high, label))
    colours = ("#f7f7f7", *style.ramp) if style.has_zero else style.ramp
    for i, (low, high, label) in enumerate(found):
        ET.SubElement(
            box, "range", lower=f"{low:.12f}", upper=f"{high:.12f}", label=label, symbol=str(i), render="true"
        )
        look = style.symbol.model_copy(update={"colour": colours[min(i, len(colours) - 1)]})
        symbols.append(symbol(str(i), str(layer.geometry), look))
    made.append(symbols)
    return made


def _bands(style: Style, layer: Layer, limits: tuple[float, ...], words: Words) -> ET.Element:
    """Each band contains the narrower ones, so the wide are drawn first."""
    made, symbols = _renderer("categorizedSymbol", attr=_value(style, layer), enableorderby="1")
    box = ET.SubElement(made, "categories")
    for i, limit in enumerate(limits):
        label = words("within", km=words.number(limit / 1000))
        ET.SubElement(
            box, "category", value=f"{limit:g}", type="double", label=label, symbol=str(i), render="true"
        )
        look = style.symbol.model_copy(update={"colour": style.ramp[min(i, len(style.ramp) - 1)]})
        symbols.append(symbol(str(i), str(layer.geometry), look))
    made.append(symbols)
    order = ET.SubElement(ET.SubElement(made, "orderby"), "orderByClause", asc="0", nullsFirst="0")
    order.text = f'"{style.attribute}"'
    return made


def _rule(box: ET.Element, symbols: ET.Element, layer: Layer, entry: Entry, label: str) -> None:
    """Add a rule to `box`; an entry's value is its condition."""
    key = str(len(symbols))
    condition = str(entry.value)
    rule = ET.SubElement(box, "rule", key=f"{layer.id}-{key}", label=label, symbol=key, filter=condition)
    if entry.within_scale:
        rule.set("scalemaxdenom", str(entry.within_scale))
    symbols.append(symbol(key, str(layer.geometry), entry.symbol))


def _rules(entries: tuple[Entry, ...], layer: Layer, words: Words) -> ET.Element:
    made, symbols = _renderer("RuleRenderer", enableorderby="0")
    root = ET.SubElement(made, "rules", key=layer.id)
    for entry in entries:
        _rule(root, symbols, layer, entry, entry.label.of(words.language))
    made.append(symbols)
    return made


def _phases(style: Style, layer: Layer, facts: Facts, words: Words) -> ET.Element:
    """Switch phases, and actions within each, in the legend."""
    titles = dict(facts.phase_titles)
    made, symbols = _renderer("RuleRenderer", enableorderby="0")
    root = ET.SubElement(made, "rules", key=layer.id)
    for phase in range(1, facts.phase_count + 1):
        title = words("phase", phase=phase)
        if phase in titles:
            title = wrapped(words.between(":").join((title, titles[phase].of(words.language))))
        branch = ET.SubElement(root, "rule", key=f"phase-{phase}", label=title, filter=f'"phase" = {phase}')
        for entry in style.entry:
            of_action = entry.model_copy(update={"value": f"\"{style.attribute}\" = '{entry.value}'"})
            _rule(branch, symbols, layer, of_action, entry.label.of(words.language))
    made.append(symbols)
    return made


def renderer(layer: Layer, style: Style, catalogue: Catalogue, facts: Facts, words: Words) -> ET.Element:
    """Return the renderer of a layer, with its legend in one language."""
    entries = catalogue.entries(style)
    match style.kind:
        case "categories":
            return _categories(style, entries, layer, words)
        case "classes":
            return _classes(style, layer, facts.breaks[layer.id], words)
        case "bands":
            return _bands(style, layer, facts.breaks[layer.id], words)
        case "phases":
            return _phases(style, layer, facts, words)
        case "rules":
            return _rules(entries, layer, words)
        case _:
            made, symbols = _renderer("singleSymbol", enableorderby="0")
            symbols.append(symbol("0", str(layer.geometry), entries[0].symbol))
            made.append(symbols)
            return made
