"""What a term of the objective is: one object in one file; weights and tables are derived from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import pyomo.core as pyo

from model.data.inputs import Inputs
from model.formulation.growth import Gain
from model.formulation.plan_model import Decisions, PlanModel
from model.formulation.rule import Title, Topic, formula_of, summary_of


def _always(_: Inputs, *__: str) -> bool:
    return True


@dataclass(frozen=True)
class Term:
    """A normalised figure that the objective weighs; of a cost, less is better.

    `expression` is called with the model, `is_counted` with the inputs; a term by level is several, and both
    are given the level too. It is in models whose inputs fulfil `is_counted`. `needs` names the definitions
    whose variables it uses; `variables` adds such as it alone uses, with rows that define them, `start` and
    `decides` are those of a definition. `gain` returns what the greedy plan goes by, to which a term without
    it means nothing.
    """

    module: str
    topic: Topic = field(kw_only=True)
    title: Title = field(kw_only=True)
    expression: Callable[..., pyo.NumericValue] = field(kw_only=True)
    needs: tuple[str, ...] = field(kw_only=True, default=())
    variables: Callable[[PlanModel], None] | None = field(kw_only=True, default=None)
    start: Callable[[PlanModel, Decisions], None] | None = field(kw_only=True, default=None)
    decides: tuple[str, ...] = field(kw_only=True, default=())
    gain: Callable[..., Gain] | None = field(kw_only=True, default=None)
    is_cost: bool = field(kw_only=True, default=False)
    is_by_level: bool = field(kw_only=True, default=False)
    is_counted: Callable[..., bool] = field(kw_only=True, default=_always)

    @property
    def name(self) -> str:
        """The name of its file."""
        return self.module.rpartition(".")[2]

    @property
    def sign(self) -> float:
        """1, or -1 for a cost."""
        return -1.0 if self.is_cost else 1.0

    @property
    def summary(self) -> str:
        """The first line of its file's docstring."""
        return summary_of(self.module)

    @property
    def formula(self) -> str:
        """The LaTeX of its file's docstring."""
        return formula_of(self.module)

    def keys(self, levels: Iterable[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Return the names that its weights and values have, each with what is given beside model or inputs.

        A term by level has one for each level, its own name and that of the level with a dot between them,
        and is given the level.
        """
        if self.is_by_level:
            yield from ((f"{self.name}.{level}", (level,)) for level in levels)
        else:
            yield self.name, ()
