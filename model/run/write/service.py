"""Writes which charging sessions a plan serves, from which zone, at which station; and without it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg

from model.accounting.sessions import Flow, bottlenecks, capacities_in_force, flow
from model.data.inputs import Inputs, Plan, Service

_FLOW = "copy plan.served_flow (run_id, phase, level, zone_id, site_id, sessions_per_h) from stdin"
_ZONE = "copy plan.demand_service (run_id, phase, level, zone_id, demand_per_h, served_per_h) from stdin"
_SITE = "copy plan.served_demand (run_id, phase, level, site_id, capacity_per_h, sessions_per_h) from stdin"
_WITHOUT = "copy plan.service_without (run_id, phase, level, served_per_h) from stdin"
_FULL = "copy plan.full_station (run_id, phase, level, site_id) from stdin"
NO_PROJECT: Plan = frozenset()


def write(cursor: psycopg.Cursor[Any], run_id: int, inputs: Inputs, plan: Plan) -> None:
    """Write flows, what zones get, what stations serve, and what is served without any project.

    Nothing where the scenario counts no sessions.
    """
    if inputs.service is None:
        return
    for phase in inputs.phase_numbers:
        flows = flow(inputs, plan, phase)
        rows = {
            _FLOW: ((level, zone, site, sessions) for (zone, level, site), sessions in flows.items()),
            _ZONE: _zone_rows(inputs.service, flows, phase),
            _SITE: _site_rows(inputs, inputs.service, plan, flows, phase),
            _WITHOUT: _without_rows(inputs, phase),
            _FULL: _full_rows(inputs, phase),
        }
        for statement, found in rows.items():
            with cursor.copy(statement.encode()) as copy:
                for row in found:
                    copy.write_row((run_id, phase, *row))


def _zone_rows(service: Service, flows: Flow, phase: int) -> Iterator[tuple[Any, ...]]:
    served: dict[tuple[int, str], float] = {}
    for (zone, level, _), sessions in flows.items():
        served[zone, level] = served.get((zone, level), 0.0) + sessions
    for (zone, level, when), asked in service.demand_per_h.items():
        if when == phase:
            yield level, zone, asked, served.get((zone, level), 0.0)


def _site_rows(
    inputs: Inputs, service: Service, plan: Plan, flows: Flow, phase: int
) -> Iterator[tuple[Any, ...]]:
    served: dict[tuple[int, str], float] = {}
    for (_, level, site), sessions in flows.items():
        served[site, level] = served.get((site, level), 0.0) + sessions
    for level, capacities in capacities_in_force(inputs, service, plan, phase).items():
        for site, capacity_per_h in capacities.items():
            yield level, site, capacity_per_h, served.get((site, level), 0.0)


def _without_rows(inputs: Inputs, phase: int) -> Iterator[tuple[Any, ...]]:
    flows = flow(inputs, NO_PROJECT, phase)
    for level in inputs.levels:
        yield level, sum(sessions for (_, at, _), sessions in flows.items() if at == level)


def _full_rows(inputs: Inputs, phase: int) -> Iterator[tuple[Any, ...]]:
    for level, full in bottlenecks(inputs, NO_PROJECT, phase).items():
        yield from ((level, site) for site in sorted(full))
