"""Places that a municipality's own list names come before those of the map, are planned, and are traced."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import psycopg

from etl.load import load_region
from etl.trace import trace
from tests.support.assumptions import assumed
from tests.support.toy_town.build import lon_lat, write_sources

Connection = psycopg.Connection[Any]


def town(folder: Path, spots: Iterable[tuple[str, str, str, float, float]]) -> Path:
    """Write Toy Town with a list of its own: id, name, address, metres east and north."""
    region = write_sources(folder)
    lines = ["id,name,address,lon,lat"]
    lines += [
        f"{key},{name},{address},{','.join(map(str, lon_lat(x, y)))}" for key, name, address, x, y in spots
    ]
    (folder / "list.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    # no name: shown by its street and number
    homes = [("12", "Fourth Street", -20, 410), ("14", "Fourth Street", -20, 480)]
    lines = [
        "no,street,lon,lat",
        *(f"{n},{street},{','.join(map(str, lon_lat(x, y)))}" for n, street, x, y in homes),
    ]
    (folder / "homes.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    text = region.read_text(encoding="utf-8")
    text += (
        '\n[sources.candidates]\npath = "list.csv"\nlicence = "city"\n'
        'columns = { id = "id", name = "name", address = "address" }\n'
        '\n[sources.addresses]\npath = "homes.csv"\ncolumns = { street_number = "no", street = "street" }\n'
    )
    region.write_text(text, encoding="utf-8")
    return region


def test_the_list_comes_before_the_map_and_says_what_is_left_out(
    connection: Connection, tmp_path: Path
) -> None:
    """K2, the library of the map, is 20 m from L1 of the list; L3 is where S1 stands; L4 lies outside."""
    spots = [
        ("L1", "Library lot", "", 1040, 420),
        ("L2", "", "", 0, 400),
        ("L3", "Town Hall lot", "", 1000, 10),
        ("L4", "Beyond", "", 6500, 0),
        ("L5", "", "", 3000, 0),
        ("L6", "", "", 4000, 3000),
        ("L7", "", "7 Farm Lane", 4000, 100),
    ]
    load_region(str(town(tmp_path, spots)), connection)
    found = connection.execute(
        "select s.site_key, s.name, s.address, c.candidate_kind from core.site as s"
        " left join core.candidate_site as c on c.candidate_key = s.site_key order by 1"
    ).fetchall()
    sites = {key: (name, address, kind) for key, name, address, kind in found}
    assert set(sites) >= {"given:L1", "given:L2", "given:L5", "given:L6", "given:L7"}
    assert not {"given:L3", "given:L4", "place:n103"} & set(sites)
    assert sites["given:L1"] == ("Library lot", "Second Street", "given")
    assert sites["given:L2"] == ("12 Fourth Street", "12 Fourth Street", "given")
    assert sites["given:L5"] == ("Far Road", "Far Road", "given")
    lon, lat = lon_lat(4000, 3000)
    assert sites["given:L6"][0] == f"{lat:.5f}, {lon:.5f}"
    assert sites["given:L7"][:2] == ("7 Farm Lane", "7 Farm Lane")
    said = assumed(connection)
    assert "1 of the candidates given is left out: it lies outside the region." in said
    assert "1 of the candidates given is left out: a station in service stands there." in said
    scores = connection.execute(
        "select score, land_use_score from report.candidate_site where candidate_key = 'given:L1'"
    ).fetchone()
    assert scores is not None
    assert 0 < scores[0] <= 1
    (record,) = trace(connection, "candidate_site", "given:L1")
    assert (record["record_table"], record["record_key"], record["file_name"]) == (
        "candidate",
        "L1",
        "list.csv",
    )
    # once the list has it, people near it are not far from any place that could host a charger
    assert connection.execute("select count(*) from core.gap_junction").fetchone() == (0,)
