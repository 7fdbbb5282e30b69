"""Scenarios: TOML files that hold differences from `base.toml`, checked key by key."""

from __future__ import annotations

import difflib
import json
import math
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, model_validator

from db.common.errors import UsageError
from db.common.text_file import is_file, parse_toml, path_of, read, refuse_unfit_texts, shown
from model.data import former_keys, former_switches
from model.data.codes import (
    Action,
    CoincidenceSource,
    DemandKind,
    DistanceKind,
    GrowthMethod,
    GrowthPath,
    Mode,
)
from model.data.parameters import ChargerName, Count, LevelName, Limit, NonNegative, Positive, Share
from model.data.parameters import Parameters as _Parameters
from model.data.parameters.charger import ChargerParameters, LevelParameters, Title
from model.data.parameters.economy import EconomyParameters, GreenhouseGasParameters, LeadTimeParameters
from model.data.parameters.grant import GrantParameters
from model.data.parameters.money import (
    BudgetParameters,
    CandidateParameters,
    CoincidencePoint,
    ConnectionParameters,
    ElectricityParameters,
    PriceParameters,
    RemovalParameters,
    StepParameters,
)
from model.data.parameters.space import (
    AreaParameters,
    CorridorParameters,
    EquityParameters,
    ProjectParameters,
)
from model.data.parameters.station import StationParameters
from model.data.parameters.switches import COUNTING_RULES, COUNTING_TERMS, FOLDER, Switches, Weights
from model.data.scenario_faults import (
    Fault,
    Layers,
    leaves,
    validated,
    without_incomplete_rows,
    without_unknown_keys,
)

BASE = "base"
SETTINGS = Path("--set")
"""What is said to set the keys that a command sets."""
_NAME_WITH_SETTINGS = re.compile(r"(.+) \[([\w.]+=.+)\]")
_NEXT_SETTING = re.compile(r"; (?=[\w.]+=)")


class DemandWeight(_Parameters):
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


class DemandParameters(_Parameters):
    """What has to be covered."""

    kind: Annotated[DemandKind, Field(strict=False)]
    weight_share: DemandWeight


class DistanceParameters(_Parameters):
    """How distance is measured."""

    kind: Annotated[DistanceKind, Field(strict=False)]


class SiteParameters(_Parameters):
    """Limits of a single site."""

    power_limit_kw: Positive
    capex_limit_cad: Annotated[Limit, Field(gt=0)]
    ports_retained_min: Count
    upgrade_keeps_sessions: bool
    upgrade_kept_session_share: Share
    equipment_resale_share: Share
    equipment_life_year: Annotated[Limit, Field(gt=0)]
    resale_share_unknown_age: Share


class GrowthParameters(_Parameters):
    """How the number of electric vehicles grows."""

    five_year_factor: Positive
    saturation_ev_per_person: Positive
    ev_per_person_assumed: Positive
    count_year_assumed: Annotated[float, Field(ge=2000, le=2200)]
    method: Annotated[GrowthMethod, Field(strict=False)]
    path: Annotated[GrowthPath, Field(strict=False)]


class DestinationParameters(_Parameters):
    """Where drivers charge who do not charge near their homes; the shares sum to 1."""

    work: Share
    shopping: Share
    leisure: Share
    transit: Share

    @model_validator(mode="after")
    def _sum_is_one(self) -> DestinationParameters:
        found = sum(self.model_dump().values())
        if not math.isclose(found, 1.0, abs_tol=1e-9):
            raise ValueError(f"the shares must sum to 1, not {found:g}")
        return self


class SessionParameters(_Parameters):
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
    peak_hour_share: Share
    destination_share: Share
    destination_kind: DestinationParameters

    @model_validator(mode="after")
    def _some_charge_in_public(self) -> SessionParameters:
        if self.peak_hour_share == 0 or self.public_share_no_home == self.public_share_home == 0:
            raise ValueError(
                "no sessions would be in public: raise a public share or peak_hour_share above 0"
            )
        return self


class GridParameters(_Parameters):
    """How added power meets the grid."""

    coincidence_from: Annotated[CoincidenceSource, Field(strict=False)]
    coincidence: list[CoincidencePoint]
    hosting_capacity_factor: Positive
    upgrade: list[StepParameters]

    @model_validator(mode="after")
    def _falling(self) -> GridParameters:
        """More ports have no larger share of them busy at once, and no fewer of them."""
        points = self.coincidence
        if not points or points[0].port_count != 1:
            raise ValueError("the first row of coincidence is of port_count = 1")
        for one, two in pairwise(points):
            if two.port_count <= one.port_count:
                raise ValueError(
                    f"coincidence has {two.port_count} ports after {one.port_count}; list more ports later"
                )
            if two.share > one.share:
                raise ValueError(
                    f"coincidence of {two.port_count} ports is more than that of {one.port_count}"
                )
            if two.port_count * two.share < one.port_count * one.share - 1e-9:
                raise ValueError(
                    f"coincidence has fewer of {two.port_count} ports busy at once than of {one.port_count}"
                )
        return self


def _same_in_both(title: object) -> object:
    """Take a plain text for the title in both languages."""
    return {"en": title, "fr": title} if isinstance(title, str) else title


class PhaseParameters(_Parameters):
    """Money and allowed actions of a phase."""

    title: Annotated[Title, BeforeValidator(_same_in_both)]
    year: Annotated[int, Field(ge=2000, le=2200)]
    budget_cad: NonNegative
    actions: list[Annotated[Action, Field(strict=False)]]
    chargers: list[ChargerName]
    discount_factor: Positive
    opex_limit_cad_per_year: Limit = math.inf
    coverage_min_share: dict[LevelName, Share]
    served_min_share: dict[LevelName, Share] = Field(default_factory=dict)


class PublicationParameters(_Parameters):
    """Which plans become the plan of the scenario."""

    mip_gap_max: NonNegative


class ObjectiveParameters(_Parameters):
    """What counts."""

    mode: Annotated[Mode, Field(strict=False)]
    order: list[list[str]]
    tolerance_share: Share
    cost_limit_cad: Limit
    money_scale_cad: NonNegative
    weight: Weights


class Scenario(_Parameters):
    """Every parameter of a scenario, resolved."""

    continues: str
    demand: DemandParameters
    distance: DistanceParameters
    level: dict[LevelName, LevelParameters]
    charger: dict[ChargerName, ChargerParameters]
    price: PriceParameters
    connection: ConnectionParameters
    station: StationParameters
    site: SiteParameters
    grid: GridParameters
    budget: BudgetParameters
    grant: GrantParameters
    electricity: ElectricityParameters
    economy: EconomyParameters
    lead_time: LeadTimeParameters
    greenhouse_gas: GreenhouseGasParameters
    removal: RemovalParameters
    candidate: CandidateParameters
    corridor: CorridorParameters
    area: AreaParameters
    projects: ProjectParameters
    equity: EquityParameters
    growth: GrowthParameters
    session: SessionParameters
    phase: dict[Annotated[int, Field(ge=1, strict=False)], PhaseParameters]
    objective: ObjectiveParameters
    publication: PublicationParameters
    rule: Switches
    # keys that a file of the user's own sets: what they name must exist, a default need not
    written: frozenset[str] = frozenset()

    @model_validator(mode="after")
    def _fits_together(self) -> Scenario:
        said = [
            *self._levels_and_chargers_are_known(),
            *self._replaced_types_are_lower(),
            *self._energy_shares_sum_to_one(),
            *self._order_is_of_terms(),
            *self._points_are_no_cells(),
            *self._phases_follow_each_other(),
        ]
        if said:
            raise ValueError("\n".join(said))
        return self

    def _named_levels(self) -> Iterator[tuple[str, str]]:
        """Yield each key that names a level, with the level."""
        named = [(f"charger.{name}.level", c.level) for name, c in self.charger.items()]
        named += [("equity.floor", floor.level) for floor in self.equity.floor]
        named += [("equity.floor_share", level) for level in self.equity.floor_share]
        for number, phase in self.phase.items():
            named += [(f"phase.{number}.coverage_min_share", level) for level in phase.coverage_min_share]
            named += [(f"phase.{number}.served_min_share", level) for level in phase.served_min_share]
        named += [("area.level_station_count_min", level) for level in self.area.level_station_count_min]
        named += [("area.override", level) for o in self.area.override for level in o.level_station_count_min]
        named += [("corridor.levels", level) for level in self.corridor.levels]
        named += [("electricity.evc_levels", level) for level in self.electricity.evc_levels]
        for term, weight in self.objective.weight.items():
            named += (
                [(f"objective.weight.{term}", level) for level in weight] if isinstance(weight, dict) else []
            )
        for name, program in self.grant.program.items():
            key = f"grant.program.{name}.site_port_count_min"
            named += [(key, level) for alternative in program.site_port_count_min for level in alternative]
            named += [
                (f"grant.program.{name}.alone_level", program.alone_level),
                (f"grant.program.{name}.apart_level", program.apart_level),
            ]
        yield from named

    def _levels_and_chargers_are_known(self) -> Iterator[str]:
        """Say which levels and charger types are named that no row of the scenario has."""
        for key, level in self._named_levels():
            if level not in self.level:
                yield f"{key} names '{level}', which is not a level; the levels are {', '.join(self.level)}"
        types = [(f"level.{name}.usual_charger", row.usual_charger) for name, row in self.level.items()]
        types += [(f"charger.{name}.replaces", r) for name, c in self.charger.items() for r in c.replaces]
        types += [(f"phase.{n}.chargers", c) for n, phase in self.phase.items() for c in phase.chargers]
        for key, name in types:
            if name not in self.charger:
                known = ", ".join(self.charger)
                yield f"{key} names '{name}', which is not a charger type; the charger types are {known}"
        for name, row in self.level.items():
            usual = self.charger.get(row.usual_charger)
            if usual and usual.level != name:
                yield f"level.{name}.usual_charger is {row.usual_charger}, a charger of {usual.level}"
        if len({row.rank for row in self.level.values()}) != len(self.level):
            yield "two levels have the same rank"

    def _replaced_types_are_lower(self) -> Iterator[str]:
        """Say which charger types would replace what an upgrade must not take away."""
        for name, charger in self.charger.items():
            own = self.level.get(charger.level)
            for replaced in sorted(set(charger.replaces) & set(self.charger)):
                other = self.level.get(self.charger[replaced].level)
                if replaced == name:
                    yield f"charger.{name}.replaces names the type itself"
                elif own and other and other.rank > own.rank:
                    higher = self.charger[replaced].level
                    yield (
                        f"charger.{name}.replaces names '{replaced}' of {higher}, a level above its own,"
                        f" {charger.level}"
                    )

    def _energy_shares_sum_to_one(self) -> Iterator[str]:
        found = sum(row.energy_share for row in self.level.values())
        if not math.isclose(found, 1.0, abs_tol=1e-9):
            yield f"the energy_share of all levels must sum to 1, not {found:g}"

    def _order_is_of_terms(self) -> Iterator[str]:
        goal, weights = self.objective, self.term_weights
        for term in (term for group in goal.order for term in group if term not in weights):
            now = (former_keys.renamed(f"objective.weight.{term}") or "").removeprefix("objective.weight.")
            what = (
                f"is now '{now}'" if now in weights else f"is not a term; the terms are {', '.join(weights)}"
            )
            yield f"objective.order names '{term}', which {what}"
        if goal.mode == Mode.LEXICOGRAPHIC and (
            not goal.order
            or any(len(group) != 1 and not any(weights.get(t) for t in group) for group in goal.order)
        ):
            yield "objective.order needs groups of terms, each with a term that has a weight"

    def _points_are_no_cells(self) -> Iterator[str]:
        if self.demand.kind != DemandKind.REFERENCE_POINT:
            return
        if self.distance.kind == DistanceKind.ROAD:
            yield "reference points know no roads: distance.kind must be straight_line"
        if self.rule["equity"] or self.rule["protected_coverage"]:
            yield "reference points are in no group of people: rule.equity must be false"
        if self.counts_sessions:
            yield "reference points have no vehicles: sessions are counted for demand.kind cell only"

    def _phases_follow_each_other(self) -> Iterator[str]:
        numbers = sorted(self.phase)
        if numbers != list(range(1, len(numbers) + 1)):
            yield "phases must be numbered 1, 2, 3 ..."
        for before, after in pairwise(numbers):
            years = self.phase[before].year, self.phase[after].year
            if years[1] < years[0]:
                yield f"phase {after} is in {years[1]}, before phase {before} in {years[0]}"

    @property
    def term_weights(self) -> dict[str, float]:
        """The weight of each term by its key; that of a term by level has the level behind a dot."""
        found: dict[str, float] = {}
        for term, weight in self.objective.weight.items():
            if isinstance(weight, dict):
                found |= {f"{term}.{level}": weight.get(level, 0.0) for level in self.level}
            else:
                found[term] = weight
        return found

    @property
    def counts_sessions(self) -> bool:
        """True where charging sessions are counted: a rule or a term speaks of them, or it is asked for."""
        goal = self.objective
        priority_levels = goal.order if goal.mode == Mode.LEXICOGRAPHIC else []
        terms = {term for group in priority_levels for term in group}
        terms |= {term for term, weight in self.term_weights.items() if weight}
        rules = {rule for rule, is_on in self.rule.items() if is_on}
        return self.session.is_counted or bool(COUNTING_RULES & rules or COUNTING_TERMS & terms)

    def canonical(self) -> str:
        """Return the parameters as JSON in one fixed order; no limit is written as null."""
        return json.dumps(_without_inf(self.model_dump(mode="python", exclude={"written"})), sort_keys=True)


def _without_inf(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(k): _without_inf(v) for k, v in value.items()}
    return None if isinstance(value, float) and math.isinf(value) else value


def resolve(name_or_path: str, settings: Mapping[str, Any] | None = None) -> tuple[str, Scenario]:
    """Return a scenario's name and parameters, given its name in `model/scenarios` or the path of a file.

    `settings` are keys, in tables as a file has them, that take the place of those of the file.

    Raises:
        UsageError: no such file, not TOML, an unknown key (the nearest known one is named), a bad value.

    """
    chain = [_find(name_or_path)]
    trees = [_read(chain[0])]
    while chain[-1].resolve() != (FOLDER / f"{BASE}.toml").resolve():
        chain.append(_find(str(trees[-1].get("extends", BASE))))
        if chain[-1] in chain[:-1]:
            raise UsageError(f"{chain[0].name}: the scenarios extend each other in a circle.")
        trees.append(_read(chain[-1]))
    former: former_switches.Found = {}
    layers = [
        (path, former_switches.taken_out({k: v for k, v in tree.items() if k != "extends"}, path, former))
        for path, tree in zip(reversed(chain), reversed(trees), strict=True)
    ]
    if settings:
        refuse_unfit_texts(settings, SETTINGS.name)
        layers.append((SETTINGS, former_switches.taken_out(dict(settings), SETTINGS, former)))
    faults: list[Fault] = []
    parameters = layers[0][1]
    for number, (path, given) in enumerate(layers[1:], start=1):
        layer, unknown = without_unknown_keys(path, given, layers[0][1], levels=parameters.get("level", {}))
        layers[number] = path, layer
        faults += unknown
        parameters = _merge(_without_titles_of(layer, parameters), layer)
    parameters, incomplete = without_incomplete_rows(parameters, layers)
    faults += incomplete
    former_switches.count_where_on(parameters, former)
    _mean_own_curve(parameters, [layer for _, layer in layers[1:]])
    parameters["written"] = frozenset(
        key
        for path, layer in layers
        if path is SETTINGS or path.resolve().parent != FOLDER
        for key in leaves(layer)
    )
    found = validated(Scenario, parameters, _with_titles_in_force(layers), faults)
    former_switches.refuse_where_off(former, is_counting=found.counts_sessions)
    return _stem(chain[0]), found


def _mean_own_curve(parameters: dict[str, Any], layers: list[Mapping[str, Any]]) -> None:
    """Follow a curve that a file sets, and not the records of the region, unless a file asks for these."""
    keys = {key for layer in layers for key in leaves(layer)}
    if "grid.coincidence" in keys and "grid.coincidence_from" not in keys:
        parameters["grid"]["coincidence_from"] = CoincidenceSource.CURVE.value


def _stem(path: Path) -> str:
    """Return a scenario's name, which is text for people as well.

    Raises:
        UsageError: the file's name is no text.

    """
    if not path.stem.isprintable():
        raise UsageError(
            f"{path.name}: the name of a scenario file is the scenario's name, and this one is not text.",
            "rename the file.",
        )
    return path.stem


def name_with(name: str, settings: Sequence[str]) -> str:
    """Return the name of a scenario some of whose keys a command sets (KEY=VALUE)."""
    return f"{name} [{'; '.join(settings)}]" if settings else name


def call_of(name: str) -> str:
    """Return what a command is given to solve the scenario of a name: `phase1 --set budget=5e6`."""
    found = _NAME_WITH_SETTINGS.fullmatch(name)
    if found is None:
        return name
    return " ".join([found[1], *(f"--set {shlex.quote(text)}" for text in _NEXT_SETTING.split(found[2]))])


def names() -> list[str]:
    """Return the names of the scenarios that come with the planner."""
    return sorted(p.stem for p in FOLDER.glob("*.toml"))


def _find(name_or_path: str) -> Path:
    if name_or_path.endswith(".toml"):
        path = path_of(name_or_path)
        if not is_file(path):
            raise UsageError(
                f"There is no scenario file {shown(path)}.", f"known scenarios: {', '.join(names())}."
            )
    else:
        path = FOLDER / f"{name_or_path}.toml"
        if not re.fullmatch(r"[\w-]{1,100}", name_or_path) or not is_file(path):
            near = difflib.get_close_matches(name_or_path, names(), n=1, cutoff=0.6)
            hint = f"did you mean '{near[0]}'? " if near else ""
            raise UsageError(
                f"There is no scenario '{shown(name_or_path)}'.",
                f"{hint}known scenarios: {', '.join(names())}; or give the path of a .toml file.",
            )
    return path


def _read(path: Path) -> dict[str, Any]:
    tree = parse_toml(read(path), path.name)
    refuse_unfit_texts(tree, path.name)
    return tree


def _without_titles_of(layer: Mapping[str, Any], parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters without the titles of the phases that a file names anew.

    A title that a file has in one language must not keep that of another file in the other.
    """
    phases, named = parameters.get("phase"), layer.get("phase")
    if not isinstance(phases, Mapping) or not isinstance(named, Mapping):
        return dict(parameters)
    anew = {number for number, phase in named.items() if isinstance(phase, Mapping) and "title" in phase}
    kept = {
        number: {key: value for key, value in phase.items() if key != "title"}
        if number in anew and isinstance(phase, Mapping)
        else phase
        for number, phase in phases.items()
    }
    return {**parameters, "phase": kept}


def _with_titles_in_force(layers: Layers) -> Layers:
    """Return the layers without titles that later ones replace: a fault in one is that of its own file."""
    kept = list(layers)
    for number, (_, above) in enumerate(layers):
        kept[:number] = [(path, _without_titles_of(above, layer)) for path, layer in kept[:number]]
    return kept


def _merge(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        both = isinstance(value, Mapping) and isinstance(merged.get(key), Mapping)
        merged[key] = _merge(merged[key], value) if both else value
    return merged
