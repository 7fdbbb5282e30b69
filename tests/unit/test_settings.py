"""Settings: each has unit, range and source, is read, and is changed by a region file as far as its range goes."""

from __future__ import annotations

import functools
import re
from collections import Counter
from pathlib import Path

import pytest
from pglast import ast as node
from pglast import parse_sql

from db.common.errors import UsageError
from etl.region.file import read_region
from etl.region.settings import RANK, Settings, default_settings
from tests.support.row_picks import walk
from tests.unit.test_region_file import MINIMAL, write

ROOT = Path(__file__).resolve().parents[2]
SQL = ROOT / "sql"
ROWS = default_settings().rows
NAMES = sorted({row.setting for row in ROWS})
# numbers that are no judgement: units, halves, dimensions of a shape, ranks
UNITS = {"0", "1", "-1", "2", "3", "12", "24", "60", "1000", "1e6", "365.25", "366"}
HEXAGON = {"1.5", "2.0", "3.0"}
LITERALS = {
    "2_core/candidate_rank.sql": ({"4", "5"}, "a rank: the order of the rows"),
    "2_core/population_point.sql": ({"500000", "1000000"}, "number of a hexagon from its column and row"),
    "2_core/ev_count_year.sql": ({"0.5", "4", "6", "7", "9"}, "middle of a year or month; places in a date"),
    "2_core/grid_place.sql": ({"1e8"}, "beyond the earth"),
    "2_core/region_outline.sql": ({"1e8"}, "beyond the earth"),
    "2_core/site_profile.sql": ({"6"}, "decimals of a degree: a tenth of a metre"),
    "2_core/postal_area.sql": (
        {"1.5", "0.999"},
        "surface of a hexagon; outlines drawn alike differ by as much",
    ),
    "2_core/hexagon_index.sql": (HEXAGON, "geometry of hexagons"),
    "2_core/openchargemap_remark.sql": ({"30"}, "code of direct current in OpenChargeMap"),
    "3_analysis/access_point.sql": ({"0.05"}, "half of the decimetre to which positions are known"),
    "3_analysis/assumption.sql": ({"0.999"}, "outlines drawn alike differ by as much"),
    "3_analysis/confirmed_route.sql": (
        {"22", "6000", "8.0"},
        "bits and centiseconds of a cost; a handful of sites",
    ),
    "3_analysis/ev_growth_area.sql": ({"0.5"}, "the median"),
    "3_analysis/working_day_hour.sql": ({"5"}, "Friday"),
    "3_analysis/people_growth.sql": (
        {"0.5", "2200"},
        "from the middle of a year to its end; the last year of a phase",
    ),
    "3_analysis/road_network.sql": ({"22", "6000"}, "bits and centiseconds of a cost"),
    "3_analysis/session_assumption.sql": ({"6", "9", "14"}, "hours of the night and of the day"),
    "3_analysis/session_level.sql": ({"0.1", "0.25", "0.5", "0.75", "0.9"}, "percentiles that are shown"),
    "3_analysis/site_vertex.sql": ({"400.0"}, "sites at a time"),
    "3_analysis/session_measure.sql": ({"1.96"}, "quantile of a 95 % interval"),
    "3_analysis/station_access.sql": ({"0.5"}, "the median"),
}


@functools.cache
def text(*patterns: str) -> str:
    return "\n".join(path.read_text(encoding="utf-8") for pattern in patterns for path in ROOT.glob(pattern))


def settings_of(folder: Path, lines: str) -> Settings:
    return read_region(write(folder, MINIMAL + "\n[settings]\n" + lines)).settings


def value(settings: Settings, name: str, key: str | None) -> float:
    return next(row.value for row in settings.rows if (row.setting, row.key) == (name, key))


def test_a_setting_is_told_and_within_its_range() -> None:
    faults = [(row.setting, row.key, row.fault(row.value)) for row in ROWS if row.fault(row.value)]
    untold = [(row.setting, row.key) for row in ROWS if not row.means.endswith(".") or len(row.source) <= 10]
    assert (faults, untold) == ([], [])
    assert not any(row.is_given for row in ROWS)


def has_all_its_places(name: str) -> bool:
    of_name = [row for row in ROWS if row.setting == name]
    if len({(row.level, row.feature) for row in of_name}) < len(of_name):
        return False
    if of_name[0].level:
        return f"setting = '{name}'" in text("sql/2_core/level.sql")
    if of_name[0].feature:
        return f"setting = '{name}'" in text("sql/2_core/*.sql", "sql/3_analysis/*.sql")
    told = f"'{name}'" in text("sql/2_core/region.sql", "sql/2_core/region_outline.sql")
    used = re.search(rf"\b\w+\.{name}\b", text("sql/2_core/*.sql", "sql/3_analysis/*.sql"))
    in_python = f'value("{name}")' in text("etl/**/*.py")
    return (told and (used is not None or name.startswith("outline_"))) or in_python


def test_a_setting_has_all_its_places() -> None:
    assert [name for name in NAMES if not has_all_its_places(name)] == []


def test_types_of_place_are_those_of_the_view() -> None:
    tags = re.findall(r"\('(\w+)', '([\w*]+)', '\w+'\)", text("sql/2_core/place_kind.sql"))
    listed = {row.feature for row in ROWS if row.setting == "place_suitability_share"}
    assert {"=".join(tag) for tag in tags} == listed


@pytest.mark.parametrize("room", ["2_core", "3_analysis"])
def test_sql_holds_no_judgement(room: str) -> None:
    """A number in SQL is a unit, or is listed above with its reason."""
    found: Counter[tuple[str, str]] = Counter()
    for path in sorted((SQL / room).glob("*.sql")):
        statements = parse_sql(path.read_text(encoding="utf-8").replace(":metric_srid", "0"))
        for part, _ in walk(statements):
            if isinstance(part, node.A_Const) and isinstance(part.val, node.Integer | node.Float):
                number = part.val.ival if isinstance(part.val, node.Integer) else part.val.fval
                found[f"{room}/{path.name}", str(number)] += 1
    allowed = {(name, number) for name, (numbers, _) in LITERALS.items() for number in numbers}
    judged = {key for key in found if key[1] not in UNITS}
    assert judged - allowed == set()
    assert {key for key in allowed - judged if key[0].startswith(room)} == set(), "no longer there"


def test_a_region_changes_settings_and_the_rest_stays(tmp_path: Path) -> None:
    lines = 'hexagon_edge_m = 300\nsession_min = { L2 = 150 }\nplace_suitability_share = { "shop=*" = 0 }\n'
    settings = settings_of(tmp_path, lines)
    assert value(settings, "hexagon_edge_m", None) == settings.value("hexagon_edge_m") == 300
    assert (value(settings, "session_min", "L2"), value(settings, "session_min", "L3")) == (150, 42)
    assert value(settings, "place_suitability_share", "shop=*") == 0
    given = [row for row in settings.rows if row.is_given]
    assert {row.source for row in given} == {"town.toml, [settings]."}
    assert len(given) == 3
    assert len(settings.rows) == len(ROWS)
    assert settings.sha256() != default_settings().sha256()


def test_a_region_brings_a_level(tmp_path: Path) -> None:
    lines = "level_rank = { hpc = 3 }\nsession_min = { hpc = 15 }\nutilisation_share = { hpc = 0.1 }\n"
    settings = settings_of(tmp_path, lines)
    assert value(settings, "session_min", "hpc") == 15
    assert value(settings, RANK, "hpc") == 3


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("hexagon_edge = 3", "unknown key settings.hexagon_edge; the nearest known key is 'hexagon_edge_m'"),
        ("zzz = 3", "unknown key settings.zzz; known there are"),
        ("hexagon_edge_m = 'wide'", "settings.hexagon_edge_m: 'wide' is not a number"),
        ("hexagon_edge_m = true", "settings.hexagon_edge_m: True is not a number"),
        ("hexagon_edge_m = nan", "settings.hexagon_edge_m: nan is not a number"),
        ("hexagon_edge_m = 5", "settings.hexagon_edge_m: 5 is not from 20 to 10000"),
        ("hexagon_edge_m = { L2 = 300 }", "settings.hexagon_edge_m: it has one value, no table"),
        ("service_area_band_count = 2.5", "settings.service_area_band_count: 2.5 is not a whole number"),
        ("session_min = 150", "settings.session_min: it has a value for each level, as in"),
        ("session_min = { L2 = 0 }", "settings.session_min.L2: 0 is not from 1 to 1440"),
        ("session_min = { l2 = 150 }", "unknown key settings.session_min.l2; the nearest known key is 'L2'"),
        ("session_min = { hpc = 15 }", "settings.level_rank has no hpc, which settings.session_min has"),
        ("level_rank = { hpc = 3 }", "settings.session_min has no hpc, whose rank is above 0"),
        (
            'place_suitability_share = { "shop=mal" = 0 }',
            "unknown key settings.place_suitability_share.shop=mal; the nearest known key is 'shop=mall'",
        ),
    ],
)
def test_a_faulty_setting_is_one_sentence(tmp_path: Path, lines: str, words: str) -> None:
    with pytest.raises(UsageError) as error:
        settings_of(tmp_path, lines)
    assert words in error.value.message
    assert "etl/settings.toml" in error.value.hint


def test_settings_that_are_no_table(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="settings is not a table"):
        read_region(write(tmp_path, "settings = 3\n" + MINIMAL))


def test_a_setting_by_level_has_no_single_value() -> None:
    with pytest.raises(KeyError):
        default_settings().value("session_min")
