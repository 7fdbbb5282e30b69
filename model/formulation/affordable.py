r"""How many sites money can bring a level to: whole stations, where the relaxation buys a part of one more.

.. math::  \sum_{o \in O_k} \sum_{\tau \le t} x_{o\tau} \le N_{kt}  \qquad \forall k, t

*Where* :math:`O_k` are the options that bring level k to a site without it, and :math:`N_{kt}` is how many
sites the money until then pays for, the cheapest first, each at its least price, with all grants and with
whatever removals bring. No plan that keeps the budgets and the limit on the cost has more, so these rows cut
off no plan; they hold only as long as these limits stand as they are.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache, partial
from itertools import accumulate

import pyomo.core as pyo

from model.data.inputs import Choice, Inputs
from model.formulation.expressions import Row, total
from model.formulation.plan_model import PlanModel

_HAIR = 1e-6


def add_affordable(m: PlanModel) -> None:
    """Add the rows that say something, given which rules the model holds."""
    money = Affordable(m.inputs, frozenset(part.name for part in m.parts))
    most: dict[tuple[str, int], int] = {}
    for level in m.inputs.levels:
        before: tuple[int, float] = (0, math.inf)
        for phase in m.phase:
            choices, count = money.choices(level, phase), money.count(level, phase)
            sites = {m.inputs.options[o].site_id for o, _ in choices}
            if count < len(sites) and (len(choices) > before[0] or count < before[1]):
                most[level, phase] = count
                before = len(choices), count

    def affordable(m: PlanModel, level: str, phase: int) -> Row:
        return total(m, (1.0 * m.x[key] for key in money.choices(level, phase))) <= most[level, phase]

    m.add_component("affordable", pyo.Constraint(list(most), rule=affordable))


class Affordable:
    """How many sites money can bring each level to, under the rules that are on."""

    def __init__(self, inputs: Inputs, rules: frozenset[str]) -> None:
        self._inputs = inputs
        self._budget_cad = {p.phase: p.budget_cad if "budget" in rules else math.inf for p in inputs.phases}
        self._limit_cad = inputs.cost_limit_cad if "cost_limit" in rules else math.inf
        self._returns_cad = cache(partial(_returns_cad, inputs))
        self._bringing: dict[str, list[Choice]] = defaultdict(list)
        for o in inputs.options.values():
            for level in o.levels - inputs.sites[o.site_id].levels:
                self._bringing[level] += [(o.option_id, t) for t in o.phases]

    def choices(self, level: str, phase: int) -> list[Choice]:
        """Return the choices until a phase that bring a level to a site without it."""
        return [choice for choice in self._bringing.get(level, ()) if choice[1] <= phase]

    def count(self, level: str, phase: int) -> int:
        """Return how many sites money can bring a level to by the end of a phase."""
        choices = self.choices(level, phase)
        numbers = self._inputs.phase_numbers
        until = tuple(t for t in numbers if t <= phase)
        # a limit on all phases lets later ones pay for earlier ones
        together = min(
            sum(self._budget_cad[t] for t in until) + self._returns_cad(until),
            self._limit_cad + self._returns_cad(numbers),
        )
        found = _filled(self._inputs, choices, together)
        if not self._inputs.is_budget_carried_over:
            alone = (
                _filled(
                    self._inputs,
                    (c for c in choices if c[1] == t),
                    self._budget_cad[t] + self._returns_cad((t,)),
                )
                for t in until
            )
            found = min(found, sum(alone))
        return found


def _filled(inputs: Inputs, choices: Iterable[Choice], money_cad: float) -> int:
    """Return how many sites money pays for, the cheapest first."""
    least: dict[int, float] = {}
    for option_id, phase in choices:
        option = inputs.options[option_id]
        net_cad = max(option.price(phase).net_cad, 0.0)
        least[option.site_id] = min(least.get(option.site_id, math.inf), net_cad)
    paid_cad = accumulate(sorted(least.values()))
    return sum(cad <= money_cad + _HAIR * max(1.0, money_cad) for cad in paid_cad)


def _returns_cad(inputs: Inputs, phases: tuple[int, ...]) -> float:
    """Return the most that changes which cost less than nothing bring in these phases, CAD."""
    return sum(_best_returns(inputs, frozenset(phases)))


def _best_returns(inputs: Inputs, phases: frozenset[int]) -> Iterator[float]:
    for options in inputs.option_ids_of_site.values():
        prices = (
            inputs.options[o].price(t) for o in options for t in inputs.options[o].phases if t in phases
        )
        yield max([0.0, *(-price.net_cad for price in prices)])
