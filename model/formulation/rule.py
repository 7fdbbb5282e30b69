"""What a rule is: one object in one file; switches, registries, reports and tables are derived from it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from model.data.inputs import Inputs
from model.formulation.expressions import Row
from model.formulation.growth import Room
from model.formulation.plan_model import Decisions, PlanModel

About = dict[str, str | int]
"""What a row of a rule speaks of, by the names of codes and numbers."""


class Topic(StrEnum):
    """What a rule or a term is about; they are listed topic by topic, in this order."""

    SITES = "sites"
    COVERAGE = "coverage"
    SESSIONS = "sessions"
    MONEY = "money"
    GRID = "grid"
    SPACE = "space"
    PEOPLE = "people"


class Unit(StrEnum):
    """Units of limits, as they are written behind a number."""

    SHARE = "share"
    CAD = "CAD"
    CAD_PER_YEAR = "CAD per year"
    KW = "kW"
    STATIONS = "stations"
    SITES = "sites"
    LOCKS = "locks"


@dataclass(frozen=True)
class Title:
    """The name that people read, in both languages, as a heading has it."""

    en: str
    fr: str

    @property
    def words(self) -> str:
        """The English title as it stands within a sentence."""
        return self.en[:1].lower() + self.en[1:]


def formula_of(module: str) -> str:
    """Return the LaTeX of a file's docstring, on one line."""
    text = (sys.modules[module].__doc__ or "").partition(".. math::")[2].strip()
    return " ".join(text.split("\n\n")[0].split())


def summary_of(module: str) -> str:
    """Return the first line of a file's docstring."""
    return (sys.modules[module].__doc__ or "").strip().partition("\n")[0]


@dataclass(frozen=True)
class Limit:
    """What rows of a rule limit: the unit, the step by which they are relaxed, and what a row speaks of.

    `parts` names the parts of the row's index, or gives what they stand for, called with the inputs and the
    index. `subject` says it in English, for the terminal, and is called with these where not all rows are
    told in the same words; reports have words of their own.
    """

    unit: Unit
    step: float
    parts: tuple[str, ...] | Callable[..., About]
    subject: str | Callable[[About], str]

    def about(self, key: Any, inputs: Inputs) -> About:
        """Return what a row speaks of: {"grid_node_id": 3, "phase": 2}."""
        values = key if isinstance(key, tuple) else (key,)
        if callable(self.parts):
            return self.parts(inputs, *values)
        return dict(zip(self.parts, values, strict=True)) if self.parts else {}

    def words(self, key: Any, inputs: Inputs) -> str:
        """Say what a row speaks of: `phase 1` or `grid node 3, phase 2`."""
        about = self.about(key, inputs)
        return self.subject(about) if callable(self.subject) else self.subject.format(**about)


@dataclass(frozen=True)
class Definition:
    """Rows that say what variables mean; no scenario can switch them off.

    `body` is called with an element of `index`. `variables` adds the variables that the rows bring, `start`
    gives these the values that follow from decisions. `needs` names the definitions whose variables are used,
    `decides` those variables of its own that are decided or paid in a phase; others tell how things stand.
    `room` says what it leaves to a plan that grows project by project, and is None where a single project
    does not tell.
    """

    module: str
    topic: Topic = field(kw_only=True)
    title: Title = field(kw_only=True)
    index: Callable[[PlanModel], Iterable[Any]] = field(kw_only=True)
    body: Callable[..., Row] = field(kw_only=True)
    needs: tuple[str, ...] = field(kw_only=True, default=())
    variables: Callable[[PlanModel], None] | None = field(kw_only=True, default=None)
    start: Callable[[PlanModel, Decisions], None] | None = field(kw_only=True, default=None)
    decides: tuple[str, ...] = field(kw_only=True, default=())
    room: Callable[[Inputs], Room] | None = field(kw_only=True, default=None)

    @property
    def name(self) -> str:
        """The name of its file: its component in the model, its switch in a scenario."""
        return self.module.rpartition(".")[2]

    @property
    def formula(self) -> str:
        """The LaTeX of its file's docstring."""
        return formula_of(self.module)

    @property
    def summary(self) -> str:
        """The first line of its file's docstring."""
        return summary_of(self.module)


def _none(_: Inputs) -> str:
    return ""


@dataclass(frozen=True)
class Rule(Definition):
    """What a plan must keep where a scenario switches it on.

    `is_regional`: a row of it may sum over sites and demand anywhere in the region.
    `is_eased_by_distance`: a longer service distance may help where no plan keeps it. `obstacle` says what no
    change of a limit removes, and nothing where there is no such thing.
    """

    limit: Limit = field(kw_only=True)
    is_eased_by_distance: bool = field(kw_only=True, default=False)
    is_regional: bool = field(kw_only=True, default=False)
    obstacle: Callable[[Inputs], str] = field(kw_only=True, default=_none)
