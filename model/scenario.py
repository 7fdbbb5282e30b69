"""Scenarios: TOML files that hold differences from `base.toml`, checked key by key."""

from __future__ import annotations

import difflib
import json
import math
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, model_validator

from db.errors import UsageError
from model import former_switches
from model.knobs import Knobs as _Knobs
from model.knobs import LevelName, NonNegative, PortCount, Positive, Share
from model.knobs.money import (
    BudgetKnobs,
    CandidateKnobs,
    ElectricityKnobs,
    GrantKnobs,
    RemovalKnobs,
    StepKnobs,
)
from model.knobs.space import AreaKnobs, EquityKnobs, SpacingKnobs, WorksKnobs

FOLDER = Path(__file__).parent / "scenarios"
BASE = "base"
LEVELS = ("L2", "L3")
SESSION_TERMS = ("served", "efficiency")
"""Terms of the objective that speak of charging sessions."""


class DemandWeight(_Knobs):
    """How the weight of a cell is mixed; the shares sum to 1."""

    ev: Share
    population: Share
    transit: Share
    infrastructure_quality: Share
    infrastructure_age: Share

    @model_validator(mode="after")
    def _sum_is_one(self) -> DemandWeight:
        found = sum(self.model_dump().values())
        if not math.isclose(found, 1.0, abs_tol=1e-9):
            raise ValueError(f"the shares must sum to 1, not {found:g}")
        return self


class DemandKnobs(_Knobs):
    """What has to be covered."""

    kind: Literal["cell", "reference_point"]
    weight_share: DemandWeight


class DistanceKnobs(_Knobs):
    """How distance is measured."""

    kind: Literal["road", "straight_line"]


class LevelKnobs(_Knobs):
    """Reach, power, prices and ports of a level."""

    reach_m: Positive
    port_kw: Positive
    station_cost_cad: NonNegative
    port_cost_cad: NonNegative
    opex_cad_per_port_year: NonNegative
    ports_min: PortCount
    ports_max: PortCount
    port_count_choices: list[PortCount]
    session_min: Positive
    wait_max_min: NonNegative
    wait_probability_max: Annotated[float, Field(gt=0, lt=1)]
    utilisation_share: Share
    kwh_per_session: Positive
    zone_edge_m: Positive
    nearest_site_count: Annotated[int, Field(ge=1, le=1000)]

    @model_validator(mode="after")
    def _offers_something(self) -> LevelKnobs:
        if not any(self.ports_min <= p <= self.ports_max for p in self.port_count_choices):
            raise ValueError("none of port_count_choices lies between ports_min and ports_max")
        if self.kwh_per_session > self.port_kw * self.session_min / 60:
            raise ValueError("a port of port_kw cannot give kwh_per_session in session_min")
        return self


class SiteKnobs(_Knobs):
    """Limits of a single site."""

    power_limit_kw: Positive
    capex_limit_cad: Annotated[float, Field(gt=0)]
    l2_ports_retained_min: Annotated[int, Field(ge=0)]
    resale_factor: Share


class GrowthKnobs(_Knobs):
    """How the number of electric vehicles grows."""

    five_year_factor: Positive
    saturation_ev_per_person: Positive
    ev_per_person_assumed: Positive
    count_year_assumed: Annotated[float, Field(ge=2000, le=2200)]


class SessionKnobs(_Knobs):
    """How electric vehicles charge in public.

    `is_counted` is set by a former switch alone: sessions are counted though nothing else speaks of them.
    """

    is_counted: bool = False
    kwh_per_ev_day: Positive
    apartment_no_home_share: Share
    house_no_home_share: Share
    apartment_assumed_share: Share
    public_share_no_home: Share
    public_share_home: Share
    l3_energy_share: Share
    peak_hour_share: Share

    @model_validator(mode="after")
    def _somebody_charges(self) -> SessionKnobs:
        if self.peak_hour_share == 0 or self.public_share_no_home == self.public_share_home == 0:
            raise ValueError("nobody would charge in public: raise a public share or peak_hour_share above 0")
        return self


class GridKnobs(_Knobs):
    """How added power meets the grid."""

    coincidence_factor: Share
    headroom_factor: Positive
    reinforcement: list[StepKnobs]


class PhaseKnobs(_Knobs):
    """Money and allowed actions of a phase."""

    title: str
    year: Annotated[int, Field(ge=2000, le=2200)]
    budget_cad: NonNegative
    actions: list[Literal["expand", "upgrade", "build", "remove"]]
    build_levels: list[LevelName]
    discount_factor: Positive
    opex_limit_cad_per_year: Annotated[float, Field(ge=0)] = math.inf
    coverage_min_share: dict[LevelName, Share]
    served_min_share: dict[LevelName, Share] = Field(default_factory=dict)


class PublicationKnobs(_Knobs):
    """Which plans become the plan of the scenario."""

    gap_share_max: NonNegative


class ObjectiveWeight(_Knobs):
    """Weights of the terms of the objective."""

    coverage_l2: NonNegative
    coverage_l3: NonNegative
    backup: NonNegative
    served: NonNegative
    efficiency: NonNegative
    capex: NonNegative
    opex: NonNegative
    reinforcement: NonNegative


class ObjectiveKnobs(_Knobs):
    """What counts."""

    mode: Literal["weighted", "lexicographic"]
    order: list[list[str]]
    tolerance_share: Share
    cost_limit_cad: Annotated[float, Field(ge=0)]
    money_scale_cad: NonNegative
    weight: ObjectiveWeight

    @model_validator(mode="after")
    def _order_is_of_terms(self) -> ObjectiveKnobs:
        weights = self.weight.model_dump()
        for term in (term for group in self.order for term in group):
            if term not in weights:
                raise ValueError(
                    f"order names '{term}', which is no term; the terms are {', '.join(weights)}"
                )
        if self.mode == "lexicographic" and (
            not self.order
            or any(len(group) != 1 and not any(weights[t] for t in group) for group in self.order)
        ):
            raise ValueError("order needs groups of terms, each with a term that has a weight")
        return self


class RuleKnobs(_Knobs):
    """Rules that can be switched off."""

    min_coverage: bool
    budget: bool
    opex_limit: bool
    site_power: bool
    grid_area_power: bool
    locks: bool
    l3_min_spacing: bool
    l3_max_gap: bool
    max_overlap: bool
    area_station_limits: bool
    works_per_phase: bool
    equity: bool
    protected_coverage: bool
    cost_limit: bool
    min_served: bool


class Scenario(_Knobs):
    """Every knob of a scenario, resolved."""

    continues: str
    demand: DemandKnobs
    distance: DistanceKnobs
    level: dict[LevelName, LevelKnobs]
    site: SiteKnobs
    grid: GridKnobs
    budget: BudgetKnobs
    grant: GrantKnobs
    electricity: ElectricityKnobs
    removal: RemovalKnobs
    candidate: CandidateKnobs
    spacing: SpacingKnobs
    area: AreaKnobs
    works: WorksKnobs
    equity: EquityKnobs
    growth: GrowthKnobs
    session: SessionKnobs
    phase: dict[Annotated[int, Field(ge=1, strict=False)], PhaseKnobs]
    objective: ObjectiveKnobs
    publication: PublicationKnobs
    rule: RuleKnobs

    @model_validator(mode="after")
    def _points_have_no_road(self) -> Scenario:
        if self.demand.kind == "reference_point" and self.distance.kind == "road":
            raise ValueError("reference points know no roads: distance.kind must be straight_line")
        if self.demand.kind == "reference_point" and (self.rule.equity or self.rule.protected_coverage):
            raise ValueError("reference points are in no group of people: rule.equity must be false")
        if sorted(self.phase) != list(range(1, len(self.phase) + 1)):
            raise ValueError("phases must be numbered 1, 2, 3 ...")
        return self

    @model_validator(mode="after")
    def _years_go_on(self) -> Scenario:
        for number in sorted(self.phase)[1:]:
            before, year = self.phase[number - 1].year, self.phase[number].year
            if year < before:
                raise ValueError(f"phase {number} is in {year}, before phase {number - 1} in {before}")
        return self

    @model_validator(mode="after")
    def _sessions_make_sense(self) -> Scenario:
        if self.demand.kind == "reference_point" and self.counts_sessions:
            raise ValueError(
                "reference points have no vehicles: sessions are counted for demand.kind cell only"
            )
        return self

    @property
    def counts_sessions(self) -> bool:
        """True where charging sessions are counted: a rule or a term speaks of them, or it is asked for."""
        goal = self.objective
        stages = goal.order if goal.mode == "lexicographic" else []
        is_term = any(getattr(goal.weight, term) for term in SESSION_TERMS)
        is_stage = any(term in SESSION_TERMS for group in stages for term in group)
        return self.rule.min_served or self.session.is_counted or is_term or is_stage

    def canonical(self) -> str:
        """Return the knobs as JSON in one fixed order; no limit is written as null."""
        return json.dumps(_without_inf(self.model_dump(mode="python")), sort_keys=True)


def _without_inf(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(k): _without_inf(v) for k, v in value.items()}
    return None if isinstance(value, float) and math.isinf(value) else value


def resolve(name_or_path: str) -> tuple[str, Scenario]:
    """Return a scenario's name and knobs, given its name in `model/scenarios` or the path of a TOML file.

    Raises:
        UsageError: no such file, not TOML, an unknown key (the nearest known one is named), a bad value.

    """
    chain = [_find(name_or_path)]
    while chain[-1].resolve() != (FOLDER / f"{BASE}.toml").resolve():
        chain.append(_find(str(_read(chain[-1]).get("extends", BASE))))
        if chain[-1] in chain[:-1]:
            raise UsageError(f"{chain[0].name}: the scenarios extend each other in a circle.")
    former: former_switches.Found = {}
    layers = [
        (
            path,
            former_switches.taken_out({k: v for k, v in _read(path).items() if k != "extends"}, path, former),
        )
        for path in reversed(chain)
    ]
    known = layers[0][1]
    knobs: dict[str, Any] = {}
    for path, layer in layers:
        _refuse_unknown(path, layer, known)
        knobs = _merge(knobs, layer)
    former_switches.count_where_on(knobs, former)
    try:
        found = Scenario.model_validate(knobs)
    except ValidationError as error:
        raise _explain(error, layers) from None
    former_switches.refuse_where_off(former, is_counting=found.counts_sessions)
    return chain[0].stem, found


def names() -> list[str]:
    """Return the names of the scenarios that come with the planner."""
    return sorted(p.stem for p in FOLDER.glob("*.toml"))


def _find(name_or_path: str) -> Path:
    if name_or_path.endswith(".toml"):
        path = Path(name_or_path)
        if not path.is_file():
            raise UsageError(f"There is no scenario file {path}.", f"known scenarios: {', '.join(names())}.")
    else:
        path = FOLDER / f"{name_or_path}.toml"
        if not re.fullmatch(r"[\w-]+", name_or_path) or not path.is_file():
            near = difflib.get_close_matches(name_or_path, names(), n=1, cutoff=0.4)
            hint = f"did you mean '{near[0]}'? " if near else ""
            raise UsageError(
                f"There is no scenario '{name_or_path}'.",
                f"{hint}known scenarios: {', '.join(names())}; or give the path of a .toml file.",
            )
    return path


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path.name} is not valid TOML: {error}.", "mend that line.") from None


def _merge(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        both = isinstance(value, Mapping) and isinstance(merged.get(key), Mapping)
        merged[key] = _merge(merged[key], value) if both else value
    return merged


def _leaves(tree: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    for key, value in tree.items():
        yield f"{prefix}{key}"
        if isinstance(value, Mapping):
            yield from _leaves(value, f"{prefix}{key}.")


def _refuse_unknown(path: Path, layer: Mapping[str, Any], known: Mapping[str, Any]) -> None:
    """`base.toml` holds every key there is; a phase of any number has the keys of phase 1."""
    has = set(_leaves(known))
    for key in _leaves(layer):
        if re.sub(r"^phase\.\d+", "phase.1", key) not in has:
            near = difflib.get_close_matches(key, has, n=1, cutoff=0.0)
            raise UsageError(
                f"{path.name}: there is no key '{key}'.", f"the nearest known key is '{near[0]}'."
            )


def _explain(error: ValidationError, layers: list[tuple[Path, dict[str, Any]]]) -> UsageError:
    """Name the last file that sets the key at fault, the key and what is wrong with it."""
    fault = error.errors()[0]
    key = ".".join(str(part) for part in fault["loc"])
    path = next((p for p, layer in reversed(layers) if key in set(_leaves(layer))), layers[-1][0])
    where = f"{path.name}: {key}" if key else path.name
    return UsageError(
        f"{where}: {fault['msg'].removeprefix('Value error, ')}.", "see base.toml for units and ranges."
    )
