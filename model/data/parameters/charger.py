"""Parameters of levels and charger types, and the rows that they become."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, model_validator

from db.common.language import French
from model.data.parameters import (
    ChargerName,
    CountLimit,
    LevelName,
    Limit,
    NonNegative,
    Parameters,
    PortCount,
    Positive,
    Share,
    null_if_no_limit,
)


class Title(Parameters):
    """A name for people, in both languages."""

    en: Annotated[str, Field(min_length=1)]
    fr: Annotated[French, Field(min_length=1)]


def titles(title: Title) -> dict[str, str]:
    """Return a name as the tables of `plan` have it."""
    return {"title_en": title.en, "title_fr": title.fr}


class LevelParameters(Parameters):
    """A class of chargers that coverage speaks of."""

    title: Title
    rank: Annotated[int, Field(ge=1, le=1000)]
    usual_charger: ChargerName
    service_distance_m: Positive
    wait_max_min: NonNegative
    wait_probability_max: Annotated[float, Field(gt=0, lt=1)]
    zone_edge_m: Positive
    nearest_site_count: Annotated[int, Field(ge=1, le=1000)]
    energy_share: Share
    spacing_min_m: NonNegative
    gap_max_m: Annotated[Limit, Field(gt=0)]
    overlap_station_count_max: CountLimit


class ChargerParameters(Parameters):
    """A product class of one level: power, prices, sessions and the numbers of ports that are offered."""

    title: Title
    level: LevelName
    port_kw: Positive
    equipment_cost_cad_per_port: NonNegative
    installation_cost_cad_per_port: NonNegative
    equipment_cost_cad_per_station: NonNegative
    civil_works_cost_cad_per_station: NonNegative
    make_ready_cost_cad_per_station: NonNegative
    dismantling_cost_cad_per_port: NonNegative
    dismantling_cost_cad_per_station: NonNegative
    opex_cad_per_port_year: NonNegative
    network_fee_cad_per_port_year: NonNegative
    price_cad_per_kwh: NonNegative
    price_cad_per_session: NonNegative
    price_cad_per_hour: NonNegative
    session_min: Positive
    kwh_per_session: Positive
    utilisation_share: Share
    ports_min: PortCount
    ports_max: PortCount
    port_count_choices: list[PortCount]
    replaces: list[ChargerName]

    @model_validator(mode="after")
    def _offers_something(self) -> ChargerParameters:
        said = []
        if not any(self.ports_min <= p <= self.ports_max for p in self.port_count_choices):
            said.append("none of port_count_choices lies between ports_min and ports_max")
        if self.kwh_per_session > self.port_kw * self.session_min / 60:
            said.append("a port of port_kw cannot give kwh_per_session in session_min")
        if said:
            raise ValueError("\n".join(said))
        return self


def charger_tables(
    levels: dict[str, LevelParameters], chargers: dict[str, ChargerParameters]
) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of levels and charger types by table of `plan`, without their scenario."""
    return {
        "scenario_level": [
            {
                "level": name,
                **titles(level.title),
                **level.model_dump(exclude={"title"}),
                "gap_max_m": null_if_no_limit(level.gap_max_m),
                "overlap_station_count_max": null_if_no_limit(level.overlap_station_count_max),
            }
            for name, level in levels.items()
        ],
        "scenario_charger": [
            {
                "charger_type": name,
                **titles(charger.title),
                **charger.model_dump(exclude={"title", "replaces"}),
            }
            for name, charger in chargers.items()
        ],
        "scenario_charger_replaces": [
            {"charger_type": name, "replaced_type": replaced}
            for name, charger in chargers.items()
            for replaced in sorted(set(charger.replaces))
        ],
    }
