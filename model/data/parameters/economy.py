"""Parameters of what a plan earns and avoids; the model of a plan reads none of them."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from model.data.parameters import NonNegative, Parameters, Share

Rise = Annotated[float, Field(ge=-0.2, le=0.5)]


class EconomyParameters(Parameters):
    """How long a project is counted, and what later money is worth."""

    horizon_year: Annotated[int, Field(ge=1, le=50)]
    discount_share_per_year: Annotated[float, Field(ge=0, le=1)]
    energy_index_share_per_year: Rise
    driver_price_index_share_per_year: Rise
    payment_fee_share: Share


class GreenhouseGasParameters(Parameters):
    """What electricity and the fuel that it replaces emit."""

    grid_g_per_kwh: NonNegative
    fuel_g_per_km: NonNegative
    km_per_kwh: NonNegative
    additional_share: Share


def economy_row(economy: EconomyParameters, gas: GreenhouseGasParameters) -> dict[str, Any]:
    """Return the row of `plan.scenario_economy`, without its scenario."""
    return {**economy.model_dump(), **gas.model_dump()}
