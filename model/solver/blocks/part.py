"""The inputs of a block: its own sites and demand, and copies of the sites of others that may serve it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from model.accounting.money_scale import capex_scale_cad, installable_kw, opex_scale_cad_per_year
from model.accounting.sessions import capacity_per_h
from model.data.codes import Action
from model.data.inputs import Alternative, Inputs, Option, Overlap, Site, SiteLevel, Space
from model.solver.blocks.division import Division
from model.solver.blocks.touched import Touched

COPY = "copy "
"""How the option_id and the layout of a copy begin."""
_NO_BLOCK = 0
"""Blocks are numbered from 1."""


def scaled(inputs: Inputs) -> Inputs:
    """Return the inputs with what money and power are measured against as figures: parts keep them."""
    return replace(
        inputs,
        money_scale_cad=capex_scale_cad(inputs),
        opex_scale_cad_per_year=opex_scale_cad_per_year(inputs),
        installable_kw=installable_kw(inputs) if inputs.service else None,
        measured_options={},
    )


def part(region: Touched, division: Division, block: int | None) -> Inputs:
    """Return the inputs of a block; of None: those of a block without sites and demand.

    `region` has figures of its scales. Constants of the region are in each part.
    """
    inputs = region.inputs
    number = _NO_BLOCK if block is None else block
    home, copied = frozenset(division.sites_of.get(number, ())), division.copied.get(number, frozenset())
    nodes, zones = division.nodes_of.get(number, ()), division.zones_of.get(number, ())
    doubles, bought = division.doubles_of.get(number, ()), division.areas_of.get(number, ())
    sites = {site: inputs.sites[site] for site in sorted(home)}
    copies = _Copies(inputs, copied)
    known = frozenset((site, level) for site in home for level in inputs.levels) | copied
    asked = sorted(home | {site for site, _ in copied})
    drawn_from = {node for site in sites.values() for node in site.grid_node_ids} | set(bought)
    return replace(
        inputs,
        sites=sites | copies.sites,
        options=region.options(sorted(home)) | copies.options,
        covering_sites={key: inputs.covering_sites[key] for key in nodes},
        weight={key: inputs.weight[key] for key in nodes},
        remaining_kw={
            node: kw for node, kw in inputs.remaining_kw.items() if block is None or node in drawn_from
        },
        steps={key: step for key, step in inputs.steps.items() if key[0] in bought},
        locks=region.locks(home),
        space=_space(region, asked, known, home, is_empty=block is None),
        fairness=region.fairness(nodes),
        double_coverage=region.double_coverage(doubles),
        service=inputs.service
        and replace(
            region.service(zones),
            capacity_per_h={**inputs.service.capacity_per_h, **copies.capacity_per_h},
        ),
        candidate_score={s: inputs.candidate_score[s] for s in sites if s in inputs.candidate_score},
        alternatives=()
        if block is None
        else (
            *(row for row in region.alternatives(asked) if _is_known(row, home, known)),
            *region.alternatives_of_none,
        ),
    )


def _is_known(row: Alternative, home: frozenset[int], known: frozenset[SiteLevel]) -> bool:
    """Tell whether a block decides about the station that goes, and knows all that may stand in for it."""
    return (row.is_removed or row.site_id in home) and _all_known(row.site_ids, row.level, known)


def _all_known(sites: Iterable[int], level: str, known: frozenset[SiteLevel]) -> bool:
    return all((site, level) in known for site in sites)


def _space(
    region: Touched,
    asked: Iterable[int],
    known: frozenset[SiteLevel],
    home: frozenset[int],
    *,
    is_empty: bool,
) -> Space:
    """Keep what limits from above for the sites known, and what asks for sites where all of them are."""
    space, sites = region.space(asked), region.inputs.sites
    overlaps = (
        Overlap(o.level, tuple(s for s in o.site_ids if (s, o.level) in known), o.station_count_max)
        for o in space.overlaps
    )
    elsewhere = region.areas_with_sites - {sites[site].planning_area_id for site in home}
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
        corridors=()
        if is_empty
        else (
            *(c for c in space.corridors if _all_known(c.site_ids, c.level, known)),
            *region.corridors_of_none,
        ),
        overlaps=tuple(o for o in overlaps if len(o.site_ids) > o.station_count_max),
        areas=tuple(a for a in region.inputs.space.areas if is_empty or a.planning_area_id not in elsewhere),
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
