"""A plan that grows project by project, as the greedy start does: what a project adds, what rules leave."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from model.data.inputs import Option


@dataclass(frozen=True, slots=True)
class Project:
    """An option taken in a phase, and its net cost beside what the plan has already, CAD."""

    option: Option
    phase: int
    net_cad: float


@dataclass(frozen=True, slots=True)
class Change(Project):
    """A project with its effect on the coverage share of each level, in its phase and each after it."""

    share_change: Mapping[tuple[str, int], float]


Gain = Callable[[Change], float]
"""By how much a change moves a term."""


class Room(Protocol):
    """What a rule leaves to a growing plan: whether one more project keeps it, of any phase."""

    @abstractmethod
    def fits(self, project: Project) -> bool:
        """Tell whether the plan may have the project as well."""

    @abstractmethod
    def take(self, project: Project) -> None:
        """Count the project as one that the plan has."""

    @abstractmethod
    def put_back(self, project: Project) -> None:
        """Count the project as one that the plan has no more, at the cost that it has beside the others."""
