"""Which block each site and each piece of demand belongs to, and which sites of others a block knows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from model.data.inputs import GroupLevel, Inputs, SiteLevel

Key = TypeVar("Key")


@dataclass(frozen=True)
class Division:
    """The home block of each site, aggregated demand node, node of double coverage and zone.

    A node or zone that no site may serve has none. `area` says which block buys the grid upgrades of a grid
    area. `copied` are the sites of other blocks that each block knows, with the levels at which it does.
    """

    site: Mapping[int, int]
    node: Mapping[GroupLevel, int]
    double: Mapping[tuple[str, int], int]
    zone: Mapping[tuple[int, str], int]
    area: Mapping[int, int]
    copied: Mapping[int, frozenset[SiteLevel]]

    @cached_property
    def blocks(self) -> tuple[int, ...]:
        """All blocks, in order."""
        return tuple(sorted(set(self.site.values())))

    @cached_property
    def sites_of(self) -> Mapping[int, tuple[int, ...]]:
        """The sites of each block."""
        return _inverted(self.site)

    @cached_property
    def nodes_of(self) -> Mapping[int, tuple[GroupLevel, ...]]:
        """The aggregated demand nodes of each block that has any."""
        return _inverted(self.node)

    @cached_property
    def doubles_of(self) -> Mapping[int, tuple[tuple[str, int], ...]]:
        """The nodes of double coverage of each block that has any."""
        return _inverted(self.double)

    @cached_property
    def zones_of(self) -> Mapping[int, tuple[tuple[int, str], ...]]:
        """The zones of each block that has any."""
        return _inverted(self.zone)

    @cached_property
    def areas_of(self) -> Mapping[int, tuple[int, ...]]:
        """The grid areas whose upgrades each block buys, if any."""
        return _inverted(self.area)

    @cached_property
    def shared_of(self) -> Mapping[int, tuple[SiteLevel, ...]]:
        """Each (site, level) that a block knows of another one, or another one of it."""
        found: dict[int, list[SiteLevel]] = {}
        for key, blocks in self.copies.items():
            for block in (self.site[key[0]], *blocks):
                found.setdefault(block, []).append(key)
        return {block: tuple(keys) for block, keys in found.items()}

    @cached_property
    def copies(self) -> Mapping[SiteLevel, tuple[int, ...]]:
        """The blocks that know each (site, level) of another one."""
        found: dict[SiteLevel, list[int]] = {}
        for block in sorted(self.copied):
            for key in sorted(self.copied[block]):
                found.setdefault(key, []).append(block)
        return {key: tuple(blocks) for key, blocks in found.items()}


def _inverted(home: Mapping[Key, int]) -> dict[int, tuple[Key, ...]]:
    found: dict[int, list[Key]] = {}
    for key, block in home.items():
        found.setdefault(block, []).append(key)
    return {block: tuple(keys) for block, keys in found.items()}


def divided(inputs: Inputs, home: Mapping[int, int]) -> Division:
    """Return the division that follows from the home block of each site.

    Demand belongs where most of the sites are that may serve it, the lowest of such blocks, so that few are
    copied.
    """

    def most(sites: Iterable[int]) -> int | None:
        count = Counter(home[s] for s in sites)
        return min(count, key=lambda block: (-count[block], block), default=None)

    def homes(served: Mapping[Key, Iterable[int]]) -> dict[Key, int]:
        found = ((key, most(sites)) for key, sites in served.items())
        return {key: block for key, block in found if block is not None}

    doubles = {
        (k, n): node.site_ids for k, d in inputs.double_coverage.items() for n, node in enumerate(d.nodes)
    }
    zones = {
        key: tuple(site for site, _ in sites)
        for key, sites in (inputs.service.covered_share.items() if inputs.service else ())
    }
    node, double, zone = homes(inputs.covering_sites), homes(doubles), homes(zones)
    copied: dict[int, set[SiteLevel]] = {block: set() for block in home.values()}
    for block, level, sites in (
        *((block, key[1], inputs.covering_sites[key]) for key, block in node.items()),
        *((block, key[0], doubles[key]) for key, block in double.items()),
        *((block, key[1], zones[key]) for key, block in zone.items()),
    ):
        copied[block] |= {(site, level) for site in sites if home[site] != block}
    return Division(
        home,
        node,
        double,
        zone,
        {
            area: most(inputs.site_ids_of_node.get(area, ())) or min(home.values())
            for area in dict.fromkeys(area for area, _ in inputs.steps)
        },
        {block: frozenset(found) for block, found in copied.items()},
    )
