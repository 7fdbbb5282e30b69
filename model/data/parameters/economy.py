"""Parameters of what a plan earns and avoids, and how long its works take; the model of a plan reads none."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Any

from pydantic import Field, model_validator

from model.data.parameters import NonNegative, Parameters, Share

Rise = Annotated[float, Field(ge=-0.2, le=0.5)]
Month = Annotated[int, Field(ge=0, le=240)]


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


class ConnectionLead(Parameters):
    """Months from the application for a connection to power, from so many added kW on."""

    added_kw_min: NonNegative
    lead_month: Month


class LeadTimeParameters(Parameters):
    """Months before a charger opens."""

    permit_month: Month
    construction_month: Month
    removal_month: Month
    connection: list[ConnectionLead]

    @model_validator(mode="after")
    def _rising(self) -> LeadTimeParameters:
        """Every project that adds power has a row, and one only."""
        rows = self.connection
        if not rows or rows[0].added_kw_min != 0:
            raise ValueError("the first row of connection is of added_kw_min = 0")
        for one, two in pairwise(rows):
            if two.added_kw_min <= one.added_kw_min:
                raise ValueError(
                    f"connection has {two.added_kw_min:g} kW after {one.added_kw_min:g} kW;"
                    " list more power later"
                )
        return self


def lead_time_tables(lead_time: LeadTimeParameters) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of lead times by table of `plan`, without their scenario."""
    return {
        "scenario_lead_time": [lead_time.model_dump(exclude={"connection"})],
        "scenario_connection_lead": [row.model_dump() for row in lead_time.connection],
    }


def economy_row(economy: EconomyParameters, gas: GreenhouseGasParameters) -> dict[str, Any]:
    """Return the row of `plan.scenario_economy`, without its scenario."""
    return {**economy.model_dump(), **gas.model_dump()}
