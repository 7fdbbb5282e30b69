"""Reads what the rules on groups of people know, by the aggregated demand nodes of the model."""

from __future__ import annotations

from collections import defaultdict

from model.data.inputs import EquityGroup, Fairness
from model.data.read.space import Rows

_REGION, _EVERYBODY = "region", "everybody"
GroupAtLevel = tuple[str, str, str]
"""Kind and name of a group, and a level."""


def read_fairness(rows: Rows) -> Fairness:
    """Return the groups with their floors, and the aggregated demand nodes whose coverage is protected.

    Ratios that hold for all groups are not among them: `read_ratio`.
    """
    floors = rows("equity_floor", "group_kind", "group_name", "level", "floor_share", "group_ratio_min")
    people: dict[GroupAtLevel, list[tuple[int, float]]] = defaultdict(list)
    always: dict[GroupAtLevel, float] = {}
    if floors:
        columns = ("group_kind", "group_name", "level", "node_id", "people_share")
        for kind, name, level, node, share in rows("equity_node", *columns):
            people[kind, name, level] += [] if node is None else [(node, share)]
            if node is None:
                always[kind, name, level] = share
    wanted = [row for row in floors if row[:3] in people]
    wanted += [(_REGION, _EVERYBODY, level, None, None) for level in sorted({row[2] for row in wanted})]
    return Fairness(
        groups=tuple(
            EquityGroup(
                *(kind, name, level, tuple(sorted(people[kind, name, level]))),
                *(always.get((kind, name, level), 0.0), floor, ratio),
            )
            for kind, name, level, floor, ratio in sorted(wanted, key=_place)
        ),
        protected=tuple(sorted((node, level) for level, node in rows("protected_node", "level", "node_id"))),
    )


def _place(row: tuple[str, ...]) -> tuple[bool, str, str, str]:
    """Return where a group stands: everybody comes last."""
    kind, name, level = row[:3]
    return kind == _REGION, kind, name, level


def read_ratio(rows: Rows) -> tuple[float, bool]:
    """Return the least coverage of a group relative to that of everybody, and if it holds in every phase."""
    terms = rows("equity_floor", "equity_ratio_min", "is_equity_in_every_phase")
    return terms[0] if terms else (0.0, False)


def fairness_notes(rows: Rows) -> tuple[str, ...]:
    """Return which kinds of group the scenario speaks of and the data does not know."""
    return tuple(
        f"The data tells no groups of kind {kind} apart: no rule can be fair to them."
        for kind, is_known in rows("equity_kind", "group_kind", "is_known")
        if not is_known
    )
