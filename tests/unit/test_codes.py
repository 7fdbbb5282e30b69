"""The words that stand for states and kinds are the same in Python and in the constraints of the database."""

from __future__ import annotations

import inspect
import re
from enum import StrEnum
from pathlib import Path

import pytest

from db.schema import build
from model.data import codes
from model.data.codes import HAS_PLAN

VERSIONS = Path(build.__file__).resolve().parents[1] / "migrations" / "versions"
FILES = [
    *sorted((VERSIONS / "1000_baseline").glob("plan_*.sql")),
    VERSIONS / "1004_what_if.py",
    VERSIONS / "1006_site_bound.py",
    VERSIONS / "1008_own_place.py",
    VERSIONS / "1009_candidate_obstacle.py",
]
CHECKS: dict[str, frozenset[str]] = {
    "run_status_check": frozenset(codes.RunStatus),
    "run_priority_level_status_check": frozenset(HAS_PLAN),
    "run_publication_check": frozenset(codes.Publication),
    "run_progress_step_check": frozenset(codes.SolveStep),
    "decision_action_check": frozenset(codes.Action),
    "scenario_phase_actions_check": frozenset(codes.Action),
    "scenario_removal_junctions_check": frozenset(codes.JunctionUse),
    "site_lock_kind_check": frozenset(codes.LockKind),
    "run_lock_kind_check": frozenset(codes.LockEffect),
    "scenario_station_access_check": frozenset(codes.Access),
    "scenario_station_change_check": frozenset(codes.OwnerType),
    "scenario_station_owned_check": frozenset(codes.OwnerType),
    "scenario_grant_program_owner_check": frozenset(codes.OwnerType) - {codes.OwnerType.UNKNOWN},
    "scenario_grant_program_access_check": frozenset(codes.Access),
    "scenario_mode_check": frozenset(codes.Mode),
    "scenario_coincidence_from_check": frozenset(codes.CoincidenceSource),
    "scenario_growth_method_check": frozenset(codes.GrowthMethod),
    "scenario_growth_path_check": frozenset(codes.GrowthPath),
    "scenario_demand_kind_check": frozenset(codes.DemandKind),
    "scenario_distance_kind_check": frozenset(codes.DistanceKind),
    "what_if_state_check": frozenset(codes.WhatIfState),
    "what_if_wish_check": frozenset(codes.Wish),
    "place_load_state_check": frozenset(codes.WhatIfState),
    "site_bound_refusal_check": frozenset(codes.Refusal),
    "candidate_obstacle_obstacle_check": frozenset(codes.Obstacle),
}


def checks() -> dict[str, frozenset[str]]:
    """Return the constraints of `plan` that list words, and their words."""
    text = "".join(p.read_text(encoding="utf-8") for p in FILES)
    found = re.findall(r"constraint (\w+) check \(\w+ (?:in \(|<@ array\[)([^\])]*)", text)
    return {name: frozenset(re.findall(r"'(\w+)'", words)) for name, words in found}


@pytest.mark.parametrize("name", CHECKS)
def test_the_database_holds_the_same_words(name: str) -> None:
    assert checks()[name] == CHECKS[name]


def test_every_list_of_words_is_known_here_and_there() -> None:
    assert checks().keys() == CHECKS.keys()
    enums = [
        e
        for _, e in inspect.getmembers(codes, inspect.isclass)
        if issubclass(e, StrEnum) and e is not StrEnum
    ]
    assert {frozenset(e) for e in enums} <= set(CHECKS.values())
