"""The objective: an expression, and which way is better."""

from pyomo.common.enums import ObjectiveSense
from pyomo.core.base.component import Component
from pyomo.core.expr.numeric_expr import NumericValue

class Objective(Component):
    def __new__(cls, *, expr: NumericValue, sense: ObjectiveSense) -> ScalarObjective: ...

class ScalarObjective(NumericValue, Objective):
    sense: ObjectiveSense
    @property
    def expr(self) -> NumericValue: ...
    def activate(self) -> None: ...
    def deactivate(self) -> None: ...
