"""What a utility fills in is read back as it is."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from typing import Any

import psycopg
import pytest
from typer.testing import CliRunner

from db.common.errors import UsageError
from etl.grid_template import AREA_FILE, REGION_LINES, STATION_FILE, app, write_template
from etl.load import load_region
from tests.support.toy_town.build import write_sources

Connection = psycopg.Connection[Any]


def test_a_filled_template_gives_measured_hosting_capacity(connection: Connection, tmp_path: Path) -> None:
    region = write_sources(tmp_path)
    load_region(str(region), connection)
    assert write_template(connection, tmp_path / "grid") == (2, 2)
    with (tmp_path / "grid" / STATION_FILE).open(encoding="utf-8") as file:
        stations = list(csv.DictReader(file))
    assert [station["name"] for station in stations] == ["East TS", "West TS"]
    areas = json.loads((tmp_path / "grid" / AREA_FILE).read_text())
    for number, feature in enumerate(areas["features"], start=1):
        feature["properties"] |= {"name": f"Feeder M{number}", "limit_mw": 10.0 * number, "peak_load_mw": 7.5}
    (tmp_path / AREA_FILE).write_text(json.dumps(areas))
    for station in stations:
        station |= {"summer_limit_mw": "20", "peak_load_mw": "12"}
    with (tmp_path / STATION_FILE).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, stations[0])
        writer.writeheader()
        writer.writerows(stations)
    own = re.sub(r"\[sources\.grid\].*?(?=\n\[settings\])", REGION_LINES, region.read_text(), flags=re.DOTALL)
    region.write_text(own)
    load_region(str(region), connection)
    found = connection.execute(
        "select name, remaining_kw, is_assumed from analysis.hosting_capacity join core.grid_area using (grid_area_id) "
        "order by name"
    ).fetchall()
    assert found == [("Feeder M1", 2500, False), ("Feeder M2", 12500, False)]
    limits = connection.execute(
        "select name, limit_kw, peak_load_kw from core.grid_station order by name"
    ).fetchall()
    assert limits == [("East TS", 20_000, 12_000), ("West TS", 20_000, 12_000)]


def test_nothing_is_overwritten_and_a_region_is_needed(
    connection: Connection, toy_connection: Connection, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match="No region is loaded"):
        write_template(connection, tmp_path)
    write_template(toy_connection, tmp_path)
    with pytest.raises(UsageError, match="exists already"):
        write_template(toy_connection, tmp_path)


@pytest.mark.usefixtures("toy_database")
def test_the_command_says_what_to_do(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, [str(tmp_path / "new")])
    assert result.exit_code == 0, result.output
    assert "2 stations" in result.output
    assert "[sources.grid_areas]" in result.output
