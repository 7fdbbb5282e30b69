"""Small made-up inputs for tests of the model, and a plan found by trying all of them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from hypothesis import strategies as st

from model.accounting.coverage import coverage_share
from model.accounting.grid import Purchases
from model.accounting.money_scale import capex_scale_cad, opex_scale_cad_per_year
from model.data.codes import Action
from model.data.inputs import Alternative, Inputs, Lock, Option, Phase, Plan, Price, Site, Step
from tests.support.draws import one_of, some_of, whole, yes_or_no
from tests.support.service_worlds import keeps_service_rules, service_worth, with_service
from tests.support.space_worlds import double_coverage_worth, keeps_space_rules, with_space

STRUCTURAL = frozenset(
    {"one_change_per_site", "removal_alternative", "coverage", "application_grant", "grid_upgrade"}
)
GONE = 9
"""A station that an earlier plan removed."""
PROGRAMS = ("one", "two")
FEEDER, SUPPLY = 11, 21
DRAWN_FROM = ((), (1,), (2,), (FEEDER, 1), (FEEDER, 1, SUPPLY), (1, SUPPLY), (2, SUPPLY))
"""What a site may draw from; station 2 has no limit."""
SWITCHABLE = ("min_coverage", "budget", "opex_limit", "site_power", "grid_area_power", "locks", "cost_limit")


@st.composite
def small_inputs(draw: st.DrawFn) -> Inputs:
    """Draw up to four sites with up to three options each, one or two phases, five aggregated demand nodes a level.

    Two levels, or one or three.
    """
    levels = draw(one_of(("L2", "L3"), ("L2", "L3"), ("only",), ("curbside", "L3", "hpc")))
    subset = some_of(*levels)
    phases = tuple(
        Phase(
            t,
            draw(whole(0, 12)) * 10.0,
            draw(one_of(1.0, 0.5)),
            draw(one_of(0.0, 2.0, float("inf"))),
        )
        for t in range(1, draw(whole(1, 2)) + 1)
    )
    sites = {s: Site(s, draw(subset), draw(one_of(*DRAWN_FROM))) for s in range(draw(whole(1, 4)))}
    options: dict[str, Option] = {}
    for s in sites:
        for n in range(draw(whole(0, 2))):
            offered = tuple(p.phase for p in phases if draw(yes_or_no)) or (1,)
            goes = n == 1 and draw(yes_or_no)
            options[f"{s}:{n}"] = Option(
                f"{s}:{n}",
                s,
                Action.REMOVE if goes else Action.BUILD,
                frozenset() if goes else draw(subset),
                offered,
                {
                    t: Price(
                        capex_cad=draw(whole(0, 8)) * 10.0,
                        grants=tuple((p, draw(whole(0, 3)) * 5.0) for p in PROGRAMS),
                        resale_cad=draw(whole(0, 2)) * 5.0,
                    )
                    for t in offered
                },
                opex_change_cad_per_year=draw(whole(-2, 3)) * 1.0,
                peak_kw=draw(whole(0, 5)) * 100.0,
                added_kw=draw(whole(-1, 4)) * 50.0,
            )
    some = some_of(*sorted(sites))
    covering_sites = {(j, k): tuple(sorted(draw(some))) for j in range(5) for k in levels}
    found = Inputs(
        phases=phases,
        levels=levels,
        sites=sites,
        options=options,
        covering_sites=covering_sites,
        weight=dict.fromkeys(covering_sites, 0.2),
        rules=STRUCTURAL | draw(some_of(*SWITCHABLE)),
        objective_weight={
            **{f"coverage.{k}": float(n) for n, k in enumerate(levels, start=1)},
            "capex": 0.3,
            "opex": 0.1,
            "grid_upgrade": 0.2,
            "candidate_score": draw(one_of(0.0, 0.5)),
        },
        candidate_score={s: draw(whole(0, 4)) / 4 for s in sites},
        target={(phases[-1].phase, levels[0]): draw(one_of(0.0, 0.2, 0.6))},
        remaining_kw={node: draw(whole(0, 3)) * 50.0 for node in (1, FEEDER, SUPPLY)},
        coincidence_share={1: 0.5, FEEDER: 0.5, SUPPLY: 0.25},
        site_power_limit_kw=300.0,
        cost_limit_cad=draw(whole(0, 15)) * 10.0,
        application_cap_cad={"one": draw(whole(0, 4)) * 5.0},
        steps={
            (1, q): Step(draw(whole(1, 3)) * 25.0, draw(whole(0, 4)) * 10.0) for q in range(draw(whole(0, 2)))
        },
        is_budget_carried_over=draw(yes_or_no),
        locks=tuple(
            Lock(s, s, draw(one_of("force_in", "force_out"))) for s in sites if draw(whole(0, 5)) == 0
        ),
        alternatives=tuple(_alternatives(draw, sites, options)),
    )
    return with_service(draw, with_space(draw, found))


def _alternatives(
    draw: st.DrawFn, sites: dict[int, Site], options: dict[str, Option]
) -> Iterator[Alternative]:
    """Draw the sites that must stand in for some stations that may go, and for one that has gone."""
    for option in options.values():
        if option.action == Action.REMOVE:
            others = [s for s in sites if s != option.site_id]
            some = some_of(*others, most=2) if others else st.just(frozenset[int]())
            yield from (
                Alternative(option.site_id, k, tuple(sorted(draw(some))))
                for k in sorted(sites[option.site_id].levels)
            )
    for s, site in sites.items():
        if site.levels and draw(whole(0, 3)) == 0:
            yield Alternative(
                GONE, min(site.levels), tuple(sorted({s, draw(one_of(*sites))})), is_removed=True
            )


def keeps_alternatives(inputs: Inputs, plan: Plan) -> bool:
    """Judge by plain counting whether all levels of stations that have gone are found near by, phase by phase."""
    for p in inputs.phases:
        done = [inputs.options[o] for o, t in plan if t <= p.phase]
        after = {option.site_id: option.levels for option in done}
        gone = {option.site_id for option in done if option.action == "remove"} | {GONE}
        for row in inputs.alternatives:
            found = [s for s in row.site_ids if row.level in after.get(s, inputs.sites[s].levels)]
            if row.site_id in gone and not found:
                return False
    return True


def all_plans(inputs: Inputs) -> Iterator[Plan]:
    """Yield every way to change each site at most once."""
    choices: list[list[tuple[str, int] | None]] = [
        [None, *((o, t) for o in ids for t in inputs.options[o].phases)]
        for ids in inputs.option_ids_of_site.values()
    ]
    for picked in product(*choices):
        yield frozenset(p for p in picked if p is not None)


def all_purchases(inputs: Inputs) -> Iterator[Purchases]:
    """Yield every way to buy each grid upgrade at most once, nothing first."""
    times = [None, *inputs.phase_numbers] if "grid_area_power" in inputs.rules else [None]
    for picked in product(*([(a, q, t) for t in times] for a, q in inputs.steps)):
        yield frozenset((a, q, t) for a, q, t in picked if t is not None)


def net_cost(inputs: Inputs, plan: Plan, bought: Purchases, phase: int) -> float:
    """Add up what a phase costs: capex and steps, less resale and what each program gives up to its cap."""
    chosen = [inputs.options[o].prices[phase] for o, t in plan if t == phase]
    cost = sum(o.capex_cad - o.resale_cad for o in chosen)
    cost += sum(inputs.steps[a, q].cost_cad for a, q, t in bought if t == phase)
    for program in PROGRAMS:
        earned = sum(dict(o.grants).get(program, 0.0) for o in chosen)
        cost -= min(earned, inputs.application_cap_cad.get(program, 1e9))
    return cost


def keeps_all_rules(inputs: Inputs, plan: Plan) -> bool:
    """Judge a plan by plain counting: some set of grid upgrades keeps all rules."""
    return any(keeps_rules(inputs, plan, bought) for bought in all_purchases(inputs))


def keeps_rules(inputs: Inputs, plan: Plan, bought: Purchases) -> bool:  # noqa: C901, PLR0911, PLR0912 - a branch per rule
    """Judge a plan and its grid upgrades; nothing here is shared with the rules of the model."""
    rules, options = inputs.rules, inputs.options
    if not keeps_space_rules(inputs, plan) or not keeps_service_rules(inputs, plan):
        return False
    if not keeps_alternatives(inputs, plan):
        return False
    changed = {options[o].site_id for o, _ in plan}
    cost = {p.phase: net_cost(inputs, plan, bought, p.phase) for p in inputs.phases}
    if "budget" in rules:
        left = 0.0
        for p in inputs.phases:
            left = p.budget_cad - cost[p.phase] + (left if inputs.is_budget_carried_over else 0.0)
            if left < -1e-9:
                return False
    if "opex_limit" in rules:
        for p in inputs.phases:
            added = sum(options[o].opex_change_cad_per_year for o, t in plan if t <= p.phase)
            if added > p.opex_limit_cad_per_year + 1e-9:
                return False
    if "cost_limit" in rules and sum(cost.values()) > inputs.cost_limit_cad + 1e-9:
        return False
    if "site_power" in rules and any(options[o].peak_kw > inputs.site_power_limit_kw for o, _ in plan):
        return False
    if "locks" in rules:
        for lock in inputs.locks:
            if (lock.lock_kind == "force_in") != (lock.site_id in changed):
                return False
    for p in inputs.phases:
        if "grid_area_power" in rules:
            for node, free in inputs.remaining_kw.items():
                added = sum(
                    options[o].added_kw
                    for o, t in plan
                    if t <= p.phase and node in inputs.sites[options[o].site_id].grid_node_ids
                )
                more = sum(inputs.steps[a, q].added_kw for a, q, t in bought if a == node and t <= p.phase)
                if added * inputs.coincidence_share[node] > max(free, 0.0) + more + 1e-9:
                    return False
        if "min_coverage" in rules:
            share = coverage_share(inputs, plan, p.phase)
            if any(share[k] < goal - 1e-9 for (t, k), goal in inputs.target.items() if t == p.phase):
                return False
    return True


def objective_value(inputs: Inputs, plan: Plan) -> float:
    """Return the objective of a plan with the best grid upgrades that keep the rules, from its definition."""
    ways = [b for b in all_purchases(inputs) if keeps_rules(inputs, plan, b)] or [frozenset()]
    return max(worth_with(inputs, plan, bought) for bought in ways)


def worth_with(inputs: Inputs, plan: Plan, bought: Purchases) -> float:
    """Return the objective of a plan and its grid upgrades, from its definition."""
    total = service_worth(inputs, plan) + double_coverage_worth(inputs, plan)
    discount = sum(p.discount_factor for p in inputs.phases)
    for p in inputs.phases:
        share = coverage_share(inputs, plan, p.phase)
        total += sum(inputs.objective_weight[f"coverage.{k}"] * share[k] for k in inputs.levels) * (
            p.discount_factor / discount
        )
    net = sum(net_cost(inputs, plan, frozenset(), t) for t in inputs.phase_numbers)
    grid_upgrade = sum(inputs.steps[a, q].cost_cad for a, q, _ in bought)
    total -= inputs.objective_weight.get("grid_upgrade", 0.0) * grid_upgrade / capex_scale_cad(inputs)
    opex = sum(inputs.options[o].opex_change_cad_per_year for o, _ in plan)
    low = sum(
        (1 - inputs.candidate_score.get(option.site_id, 1.0)) * option.prices[t].net_cad
        for o, t in plan
        for option in [inputs.options[o]]
        if option.action == "build"
    )
    total -= inputs.objective_weight.get("candidate_score", 0.0) * low / capex_scale_cad(inputs)
    total -= inputs.objective_weight["capex"] * net / capex_scale_cad(inputs)
    return total - inputs.objective_weight["opex"] * opex / opex_scale_cad_per_year(inputs)


def station_world(
    station_levels: frozenset[str], *options: Option, covering_sites: dict[tuple[int, str], tuple[int, ...]]
) -> Inputs:
    """Return one site, number 0, with plenty of money."""
    return Inputs(
        phases=(Phase(1, 1e6),),
        levels=("L2", "L3"),
        sites={0: Site(0, station_levels)},
        options={o.option_id: o for o in options},
        covering_sites=covering_sites,
        weight=dict.fromkeys(covering_sites, 1.0),
        rules=STRUCTURAL | {"budget"},
        objective_weight={"coverage.L2": 1.0, "coverage.L3": 1.0},
    )
