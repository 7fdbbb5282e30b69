"""A region as of an earlier day takes the records that were known by then, whatever their file holds besides."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

from db.common.assumption import Assumption, sentence
from etl.loading.known import without_newer_records, without_unlisted_stations
from etl.loading.read import Reading
from etl.region.as_of import LEFT_OUT, known_on
from etl.region.file import read_region
from etl.sources.registry import source_types
from etl.store import FileRead
from tests.support.etl_frame import FRAME
from tests.unit.test_region_file import MINIMAL, write

DAY = dt.date(2022, 7, 31)
AFDC = "ID,Fuel Type Code,Status Code,Latitude,Longitude,EV Level2 EVSE Num,Open Date\n"
LIST = (
    f"{AFDC}1,ELEC,E,43.4,-80.5,2,2019-05-01\n2,ELEC,E,43.4,-80.5,2,2024-05-01\n"
    "3,ELEC,E,43.4,-80.5,2,\n4,ELEC,P,43.4,-80.5,2,2027-05-01\n"
)
WIDE = "FSA,2022-Q1,2022-Q2,2022-Q3,2026-Q1\nN2A,10,12,14,90\nN2B,20,,24,80\n"
EV = "[sources.ev_counts]\npath = 'quarters.csv'\nlayout = 'wide'\ndata_date = '2026-03-31'\n"
LONG = EV.replace("layout = 'wide'", "columns = { total = 'n', bev = 'b', phev = 'p', date = 'quarter' }")


def load(folder: Path, addition: str, files: dict[str, str], day: dt.date = DAY) -> Reading:
    """Read sources of stations and vehicles as a load as of a day does."""
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    region_file, notes = known_on(read_region(write(folder, MINIMAL + addition)), day)
    found = []
    for each in source_types():
        for source in getattr(region_file.region.sources, each.name) if each.name in LEFT_OUT else ():
            path = folder / str(source.path)
            found.append(
                FileRead(each.name, "x", source, path, path.name, "0", each.read(path, source, FRAME))
            )
    return without_newer_records(Reading(found, 26917, notes), day)


def column(reading: Reading, name: str) -> list[Any]:
    return [
        row[table.columns.index(name)]
        for file in reading.files
        for table in file.batch.tables
        for row in table.rows
    ]


def said(reading: Reading) -> list[str]:
    return [sentence(note.code, note.value) for note in reading.assumptions]


def test_quarters_by_that_day_are_read_from_a_file_that_goes_on(tmp_path: Path) -> None:
    reading = load(tmp_path, EV, {"quarters.csv": WIDE})
    counts = zip(column(reading, "count_date"), column(reading, "ev_count"), strict=True)
    assert sorted(counts) == [
        (dt.date(2022, 3, 31), 10),
        (dt.date(2022, 3, 31), 20),
        (dt.date(2022, 6, 30), 12),
    ]
    assert said(reading) == [
        "4 records of quarters.csv are later than 2022-07-31, and left out (used: 3).",
    ]
    assert reading.files[0].source.data_date == dt.date(2022, 6, 30), "what the load knows of it ends there"
    french = sentence(reading.assumptions[0].code, reading.assumptions[0].value | {"count": 1}, "fr")  # type: ignore[arg-type]
    assert french.startswith("1 enregistrement de quarters.csv est postérieur au 2022-07-31")


def test_a_table_with_a_date_in_each_record_is_read_up_to_that_day(tmp_path: Path) -> None:
    text = "FSA,quarter,n,b,p\nN2A,2022-Q2,3,1,2\nN2A,2022-Q3,4,2,2\n"
    reading = load(tmp_path, LONG, {"quarters.csv": text})
    assert column(reading, "ev_count") == [3]
    assert said(reading) == ["1 record of quarters.csv is later than 2022-07-31, and left out (used: 1)."]


def test_a_day_after_all_records_leaves_none_out(tmp_path: Path) -> None:
    reading = load(tmp_path, EV, {"quarters.csv": WIDE}, dt.date(2026, 12, 31))
    assert len(column(reading, "ev_count")) == 7
    assert said(reading) == []
    assert reading.files[0].source.data_date == "2026-03-31"


def test_a_day_before_all_records_leaves_all_out(tmp_path: Path) -> None:
    reading = load(tmp_path, EV, {"quarters.csv": WIDE}, dt.date(2021, 12, 31))
    assert column(reading, "ev_count") == []
    assert said(reading) == ["7 records of quarters.csv are later than 2021-12-31, and left out (used: 0)."]


def test_a_file_whose_records_have_no_date_is_as_new_as_it_says(tmp_path: Path) -> None:
    text = EV.replace("layout = 'wide'\n", "")
    reading = load(tmp_path, text, {"quarters.csv": "FSA,BEV,PHEV,Total EV\nN2A,1,2,3\n"})
    assert reading.files == []
    assert said(reading) == ["quarters.csv (2026-03-31) is newer than 2022-07-31, and left out."]


def test_a_published_total_without_a_date_is_not_compared(tmp_path: Path) -> None:
    text = f"{EV}[totals.ev_count]\nvalue = 170\n[totals.population]\nvalue = 9\n"
    known, _ = known_on(read_region(write(tmp_path, MINIMAL + text)), DAY)
    assert known.region.totals.ev_count is None
    assert known.region.totals.population is not None


def test_sessions_are_known_once_they_have_ended(tmp_path: Path) -> None:
    addition = "[sources.sessions]\npath = 's.csv'\ncolumns = { end = 'end' }\ndata_date = '2020 to 2024'\n"
    text = (
        "station,start,end\nA,2022-07-30 10:00,2022-07-30 11:00\nA,2022-07-31 23:30,2022-08-01 00:10\n"
        "A,2024-01-01 10:00,2024-01-01 11:00\n"
    )
    reading = load(tmp_path, addition, {"s.csv": text})
    assert column(reading, "started_local") == ["2022-07-30T10:00:00"]
    assert said(reading) == ["2 records of s.csv are later than 2022-07-31, and left out (used: 1)."]


def test_use_is_known_once_it_was_measured(tmp_path: Path) -> None:
    addition = (
        "[sources.utilisation]\npath = 'u.csv'\ndata_date = '2024'\n"
        "columns = { measured_from = 'from', measured_to = 'to' }\n"
    )
    text = (
        "station_id,utilisation_share,from,to\nafdc:1,0.1,2022-01-01,2022-06-30\n"
        "afdc:2,0.2,2022-01-01,2022-12-31\nafdc:3,0.3,2022-01-01,\n"
    )
    reading = load(tmp_path, addition, {"u.csv": text})
    assert column(reading, "station_id") == ["afdc:1"], "one without a date is as new as its file"
    assert said(reading) == ["2 records of u.csv are later than 2022-07-31, and left out (used: 1)."]


def afdc(name: str, date: str, more: str = "") -> str:
    return f"[[sources.afdc]]\npath = '{name}'\ndata_date = '{date}'\n{more}\n"


def test_a_later_list_of_stations_is_left_out_beside_one_of_that_day(tmp_path: Path) -> None:
    addition = afdc("old.csv", "2022-07-15") + afdc("new.csv", "2026-07-04")
    reading = load(tmp_path, addition, {"old.csv": f"{AFDC}9,ELEC,E,43.4,-80.5,2,\n", "new.csv": LIST})
    assert column(reading, "afdc_id") == [9]
    assert said(reading) == ["new.csv (2026-07-04) is newer than 2022-07-31, and left out."]


def test_the_first_later_list_stands_in_with_the_stations_that_were_open(tmp_path: Path) -> None:
    pois = [
        {"ID": number, "DateCreated": made, "AddressInfo": {"Longitude": -80.5, "Latitude": 43.4}}
        for number, made in (
            (1, "2016-01-15T00:00:00Z"),
            (2, "2023-01-15T00:00:00Z"),
            (3, None),
            (4, "long ago"),
        )
    ]
    addition = (
        afdc("later.csv", "2027-07-04")
        + afdc("new.csv", "2026-07-04")
        + "[sources.openchargemap]\npath = 'ocm.json'\ndata_date = '2024-11-23'\n"
    )
    files = {"new.csv": LIST, "later.csv": LIST, "ocm.json": json.dumps(pois)}
    reading = load(tmp_path, addition, files)
    assert [file.file_name for file in reading.files] == ["ocm.json", "new.csv"]
    assert [len(file.batch.tables[0].rows) for file in reading.files] == [1, 1]
    assert reading.files[1].source.data_date == "2026-07-04", "the state is that of the list"
    assert said(reading)[0] == "later.csv (2027-07-04) is newer than 2022-07-31, and left out."
    assert said(reading)[2] == (
        "No list of stations is known as of 2022-07-31: new.csv (2026-07-04) stands in, with the stations that it "
        "dates by then (1) and the ports that it has for them. Left out: 3, which it dates later or not at all. Stations "
        "that closed before the list are missing."
    )


def test_a_list_without_opening_days_cannot_stand_in(tmp_path: Path) -> None:
    columns = (
        "columns = { id = 'ID', lon = 'Longitude', lat = 'Latitude', level2_ports = 'EV Level2 EVSE Num' }"
    )
    reading = load(tmp_path, afdc("new.csv", "2026-07-04", columns), {"new.csv": LIST})
    assert reading.files == []
    assert said(reading) == ["new.csv (2026-07-04) is newer than 2022-07-31, and left out."]


def test_a_dataset_of_quarters_of_a_service_is_read_up_to_that_day(tmp_path: Path) -> None:
    live = "[sources.ev_counts.live]\nservice = 'ckan'\nurl = 'https://data.example/package_show?id=ev'\n"
    region_file = read_region(write(tmp_path, MINIMAL + EV + live))
    known, notes = known_on(region_file, DAY)
    assert len(known.region.sources.ev_counts) == 1
    assert "as_of_no_file" not in {one.code for one in notes}
    other = read_region(write(tmp_path, MINIMAL + EV + live.replace("ckan", "file")))
    known, notes = known_on(other, DAY)
    assert known.region.sources.ev_counts == ()
    told = {"file_name": "quarters.csv", "data_date": "2026-03-31", "day": str(DAY)}
    assert Assumption("ev_counts", "as_of_no_file", told) in notes


def test_what_the_region_file_says_of_stations_that_no_list_of_that_day_has_is_left_out(
    tmp_path: Path,
) -> None:
    addition = (
        afdc("old.csv", "2022-07-15")
        + "[[stations.kept]]\nkey = 'afdc:9'\nreason = 'seen'\nsince = 2022-01-01\n"
        + "[[stations.closed]]\nkey = 'ocm:7'\nreason = 'seen'\nsince = 2022-01-01\n"
        + "[sources.sessions]\npath = 's.csv'\ncolumns = { end = 'end' }\n"
        + "stations = { A = 'afdc:9', B = 'afdc:77' }\n"
    )
    sessions = "station,start,end\nA,2022-07-30 10:00,2022-07-30 11:00\nB,2022-07-30 10:00,2022-07-30 11:00\n"
    reading = load(tmp_path, addition, {"old.csv": f"{AFDC}9,ELEC,E,43.4,-80.5,2,\n", "s.csv": sessions})
    known, _ = known_on(read_region(tmp_path / "town.toml"), DAY)
    known, reading = without_unlisted_stations(known, reading, DAY)
    assert [one.key for one in known.region.stations.kept] == ["afdc:9"]
    assert known.region.stations.closed == ()
    (of_sessions,) = [file for file in reading.files if file.source_type == "sessions"]
    place = of_sessions.batch.tables[0].columns.index("station_id")
    assert [row[place] for row in of_sessions.batch.tables[0].rows] == ["afdc:9", None]
    assert said(reading)[-1] == (
        "No source has 2 stations that the region file names, such as afdc:77, as of 2022-07-31: what it says of them "
        "is left out."
    )
