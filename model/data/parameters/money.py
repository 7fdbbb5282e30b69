"""Parameters of money and stations, budget to removal, and their rows; grant.py has those of grants."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from model.data.parameters import LevelName, NonNegative, Parameters, Positive, Share, null_if_no_limit


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
    electricity: ElectricityParameters,
    steps: list[StepParameters],
    removal: RemovalParameters,
    candidate: CandidateParameters,
) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of these parameters by table of `plan`, without their scenario."""
    limits = removal.model_dump(exclude={"only_candidates"})
    return {
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
