"""Small made-up inputs for tests of the model, and a plan found by trying all of them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from hypothesis import strategies as st

from model.inputs import Inputs, Lock, Option, Phase, Plan, Site
from model.objective import capex_scale_cad, opex_scale_cad_per_year
from model.plan import coverage_share

STRUCTURAL = frozenset({"one_change_per_site", "coverage"})
SWITCHABLE = ("min_coverage", "budget", "site_power", "grid_area_power", "locks", "cost_limit")


@st.composite
def small_inputs(draw: st.DrawFn) -> Inputs:
    """Draw up to four sites with up to three options each, one or two phases, five demand groups a level."""
    levels = ("L2", "L3")
    subset = st.frozensets(st.sampled_from(levels))
    phases = tuple(
        Phase(t, draw(st.integers(0, 12)) * 10.0, draw(st.sampled_from([1.0, 0.5])))
        for t in range(1, draw(st.integers(1, 2)) + 1)
    )
    sites = {
        s: Site(s, draw(subset), draw(st.sampled_from([None, 1, 2]))) for s in range(draw(st.integers(1, 4)))
    }
    options: dict[str, Option] = {}
    for s in sites:
        for n in range(draw(st.integers(0, 2))):
            options[f"{s}:{n}"] = Option(
                f"{s}:{n}",
                s,
                "build",
                draw(subset),
                tuple(p.phase for p in phases if draw(st.booleans())) or (1,),
                capex_cad=draw(st.integers(0, 8)) * 10.0,
                resale_cad=draw(st.integers(0, 2)) * 5.0,
                opex_change_cad_per_year=draw(st.integers(-2, 3)) * 1.0,
                peak_kw=draw(st.integers(0, 5)) * 100.0,
                added_kw=draw(st.integers(-1, 4)) * 50.0,
            )
    reach = {
        (j, k): tuple(sorted(draw(st.sets(st.sampled_from(sorted(sites)))))) for j in range(5) for k in levels
    }
    return Inputs(
        phases=phases,
        levels=levels,
        sites=sites,
        options=options,
        reach=reach,
        weight=dict.fromkeys(reach, 0.2),
        rules=STRUCTURAL | draw(st.frozensets(st.sampled_from(SWITCHABLE))),
        objective_weight={"coverage_l2": 1.0, "coverage_l3": 2.0, "capex": 0.3, "opex": 0.1},
        target={(phases[-1].phase, "L2"): draw(st.sampled_from([0.0, 0.2, 0.6]))},
        headroom_kw={1: draw(st.integers(0, 3)) * 50.0},
        coincidence_factor=0.5,
        site_power_limit_kw=300.0,
        cost_limit_cad=draw(st.integers(0, 15)) * 10.0,
        locks=tuple(
            Lock(s, s, draw(st.sampled_from(["force_in", "force_out"])))
            for s in sites
            if draw(st.integers(0, 5)) == 0
        ),
    )


def all_plans(inputs: Inputs) -> Iterator[Plan]:
    """Yield every way to change each site at most once."""
    choices: list[list[tuple[str, int] | None]] = [
        [None, *((o, t) for o in ids for t in inputs.options[o].phases)]
        for ids in inputs.option_ids_of_site.values()
    ]
    for picked in product(*choices):
        yield frozenset(p for p in picked if p is not None)


def keeps_all_rules(inputs: Inputs, plan: Plan) -> bool:  # noqa: C901, PLR0911, PLR0912 - one branch per rule, on purpose
    """Judge a plan by plain counting; nothing here is shared with the rules of the model."""
    rules, options = inputs.rules, inputs.options
    changed = {options[o].site_id for o, _ in plan}
    if "budget" in rules:
        for p in inputs.phases:
            spent = sum(
                options[o].capex_cad - options[o].grant_cad - options[o].resale_cad
                for o, t in plan
                if t == p.phase
            )
            if spent > p.budget_cad + 1e-9:
                return False
    if "cost_limit" in rules:
        cost = sum(options[o].capex_cad - options[o].grant_cad - options[o].resale_cad for o, _ in plan)
        if cost > inputs.cost_limit_cad + 1e-9:
            return False
    if "site_power" in rules and any(options[o].peak_kw > inputs.site_power_limit_kw for o, _ in plan):
        return False
    if "locks" in rules:
        for lock in inputs.locks:
            if (lock.lock_kind == "force_in") != (lock.site_id in changed):
                return False
    for p in inputs.phases:
        if "grid_area_power" in rules:
            for area, free in inputs.headroom_kw.items():
                added = sum(
                    options[o].added_kw
                    for o, t in plan
                    if t <= p.phase and inputs.sites[options[o].site_id].grid_area_id == area
                )
                if added * inputs.coincidence_factor > max(free, 0.0) + 1e-9:
                    return False
        if "min_coverage" in rules:
            share = coverage_share(inputs, plan, p.phase)
            if any(share[k] < goal - 1e-9 for (t, k), goal in inputs.target.items() if t == p.phase):
                return False
    return True


def worth(inputs: Inputs, plan: Plan) -> float:
    """Return the objective of a plan, from its definition."""
    total = 0.0
    discount = sum(p.discount_factor for p in inputs.phases)
    for p in inputs.phases:
        share = coverage_share(inputs, plan, p.phase)
        total += sum(inputs.objective_weight[f"coverage_{k.lower()}"] * share[k] for k in inputs.levels) * (
            p.discount_factor / discount
        )
    net = sum(inputs.options[o].net_cad for o, _ in plan)
    opex = sum(inputs.options[o].opex_change_cad_per_year for o, _ in plan)
    total -= inputs.objective_weight["capex"] * net / capex_scale_cad(inputs)
    return total - inputs.objective_weight["opex"] * opex / opex_scale_cad_per_year(inputs)


def station_world(
    station_levels: frozenset[str], *options: Option, reach: dict[tuple[int, str], tuple[int, ...]]
) -> Inputs:
    """Return one site, number 0, with plenty of money."""
    return Inputs(
        phases=(Phase(1, 1e6),),
        levels=("L2", "L3"),
        sites={0: Site(0, station_levels)},
        options={o.option_id: o for o in options},
        reach=reach,
        weight=dict.fromkeys(reach, 1.0),
        rules=STRUCTURAL | {"budget"},
        objective_weight={"coverage_l2": 1.0, "coverage_l3": 1.0},
    )
