"""Whether an objective minimises or maximises."""

from enum import IntEnum

class ObjectiveSense(IntEnum):
    minimize = 1
    maximize = -1
