r"""Money put into new sites, by what their scores fall short of 1, as a share of the scale of money.

.. math::  T = \frac{1}{M} \sum_{o,t \,:\, o \text{ builds}} (1 - s_o) \, net_{ot} \, x_{ot}

*Where* :math:`s_o` is the score of the candidate (`analysis.candidate_score`), :math:`net_{ot}` its price
less what grant programs have for it by itself, and M the scale of money. A sum of scores would pay for every
further site, whatever it is good for; a mean of scores is a ratio of two decisions, which no linear program
can take. This is linear, costs a perfect site nothing, and never pays for building one: of two plans that are
worth the same it takes the one whose money goes to the better places, and with a small weight it decides
nothing else.
"""

from __future__ import annotations

import pyomo.core as pyo

from model.accounting.money_scale import capex_scale_cad
from model.data.codes import Action
from model.data.inputs import Inputs
from model.formulation.expressions import total
from model.formulation.growth import Change, Gain
from model.formulation.plan_model import PlanModel
from model.formulation.rule import Title, Topic
from model.formulation.term import Term


def candidate_score(m: PlanModel) -> pyo.NumericValue:
    """Sum what all sites that are built on add."""
    share = _shares(m.inputs)
    return total(m, (share[o, t] * m.x[o, t] for o, t in m.choice if (o, t) in share))


def gain(inputs: Inputs) -> Gain:
    """Count what the site that a change builds on adds."""
    share = _shares(inputs)

    def gained(change: Change) -> float:
        return share.get((change.option.option_id, change.phase), 0.0)

    return gained


def _shares(inputs: Inputs) -> dict[tuple[str, int], float]:
    """Return what each option adds in each phase: those that build where the score is below 1."""
    scale = capex_scale_cad(inputs)
    score = inputs.candidate_score
    return {
        (o.option_id, t): (1 - score[o.site_id]) * o.price(t).net_cad / scale
        for o in inputs.options.values()
        if o.action == Action.BUILD and score.get(o.site_id, 1.0) < 1
        for t in o.phases
    }


TERM = Term(
    __name__,
    topic=Topic.SITES,
    title=Title("Money on sites that score low", "Argent mis dans des sites mal notés"),
    expression=candidate_score,
    needs=("one_change_per_site",),
    gain=gain,
    is_cost=True,
)
