"""Region files: faults are named all at once, files are looked for in the places the page says."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.common.errors import UsageError
from etl.region.file import read_region, region_names

MINIMAL = """
[region]
name = "town"
title = "Town"

[sources.roads]
path = "town.osm.pbf"

[sources.population]
loader = "points_csv"
path = "people.csv"
columns = { lon = "x", lat = "y", population = "n" }
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "town.toml"
    path.write_text(text, encoding="utf-8")
    return path


def fault(path: Path) -> str:
    with pytest.raises(UsageError) as error:
        read_region(path)
    return error.value.message


def test_minimal_region_has_the_documented_settings(tmp_path: Path) -> None:
    region_file = read_region(write(tmp_path, MINIMAL))
    region = region_file.region
    assert region_file.settings.value("hexagon_edge_m") == 250
    assert region_file.settings.value("hosting_capacity_assumed_share") == 0.10
    assert region.sources.boundary == ()
    assert region.sources.roads[0].loader == "osm_pbf"


def test_all_faults_are_named_at_once(tmp_path: Path) -> None:
    text = MINIMAL.replace('title = "Town"', 'titel = "Town"') + "[settings]\nhexagon_edge_m = 'wide'\n"
    message = fault(write(tmp_path, text))
    assert "unknown key region.titel; the nearest known key is 'title'" in message
    assert "region.title is missing" in message
    assert "settings.hexagon_edge_m" in message
    assert message.startswith("town.toml has 3 faults")


@pytest.mark.parametrize(
    ("addition", "nearest"),
    [
        ("[settings]\nhexagon_edge = 3", "hexagon_edge_m"),
        ("[sources.road]\npath = 'x'", "roads"),
        ("[sources.transit]\npath = 'x'\nlicense = 'y'", "licence"),
        ("[sources.afdc]\npath = 'x'\nencodig = 'y'", "encoding"),
        ("[sources.grid]\npath = 'x'\ncolumns = { nam = 'y' }", "name"),
        ("[setting]\nx = 1", "settings"),
    ],
)
def test_unknown_key_names_the_nearest_known_one(tmp_path: Path, addition: str, nearest: str) -> None:
    assert f"the nearest known key is '{nearest}'" in fault(write(tmp_path, MINIMAL + addition))


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (("[sources.roads]", "[sources.roads_]"), "sources.roads is missing"),
        (('lon = "x", lat = "y", ', ""), "needs columns lon and lat, or a geometry"),
        (('lat = "y", ', ""), "name both"),
        (("points_csv", "points"), "'points_csv', 'vector' or 'statcan_profile'"),
        (('name = "town"', 'name = "a b"'), "region.name"),
        (('name = "town"', "name = 3"), "region.name"),
        (('title = "Town"', 'title = "Town"\nis_synthetic = "yes"'), "region.is_synthetic"),
        (('path = "people.csv"', 'path = "x"\nencoding = "cp12522"'), "encoding: it is not a known encoding"),
        (('path = "people.csv"', 'path = "x"\nencoding = "rot13"'), "encoding: it is not a known encoding"),
        (
            ('path = "people.csv"', 'path = "x"\nencoding = "a\\u0000"'),
            "encoding: it is not a known encoding",
        ),
        (("[sources.roads]", "[[sources.roads]]"), ""),
    ],
)
def test_wrong_values(tmp_path: Path, wrong: tuple[str, str], words: str) -> None:
    path = write(tmp_path, MINIMAL.replace(*wrong))
    if words:
        assert words in fault(path)
    else:
        assert len(read_region(path).region.sources.roads) == 1


def test_several_sources_of_a_kind(tmp_path: Path) -> None:
    text = MINIMAL + "[[sources.transit]]\npath = 'a.zip'\n[[sources.transit]]\npath = 3\n"
    assert "sources.transit.path (table 2)" in fault(write(tmp_path, text))


def test_no_toml_and_no_file(tmp_path: Path) -> None:
    assert "not valid TOML" in fault(write(tmp_path, "[region\n"))
    assert "does not exist" in fault(tmp_path / "other.toml")
    (tmp_path / "town.toml").write_bytes(b"\xff\xfe\x00")
    assert "not valid TOML" in fault(tmp_path / "town.toml")


def test_unknown_name_suggests_the_nearest() -> None:
    with pytest.raises(UsageError, match="did you mean 'waterloo'"):
        read_region("watreloo")
    assert {"sample", "waterloo"} <= set(region_names())


@given(st.text(max_size=200))
def test_any_text_is_a_region_or_a_usage_error(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.getbasetemp() / "fuzz.toml"
    path.write_text(text, encoding="utf-8", errors="replace")
    with pytest.raises(UsageError):
        read_region(path)


def test_files_are_looked_for_in_three_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = MINIMAL.replace('title = "Town"', 'title = "Town"\ndata_dir = "data"')
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "given"))
    region_file = read_region(write(tmp_path, text))
    with pytest.raises(UsageError) as error:
        region_file.locate("people.csv")
    for folder in ("given", "data", "."):
        assert str((tmp_path / folder / "people.csv").resolve()) in error.value.message
    for folder in (".", "data", "given"):
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / "people.csv").write_text(folder)
        found = region_file.locate("people.csv")
        assert found.read_text() == folder
        assert region_file.file_name(found) == "people.csv"


def test_a_generated_region_does_not_look_in_data_dir(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "given").mkdir()
    (tmp_path / "given" / "people.csv").write_text("somebody else's")
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "given"))
    region_file = read_region(write(tmp_path, MINIMAL), is_generated=True)
    with pytest.raises(UsageError):
        region_file.locate("people.csv")


def test_waterloo_finds_all_its_files(shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATA_DIR", str(shared / "data" / "waterloo"))
    region_file = read_region("waterloo")
    for name in type(region_file.region.sources).model_fields:
        for source in getattr(region_file.region.sources, name):
            if source.path is None:
                assert source.is_optional
                assert source.urls
                continue
            assert region_file.locate(source.path).is_file()
            assert source.licence != "not stated"
            assert source.data_date != "not stated"
            assert source.attribution
