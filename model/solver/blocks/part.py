"""The inputs of a block: its own sites and demand, and copies of the sites of others that may serve it."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import replace

from model.accounting.money_scale import capex_scale_cad, installable_kw, opex_scale_cad_per_year
from model.accounting.sessions import capacity_per_h
from model.data.codes import Action
from model.data.inputs import (
    Alternative,
    DoubleCoverage,
    Fairness,
    GroupLevel,
    Inputs,
    Lock,
    Option,
    Overlap,
    Service,
    Site,
    SiteLevel,
    Space,
)
from model.solver.blocks.division import Division

COPY = "copy "
"""How the option_id and the layout of a copy begin."""


def scaled(inputs: Inputs) -> Inputs:
    """Return the inputs with what money and power are measured against as figures: parts keep them."""
    return replace(
        inputs,
        money_scale_cad=capex_scale_cad(inputs),
        opex_scale_cad_per_year=opex_scale_cad_per_year(inputs),
        installable_kw=installable_kw(inputs) if inputs.service else None,
        measured_options={},
    )


def part(inputs: Inputs, division: Division, block: int | None) -> Inputs:
    """Return the inputs of a block; of None: those of a block without sites and demand.

    `inputs` are those of the region, with figures of their scales. Constants of the region are in each part.
    """
    home = frozenset(site for site, own in division.site.items() if own == block)
    copied = division.copied.get(block, frozenset()) if block is not None else frozenset()
    sites = {site: inputs.sites[site] for site in sorted(home)}
    options = {o: option for o, option in inputs.options.items() if option.site_id in home}
    copies = _Copies(inputs, copied)
    known = frozenset((site, level) for site in home for level in inputs.levels) | copied
    nodes = {key for key, own in division.node.items() if own == block}
    elsewhere = {site.planning_area_id for s, site in inputs.sites.items() if s not in home}
    elsewhere -= {inputs.sites[site].planning_area_id for site in home}
    drawn_from = {node for site in home for node in inputs.sites[site].grid_node_ids}
    bought = {area for area, own in division.area.items() if own == block}
    return replace(
        inputs,
        sites=sites | copies.sites,
        options=options | copies.options,
        covering_sites={key: sites for key, sites in inputs.covering_sites.items() if key in nodes},
        weight={key: weight for key, weight in inputs.weight.items() if key in nodes},
        remaining_kw={
            node: kw
            for node, kw in inputs.remaining_kw.items()
            if block is None or node in drawn_from or node in bought
        },
        steps={key: step for key, step in inputs.steps.items() if key[0] in bought},
        locks=tuple(lock for lock in inputs.locks if _is_of(lock, home)),
        space=_space(inputs.space, known, elsewhere, is_empty=block is None),
        fairness=fairness_within(inputs.fairness, nodes),
        double_coverage={
            level: DoubleCoverage(
                tuple(node for n, node in enumerate(d.nodes) if division.double.get((level, n)) == block),
                d.always_share,
            )
            if block is not None
            else DoubleCoverage((), d.always_share)
            for level, d in inputs.double_coverage.items()
        },
        service=inputs.service and _service(inputs, division, block, copies),
        candidate_score={s: score for s, score in inputs.candidate_score.items() if s in home},
        alternatives=tuple(
            row for row in inputs.alternatives if block is not None and _is_known(row, home, known)
        ),
    )


def _is_of(lock: Lock, home: frozenset[int]) -> bool:
    return lock.site_id in home


def _is_known(row: Alternative, home: frozenset[int], known: frozenset[SiteLevel]) -> bool:
    """Tell whether a block decides about the station that goes, and knows all that may stand in for it."""
    return (row.is_removed or row.site_id in home) and _all_known(row.site_ids, row.level, known)


def _all_known(sites: Iterable[int], level: str, known: frozenset[SiteLevel]) -> bool:
    return all((site, level) in known for site in sites)


def _space(space: Space, known: frozenset[SiteLevel], elsewhere: set[int | None], *, is_empty: bool) -> Space:
    """Keep what limits from above for the sites known, and what asks for sites where all of them are."""
    overlaps = (
        Overlap(o.level, tuple(s for s in o.site_ids if (s, o.level) in known), o.station_count_max)
        for o in space.overlaps
    )
    return replace(
        space,
        conflicts={
            level: tuple(pair for pair in pairs if (pair[0], level) in known and (pair[1], level) in known)
            for level, pairs in space.conflicts.items()
        },
        neighbours={
            (site, level): others
            for (site, level), others in space.neighbours.items()
            if (site, level) in known and all((other, level) in known for other in others)
        },
        corridors=tuple(
            c for c in space.corridors if not is_empty and _all_known(c.site_ids, c.level, known)
        ),
        overlaps=tuple(o for o in overlaps if len(o.site_ids) > o.station_count_max),
        areas=tuple(a for a in space.areas if is_empty or a.planning_area_id not in elsewhere),
    )


def fairness_within(fairness: Fairness, nodes: Container[GroupLevel]) -> Fairness:
    """Return what is asked for groups of people, of whom only those at some nodes are counted."""
    return replace(
        fairness,
        groups=tuple(
            replace(g, people=tuple((j, share) for j, share in g.people if (j, g.level) in nodes))
            for g in fairness.groups
        ),
        protected=tuple(key for key in fairness.protected if key in nodes),
    )


def sessions_of_region(inputs: Inputs) -> dict[tuple[str, int], float]:
    """Return all sessions of each (level, phase), per hour."""
    service = inputs.counted_service
    return {(k, t): service.total_per_h(k, t) for k in inputs.levels for t in inputs.phase_numbers}


def _service(inputs: Inputs, division: Division, block: int | None, copies: _Copies) -> Service:
    service = inputs.counted_service
    zones = {key for key, own in division.zone.items() if own == block}
    return replace(
        service,
        demand_per_h={key: sessions for key, sessions in service.demand_per_h.items() if key[:2] in zones},
        covered_share={key: sites for key, sites in service.covered_share.items() if key in zones},
        capacity_per_h={**service.capacity_per_h, **copies.capacity_per_h},
        region_per_h=sessions_of_region(inputs),
    )


class _Copies:
    """Copies of sites: what may come to stand there, by the levels that matter, with the most ports."""

    def __init__(self, inputs: Inputs, copied: frozenset[SiteLevel]) -> None:
        self.sites: dict[int, Site] = {}
        self.options: dict[str, Option] = {}
        self.capacity_per_h: dict[tuple[str, str], float] = {}
        levels: dict[int, set[str]] = {}
        for site, level in copied:
            levels.setdefault(site, set()).add(level)
        for site in sorted(levels):
            self._add(inputs, inputs.sites[site], levels[site])

    def _add(self, inputs: Inputs, site: Site, levels: set[str]) -> None:
        """Add a site: one option for all of its own that leave the same levels, of which it has the best."""
        phases: dict[tuple[str, ...], set[int]] = {}
        most: dict[tuple[str, ...], dict[str, float]] = {}

        def see(found: frozenset[str], layout: str, when: Iterable[int]) -> tuple[str, ...]:
            served = {
                level: capacity_per_h(inputs.service, level, layout) if inputs.service else 0.0
                for level in sorted(levels)
            }
            words = tuple(
                f"{level}{'' if level in found else '-'}{'' if served[level] else '0'}"
                for level in sorted(levels)
            )
            phases.setdefault(words, set()).update(when)
            known = most.setdefault(words, served)
            most[words] = {level: max(known[level], served[level]) for level in served}
            return words

        today = see(site.levels, site.layout, ())
        standing = {today: site.levels & levels}
        for option_id in inputs.option_ids_of_site.get(site.site_id, ()):
            option = inputs.options[option_id]
            standing[see(option.levels, option.layout, option.phases)] = option.levels & levels
        for words, found in standing.items():
            layout = f"{COPY}{site.site_id} {' '.join(words)}"
            self._serve(layout, most[words])
            if words == today:
                self.sites[site.site_id] = replace(
                    site, levels=found, grid_node_ids=(), layout=layout, planning_area_id=None
                )
            else:
                self.options[layout] = Option(
                    layout, site.site_id, Action.BUILD, found, tuple(sorted(phases[words])), layout=layout
                )

    def _serve(self, layout: str, served: Mapping[str, float]) -> None:
        self.capacity_per_h |= {(level, layout): sessions for level, sessions in served.items() if sessions}
