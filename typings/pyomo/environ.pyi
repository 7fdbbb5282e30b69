"""The types of what the planner uses of Pyomo, which has none of its own; held against it by a test."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Generic, TypeVar, overload

from pyomo.common.enums import ObjectiveSense
from pyomo.core.base.component import Component
from pyomo.core.base.constraint import Constraint as Constraint
from pyomo.core.base.constraint import ConstraintData
from pyomo.core.base.constraint import ConstraintList as ConstraintList
from pyomo.core.base.objective import Objective as Objective
from pyomo.core.base.objective import ScalarObjective
from pyomo.core.base.set import Set as Set
from pyomo.core.base.set import SetData
from pyomo.core.base.var import ScalarVar as ScalarVar
from pyomo.core.base.var import Var as Var
from pyomo.core.base.var import VarData
from pyomo.core.expr.numeric_expr import NumericValue as NumericValue

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")
_Component = TypeVar("_Component", bound=Component)

Binary: SetData
NonNegativeReals: SetData

maximize = ObjectiveSense.maximize
minimize = ObjectiveSense.minimize

class Expression(Component, Generic[_Key]):
    def __init__(self, index: Iterable[_Key], /, *, rule: Callable[..., NumericValue | float]) -> None: ...
    def __getitem__(self, index: _Key) -> NumericValue: ...
    def __iter__(self) -> Iterator[_Key]: ...

class ConcreteModel:
    def __init__(self, *, name: str = ...) -> None: ...
    def __setattr__(self, name: str, val: object) -> None: ...
    def add_component(self, name: str, val: Component) -> None: ...
    def del_component(self, name_or_object: str) -> None: ...
    def component(self, name_or_object: str) -> Any: ...
    @overload
    def component_objects(self) -> Iterator[Component]: ...
    @overload
    def component_objects(self, ctype: type[_Component], *, active: bool) -> Iterator[_Component]: ...
    @overload
    def component_data_objects(self, ctype: type[Var]) -> Iterator[VarData]: ...
    @overload
    def component_data_objects(
        self, ctype: type[Constraint], *, active: bool
    ) -> Iterator[ConstraintData]: ...
    @overload
    def component_data_objects(
        self, ctype: type[Objective], *, active: bool
    ) -> Iterator[ScalarObjective]: ...

class ComponentMap(Generic[_Key, _Value]):
    def __init__(self, *args: Iterable[tuple[_Key, _Value]]) -> None: ...
    def __contains__(self, obj: object) -> bool: ...
    def __getitem__(self, obj: _Key) -> _Value: ...

def quicksum(args: Iterable[NumericValue]) -> NumericValue: ...
def value(obj: NumericValue | float) -> float: ...
