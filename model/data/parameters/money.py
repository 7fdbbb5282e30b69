"""Parameters of money and stations, budget to removal, and the rows that they become."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from model.data.parameters import LevelName, Limit, NonNegative, Parameters, Positive, Share, null_if_no_limit

Count = Annotated[int, Field(ge=0, le=1000)]


class BudgetParameters(Parameters):
    """What becomes of money that a phase leaves."""

    carries_over: bool


class PriceParameters(Parameters):
    """The year that all prices are of, and what is added to works and equipment."""

    year: Annotated[int, Field(ge=2000, le=2200)]
    index_share_per_year: Annotated[float, Field(ge=-0.2, le=0.5)]
    soft_cost_share: Share
    contingency_share: Share


class ConnectionParameters(Parameters):
    """What it costs to bring power to a site."""

    fixed_cost_cad: NonNegative
    cost_cad_per_kw: NonNegative
    three_phase_kw_min: NonNegative
    transformer_cost_cad: NonNegative
    line_cost_cad_per_m: NonNegative
    distance_assumed_m: NonNegative
    distance_step_m: Positive


class ProgramParameters(Parameters):
    """A grant program."""

    is_on: bool
    rank: Annotated[int, Field(ge=1, le=1000)]
    cost_share_max: Share
    application_cap_cad: Limit
    band_kw_min: list[NonNegative]
    band_port_cap_cad: list[NonNegative]
    site_port_count_min: list[Annotated[dict[LevelName, Count], Field(min_length=1)]]

    @model_validator(mode="after")
    def _bands_match(self) -> ProgramParameters:
        said = []
        if len(self.band_kw_min) != len(self.band_port_cap_cad):
            said.append("band_kw_min and band_port_cap_cad must be of the same length")
        if len({*self.band_kw_min}) != len(self.band_kw_min):
            said.append("band_kw_min names a power twice")
        if said:
            raise ValueError("\n".join(said))
        return self


class GrantParameters(Parameters):
    """Grant programs, and what all of them together may pay."""

    stack_share_max: Share
    program: dict[str, ProgramParameters]

    @model_validator(mode="after")
    def _ranks_differ(self) -> GrantParameters:
        if len({p.rank for p in self.program.values()}) != len(self.program):
            raise ValueError("two programs have the same rank")
        return self


class ElectricityParameters(Parameters):
    """What a station pays for its peak and its energy, and who pays less."""

    is_transmission_charged: bool
    transmission_charge_cad_per_kw_month: NonNegative
    distribution_charge_cad_per_kw_month: NonNegative
    energy_price_cad_per_kwh: NonNegative
    charging_loss_share: Annotated[float, Field(ge=0, le=0.9)]
    demand_billed_kw_min: NonNegative
    is_evc_rate_offered: bool
    evc_charge_share: Share
    evc_kw_min: NonNegative
    evc_kw_max: NonNegative
    evc_load_factor_max: Share
    evc_levels: list[LevelName]


class CoincidencePoint(Parameters):
    """A point of the curve of coincidence: of so many ports, the most that are busy at once, as a share."""

    port_count: Annotated[int, Field(ge=1, le=10_000)]
    share: Annotated[float, Field(gt=0, le=1)]


class StepParameters(Parameters):
    """A grid upgrade that every grid area may have once."""

    added_kw: Positive
    cost_cad: NonNegative


class RemovalParameters(Parameters):
    """Which stations may be taken away."""

    only_candidates: bool
    utilisation_share_max: Share
    alternative_distance_m: NonNegative
    opex_cad_per_session_min: NonNegative


class CandidateParameters(Parameters):
    """Which candidate sites may be built on."""

    score_min: Share
    hard_exclusions: bool
    junctions: Literal["all", "corridor", "none"]


def price_row(
    price: PriceParameters,
    connection: ConnectionParameters,
    *,
    equipment_resale_share: float,
    equipment_life_year: float,
    resale_share_unknown_age: float,
) -> dict[str, Any]:
    """Return the row of `plan.scenario_price`, without its scenario."""
    kept = {"fixed_cost_cad", "cost_cad_per_kw"}
    return {
        **price.model_dump(),
        **{f"connection_{key}": value for key, value in connection.model_dump(include=kept).items()},
        **connection.model_dump(exclude=kept),
        "equipment_resale_share": equipment_resale_share,
        "equipment_life_year": null_if_no_limit(equipment_life_year),
        "resale_share_unknown_age": resale_share_unknown_age,
    }


def money_tables(
    grant: GrantParameters,
    electricity: ElectricityParameters,
    steps: list[StepParameters],
    removal: RemovalParameters,
    candidate: CandidateParameters,
) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of these parameters by table of `plan`, without their scenario."""
    programs = grant.program.items()
    lists = {"band_kw_min", "band_port_cap_cad", "site_port_count_min", "application_cap_cad"}
    limits = removal.model_dump(exclude={"only_candidates"})
    return {
        "scenario_grant_program": [
            {
                "program": name,
                "application_cap_cad": null_if_no_limit(p.application_cap_cad),
                **p.model_dump(exclude=lists),
            }
            for name, p in programs
        ],
        "scenario_grant_band": [
            {"program": name, "kw_min": kw, "port_cap_cad": cad}
            for name, p in programs
            for kw, cad in zip(p.band_kw_min, p.band_port_cap_cad, strict=True)
        ],
        "scenario_grant_minimum": [
            {"program": name, "alternative": number, "level": level, "port_count_min": ports}
            for name, p in programs
            for number, alternative in enumerate(p.site_port_count_min, start=1)
            for level, ports in alternative.items()
        ],
        "scenario_electricity": [electricity.model_dump()],
        "scenario_grid_upgrade": [{"step": n, **s.model_dump()} for n, s in enumerate(steps, start=1)],
        "scenario_removal": [
            {
                "is_candidate_only": removal.only_candidates,
                "candidate_score_min": candidate.score_min,
                "is_hard_exclusion_kept": candidate.hard_exclusions,
                "junctions": candidate.junctions,
                **limits,
            }
        ],
    }
