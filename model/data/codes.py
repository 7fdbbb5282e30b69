"""The words that stand for states and kinds here and in the database, whose constraints hold the same."""

from __future__ import annotations

from enum import StrEnum


class RunStatus(StrEnum):
    """How a run stands or ended: plan.run.status."""

    RUNNING = "running"
    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"
    NO_PLAN = "no_plan"
    INTERRUPTED = "interrupted"
    FAILED = "failed"


HAS_PLAN = frozenset({RunStatus.OPTIMAL, RunStatus.FEASIBLE})


class Publication(StrEnum):
    """What became of the plan of a run: plan.run.publication."""

    PENDING = "pending"
    PUBLISHED = "published"
    KEPT = "kept"
    REJECTED = "rejected"
    NONE = "none"


class SolveStep(StrEnum):
    """What a solve is doing: plan.run_progress.step, and the seconds of report.run_step."""

    GREEDY = "greedy"
    COMPILE = "compile"
    START = "start"
    PHASES = "phases"
    RELAXATION = "relaxation"
    REPAIR = "repair"
    SEARCH = "search"
    PROOF = "proof"
    TRIM = "trim"
    SETTLE = "settle"
    FLOORS = "floors"
    CONFLICT = "conflict"


class Action(StrEnum):
    """What may be done at a site: plan.decision.action, and the actions of a phase."""

    EXPAND = "expand"
    UPGRADE = "upgrade"
    BUILD = "build"
    REMOVE = "remove"


class JunctionUse(StrEnum):
    """At which bare junctions stations may be built: plan.scenario_removal.junctions."""

    ALL = "all"
    CORRIDOR = "corridor"
    NONE = "none"


class LockKind(StrEnum):
    """What people ask of a site: plan.site_lock.lock_kind."""

    FORCE_IN = "force_in"
    MUST_CHANGE = "must_change"
    FORCE_OUT = "force_out"
    FIX_OPTION = "fix_option"


class Refusal(StrEnum):
    """Why a run may build nothing on a candidate: plan.site_bound.refusal."""

    EXCLUSION = "exclusion"
    SCORE = "score"
    JUNCTION = "junction"
    ACTION = "action"
    LOCK = "lock"
    LIMIT = "limit"


class Obstacle(StrEnum):
    """What stands in the way of a station at a candidate: plan.candidate_obstacle.obstacle."""

    EXCLUSION = "exclusion"
    SCORE = "score"
    JUNCTION = "junction"
    ACTION = "action"
    LOCK = "lock"
    CHARGER = "charger"
    POWER = "power"
    PRICE = "price"
    AREA = "area"
    SPACING = "spacing"
    GAP = "gap"
    OVERLAP = "overlap"
    GRID = "grid"
    BUDGET = "budget"
    PROJECT_COUNT = "project_count"
    AREA_PROJECT_COUNT = "area_project_count"


class WhatIfState(StrEnum):
    """How a what-if of the desk stands: plan.what_if.state."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Wish(StrEnum):
    """What is to be done with a what-if next: plan.what_if.wish."""

    STOP = "stop"
    CANCEL = "cancel"
    ADOPT = "adopt"


class LockEffect(StrEnum):
    """What that comes to, as things stand: model.lock.lock_kind and plan.run_lock.lock_kind.

    `force_in`: the site must change; `keep`: its station must not be removed; `force_out`: nothing may be
    done; `fix_option`: just this option.
    """

    FORCE_IN = "force_in"
    KEEP = "keep"
    FORCE_OUT = "force_out"
    FIX_OPTION = "fix_option"


class Access(StrEnum):
    """Who may use a station: core.charging_station.access, and plan.scenario_station.coverage_access."""

    PUBLIC = "public"
    CUSTOMERS = "customers"
    MEMBERS = "members"
    ONE_MAKE = "one_make"
    PRIVATE = "private"


class OwnerType(StrEnum):
    """Who owns a station: core.charging_station.owner_type, where `unknown` is null."""

    MUNICIPAL = "municipal"
    GOVERNMENT = "government"
    UTILITY = "utility"
    PRIVATE = "private"
    JOINT = "joint"
    UNKNOWN = "unknown"


class Mode(StrEnum):
    """How terms of the objective compete: plan.scenario.mode."""

    WEIGHTED = "weighted"
    LEXICOGRAPHIC = "lexicographic"


class DemandKind(StrEnum):
    """What has to be covered: plan.scenario.demand_kind."""

    CELL = "cell"
    REFERENCE_POINT = "reference_point"


class CoincidenceSource(StrEnum):
    """Which curve of coincidence a scenario follows: plan.scenario.coincidence_from."""

    RECORDS = "records"
    CURVE = "curve"


class GrowthMethod(StrEnum):
    """What the growth of electric vehicles follows: plan.scenario_growth.method."""

    HISTORY = "history"
    FIVE_YEAR_FACTOR = "five_year_factor"


class GrowthPath(StrEnum):
    """Which growth of the history: plan.scenario_growth.path."""

    LOW = "low"
    MIDDLE = "middle"
    HIGH = "high"


class DistanceKind(StrEnum):
    """How distances are measured: plan.scenario.distance_kind."""

    ROAD = "road"
    STRAIGHT_LINE = "straight_line"
