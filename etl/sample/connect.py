"""Keeps the streets connected: every place can be reached from every other, by public streets."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from etl.sample.calibration import Bools, Ints
from etl.sample.lattice import MOTORWAY_LINK, SERVICE


def _loose(way: Ints, node: Ints, is_oneway: Bools, active: Bools, root: int) -> Bools:
    """Return the active ways with a node that does not reach `root`, or is not reached from it."""
    pair = np.flatnonzero((way[:-1] == way[1:]) & active[way[:-1]])
    tail, head = node[pair], node[pair + 1]
    both = ~is_oneway[way[pair]]
    tails, heads = np.concatenate([tail, head[both]]), np.concatenate([head, tail[both]])
    count = int(node.max()) + 1
    graph = csr_array((np.ones(len(tails), np.int8), (tails, heads)), shape=(count, count))
    _, part = connected_components(graph, connection="strong")
    mutual = part == part[root]
    loose = np.zeros(len(is_oneway), bool)
    loose[way[~mutual[node]]] = True
    return loose & active


def hold_together(
    way: Ints, node: Ints, road_class: Ints, is_oneway: Bools, root: int
) -> tuple[Bools, Bools]:
    """Find the ways to keep, and which of them are one-way after all.

    `way` and `node` list the nodes of all ways in their order. A one-way street that would cut something off
    becomes two-way; what is still disconnected goes. Service roads come last, so that nothing depends on one.
    Returns two arrays by way: is it kept, is it one-way.
    """
    oneway, kept = is_oneway.copy(), np.zeros(len(road_class), bool)
    for stage in (road_class != SERVICE, road_class == SERVICE):
        kept |= stage
        while (loose := _loose(way, node, oneway, kept, root)).any():
            cutting = loose & oneway & (road_class < MOTORWAY_LINK)
            oneway &= ~cutting
            if not cutting.any():
                kept &= ~loose
    return kept, oneway
