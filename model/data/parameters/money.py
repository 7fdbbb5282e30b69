"""Knobs of money and stations, budget to removal, and the rows that they become."""

from __future__ import annotations

import math
from typing import Annotated, Any

from pydantic import Field, model_validator

from model.data.parameters import Knobs, Limit, NonNegative, Positive, Share

Count = Annotated[int, Field(ge=0, le=1000)]


class BudgetKnobs(Knobs):
    """What becomes of money that a phase leaves."""

    carries_over: bool


class ProgrammeKnobs(Knobs):
    """A grant programme."""

    is_on: bool
    rank: Annotated[int, Field(ge=1, le=1000)]
    cost_share_max: Share
    project_cap_cad: Limit
    band_kw_min: list[NonNegative]
    band_port_cap_cad: list[NonNegative]
    site_port_count_min: list[Annotated[list[Count], Field(min_length=2, max_length=2)]]

    @model_validator(mode="after")
    def _bands_match(self) -> ProgrammeKnobs:
        said = []
        if len(self.band_kw_min) != len(self.band_port_cap_cad):
            said.append("band_kw_min and band_port_cap_cad must be of the same length")
        if len({*self.band_kw_min}) != len(self.band_kw_min):
            said.append("band_kw_min names a power twice")
        if said:
            raise ValueError("\n".join(said))
        return self


class GrantKnobs(Knobs):
    """Grant programmes, and what all of them together may pay."""

    stack_share_max: Share
    programme: dict[str, ProgrammeKnobs]

    @model_validator(mode="after")
    def _ranks_differ(self) -> GrantKnobs:
        if len({p.rank for p in self.programme.values()}) != len(self.programme):
            raise ValueError("two programmes have the same rank")
        return self


class ElectricityKnobs(Knobs):
    """What the grid charges a station for its peak, and who pays less."""

    is_transmission_charged: bool
    transmission_charge_cad_per_kw_month: NonNegative
    demand_billed_kw_min: NonNegative
    is_evc_rate_offered: bool
    evc_charge_share: Share
    evc_kw_min: NonNegative
    evc_kw_max: NonNegative
    evc_load_factor_max: Share


class StepKnobs(Knobs):
    """A step by which every grid area may be reinforced, once."""

    added_kw: Positive
    cost_cad: NonNegative


class RemovalKnobs(Knobs):
    """Which stations may be taken away."""

    only_candidates: bool
    utilisation_share_max: Share
    alternative_distance_m: NonNegative
    opex_cad_per_session_min: NonNegative


class CandidateKnobs(Knobs):
    """Which candidate sites may be built on."""

    score_min: Share


def money_tables(
    grant: GrantKnobs,
    electricity: ElectricityKnobs,
    steps: list[StepKnobs],
    removal: RemovalKnobs,
    candidate: CandidateKnobs,
) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of these knobs by table of `plan`, without their scenario."""
    programmes = grant.programme.items()
    lists = {"band_kw_min", "band_port_cap_cad", "site_port_count_min", "project_cap_cad"}
    limits = removal.model_dump(exclude={"only_candidates"})
    return {
        "scenario_grant_programme": [
            {"programme": name, "project_cap_cad": _limit(p.project_cap_cad), **p.model_dump(exclude=lists)}
            for name, p in programmes
        ],
        "scenario_grant_band": [
            {"programme": name, "kw_min": kw, "port_cap_cad": cad}
            for name, p in programmes
            for kw, cad in zip(p.band_kw_min, p.band_port_cap_cad, strict=True)
        ],
        "scenario_grant_minimum": [
            {"programme": name, "l2_port_count_min": l2, "l3_port_count_min": l3}
            for name, p in programmes
            for l2, l3 in sorted({(l2, l3) for l2, l3 in p.site_port_count_min})
        ],
        "scenario_electricity": [electricity.model_dump()],
        "scenario_reinforcement": [{"step": n, **s.model_dump()} for n, s in enumerate(steps, start=1)],
        "scenario_removal": [
            {
                "is_candidate_only": removal.only_candidates,
                "candidate_score_min": candidate.score_min,
                **limits,
            }
        ],
    }


def _limit(value: float) -> float | None:
    return None if math.isinf(value) else value
