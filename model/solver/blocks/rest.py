"""A block decided anew while the rest of the region stays as a plan has it, so that all rules are kept.

Decided are the choices at the block's own sites and the grid upgrades of the areas that these draw from. All
demand that they may serve is in the model, with every other site that may serve it, held as the plan leaves
it; so are all sites that a rule joins with them. Of joint rows the block has what it takes today, and of what
the plan leaves a share.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from model.accounting import grants
from model.accounting.grid import Purchases
from model.accounting.sessions import Flow, capacities_in_force
from model.data.inputs import Inputs, Option, Plan, SiteLevel
from model.formulation.build import assign, build
from model.formulation.constraints import RULES
from model.formulation.plan_model import PlanModel
from model.solver import solve_matrix
from model.solver.blocks.form import JointKey, joint_key, rows_of
from model.solver.blocks.part import COPY
from model.solver.blocks.standing import Standing
from model.solver.blocks.touched import Touched
from model.solver.compiled import Compiled, compiled
from model.solver.matrix import Matrix, Vector, bounded
from model.solver.repair import elastic
from model.solver.watch import Watch

_HALF = 0.5
FlowKey = tuple[int, str, int]
"""A zone, a level and a site, between which sessions flow."""


@dataclass(frozen=True)
class Better:
    """What a block decides anew: its choices and purchases in place of those of the plan.

    `gained` is what the objective gains at least, `taken` what more it takes of each joint row.
    """

    choices: Plan
    bought: Purchases
    flow: Mapping[int, Flow]
    gained: float
    taken: Mapping[JointKey, float]


@dataclass(frozen=True)
class Surroundings:
    """What the sites of a block touch: sites, demand and rows of rules in which one of them is."""

    free: frozenset[int]
    sites: frozenset[int]
    inputs: Inputs

    @property
    def zones(self) -> tuple[tuple[int, str], ...]:
        """The zones whose sessions its sites may serve."""
        return tuple(self.inputs.service.covered_share) if self.inputs.service else ()

    @property
    def areas(self) -> frozenset[int]:
        """The grid areas that may be upgraded for its sites."""
        return frozenset(area for area, _ in self.inputs.steps)


def surroundings(region: Touched, free: frozenset[int]) -> Surroundings:
    """Return what sites touch, as inputs in which the others are as today and offer all that they do."""
    inputs = region.inputs
    nodes, doubles, zones = region.nodes(free), region.doubles(free), region.zones(free)
    space, alternatives = region.space(free), region.alternatives(free)
    double = region.double_coverage(doubles)
    service = region.service(zones) if inputs.service else None
    areas = {inputs.sites[s].planning_area_id for s in free}
    drawn_from = {node for s in free for node in inputs.sites[s].grid_node_ids}
    known = {s for key in nodes for s in inputs.covering_sites[key]} | {s for s, _ in space.site_levels}
    known |= {s for d in double.values() for node in d.nodes for s in node.site_ids}
    known |= {s for sites in (service.covered_share.values() if service else ()) for s, _ in sites}
    known |= {s for row in alternatives for s in (row.site_id, *row.site_ids) if s in inputs.sites}
    everyone = sorted(known | free)
    return Surroundings(
        free,
        frozenset(everyone),
        replace(
            inputs,
            sites={s: inputs.sites[s] for s in everyone},
            options=region.options(everyone),
            covering_sites={key: inputs.covering_sites[key] for key in nodes},
            weight={key: inputs.weight[key] for key in nodes},
            remaining_kw={node: kw for node, kw in inputs.remaining_kw.items() if node in drawn_from},
            steps={key: step for key, step in inputs.steps.items() if key[0] in drawn_from},
            locks=region.locks(free),
            space=replace(space, areas=tuple(a for a in inputs.space.areas if a.planning_area_id in areas)),
            fairness=region.fairness(nodes),
            double_coverage=double,
            service=service,
            candidate_score={
                s: inputs.candidate_score[s] for s in sorted(free) if s in inputs.candidate_score
            },
            alternatives=alternatives,
        ),
    )


def held(around: Surroundings, plan: Plan) -> Inputs:
    """Return the inputs of a block whose other sites do what a plan does there, at no cost."""
    inputs = around.inputs
    done = {inputs.options[o].site_id: (inputs.options[o], t) for o, t in plan if o in inputs.options}
    options: dict[str, Option] = {o: p for o, p in inputs.options.items() if p.site_id in around.free}
    for site in sorted(around.sites - around.free):
        if site in done:
            option, phase = done[site]
            name = f"{COPY}{option.option_id}"
            options[name] = Option(name, site, option.action, option.levels, (phase,), layout=option.layout)
    sites = {
        s: site if s in around.free else replace(site, grid_node_ids=(), planning_area_id=None)
        for s, site in inputs.sites.items()
    }
    return replace(inputs, sites=sites, options=options)


def decided(
    around: Surroundings,
    now: Standing,
    share: Callable[[float], float],
    limits: solve_matrix.Limits,
    prices: Mapping[JointKey, float],
) -> Better:
    """Decide a block anew; `share` says how much it may have of what a joint row leaves, or must mend of it.

    It pays `prices` for what it takes of joint rows, so that it leaves what is worth more elsewhere.

    Raises:
        RuntimeError: the solver failed.

    """
    m = build(held(around, now.plan), concludes=False)
    form = compiled(m)
    begin = _begin(m, form, around, now)
    matrix, joint = _limited(m, form, around, begin, now=now, share=share)
    pay = np.array([prices.get(key, 0.0) for key in joint.keys])
    gain = matrix.gain - joint.rows.T @ pay
    goal = replace(matrix, gain=gain)
    broken = np.flatnonzero(goal.excess(begin) > goal.row_tolerance)
    values = _solved(goal, begin, broken, limits)
    if values is None:
        values = begin
    place = form.place
    return Better(
        _own(form.plan(values)),
        frozenset(
            key
            for key in m.grid_upgraded
            if (n := place.get(id(m.grid_upgraded[key]))) is not None and values[n] > _HALF
        ),
        _flow(m, form, values),
        float(matrix.gain @ (values - begin)),
        dict(zip(joint.keys, (joint.rows @ (values - begin)).tolist(), strict=True)),
    )


class FlowIndex:
    """The sessions of a plan, to be asked for those of a few zones and sites."""

    def __init__(self, flow: Mapping[int, Flow]) -> None:
        self._flow = flow
        self._of_zone: dict[int, dict[tuple[int, str], list[FlowKey]]] = {t: {} for t in flow}
        self._of_site: dict[int, dict[int, list[FlowKey]]] = {t: {} for t in flow}
        for t, sent in flow.items():
            for key in sent:
                self._of_zone[t].setdefault(key[:2], []).append(key)
                self._of_site[t].setdefault(key[2], []).append(key)

    def of(self, zones: Iterable[tuple[int, str]], sites: Iterable[int]) -> dict[int, Flow]:
        """Return the sessions of each phase from some zones and to some sites."""
        return {
            t: {
                key: sent[key]
                for found in (
                    *(self._of_zone[t].get(zone, ()) for zone in zones),
                    *(self._of_site[t].get(site, ()) for site in sorted(sites)),
                )
                for key in found
            }
            for t, sent in self._flow.items()
        }


def known(around: Surroundings, now: Standing, flow: FlowIndex) -> Standing:
    """Return what a block has to know of how a plan stands, and no more; `flow` are the plan's sessions."""
    return replace(
        now,
        plan=frozenset(c for c in now.plan if c[0] in around.inputs.options),
        bought=frozenset(p for p in now.bought if p[0] in around.areas),
        flow=flow.of(around.zones, around.sites),
    )


def changed(inputs: Inputs, now: Standing, found: Sequence[tuple[Surroundings, Better]]) -> Standing:
    """Return how a plan stands once blocks, which touch nothing in common, are decided anew.

    It is no better than that, where it cannot be told.
    """
    free = frozenset[int]().union(*(around.free for around, _ in found))
    areas = frozenset[int]().union(*(around.areas for around, _ in found))
    zones = {zone for around, _ in found for zone in around.zones}
    plan = frozenset(c for c in now.plan if inputs.options[c[0]].site_id not in free)
    bought = frozenset(p for p in now.bought if p[0] not in areas)
    room, objective = dict(now.room), now.objective
    flow = {t: {key: d for key, d in sent.items() if key[:2] not in zones} for t, sent in now.flow.items()}
    for _, better in found:
        plan, bought, objective = plan | better.choices, bought | better.bought, objective + better.gained
        for key, taken in better.taken.items():
            if key in room:
                below, above = room[key]
                room[key] = below + taken, above - taken
        for t, sent in better.flow.items():
            flow[t].update(sent)
    return replace(
        now,
        plan=plan,
        bought=bought,
        objective=objective,
        room=room,
        flow=flow,
        earned_cad=grants.eligible_cad(inputs, plan),
    )


@dataclass(frozen=True)
class _Joint:
    """The joint rows of a block, by key, over the columns of its matrix."""

    keys: tuple[JointKey, ...]
    rows: sparse.csr_array


def _own(plan: Plan) -> Plan:
    return frozenset((o, t) for o, t in plan if not o.startswith(COPY))


def _begin(m: PlanModel, form: Compiled, around: Surroundings, now: Standing) -> Vector:
    """Return the values of the columns as the plan has them."""
    options = m.inputs.options
    plan = frozenset((name, t) for o, t in now.plan for name in (o, f"{COPY}{o}") if name in options)
    assign(m, plan, frozenset(p for p in now.bought if p[0] in around.areas))
    for zone, level, site, phase in m.flow:
        flow = m.flow[zone, level, site, phase]
        flow.set_value(min(now.flow[phase].get((zone, level, site), 0.0), float(flow.ub or 0.0)))
    for level, phase in m.served_share:
        asked = m.inputs.counted_service.total_per_h(level, phase)
        sent = sum(
            d
            for (zone, k, site), d in now.flow[phase].items()
            if (zone, k, site, phase) in m.flow and k == level
        )
        if asked:
            m.served_share[level, phase].set_value(sent / asked)
    for program, phase in m.granted:
        cap = m.inputs.application_cap_cad.get(program, float("inf"))
        m.granted[program, phase].set_value(
            min(now.earned_cad.get((program, phase), 0.0), cap), skip_validation=True
        )
    return np.array([v.value or 0.0 for v in form.variables], dtype=float)


def _limited(
    m: PlanModel,
    form: Compiled,
    around: Surroundings,
    begin: Vector,
    *,
    now: Standing,
    share: Callable[[float], float],
) -> tuple[Matrix, _Joint]:
    """Return the matrix of a block within what the plan leaves, and its joint rows."""
    place, regional = form.place, {rule.name for rule in RULES if rule.is_regional}
    names = [row.parent_component().name for row in form.constraints]
    is_regional = np.array([name in regional for name in names], dtype=bool)
    is_earned = np.array([name == "application_grant" for name in names], dtype=bool)
    is_copy = np.zeros(len(begin), dtype=bool)
    is_copy[[c for c, (o, _) in zip(form.choices, form.keys, strict=True) if o.startswith(COPY)]] = True
    rows = form.matrix.rows.tocoo()
    kept = ~(is_regional[rows.row] & is_copy[rows.col])
    whole = sparse.csr_array((rows.data[kept], (rows.row[kept], rows.col[kept])), shape=rows.shape)
    lower, upper = form.matrix.row_lower.copy(), form.matrix.row_upper.copy()
    found = whole @ begin
    keys: list[JointKey] = []
    for n in np.flatnonzero(is_regional | is_earned).tolist():
        key = joint_key(names[n], form.constraints[n].index())
        keys.append(key)
        if is_earned[n]:
            earned = now.earned_cad[key[1], key[2]]
            below, above = np.inf, earned - begin[place[id(m.granted[key[1:]])]]
        else:
            # a row that no choice of the plan is in has all that its limits leave
            below, above = now.room.get(key, (found[n] - lower[n], upper[n] - found[n]))
        lower[n], upper[n] = found[n] - share(below), found[n] + share(above)
    joint = _Joint(tuple(keys), whole[np.flatnonzero(is_regional | is_earned)])
    lows = np.array([-np.inf if v.lb is None else v.lb for v in form.variables], dtype=float)
    highs = np.array([np.inf if v.ub is None else v.ub for v in form.variables], dtype=float)
    lows[is_copy] = highs[is_copy] = 1.0
    for program, phase in m.granted:
        column = place.get(id(m.granted[program, phase]))
        if column is not None:
            cap = m.inputs.application_cap_cad.get(program, np.inf)
            highs[column] = begin[column] + share(cap - begin[column]) if np.isfinite(cap) else np.inf
    more, most = _sent_elsewhere(m, place, around, now)
    local = ~(is_regional | is_earned)
    # bounds anew: those of the compiled model may follow from limits of the region
    plain = bounded(
        replace(
            form.matrix,
            rows=whole[np.flatnonzero(local)],
            row_lower=lower[local],
            row_upper=upper[local],
            lower=lows,
            upper=highs,
        )
    )
    rows_more = rows_of([dict.fromkeys(columns, 1.0) for columns in more], len(begin))
    return replace(
        plain,
        rows=sparse.vstack([whole, rows_more], format="csr"),
        row_lower=np.concatenate([lower, np.full(len(more), -np.inf)]),
        row_upper=np.concatenate([upper, np.array(most, dtype=float)]),
    ), joint


def _sent_elsewhere(
    m: PlanModel, place: Mapping[int, int], around: Surroundings, now: Standing
) -> tuple[list[list[int]], list[float]]:
    """Return what is left of the ports of other sites to which demand beyond the block sends sessions."""
    service = m.inputs.service
    more: list[list[int]] = []
    most: list[float] = []
    if service is None:
        return more, most
    for phase in m.phase:
        capacity = capacities_in_force(m.inputs, service, frozenset(m.choice) - _free(m, around), phase)
        taken: dict[SiteLevel, float] = {}
        for (zone, level, site), sessions in now.flow[phase].items():
            if site in around.sites and site not in around.free and (zone, level, site, phase) not in m.flow:
                taken[site, level] = taken.get((site, level), 0.0) + sessions
        for (site, level), sessions in sorted(taken.items()):
            keys = ((zone, level, site, phase) for zone in service.zones_of_site.get((site, level), ()))
            columns = [place[id(m.flow[key])] for key in keys if key in m.flow and id(m.flow[key]) in place]
            if columns:
                more.append(columns)
                most.append(max(capacity[level].get(site, 0.0) - sessions, 0.0))
    return more, most


def _free(m: PlanModel, around: Surroundings) -> frozenset[tuple[str, int]]:
    return frozenset((o, t) for o, t in m.choice if m.inputs.options[o].site_id in around.free)


def _solved(
    goal: Matrix, begin: Vector, broken: NDArray[np.intp], limits: solve_matrix.Limits
) -> Vector | None:
    """Return the best values; where rows are broken, those that break them least before all else."""
    watch = Watch(limits.time_limit_s, 0.0)
    if not len(broken):
        return solve_matrix.run(goal, limits, watch, start=begin).values
    soft = elastic(goal, broken)
    count = len(goal.gain)
    gain = np.where(np.isfinite(goal.upper - goal.lower), goal.gain, 0.0)
    span = float(np.abs(gain) @ np.where(gain != 0, goal.upper - goal.lower, 0.0))
    soft = replace(soft, gain=np.concatenate([goal.gain, soft.gain[count:] * max(span, 1.0)]))
    unit = np.maximum(goal.row_tolerance[broken] / goal.row_tolerance.min(), 1.0)
    over = goal.rows[broken] @ begin
    short = np.maximum(goal.row_lower[broken] - over, 0.0) / unit
    long = np.maximum(over - goal.row_upper[broken], 0.0) / unit
    start = np.concatenate([begin, short, long])
    values = solve_matrix.run(soft, limits, watch, start=start).values
    return None if values is None else values[:count]


def _flow(m: PlanModel, form: Compiled, values: Vector) -> dict[int, Flow]:
    place = form.place
    found: dict[int, Flow] = {t: {} for t in m.inputs.phase_numbers}
    for key in m.flow:
        column = place.get(id(m.flow[key]))
        if column is not None and values[column] > 0:
            found[key[3]][key[:3]] = float(values[column])
    return found
