"""Reads who asks for charging sessions and what serves them."""

from __future__ import annotations

from db.common.errors import UsageError
from model.data.inputs import Service
from model.data.read.space import Rows


def read_service(rows: Rows) -> Service | None:
    """Return the sessions, without the shares that must be served; None where the scenario counts none.

    Raises:
        UsageError: the scenario counts them and there are none.

    """
    levels = rows("session_level", "level", "kwh_per_session", "installed_kw")
    if not levels:
        return None
    demand = rows("zone_demand", "zone_id", "level", "phase", "sessions_per_h")
    if not demand:
        raise UsageError(
            "There are no charging sessions: the region has neither electric vehicles nor people.",
            "load a population or counts of vehicles, or switch the rules and terms of sessions off.",
        )
    pairs: dict[tuple[int, str], list[tuple[int, float]]] = {}
    for zone, level, site, share in rows("zone_site", "zone_id", "level", "site_id", "covered_share"):
        pairs.setdefault((zone, level), []).append((site, share))
    capacity = rows("layout_level", "layout", "level", "capacity_per_h")
    return Service(
        demand_per_h={(zone, level, phase): sessions for zone, level, phase, sessions in demand},
        covered_share={key: tuple(sorted(sites)) for key, sites in pairs.items()},
        capacity_per_h={(level, layout): sessions for layout, level, sessions in capacity},
        kwh_per_session={level: kwh for level, kwh, _ in levels},
        installed_kw=sum(kw for _, _, kw in levels),
    )
