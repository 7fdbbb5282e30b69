"""What all knobs of a scenario have in common: no unknown key, no other type, no change afterwards."""

from __future__ import annotations

import math
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
NonNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=0, le=1_000_000)]
PortCount = Annotated[int, Field(ge=1, le=100)]
LevelName = Literal["L2", "L3"]


def _whole_or_no_limit(value: float) -> float:
    if not math.isinf(value) and value != int(value):
        raise ValueError("a whole number, or inf for no limit")
    return value


CountLimit = Annotated[float, Field(ge=0), AfterValidator(_whole_or_no_limit)]


class Knobs(BaseModel):
    """A table of a scenario file."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
