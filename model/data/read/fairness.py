"""Reads what the rules on groups of people know, folded into the aggregated demand nodes of the model."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from model.data.inputs import Demand, EquityGroup, Fairness, GroupLevel
from model.data.read.space import Rows

Kind = tuple[str, str]
EVERYBODY = ("region", "everybody")


def read_fairness(
    rows: Rows, demand: Iterable[Demand], member: Mapping[GroupLevel, tuple[int, ...]]
) -> Fairness:
    """Return the groups with their floors, and the aggregated demand nodes whose coverage is protected."""
    group_of = {(d, level): group for (group, level), demands in member.items() for d in demands}
    floors = rows("equity_floor", "group_kind", "group_name", "level", "floor_share", "group_ratio_min")
    terms = rows("equity_floor", "equity_ratio_min", "is_equity_in_every_phase")
    people: dict[Kind, dict[int, float]] = defaultdict(dict)
    if floors:
        for kind, name, demand_id, share in rows(
            "equity_member", "group_kind", "group_name", "demand_id", "people_share"
        ):
            people[kind, name][demand_id] = share
    always = {(d.demand_id, d.level) for d in demand if d.is_covered_always}
    wanted = [row for row in floors if row[:2] in people]
    wanted += [(*EVERYBODY, level, None, None) for level in sorted({row[2] for row in wanted})]
    is_protecting = any(rule == "protected_coverage" for (rule,) in rows("rule", "rule"))
    protected = rows("protected_demand", "level", "demand_id") if is_protecting else []
    return Fairness(
        groups=tuple(
            EquityGroup(kind, name, level, *_fold(people[kind, name], level, group_of, always), floor, ratio)
            for kind, name, level, floor, ratio in wanted
        ),
        ratio_min=terms[0][0] if terms else 0.0,
        is_in_every_phase=terms[0][1] if terms else False,
        protected=tuple(sorted({(group_of[d, level], level) for level, d in protected})),
    )


def _fold(
    people: Mapping[int, float],
    level: str,
    group_of: Mapping[tuple[int, str], int],
    always: set[tuple[int, str]],
) -> tuple[tuple[tuple[int, float], ...], float]:
    """Return the shares of the people by aggregated demand node, and the share always covered."""
    found: dict[int, float] = defaultdict(float)
    always_share = 0.0
    for demand_id, share in people.items():
        if (demand_id, level) in always:
            always_share += share
        else:
            found[group_of[demand_id, level]] += share
    return tuple(sorted(found.items())), always_share


def fairness_notes(rows: Rows) -> tuple[str, ...]:
    """Return which kinds of group the scenario speaks of and the data does not know."""
    return tuple(
        f"The data tells no groups of kind {kind} apart: no rule can be fair to them."
        for kind, is_known in rows("equity_kind", "group_kind", "is_known")
        if not is_known
    )
