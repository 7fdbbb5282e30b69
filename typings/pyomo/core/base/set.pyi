"""Sets; one in a model is generic in its members. A `SetData` may be the domain of a variable."""

from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

from pyomo.core.base.component import Component

_Member = TypeVar("_Member")

class SetData: ...

class Set(Component):
    def __new__(
        cls, *, initialize: Iterable[_Member], dimen: int = ..., ordered: bool = ...
    ) -> OrderedScalarSet[_Member]: ...

class OrderedScalarSet(Set, Generic[_Member]):
    def __contains__(self, value: object) -> bool: ...
    def __iter__(self) -> Iterator[_Member]: ...
    def last(self) -> _Member: ...
