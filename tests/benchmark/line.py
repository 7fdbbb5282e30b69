"""A line of the table: a solver on a case, and how it is read from what the process of the solver printed."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from tests.benchmark.measure import Course, Event
from tests.benchmark.process import Ended

SOLVERS = {
    "ours": "this planner",
    "command": "this planner, whole command",
    "sequence": "HiGHS, phase by phase",
    "highs": "HiGHS",
    "highs_start": "HiGHS, greedy start",
    "scip": "SCIP",
    "cbc": "CBC",
}
NOTHING = {"highs_start": "no start to begin with", "sequence": "one phase"}
"""What a solver has not where it ends at once and well."""
LATE_S = 2.0
"""A solver that ends so much later than the time limit is late."""


@dataclass(frozen=True)
class Line:
    """What was measured of a solver on a case; seconds count from when the model was in memory."""

    case: str
    solver: str
    limit_s: float
    mip_gap: float
    course: Course
    peak_gb: float
    read_s: float | None = None
    note: str = ""

    def to_json(self) -> str:
        """Return the line with all events as JSON."""
        return json.dumps(asdict(self))


def of_solver(case: str, solver: str, limit_s: float, mip_gap: float, ended: Ended) -> Line:
    """Return the line of a process that printed what it knew, line by line."""
    told: list[dict[str, Any]] = [json.loads(text) for text in ended.text.splitlines() if text[-1:] == "}"]
    events = [Event(t["seconds"], t["objective"], t["dual_bound"]) for t in told if "seconds" in t]
    course = Course(tuple(events))
    read_s = next((t["read_s"] for t in told if "read_s" in t), None)
    note = ""
    if ended.is_killed:
        note = "killed: far too late"
    elif ended.exit_code:
        note = f"failed: exit code {ended.exit_code}"
    elif read_s is None:
        note = NOTHING.get(solver, "failed")
    elif course.end.seconds > limit_s + LATE_S:
        note = f"late: {course.end.seconds:.0f} s"
    return Line(case, solver, limit_s, mip_gap, course, ended.peak_gb, read_s, note)


def of_command(case: str, limit_s: float, mip_gap: float, ended: Ended) -> Line:
    """Return the line of `planner solve --json`, whose seconds count from its start to its end."""
    report: dict[str, Any] = json.loads(ended.text) if ended.text.startswith("{") else {}
    end = Event(ended.seconds, report.get("objective"), report.get("dual_bound"))
    taken = ", ".join(f"{step} {s:.1f} s" for step, s in report.get("seconds", {}).items() if s)
    late = f"late: {ended.seconds:.0f} s; " if ended.seconds > limit_s + LATE_S else ""
    note = f"{late}{report.get('status', f'failed: exit code {ended.exit_code}')}: {taken}"
    return Line(case, "command", limit_s, mip_gap, Course((end,)), ended.peak_gb, None, note)
