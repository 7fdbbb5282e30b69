"""What all parameters of a scenario have in common: no unknown key, no other type, no change afterwards."""

from __future__ import annotations

import math
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

MOST = 1e12
"""No sum, length, power or weight of a region is larger; sums and products of such numbers stay finite."""

Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0, le=MOST, allow_inf_nan=False)]
NonNegative = Annotated[float, Field(ge=0, le=MOST, allow_inf_nan=False)]
COUNT_MOST = 1_000_000
Count = Annotated[int, Field(ge=0, le=COUNT_MOST)]
PortCount = Annotated[int, Field(ge=1, le=100)]
LevelName = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,29}$")]
ChargerName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,29}$")]


def _whole_or_no_limit(value: float) -> float:
    if not math.isinf(value) and (value != int(value) or value > COUNT_MOST):
        raise ValueError(f"a whole number up to {COUNT_MOST}, or inf for no limit")
    return value


def _small_or_no_limit(value: float) -> float:
    if MOST < value < math.inf:
        raise ValueError(f"at most {MOST:g}, or inf for no limit")
    return value


CountLimit = Annotated[float, Field(ge=0), AfterValidator(_whole_or_no_limit)]
Limit = Annotated[float, Field(ge=0), AfterValidator(_small_or_no_limit)]


def null_if_no_limit(value: float) -> float | None:
    """Return a limit as a table of `plan` has it: inf, which means no limit, is null there."""
    return None if math.isinf(value) else value


class Parameters(BaseModel):
    """A table of a scenario file."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
