"""GTFS: stops, the day that is counted, departures; feeds as they come."""

from __future__ import annotations

import unicodedata
import zipfile
from pathlib import Path

import pytest

from db.common.errors import UsageError
from etl.region.sources import TransitSource
from etl.sources.base import Batch, Frame
from etl.sources.transit import read_transit
from tests.support.etl_frame import FRAME, faults, outside, rows

GTFS = TransitSource(path="x")
STOPS = """stop_id,stop_name,stop_lat,stop_lon
A,First,43.4,-80.5
B,Second,43.41,-80.5
C,Third,43.42,-80.5
"""
TIMES = """trip_id,arrival_time,departure_time,stop_id,stop_sequence
t1,06:00:00,06:00:00,A,1
t1,06:05:00,06:05:00,B,2
t1,06:09:00,06:09:00,C,3
t2,25:00:00,25:00:00,A,10
t2,25:05:00,25:05:00,B,20
t2,25:09:00,25:09:00,C,30
t3,07:00:00,07:00:00,C,1
t3,07:05:00,07:05:00,A,2
"""
CALENDAR = """service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date
week,1,1,1,1,1,0,0,20261102,20261115
end,0,0,0,0,0,1,1,20261102,20261115
"""
FEED = {
    "stops.txt": STOPS,
    "routes.txt": "route_id,route_short_name,route_long_name,route_type\nR,7,Main,3\n",
    "trips.txt": "route_id,service_id,trip_id\nR,week,t1\nR,week,t2\nR,end,t3\n",
    "stop_times.txt": TIMES,
    "calendar.txt": CALENDAR,
}


def write(folder: Path, *, inside: str = "", without: tuple[str, ...] = (), **other: str) -> Path:
    path = folder / "feed.zip"
    files = {**FEED, **{f"{name}.txt": text for name, text in other.items()}}
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            if name not in without:
                archive.writestr(inside + name, text)
    return path


def read(path: Path, frame: Frame = FRAME) -> tuple[Batch, dict[tuple[str, str], int]]:
    batch = read_transit(path, GTFS, frame)
    found = rows(batch, "gtfs_stop_departure")
    return batch, {(str(r["stop_id"]), str(r["route_id"])): int(str(r["departure_count"])) for r in found}


def test_departures_on_the_busiest_weekday(tmp_path: Path) -> None:
    batch, counts = read(write(tmp_path))
    assert counts == {("A", "R"): 2, ("B", "R"): 2}
    row = rows(batch, "gtfs_stop_departure")[0]
    assert (str(row["service_date"]), row["route_name"], row["route_type"]) == ("2026-11-02", "7", 3)
    assert [stop["name"] for stop in rows(batch, "gtfs_stop")] == ["First", "Second", "Third"]


def test_calendar_dates_add_and_remove(tmp_path: Path) -> None:
    dates = "service_id,date,exception_type\nweek,20261102,2\nend,20261105,1\n"
    batch, counts = read(write(tmp_path, calendar_dates=dates))
    assert str(rows(batch, "gtfs_stop_departure")[0]["service_date"]) == "2026-11-05"
    assert counts == {("A", "R"): 2, ("B", "R"): 2, ("C", "R"): 1}


def test_calendar_dates_alone(tmp_path: Path) -> None:
    dates = "service_id,date,exception_type\nend,20261107,1\nend,20261108,1\n"
    batch, counts = read(write(tmp_path, without=("calendar.txt",), calendar_dates=dates))
    assert counts == {("C", "R"): 1}
    assert str(rows(batch, "gtfs_stop_departure")[0]["service_date"]) == "2026-11-07"


def test_frequencies_count_each_headway(tmp_path: Path) -> None:
    text = (
        "trip_id,start_time,end_time,headway_secs\n"
        "t1,06:00:00,07:00:00,600\nt1,25:00:00,25:30:00,700\nt2,06:00:00,05:00:00,600\nt2,6,7,0\n"
    )
    batch, counts = read(write(tmp_path, frequencies=text))
    assert counts[("A", "R")] == 6 + 3 + 1
    assert [field for _, field in faults(batch)] == ["end_time", "start_time"]


def test_blanks_byte_order_marks_and_folders(tmp_path: Path) -> None:
    stops = "\ufeffstop_id, stop_name ,stop_lat, stop_lon\nA ,First, 43.4,-80.5\nB,Second,43.41, -80.5\n"
    _, counts = read(write(tmp_path, inside="feed/", stops=stops))
    assert counts == {("A", "R"): 2, ("B", "R"): 2}


def test_where_nobody_may_board_is_no_departure(tmp_path: Path) -> None:
    lines = TIMES.splitlines()
    picked = [lines[0] + ",pickup_type"] + [line + (",1" if ",B," in line else ",0") for line in lines[1:]]
    _, counts = read(write(tmp_path, stop_times="\n".join(picked)))
    assert counts == {("A", "R"): 2}


def test_bad_records_are_rejects(tmp_path: Path) -> None:
    stops = (
        "stop_id,stop_lat,stop_lon,location_type\nA,43.4,-80.5,\nA,43.4,-80.5,\nB,,,0\nC,43.4,west,0\n"
        "D,43.4,-80.5,9\nE,50,-80.5,\nF,,,3\n"
    )
    routes = "route_id,route_type\nR,3\nS,bus\n"
    times = TIMES + "t1,07:00:00,07:00:00,A,last\n"
    batch, counts = read(write(tmp_path, stops=stops, routes=routes, stop_times=times))
    assert counts == {("A", "R"): 2}
    assert sorted(faults(batch), key=str) == [
        ("2 (A)", "stop_id"), ("3 (B)", "stop_lat"), ("4 (C)", "stop_lon"),
        ("routes.txt 2 (S)", "route_type"), ("stop_times.txt 9", "stop_sequence"),
    ]  # fmt: skip
    assert {reject.record for reject in outside(batch)} == {"6 (E)", "7 (F)"}
    assert [(remark.record, remark.field) for remark in batch.remarks] == [("5 (D)", "location_type")]


FRENCH = {
    "stops.txt": "stop_id,stop_name,stop_lat,stop_lon\nÉ1,Arrêt Église,43.4,-80.5\nB,Hôtel,43.41,-80.5\nC,Fin,43.42,-80.5\n",
    "routes.txt": "route_id,route_short_name,route_type\nR,7,3\n",
    "trips.txt": "route_id,service_id,trip_id\nR,Été,t1\nR,Période scolaire,t2\nR,Période scolaire,t3\n",
    "stop_times.txt": "".join(
        ["trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"]
        + [
            f"t{n},25:0{i}:00,25:0{i}:00,{stop},{i}\n"
            for n in (1, 2, 3)
            for i, stop in enumerate(("É1", "B", "C"))
        ]
    ),
    "calendar.txt": CALENDAR.splitlines()[0] + "\nÉté,1,1,1,1,1,0,0,20260706,20260828\n"
    "Période scolaire,1,1,1,1,1,0,0,20260901,20260902\n",
    "calendar_dates.txt": "service_id,date,exception_type\nPériode scolaire,20260901,2\nPériode scolaire,20260902,2\n",
}


def french(folder: Path, encoding: str, *, inside: str = "", **other: bytes) -> Path:
    """Write a feed whose ids have accents; the school term is cancelled, so a day has one trip."""
    with zipfile.ZipFile(folder / "feed.zip", "w") as archive:
        for name, text in FRENCH.items():
            archive.writestr(inside + name, other.get(name.removesuffix(".txt"), text.encode(encoding)))
    return folder / "feed.zip"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_ids_match_between_the_tables_of_a_feed_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    batch, counts = read(french(tmp_path, encoding))
    assert [stop["name"] for stop in rows(batch, "gtfs_stop")] == ["Arrêt Église", "Hôtel", "Fin"]
    assert counts == {("É1", "R"): 1, ("B", "R"): 1}
    said = [sentence for sentence in batch.assumptions if "Windows-1252" in sentence]
    assert len(said) == (encoding == "cp1252")


def test_an_encoding_can_be_named_and_is_then_that_of_all_tables(tmp_path: Path) -> None:
    path = french(tmp_path, "mac-roman")
    with pytest.raises(UsageError, match="its encoding is not clear") as error:
        read(path)
    assert "encoding = " in error.value.hint
    batch = read_transit(path, TransitSource(path="x", encoding="mac-roman"), FRAME)
    assert [stop["name"] for stop in rows(batch, "gtfs_stop")] == ["Arrêt Église", "Hôtel", "Fin"]
    assert sum(int(str(row["departure_count"])) for row in rows(batch, "gtfs_stop_departure")) == 2


def test_a_table_in_another_encoding_or_spelling_of_accents_than_the_others(tmp_path: Path) -> None:
    times = unicodedata.normalize("NFD", FRENCH["stop_times.txt"]).encode()
    path = french(tmp_path, "utf-8", trips=FRENCH["trips.txt"].encode("cp1252"), stop_times=times)
    _, counts = read(path)
    assert counts == {("É1", "R"): 1, ("B", "R"): 1}


def test_the_first_accent_may_stand_in_the_last_line(tmp_path: Path) -> None:
    stops = STOPS + "".join(f"X{n},Stop {n},43.4,-80.5\n" for n in range(4_000)) + "Z,Église,43.4,-80.5\n"
    for encoding in ("utf-8", "cp1252"):
        with zipfile.ZipFile(write(tmp_path, stops="-"), "a") as archive:
            tables = {name: archive.read(name) for name in archive.namelist()}
        with zipfile.ZipFile(tmp_path / "feed.zip", "w") as archive:
            for name, content in (tables | {"stops.txt": stops.encode(encoding)}).items():
                archive.writestr(name, content)
        batch, _ = read(tmp_path / "feed.zip")
        assert rows(batch, "gtfs_stop")[-1]["name"] == "Église"


@pytest.mark.parametrize("separator", [";", "\t"])
def test_tables_as_a_spreadsheet_saves_them(tmp_path: Path, separator: str) -> None:
    changed = {name.removesuffix(".txt"): text.replace(",", separator) for name, text in FEED.items()}
    changed["stops"] = (
        changed["stops"].replace("First", '"First, and best"').replace("43.", "43,").replace("-80.", "-80,")
    )
    batch, counts = read(write(tmp_path, **changed))
    assert counts == {("A", "R"): 2, ("B", "R"): 2}
    assert rows(batch, "gtfs_stop")[0]["name"] == "First, and best"


def test_a_trip_under_two_services_runs_when_either_does_and_once_when_both_do(tmp_path: Path) -> None:
    trips = "route_id,service_id,trip_id\nR,end,t1\nR,week,t1\nR,week,t2\nR,end,t3\n"
    batch, counts = read(write(tmp_path, trips=trips))
    assert counts == {("A", "R"): 2, ("B", "R"): 2}
    assert str(rows(batch, "gtfs_stop_departure")[0]["service_date"]) == "2026-11-02"
    both = CALENDAR.replace("end,0,0,0,0,0,1,1", "end,1,0,0,0,0,1,1")
    _, counts = read(write(tmp_path, trips=trips, calendar=both))
    assert counts == {("A", "R"): 2, ("B", "R"): 2, ("C", "R"): 1}


def test_stop_times_that_are_there_twice_count_once(tmp_path: Path) -> None:
    _, counts = read(write(tmp_path, stop_times=TIMES + TIMES.split("\n", 1)[1]))
    assert counts == {("A", "R"): 2, ("B", "R"): 2}


def test_several_feeds_in_an_archive_are_named(tmp_path: Path) -> None:
    with zipfile.ZipFile(write(tmp_path, inside="bus/"), "a") as archive:
        archive.writestr("tram/stops.txt", STOPS)
    with pytest.raises(UsageError, match=r"has several feeds \(in bus, tram\)"):
        read(tmp_path / "feed.zip")
    with zipfile.ZipFile(tmp_path / "feed.zip", "w") as archive:
        archive.writestr("bus/google_transit.zip", b"PK")
    with pytest.raises(UsageError, match=r"in archives within it \(bus/google_transit\.zip\)") as error:
        read(tmp_path / "feed.zip")
    assert "[[sources.transit]]" in error.value.hint


def test_what_a_macintosh_adds_is_no_feed(tmp_path: Path) -> None:
    with zipfile.ZipFile(write(tmp_path, inside="feed/"), "a") as archive:
        archive.writestr("__MACOSX/feed/._stops.txt", b"\x00\x05\x16\x07")
        archive.writestr("__MACOSX/feed/stops.txt", b"\x00\x05\x16\x07")
    _, counts = read(tmp_path / "feed.zip")
    assert counts == {("A", "R"): 2, ("B", "R"): 2}


def test_the_cases_of_feeds(shared: Path) -> None:
    folder = shared / "cases" / "10b_gtfs_encoding"
    for name, stop, departures in (
        ("cp1252", "Arrêt 4", 160),
        ("utf8", "Arrêt 4", 160),
        ("late", "Église", 4_001),
    ):
        batch, counts = read(folder / f"{name}.zip", Frame())
        assert (rows(batch, "gtfs_stop")[-1]["name"], sum(counts.values())) == (stop, departures)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ({"without": ("trips.txt",)}, "trips.txt is missing"),
        ({"stops": "stop_id\nA\n"}, "stops.txt has no column stop_lat"),
        ({"without": ("calendar.txt",)}, "no day with service"),
        ({"trips": "route_id,service_id,trip_id\nR,never,t1\n"}, "no day with service"),
        ({"calendar": "service_id\nweek\n"}, "cannot be read as a GTFS feed"),
        (
            {"calendar": CALENDAR.replace("20261102", "soon")},
            "calendar.txt, record 1, start_date: .soon. is not a day",
        ),
        ({"calendar": CALENDAR.replace("20261102", "00010101")}, "is not a day of 1990 to 2100"),
    ],
)
def test_a_bad_feed_is_one_sentence(tmp_path: Path, path: dict[str, str], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        read(write(tmp_path, **path))  # type: ignore[arg-type]


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04" + bytes(50)])
def test_a_damaged_archive(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "feed.zip").write_bytes(content)
    with pytest.raises(UsageError, match=r"^feed\.zip cannot be read"):
        read(tmp_path / "feed.zip")


PERIODS = """service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date
week,1,1,1,1,1,0,0,20261102,20261218
end,0,0,0,0,0,1,1,20261102,20261218
summer,1,1,1,1,1,0,0,20270607,20270625
"""
AGENCY = (
    "agency_id,agency_name,agency_url,agency_timezone\n1,Grand River Transit,http://x.org,America/Toronto\n"
)


@pytest.mark.parametrize(
    ("data_date", "day"),
    [
        ("2027-06-09", "2027-06-09"),  # though autumn has more trips
        ("2027-06-12", "2027-06-11"),  # a Saturday: the Friday before is nearest
        ("2027-06-13", "2027-06-14"),
        ("2027-06", "2027-06-07"),
        ("2027", "2027-06-07"),
        ("2026-11-11", "2026-11-10"),  # the 11th is a holiday
        ("2020", "2026-11-02"),
        ("2030-01-01", "2027-06-25"),
        ("2027-03-13", "2026-12-18"),
        ("not stated", "2026-11-02"),
        ("2026-06 and 2017-01", "2026-11-02"),
        ("2026-13", "2026-11-02"),
    ],
)
def test_departures_are_counted_on_the_weekday_nearest_to_the_date_of_the_data(
    tmp_path: Path, data_date: str, day: str
) -> None:
    trips = FEED["trips.txt"] + "R,summer,t4\n"
    times = TIMES + "t4,06:00:00,06:00:00,A,1\nt4,06:05:00,06:05:00,B,2\n"
    holiday = "service_id,date,exception_type\nweek,20261111,2\nend,20261111,1\n"
    path = write(
        tmp_path, calendar=PERIODS, trips=trips, stop_times=times, calendar_dates=holiday, agency=AGENCY
    )
    # on the holiday one trip of the Sunday runs, of two on other days
    batch = read_transit(path, TransitSource(path="x", data_date=data_date), FRAME)
    assert {str(row["service_date"]) for row in rows(batch, "gtfs_stop_departure")} == {day}
    (note,) = [text for text in batch.assumptions if "is counted on" in text]
    assert note.startswith("Transit of Grand River Transit (feed.zip) is counted on ")
    assert day in note


def test_a_feed_without_agency_is_named_by_its_publisher_or_its_file(tmp_path: Path) -> None:
    info = "feed_publisher_name,feed_publisher_url,feed_lang\nCity of Guelph,http://x.org,en\n"
    batch, _ = read(write(tmp_path, feed_info=info))
    assert batch.assumptions[0].startswith("Transit of City of Guelph (feed.zip) is counted on Monday")
    batch, _ = read(write(tmp_path))
    assert batch.assumptions[0].startswith("Transit of feed.zip is counted on Monday")
