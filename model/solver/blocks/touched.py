"""What each site touches, looked up once: its demand, and the rows of rules in which it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeVar

from model.data.inputs import (
    Alternative,
    Corridor,
    DoubleCoverage,
    Fairness,
    GroupLevel,
    Inputs,
    Lock,
    Option,
    Service,
    Space,
)

DoubleKey = tuple[str, int]
"""A level, and the number of a node of double coverage there."""


Key = TypeVar("Key", int, tuple[int, str], tuple[str, int])


@dataclass(frozen=True)
class Touched:
    """The inputs of a region, to be asked for a few of its sites without a look at all others.

    What it returns is in the order of its keys, whatever the order of the sites asked for.
    """

    inputs: Inputs

    def options(self, sites: Iterable[int]) -> dict[str, Option]:
        """Return the options of sites."""
        inputs = self.inputs
        return {o: inputs.options[o] for s in sites for o in inputs.option_ids_of_site.get(s, ())}

    def nodes(self, sites: Iterable[int]) -> list[GroupLevel]:
        """Return the aggregated demand nodes that sites may cover."""
        return _union(self._nodes, sites)

    def doubles(self, sites: Iterable[int]) -> list[DoubleKey]:
        """Return the nodes that sites may cover doubly."""
        return _union(self._doubles, sites)

    def zones(self, sites: Iterable[int]) -> list[GroupLevel]:
        """Return the zones whose sessions sites may serve."""
        return _union(self._zones, sites)

    def space(self, sites: Iterable[int]) -> Space:
        """Return the rows of rules on space in which sites are, those of areas left out."""
        of, sites = self.inputs.space, tuple(sites)
        conflicts: dict[str, list[tuple[int, int]]] = {level: [] for level in of.conflicts}
        for level, n in _union(self._conflicts, sites):
            conflicts[level].append(of.conflicts[level][n])
        return replace(
            of,
            conflicts={level: tuple(pairs) for level, pairs in conflicts.items()},
            neighbours={key: of.neighbours[key] for key in _union(self._neighbours, sites)},
            corridors=tuple(of.corridors[n] for n in _union(self._corridors, sites)),
            overlaps=tuple(of.overlaps[n] for n in _union(self._overlaps, sites)),
            areas=(),
        )

    def alternatives(self, sites: Iterable[int]) -> tuple[Alternative, ...]:
        """Return the rows about removals in which sites are."""
        return tuple(self.inputs.alternatives[n] for n in _union(self._alternatives, sites))

    def locks(self, sites: Iterable[int]) -> tuple[Lock, ...]:
        """Return the locks of sites."""
        return tuple(self.inputs.locks[n] for n in _union(self._locks, sites))

    def double_coverage(self, keys: Iterable[DoubleKey]) -> dict[str, DoubleCoverage]:
        """Return the double coverage of some nodes; the constants are those of the region."""
        found: dict[str, list[int]] = {level: [] for level in self.inputs.double_coverage}
        for level, n in keys:
            found[level].append(n)
        return {
            level: DoubleCoverage(tuple(d.nodes[n] for n in found[level]), d.always_share)
            for level, d in self.inputs.double_coverage.items()
        }

    def fairness(self, nodes: Iterable[GroupLevel]) -> Fairness:
        """Return what is asked for groups of people, of whom only those at some nodes are counted."""
        fairness, nodes = self.inputs.fairness, tuple(nodes)
        people: list[list[tuple[int, float]]] = [[] for _ in fairness.groups]
        for key in nodes:
            for number, share in self._people.get(key, ()):
                people[number].append((key[0], share))
        return replace(
            fairness,
            groups=tuple(
                replace(group, people=tuple(sorted(own)))
                for group, own in zip(fairness.groups, people, strict=True)
            ),
            protected=tuple(sorted(key for key in nodes if key in self._protected)),
        )

    def service(self, zones: Iterable[GroupLevel]) -> Service:
        """Return the sessions of some zones; all of the region are in `region_per_h`.

        Raises:
            ValueError: none are counted.

        """
        service, zones, phases = self.inputs.counted_service, tuple(zones), self.inputs.phase_numbers
        keys = ((*zone, t) for zone in zones for t in phases)
        return replace(
            service,
            demand_per_h={key: service.demand_per_h[key] for key in keys if key in service.demand_per_h},
            covered_share={zone: service.covered_share[zone] for zone in zones},
            region_per_h=self._sessions,
        )

    @cached_property
    def corridors_of_none(self) -> tuple[Corridor, ...]:
        """The stretches of corridors that no site could serve."""
        return tuple(row for row in self.inputs.space.corridors if not row.site_ids)

    @cached_property
    def alternatives_of_none(self) -> tuple[Alternative, ...]:
        """The removed stations in place of which no site could have a level."""
        return tuple(row for row in self.inputs.alternatives if row.is_removed and not row.site_ids)

    @cached_property
    def areas_with_sites(self) -> frozenset[int | None]:
        """The planning areas in which a site is."""
        return frozenset(site.planning_area_id for site in self.inputs.sites.values())

    @cached_property
    def _nodes(self) -> Mapping[int, list[GroupLevel]]:
        return _by_site(self.inputs.covering_sites.items())

    @cached_property
    def _doubles(self) -> Mapping[int, list[DoubleKey]]:
        doubles = self.inputs.double_coverage.items()
        return _by_site(((k, n), node.site_ids) for k, d in doubles for n, node in enumerate(d.nodes))

    @cached_property
    def _zones(self) -> Mapping[int, list[GroupLevel]]:
        service = self.inputs.service
        served = service.covered_share.items() if service else ()
        return _by_site((zone, (site for site, _ in sites)) for zone, sites in served)

    @cached_property
    def _conflicts(self) -> Mapping[int, list[tuple[str, int]]]:
        conflicts = self.inputs.space.conflicts.items()
        return _by_site(((level, n), pair) for level, pairs in conflicts for n, pair in enumerate(pairs))

    @cached_property
    def _neighbours(self) -> Mapping[int, list[tuple[int, str]]]:
        return _by_site((key, {key[0], *others}) for key, others in self.inputs.space.neighbours.items())

    @cached_property
    def _corridors(self) -> Mapping[int, list[int]]:
        return _by_site((n, row.site_ids) for n, row in enumerate(self.inputs.space.corridors))

    @cached_property
    def _overlaps(self) -> Mapping[int, list[int]]:
        return _by_site((n, row.site_ids) for n, row in enumerate(self.inputs.space.overlaps))

    @cached_property
    def _alternatives(self) -> Mapping[int, list[int]]:
        rows = enumerate(self.inputs.alternatives)
        return _by_site((n, {row.site_id, *row.site_ids}) for n, row in rows)

    @cached_property
    def _locks(self) -> Mapping[int, list[int]]:
        return _by_site((n, (lock.site_id,)) for n, lock in enumerate(self.inputs.locks))

    @cached_property
    def _people(self) -> Mapping[GroupLevel, list[tuple[int, float]]]:
        found: dict[GroupLevel, list[tuple[int, float]]] = {}
        for number, group in enumerate(self.inputs.fairness.groups):
            for node, share in group.people:
                found.setdefault((node, group.level), []).append((number, share))
        return found

    @cached_property
    def _protected(self) -> frozenset[GroupLevel]:
        return frozenset(self.inputs.fairness.protected)

    @cached_property
    def _sessions(self) -> Mapping[tuple[str, int], float]:
        service = self.inputs.counted_service
        phases = self.inputs.phase_numbers
        return {(k, t): service.total_per_h(k, t) for k in self.inputs.levels for t in phases}


def _by_site(rows: Iterable[tuple[Key, Iterable[int]]]) -> dict[int, list[Key]]:
    found: dict[int, list[Key]] = {}
    for key, sites in rows:
        for site in sites:
            found.setdefault(site, []).append(key)
    return found


def _union(keys: Mapping[int, list[Key]], sites: Iterable[int]) -> list[Key]:
    """Return all keys of sites once, in order."""
    return sorted({key for site in sites for key in keys.get(site, ())})
