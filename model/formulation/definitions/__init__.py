"""What the variables mean: the definitions, one in each file of this folder, in the order of their needs."""

from __future__ import annotations

from graphlib import TopologicalSorter

from model.formulation.folder import objects
from model.formulation.rule import Definition


def _in_order() -> tuple[Definition, ...]:
    found = {d.name: d for d in objects(__name__, __path__, "DEFINITION", Definition)}
    order = TopologicalSorter({name: d.needs for name, d in found.items()}).static_order()
    return tuple(found[name] for name in order)


DEFINITIONS = _in_order()
