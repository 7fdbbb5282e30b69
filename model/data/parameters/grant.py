"""Parameters of grant programs, clause by clause, and the rows that they become."""

from __future__ import annotations

import datetime
import math
from collections.abc import Set
from typing import Annotated, Any

import psycopg
from pydantic import BeforeValidator, Field, model_validator

from db.common.errors import UsageError
from db.common.language import French
from model.data.codes import Access, OwnerType
from model.data.parameters import (
    Count,
    CountLimit,
    LevelName,
    Limit,
    NonNegative,
    Parameters,
    Share,
    null_if_no_limit,
)
from model.data.parameters.areas import choices, find_area, planning_areas

Connection = psycopg.Connection[tuple[Any, ...]]
Rows = list[dict[str, Any]]
PortCount = Annotated[int, Field(ge=0, le=1000)]


def _iso_day(value: Any) -> Any:
    """Return a day as text; TOML has days of its own, which may stand there as well.

    Raises:
        ValueError: it is neither a day nor empty.
    """
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return value.isoformat()
    if isinstance(value, str) and value:
        try:
            return datetime.date.fromisoformat(value).isoformat()
        except ValueError:
            raise ValueError(f"'{value}' is no day such as 2026-01-15, nor empty for none") from None
    return value


Day = Annotated[str, BeforeValidator(_iso_day)]


class StreamTitle(Parameters):
    """What a stream of a program is called, in both languages; empty where the program has no streams."""

    en: str
    fr: French


class ProgramParameters(Parameters):
    """A grant program, or a stream or intake of one: what it pays, and the clauses that it has."""

    is_on: bool
    family: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,29}$")]
    stream: StreamTitle
    rank: Annotated[int, Field(ge=1, le=1000)]
    cost_share_max: Share
    application_cap_cad: Limit
    band_kw_min: list[NonNegative]
    band_port_cap_cad: list[NonNegative]
    site_port_count_min: list[Annotated[dict[LevelName, PortCount], Field(min_length=1)]]
    open_from: Day
    open_to: Day
    build_within_month: CountLimit
    planning_areas_in: list[str]
    planning_areas_out: list[str]
    area_population_max: Limit
    grant_areas_in: list[str]
    grant_areas_out: list[str]
    alone_level: LevelName
    alone_m: NonNegative
    alone_port_count_min: PortCount
    apart_level: LevelName
    apart_m: NonNegative
    owner_types: list[Annotated[OwnerType, Field(strict=False)]]
    access: list[Annotated[Access, Field(strict=False)]]
    needs_open_all_day: bool
    service_year_min: Count
    unknown_is_eligible: bool

    @model_validator(mode="after")
    def _fits_together(self) -> ProgramParameters:
        said = []
        if len(self.band_kw_min) != len(self.band_port_cap_cad):
            said.append("band_kw_min and band_port_cap_cad must be of the same length")
        if len({*self.band_kw_min}) != len(self.band_kw_min):
            said.append("band_kw_min names a power twice")
        if self.open_from and self.open_to and self.open_to < self.open_from:
            said.append(f"open_to, {self.open_to}, is before open_from, {self.open_from}")
        if not self.open_to and not math.isinf(self.build_within_month):
            said.append("build_within_month counts from open_to, which is empty")
        for key in ("planning_areas", "grant_areas"):
            both = {*getattr(self, f"{key}_in")} & {*getattr(self, f"{key}_out")}
            said += [f"'{name}' is both in {key}_in and in {key}_out" for name in sorted(both)]
        if OwnerType.UNKNOWN in self.owner_types:
            said.append("owner_types names 'unknown': unknown_is_eligible says what becomes of these")
        if said:
            raise ValueError("\n".join(said))
        return self


class GrantParameters(Parameters):
    """Grant programs, and what all of them together may pay."""

    stack_share_max: Share
    program: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,29}$")], ProgramParameters]

    @model_validator(mode="after")
    def _ranks_differ(self) -> GrantParameters:
        if len({p.rank for p in self.program.values()}) != len(self.program):
            raise ValueError("two programs have the same rank")
        return self


def grant_tables(conn: Connection, grant: GrantParameters, written: Set[str]) -> dict[str, Rows]:
    """Return the rows of these parameters by table of `plan`, without their scenario.

    `written` has the keys that the user's own file sets: what these name must be in the region; of what a
    default names, and the region does not have, a planning area asks nothing, and a program that pays in
    areas of such a kind pays nowhere.

    Raises:
        UsageError: the user's file names a planning area or a kind of grant area that the region does not
            have.
    """
    tables: dict[str, Rows] = {
        f"scenario_grant_{name}": [] for name in ("program", "band", "minimum", "planning_area", "area")
    }
    for name, program in grant.program.items():
        own = {"program": name}
        tables["scenario_grant_program"].append(_program_row(name, program))
        tables["scenario_grant_band"] += [
            {**own, "kw_min": kw, "port_cap_cad": cad}
            for kw, cad in zip(program.band_kw_min, program.band_port_cap_cad, strict=True)
        ]
        tables["scenario_grant_minimum"] += [
            {**own, "alternative": number, "level": level, "port_count_min": ports}
            for number, alternative in enumerate(program.site_port_count_min, start=1)
            for level, ports in alternative.items()
        ]
        tables["scenario_grant_planning_area"] += [
            {**own, **row} for row in _planning_area_rows(conn, name, program, written)
        ]
        tables["scenario_grant_area"] += [
            {**own, **row} for row in _grant_area_rows(conn, name, program, written)
        ]
    return tables


def _program_row(name: str, program: ProgramParameters) -> dict[str, Any]:
    elsewhere = {
        *("stream", "band_kw_min", "band_port_cap_cad", "site_port_count_min", "open_from", "open_to"),
        *("planning_areas_in", "planning_areas_out", "grant_areas_in", "grant_areas_out"),
    }
    limits = ("application_cap_cad", "build_within_month", "area_population_max")
    return {
        "program": name,
        **program.model_dump(exclude=elsewhere),
        "stream_en": program.stream.en,
        "stream_fr": program.stream.fr,
        "open_from": program.open_from or None,
        "open_to": program.open_to or None,
        **{key: null_if_no_limit(getattr(program, key)) for key in limits},
    }


def _planning_area_rows(conn: Connection, name: str, program: ProgramParameters, written: Set[str]) -> Rows:
    known = planning_areas(conn)
    rows: dict[int, dict[str, Any]] = {}
    for side in ("in", "out"):
        key = f"grant.program.{name}.planning_areas_{side}"
        for text in getattr(program, f"planning_areas_{side}"):
            area = find_area(known, text, where=key)
            if area is None and key in written:
                raise UsageError(
                    f"{key} names '{text}', which is not a planning area of the region.",
                    choices("its planning areas are", [a.name for a in known], text),
                )
            if area is None:
                continue
            row = {"planning_area_id": area.planning_area_id, "is_in": side == "in"}
            if rows.setdefault(area.planning_area_id, row) != row:
                raise UsageError(
                    f"{key} names '{text}', which planning_areas_in has by another name.",
                    "leave it out of one of them.",
                )
    return [*rows.values()]


def _grant_area_rows(conn: Connection, name: str, program: ProgramParameters, written: Set[str]) -> Rows:
    asked = {side: getattr(program, f"grant_areas_{side}") for side in ("in", "out")}
    if not any(asked.values()):
        return []
    found = conn.execute("select distinct area_kind from core.grant_area order by 1").fetchall()
    known = [kind for (kind,) in found]
    for side, kinds in asked.items():
        key = f"grant.program.{name}.grant_areas_{side}"
        for kind in kinds:
            if kind not in known and key in written:
                raise UsageError(
                    f"{key} names '{kind}', which is not a kind of grant area of the region.",
                    choices("its kinds of grant areas, of [[sources.grant_areas]], are", known, kind)
                    if known
                    else "the region has none: add a layer as [[sources.grant_areas]] to its file.",
                )
    return [
        {"area_kind": kind, "is_in": side == "in"}
        for side, kinds in asked.items()
        for kind in dict.fromkeys(kinds)
        if kind in known or side == "in"
    ]
