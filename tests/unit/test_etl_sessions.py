"""Session records in the ways in which networks export them; what cannot be used is told with its field and reason."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest

from db.common.errors import UsageError
from etl.loading.names import refuse_unknown_names
from etl.region.file import read_region
from etl.region.sources import SessionSource
from etl.sources.base import Batch
from etl.sources.sessions import read_sessions
from etl.store import FileRead
from tests.support.etl_frame import FRAME
from tests.unit.test_region_file import MINIMAL, write

COLUMNS = {"start": "start", "end": "end", "energy": "kwh"}


def read(folder: Path, text: str, *, name: str = "records.csv", **keys: Any) -> Batch:
    columns = {**COLUMNS, **keys.pop("columns", {})}
    source = SessionSource.model_validate(
        {"path": name, "columns": {key: value for key, value in columns.items() if value}, **keys}
    )
    path = folder / name
    content = text.encode(source.encoding)
    path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    return read_sessions(path, source, FRAME)


def row(batch: Batch, record: int = 0) -> dict[str, Any]:
    (table,) = batch.tables
    return dict(zip(table.columns, list(table.rows)[record], strict=True))


def times(batch: Batch) -> tuple[str, str, float]:
    found = row(batch)
    return found["started_at"], found["started_local"], found["plugged_min"]


def of_one(folder: Path, start: str, end: str, **keys: Any) -> Batch:
    return read(folder, f'station;start;end;kwh\nA;{start};{end};"5"\n', **keys)


@pytest.mark.parametrize(
    ("start", "end", "keys", "times_of_day"),
    [
        ("2019-01-07 10:30", "2019-01-07 12:00", {}, ("10:30", "10:30")),
        ("2019-01-07T10:30:00-05:00", "2019-01-07T17:00:00Z", {}, ("15:30", "10:30")),
        ("2019-01-07 15:30:00Z", "2019-01-07 17:00:00Z", {"time_zone": "America/Toronto"}, ("15:30", "10:30")),
        ("2019/01/07 10:30:00+00", "2019/01/07 12:00:00+00", {"time_zone": "America/Toronto", "offset": "ignored"}, ("15:30", "10:30")),
        ("07.01.2019 10:30", "07.01.2019 12:00", {"time_zone": "Europe/Berlin"}, ("09:30", "10:30")),
        ("1/7/2019 10:30:00 AM", "1/7/2019 12:00 PM", {"day_order": "md"}, ("10:30", "10:30")),
        ("07/01/19 10:30", "07/01/19 12:00", {"day_order": "dm"}, ("10:30", "10:30")),
        ("1546875000", "1546880400", {"time_zone": "America/Toronto"}, ("15:30", "10:30")),
        ("1546875000000", "1546880400000", {"time_zone": "America/Toronto"}, ("15:30", "10:30")),
        ("43472,4375", "43472,5", {}, ("10:30", "10:30")),
        ("7-Jan-2019 10:30", "7-Jan-2019 12:00", {}, ("10:30", "10:30")),
        ("20190107T153000Z", "20190107T170000Z", {"time_zone": "America/Toronto"}, ("15:30", "10:30")),
        ("2019-01-07 10:30:00 EST", "2019-01-07 12:00 EST", {"time_zone": "America/Toronto"}, ("15:30", "10:30")),
        ("Mon, 7 Jan 2019 10:30", "Mon, 7 Jan 2019 12:00", {}, ("10:30", "10:30")),
        ("2019-01-07 10 h 30", "2019-01-07 12 h 00", {}, ("10:30", "10:30")),
        ("Jan 7, 2019 10:30 a.m.", "Jan 7, 2019 12:00 p.m.", {}, ("10:30", "10:30")),
    ],
)  # fmt: skip
def test_a_start_is_read_however_it_is_written(
    start: str, end: str, keys: dict[str, Any], times_of_day: tuple[str, str], tmp_path: Path
) -> None:
    utc, local = times_of_day
    batch = of_one(tmp_path, start, end, **keys)
    assert times(batch) == (f"2019-01-07T{utc}:00Z", f"2019-01-07T{local}:00", 90)


@pytest.mark.parametrize(
    ("text", "unit", "minutes"),
    [
        ("1:28:30", "min", 88.5), ("1:28", "min", 88), ("88.5", "min", 88.5), ("5310", "s", 88.5), ("1.475", "h", 88.5),
        ("1h 28m 30s", "min", 88.5), ("PT1H28M30S", "min", 88.5), ("1 day, 1:00:00", "min", 1500), ("1.01:00:00", "min", 1500),
    ],
)  # fmt: skip
def test_a_duration_is_read_however_it_is_written(
    text: str, unit: str, minutes: float, tmp_path: Path
) -> None:
    batch = read(
        tmp_path,
        f'station,start,lasted,kwh\nA,2019-01-07 10:30,"{text}",5\n',
        columns={"end": None, "duration": "lasted"},
        duration_unit=unit,
    )
    assert row(batch)["plugged_min"] == pytest.approx(minutes)


def test_semicolons_decimal_commas_and_days_apart_from_times(tmp_path: Path) -> None:
    text = (
        "Standort;Ladepunkt;Tag;Zeit;Ende;Energie;Ladezeit\n"
        "Bahnhof;LP 1;07.01.2019;10:30;07.01.2019 12:00;8,25;75\n"
        "Bahnhof;LP 2;31.01.2019;23:30;01.02.2019 00:15;1.008,5;\n"
    )
    columns = {
        "station": "Standort",
        "port": ["Standort", "Ladepunkt"],
        "start": ["Tag", "Zeit"],
        "end": "Ende",
        "energy": "Energie",
        "charging": "Ladezeit",
    }
    batch = read(tmp_path, text, name="records.csv.gz", encoding="cp1252", columns=columns)
    first, second = row(batch), row(batch, 1)
    assert (first["port"], first["plugged_min"], first["charging_min"], first["energy_kwh"]) == (
        "Bahnhof LP 1",
        90,
        75,
        8.25,
    )
    assert (second["started_local"], second["plugged_min"], second["energy_kwh"]) == (
        "2019-01-31T23:30:00",
        45,
        1008.5,
    )


def test_watt_hours_and_their_mistake(tmp_path: Path) -> None:
    text = "station,start,end,kwh\n" + "".join(
        f"A,2019-01-0{day} 10:00,2019-01-0{day} 11:00,8600\n" for day in (1, 2, 3)
    )
    assert row(read(tmp_path, text, energy_unit="Wh"))["energy_kwh"] == pytest.approx(8.6)
    wrong = read(tmp_path, text)
    assert row(wrong)["energy_kwh"] is None
    assert wrong.remarks[0].remark == "8600 kWh is more than 2,000: see energy_unit; it counts as unknown"


def test_faulty_records_are_told_and_others_kept(tmp_path: Path) -> None:
    text = (
        "station,start,end,kwh\n"
        "A,2019-01-07 10:00,2019-01-07 09:00,5\n"
        ",2019-01-07 10:00,2019-01-07 11:00,5\n"
        "A,soon,2019-01-07 11:00,5\n"
        "A,2019-01-07,2019-01-07 11:00,5\n"
        "A,1970-01-01 00:00,1970-01-01 01:00,5\n"
        "A,2999-01-01 00:00,2999-01-01 01:00,5\n"
        "A,2019-01-07 10:00,2019-03-07 11:00,5\n"
        "A,2019-01-07 25:00,2019-03-07 11:00,5\n"
        "A,2019-01-07 10:00,2019-01-07 11:00,-5\n"
        "A,2019-01-08 10:00,2019-01-08 11:00,0\n"
        "A,2019-01-08 10:00,2019-01-08 11:00,0\n"
    )
    batch = read(tmp_path, text)
    assert [(reject.record, reject.field, reject.reason) for reject in batch.rejects] == [
        ("1 (A)", "end", "it ends at 2019-01-07 09:00, before it begins at 2019-01-07 10:00"),
        ("2", "station", "it is empty"),
        ("3 (A)", "start", "'soon' is not a day and time like 2024-11-30 15:54"),
        ("4 (A)", "start", "'2019-01-07' is not a day and time like 2024-11-30 15:54"),
        ("5 (A)", "start", "1970-01-01 is before there were such records"),
        ("6 (A)", "start", "2999-01-01 lies in the future"),
        ("7 (A)", "end", "it ends 59 days after it begins"),
        ("8 (A)", "start", "'2019-01-07 25:00' has no such time of day"),
        ("11 (A)", None, "it is a duplicate"),
    ]
    assert [reject.is_fault for reject in batch.rejects][-1] is False
    assert [(remark.record, remark.field, remark.remark) for remark in batch.remarks] == [
        ("9 (A)", "kwh", "-5.0 is less than 0.0; it counts as unknown")
    ]
    assert [(values["energy_kwh"]) for values in (row(batch), row(batch, 1))] == [None, 0]


def test_a_day_that_could_be_a_month_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="may be read in two ways") as raised:
        of_one(tmp_path, "07/01/2019 10:30", "07/01/2019 12:00")
    assert "day_order" in str(raised.value.hint)
    decided = read(
        tmp_path,
        "station,start,end,kwh\nA,07/01/2019 10:30,07/01/2019 12:00,5\nA,13/01/2019 10:30,13/01/2019 12:00,5\n",
    )
    assert row(decided)["started_local"] == "2019-01-07T10:30:00"


def test_zones_of_each_record_and_the_night_of_the_clock_change(tmp_path: Path) -> None:
    text = "station,start,zone,end,zone2,kwh\nA,2019-03-10 01:30,EST,2019-03-10 03:30,EDT,5\n"
    batch = read(tmp_path, text, columns={"time_zone": "zone", "end_time_zone": "zone2"})
    assert times(batch) == ("2019-03-10T06:30:00Z", "2019-03-10T01:30:00", 60)
    by_zone = of_one(tmp_path, "2019-03-10 01:30", "2019-03-10 03:30", time_zone="America/Toronto")
    assert times(by_zone)[2] == 60


def test_an_unknown_zone_is_told(tmp_path: Path) -> None:
    batch = of_one(tmp_path, "2019-01-07 10:30 XYZ", "2019-01-07 12:00 XYZ")
    assert [reject.reason for reject in batch.rejects] == [
        "'XYZ' is not a known time zone, such as EST or -05:00"
    ]


def test_utc_without_a_zone_is_told(tmp_path: Path) -> None:
    batch = of_one(tmp_path, "2019-01-07 10:30Z", "2019-01-07 12:00Z")
    assert batch.assumptions == [
        "The times of records.csv are marked as UTC, and no time_zone is named: hours of the day are those of UTC."
    ]


def test_a_duration_in_another_unit_is_noticed(tmp_path: Path) -> None:
    text = "station,start,end,lasted,kwh\nA,2019-01-07 10:30,2019-01-07 12:00,5400,5\n"
    batch = read(tmp_path, text, columns={"duration": "lasted"})
    assert batch.remarks[0].remark == "it is 5400 minutes, and start to end 90; the former counts"


def test_words_for_levels_and_stations_of_feeds(tmp_path: Path) -> None:
    text = "station,start,end,kwh,type\nA,2019-01-07 10:30,2019-01-07 12:00,5,Fast\n"
    batch = read(
        tmp_path, text, columns={"level": "type"}, levels={"Fast": "L2"}, stations={"A": "ocm:900001"}
    )
    assert (row(batch)["level"], row(batch)["station_id"]) == ("L2", "ocm:900001")


def test_a_port_under_two_names_is_one_where_the_region_file_says_so(tmp_path: Path) -> None:
    text = "station,port,start,end,kwh\n" + "".join(
        f"{station},{port},2019-01-0{day} 10:30,2019-01-0{day} 12:00,5\n"
        for day, (station, port) in enumerate(
            (("Hall", "Old  1"), ("Hall ", "New 1"), ("  Hall", "Other")), start=1
        )
    )
    batch = read(tmp_path, text, columns={"port": ["station", "port"]}, ports={"Hall Old 1": "Hall New 1"})
    found = [(row(batch, n)["station"], row(batch, n)["port"]) for n in range(3)]
    assert found == [("Hall", "Hall New 1"), ("Hall", "Hall New 1"), ("Hall", "Hall Other")]


def test_a_session_through_the_hour_that_comes_twice_ends_in_the_second(tmp_path: Path) -> None:
    """On 2019-11-03 at 2:00 clocks in Toronto go back to 1:00: from 1:30 to 1:15 it is 45 minutes."""
    zone = {"time_zone": "America/Toronto"}
    assert times(of_one(tmp_path, "2019-11-03 01:30", "2019-11-03 01:15", **zone))[2] == 45
    assert times(of_one(tmp_path, "2019-11-03 01:10", "2019-11-03 01:15", **zone))[2] == 5
    assert times(of_one(tmp_path, "2019-11-03 01:30", "2019-11-03 02:15", **zone))[2] == 105
    assert of_one(tmp_path, "2019-11-04 01:30", "2019-11-04 01:15", **zone).rejects


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ('columns = { start = "s" }', "columns names neither end nor duration"),
        ('time_zone = "Toronto"', "it is not a time zone"),
        ('columns = { end = "e", lon = "x" }', "columns names one of lon and lat"),
        ('level = "L2"\ncolumns = { end = "e", level = "x" }', "level is that of all records"),
        (
            'columns = { end = "e" }\nports = { a = "b" }',
            "ports has names of a column; say which as columns.port",
        ),
        (
            'columns = { end = "e" }\nlevels = { a = "L2" }',
            "levels has names of a column; say which as columns.level",
        ),
    ],
)
def test_a_region_file_is_told_its_mistake(lines: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=said):
        read_region(write(tmp_path, f'{MINIMAL}\n[sources.sessions]\npath = "x.csv"\n{lines}\n'))


def test_files_of_several_years_are_one_table_of_the_region_file(tmp_path: Path) -> None:
    lines = '[sources.sessions]\npath = ["2019.csv", "2020.csv"]\ncolumns = { end = "e" }\n'
    found = read_region(write(tmp_path, f"{MINIMAL}\n{lines}")).region.sources.sessions
    assert [source.path for source in found] == ["2019.csv", "2020.csv"]


def of_files(folder: Path, *texts: str, **keys: Any) -> list[FileRead]:
    """Read files of one table of the region file, as a load does."""
    found = []
    for number, text in enumerate(texts, start=1):
        name = f"{2018 + number}.csv"
        given = {**keys, "columns": {"port": "port", "start": "start", "end": "end", "level": "type"}}
        source = SessionSource.model_validate({"path": name, **given})
        (folder / name).write_text(f"station,port,start,end,type\n{text}", encoding="utf-8")
        batch = read_sessions(folder / name, source, FRAME)
        found.append(FileRead("sessions", "csv", source, folder / name, name, "0", batch))
    return found


HALL = "Hall,left 1,2019-01-07 10:30,2019-01-07 12:00,Fast\n"
SHOP = "Shop,  left  2,2020-01-07 10:30,2020-01-07 12:00,Slow\n"


@pytest.mark.parametrize(
    ("key", "name", "value", "near"),
    [
        ("stations", "Hal", "afdc:11", "Hall"),
        ("ports", "left  1", "a", "left 1"),
        ("levels", "fast", "L3", "Fast"),
        ("stations", "zzz", "afdc:11", None),
    ],
)
def test_a_name_that_no_record_has_is_refused(
    key: str, name: str, value: str, near: str | None, tmp_path: Path
) -> None:
    files = of_files(tmp_path, HALL, SHOP, **{key: {name: value}})
    with pytest.raises(UsageError) as raised:
        refuse_unknown_names("town.toml", files)
    assert raised.value.message == (
        f"town.toml: sources.sessions.{key} names '{name}', which no record of 2019.csv, 2020.csv has."
    )
    nearest = f"the nearest that they have is '{near}'; " if near else ""
    assert raised.value.hint == (
        f"{nearest}write a name as the records do, with single spaces, or leave it out."
    )


def test_a_name_may_be_in_one_of_the_files_that_share_the_table(tmp_path: Path) -> None:
    names = {
        "stations": {"Hall": "afdc:11", "Shop": "ocm:1"},
        "ports": {"left 1": "a", "left 2": "a"},
        "levels": {"Fast": "L3", "Slow": "L2"},
    }
    refuse_unknown_names("town.toml", of_files(tmp_path, HALL, SHOP, **names))
    with pytest.raises(UsageError, match=r"levels names 'Slow', which no record of 2019\.csv has"):
        refuse_unknown_names("town.toml", of_files(tmp_path, HALL, **names))


def test_the_name_of_a_record_that_is_rejected_is_there_all_the_same(tmp_path: Path) -> None:
    late = "Late,x,2019-01-07 12:30,2019-01-07 12:00,Fast\n"
    files = of_files(tmp_path, HALL + late, stations={"Late": "afdc:11"})
    assert len(files[0].batch.rejects) == 1
    refuse_unknown_names("town.toml", files)
