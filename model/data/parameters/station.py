"""Which stations of today count, and which the planner may change or owns."""

from __future__ import annotations

from typing import Annotated, Any

import psycopg
from pydantic import Field

from db.common.errors import UsageError
from model.data.codes import Access, OwnerType
from model.data.parameters import Count, Parameters

Connection = psycopg.Connection[tuple[Any, ...]]
_UNKNOWN = """
    select n.site_id
    from unnest(%s::integer[]) as n (site_id)
    where not exists (select from core.site as s where s.site_id = n.site_id and s.is_existing)
    order by n.site_id
"""


class StationParameters(Parameters):
    """What counts as coverage, and whose stations the plan may change and sell."""

    coverage_access: list[Annotated[Access, Field(strict=False)]]
    change_owner_types: list[Annotated[OwnerType, Field(strict=False)]]
    owned_owner_types: list[Annotated[OwnerType, Field(strict=False)]]
    change_site_ids: list[Count]


def station_tables(conn: Connection, station: StationParameters) -> dict[str, list[dict[str, Any]]]:
    """Return the row of plan.scenario_station, without its scenario_id.

    Raises:
        UsageError: `change_site_ids` names a site that is not a station of the region in service.
    """
    unknown = [str(site_id) for (site_id,) in conn.execute(_UNKNOWN, (station.change_site_ids,))]
    if unknown:
        raise UsageError(
            f"station.change_site_ids names {', '.join(unknown)}, which is not a station in service.",
            "take site_id of report.existing_station, or lock the site instead.",
        )
    return {"scenario_station": [station.model_dump()]}
