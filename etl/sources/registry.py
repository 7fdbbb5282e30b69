"""The types of source in reading order, with their readers and the assumption made without them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from db.common.assumption import Remark
from etl.region.sources import JobSource, PopulationSource
from etl.sources import (
    addresses,
    afdc,
    areas,
    candidates,
    census_profile,
    ev_counts,
    exclusions,
    feeders,
    grant_areas,
    grid,
    jobs,
    openchargemap,
    places,
    population,
    projections,
    reference,
    roads,
    sessions,
    transit,
    utilisation,
)
from etl.sources.base import Batch, Frame

# Each reader takes the subclass of Source that its type has in etl.region.Sources.
Reader = Callable[[Path, Any, Frame], Batch]


@dataclass(frozen=True)
class SourceType:
    """A type of source: its key in `[sources]`, its reader, and the assumption made if there is none.

    With `assumed_only_with`, the assumption is made only if there are sources of that type; with
    `assumed_only_without`, only if there are none. One that `is_stated_by_views` is told here only of a
    source that has no record in the region.
    """

    name: str
    read: Reader
    assumption: Remark | None
    assumed_only_with: str | None = None
    assumed_only_without: str | None = None
    is_stated_by_views: bool = False


def read_population(path: Path, source: PopulationSource, frame: Frame) -> Batch:
    """Read the population in any of its formats; its files have been found."""
    if source.loader == "vector":
        return population.read_layer(path, source, frame)
    polygon_path = Path(str(source.geometry.path)) if source.geometry else None
    if source.loader == "statcan_profile" and polygon_path:
        return census_profile.read_profile(path, source, frame, polygon_path)
    return population.read_points(path, source, frame, polygon_path)


def read_jobs(path: Path, source: JobSource, frame: Frame) -> Batch:
    """Read jobs from a table or a layer; the files have been found."""
    if source.loader == "vector":
        return jobs.read_job_layer(path, source, frame)
    polygon_path = Path(str(source.geometry.path)) if source.geometry else None
    return jobs.read_job_table(path, source, frame, polygon_path)


def source_types() -> list[SourceType]:
    """Return all types; the boundary comes first, as it says where the region is."""
    return [
        SourceType(
            "boundary",
            areas.read_boundary,
            Remark(
                "The outline of the region is drawn around its people and streets.",
                "Le contour de la région est tracé autour de ses habitants et de ses rues.",
            ),
            is_stated_by_views=True,
        ),
        SourceType(
            "planning_areas",
            areas.read_planning_areas,
            Remark("The whole region is one planning area.", "La région entière est une seule municipalité."),
        ),
        SourceType("population", read_population, None),
        SourceType("roads", roads.read_roads, None),
        SourceType("places", places.read_places, None),
        SourceType(
            "postal_areas",
            areas.read_postal_areas,
            Remark(
                "Vehicle counts are not used, as the outlines of their postal areas are missing.",
                "Les décomptes de véhicules ne servent pas : il manque les contours de leurs secteurs.",
            ),
            assumed_only_with="ev_counts",
        ),
        SourceType(
            "ev_counts",
            ev_counts.read_ev_counts,
            Remark(
                "Electric vehicles are distributed like the population.",
                "Les véhicules électriques sont répartis comme la population.",
            ),
            is_stated_by_views=True,
        ),
        SourceType(
            "addresses",
            addresses.read_addresses,
            Remark(
                "People are spread evenly within their area, or placed at its point.",
                "Les habitants sont répartis également dans leur secteur, ou placés à son point.",
            ),
        ),
        SourceType(
            "jobs", read_jobs, None
        ),  # the views state it: they know whether the map has places of work
        SourceType(
            "openchargemap",
            openchargemap.read_openchargemap,
            Remark("No station of OpenChargeMap is known.", "Aucune station d'Open Charge Map n'est connue."),
        ),
        SourceType(
            "afdc",
            afdc.read_afdc,
            Remark("No station of NRCan / AFDC is known.", "Aucune station de RNCan / AFDC n'est connue."),
        ),
        SourceType(
            "projections",
            projections.read_projections,
            Remark(
                "The population grows by the rate of the setting population_annual_growth_share.",
                "La population croît au taux du réglage population_annual_growth_share.",
            ),
        ),
        SourceType(
            "utilisation",
            utilisation.read_utilisation,
            Remark("The utilisation of stations is estimated.", "L'occupation des stations est estimée."),
            assumed_only_without="sessions",
        ),
        SourceType("sessions", sessions.read_sessions, None),
        SourceType("candidates", candidates.read_candidates, None),
        SourceType("exclusions", exclusions.read_exclusions, None),  # the views state it: they know the map
        SourceType("grant_areas", grant_areas.read_grant_areas, None),
        SourceType(
            "transit",
            transit.read_transit,
            Remark(
                "Transit access is distributed like the population.",
                "L'accès au transport en commun est réparti comme la population.",
            ),
            is_stated_by_views=True,
        ),
        SourceType(
            "grid", grid.read_grid, None
        ),  # the views state it: they know whether the map has substations
        SourceType(
            "grid_areas",
            areas.read_grid_areas,
            Remark(
                "The area of a transformer station is what is nearest to it; without one,"
                " planning areas serve.",
                "La zone d'un poste de transformation est ce qui en est le plus près ; sans poste,"
                " les municipalités en tiennent lieu.",
            ),
        ),
        SourceType("feeders", feeders.read_feeders, None),  # the views state it, as what they make of them
        SourceType("reference_demand", reference.read_reference_demand, None),
        SourceType("reference_plan", reference.read_reference_plan, None),
    ]
