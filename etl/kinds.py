"""The kinds of source in the order they are read, with their readers and what is assumed without them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from etl.region_source import PopulationSource
from etl.sources import (
    addresses,
    afdc,
    areas,
    candidates,
    census_profile,
    ev_counts,
    grid,
    openchargemap,
    places,
    population,
    reference,
    roads,
    transit,
    utilisation,
)
from etl.sources.base import Batch, Frame

# Each reader takes the subclass of Source that its kind has in etl.region.Sources.
Reader = Callable[[Path, Any, Frame], Batch]


@dataclass(frozen=True)
class Kind:
    """A kind of source: its key in `[sources]`, what reads it, and what holds where there is none.

    `without` is worth saying only where there are sources of the kind `only_with`, if one is named.
    """

    name: str
    read: Reader
    without: str | None
    only_with: str | None = None


def read_population(path: Path, source: PopulationSource, frame: Frame) -> Batch:
    """Read people, however the source holds them; its files have been found."""
    if source.loader == "vector":
        return population.read_layer(path, source, frame)
    polygon_path = Path(str(source.geometry.path)) if source.geometry else None
    if source.loader == "statcan_profile" and polygon_path:
        return census_profile.read_profile(path, source, frame, polygon_path)
    return population.read_points(path, source, frame, polygon_path)


def kinds() -> list[Kind]:
    """Return all kinds; boundary and people come first, as they say where the region is."""
    return [
        Kind(
            "boundary",
            areas.read_boundary,
            "The outline of the region is drawn around its people and streets.",
        ),
        Kind("planning_areas", areas.read_planning_areas, "The whole region is one planning area."),
        Kind("population", read_population, None),
        Kind("roads", roads.read_roads, None),
        Kind("places", places.read_places, None),
        Kind(
            "postal_areas",
            areas.read_postal_areas,
            "Vehicle counts are not used, as the outlines of their postal areas are missing.",
            only_with="ev_counts",
        ),
        Kind("ev_counts", ev_counts.read_ev_counts, "Electric vehicles are shared like the people."),
        Kind(
            "addresses",
            addresses.read_addresses,
            "People are spread evenly within their area, or stand at its point.",
        ),
        Kind("openchargemap", openchargemap.read_openchargemap, "No station of OpenChargeMap is known."),
        Kind("afdc", afdc.read_afdc, "No station of NRCan / AFDC is known."),
        Kind("utilisation", utilisation.read_utilisation, "How busy stations are is estimated."),
        Kind("candidates", candidates.read_candidates, None),
        Kind("transit", transit.read_transit, "Transit access is shared like the people."),
        Kind("grid", grid.read_grid, None),  # the views know whether the map has substations
        Kind(
            "grid_areas",
            areas.read_grid_areas,
            "What lies nearest to a transformer station is its area; without any, planning areas are.",
        ),
        Kind("reference_demand", reference.read_reference_demand, None),
        Kind("reference_plan", reference.read_reference_plan, None),
    ]
