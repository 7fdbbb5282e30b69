"""Charging stations: OpenChargeMap and NRCan / AFDC."""

from __future__ import annotations

import csv
import gzip
import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.common.errors import UsageError
from etl.region.sources import AfdcSource, OpenChargeMapSource
from etl.sources.afdc import read_afdc
from etl.sources.base import Batch, Frame
from etl.sources.openchargemap import read_openchargemap
from tests.support.etl_frame import FRAME, INSIDE, OUTSIDE, faults, outside, place, rows, write

OCM = OpenChargeMapSource(path="x")
AFDC = AfdcSource(path="x")


def poi(ocm_id: Any = 1, **other: Any) -> dict[str, Any]:
    address = {"Title": "Hall", "Longitude": INSIDE[0], "Latitude": INSIDE[1]}
    return {"ID": ocm_id, "AddressInfo": address, "Connections": [{"LevelID": 2, "Quantity": 1}], **other}


def read_ocm(folder: Path, data: Any, frame: Frame = FRAME) -> Batch:
    return read_openchargemap(write(folder, "ocm.json", json.dumps(data)), OCM, frame)


def test_records_are_kept_as_delivered(tmp_path: Path) -> None:
    item = poi(UsageCost="free\x00\ud800", Extra=[1.5, None, {"a": "é"}])
    (row,) = rows(read_ocm(tmp_path, [item]), "openchargemap_poi")
    assert row["ocm_id"] == 1
    assert place(row) == INSIDE
    assert json.loads(str(row["record"])) == {**item, "UsageCost": "free?"}


def test_one_record_of_the_export_and_a_byte_order_mark(tmp_path: Path) -> None:
    (tmp_path / "ocm.json").write_bytes(b"\xef\xbb\xbf" + json.dumps(poi()).encode())
    assert read_openchargemap(tmp_path / "ocm.json", OCM, FRAME).row_count == 1


def test_files_as_exports_and_shells_write_them(tmp_path: Path) -> None:
    whole, lines = json.dumps([poi(1), poi(2)]), f"{json.dumps(poi(1))}\n{json.dumps(poi(2))}\n"
    for name, content in {
        "shell.json": whole.encode("utf-16"),
        "mark.json": whole.encode("utf-8-sig"),
        "packed.json.gz": gzip.compress(whole.encode(), mtime=0),
        "export.json": lines.encode(),
        "export.json.gz": gzip.compress(lines.encode(), mtime=0),
    }.items():
        (tmp_path / name).write_bytes(content)
        batch = read_openchargemap(tmp_path / name, OCM, FRAME)
        assert [row["ocm_id"] for row in rows(batch, "openchargemap_poi")] == [1, 2], name


@pytest.mark.parametrize(
    ("item", "field"),
    [
        (poi(None), "ID"),
        (poi("7"), "ID"),
        (poi(ocm_id=True), "ID"),
        (poi(2**63), "ID"),
        (poi(AddressInfo=None), "AddressInfo"),
        (poi(AddressInfo={"Longitude": -80.5}), "AddressInfo.Latitude"),
        (poi(AddressInfo={"Longitude": "-80.5", "Latitude": 43.4}), "AddressInfo.Longitude"),
        (poi(AddressInfo={"Longitude": 0, "Latitude": 0}), "AddressInfo.Latitude"),
        (poi(AddressInfo={"Longitude": -80.5, "Latitude": 143.4}), "AddressInfo.Latitude"),
        ("a text", "record"),
    ],
)
def test_a_bad_record_is_a_reject_with_its_field(tmp_path: Path, item: Any, field: str) -> None:
    batch = read_ocm(tmp_path, [item, poi(8)])
    assert [found for _, found in faults(batch)] == [field]
    assert [row["ocm_id"] for row in rows(batch, "openchargemap_poi")] == [8]


@pytest.mark.parametrize(
    ("item", "field"),
    [
        (poi(Connections=["x"]), "Connections[1]"),
        (poi(Connections={"1": 2}), "Connections"),
        (poi(Connections=[{"PowerKW": 7_200}]), "Connections[1].PowerKW"),
        (poi(Connections=[{"Quantity": 1.5}]), "Connections[1].Quantity"),
        (poi(Connections=[{}, {"Level": {"ID": "two"}}]), "Connections[2].Level.ID"),
        (poi(Connections=[{"StatusTypeID": "up"}]), "Connections[1].StatusTypeID"),
        (poi(StatusType={"ID": "x"}), "StatusType.ID"),
        (poi(SubmissionStatus={"IsLive": "yes"}), "SubmissionStatus.IsLive"),
        (poi(UsageTypeID="public"), "UsageTypeID"),
        (poi(DateLastVerified="soon"), "DateLastVerified"),
        (poi(DateLastVerified="2999-01-01T00:00:00Z"), "DateLastVerified"),
        (poi(Connections=[{"PowerKW": "50"}]), "Connections[1].PowerKW"),
        (poi(Connections=[{"Quantity": -1}]), "Connections[1].Quantity"),
        (poi(NumberOfPoints="many"), "NumberOfPoints"),
    ],
)
def test_a_value_that_a_station_can_do_without_is_a_remark(tmp_path: Path, item: Any, field: str) -> None:
    batch = read_ocm(tmp_path, [item, poi(8)])
    assert faults(batch) == []
    assert [(remark.record, remark.field) for remark in batch.remarks] == [("1 (ID 1)", field)]
    assert batch.remarks[0].remark.endswith("; it counts as unknown")
    kept = json.loads(str(rows(batch, "openchargemap_poi")[0]["record"]))
    assert kept["ID"] == 1
    found: Any = kept
    for part in field.replace("[", ".").replace("]", "").split("."):
        found = found[int(part) - 1] if part.isdigit() else found[part]
    assert found is None, "what the views would stumble over is not kept"


def test_numbers_as_programs_write_them_where_cells_are_empty(tmp_path: Path) -> None:
    item = poi(
        1.0, NumberOfPoints=2.0, Connections=[{"LevelID": 2.0, "PowerKW": 7.0, "Quantity": float("nan")}]
    )
    batch = read_ocm(tmp_path, [item])
    assert list(batch.remarks) == []
    record = json.loads(str(rows(batch, "openchargemap_poi")[0]["record"]))
    assert (record["ID"], record["NumberOfPoints"]) == (1, 2)
    assert record["Connections"] == [{"LevelID": 2, "PowerKW": 7, "Quantity": None}]


def test_doubles_and_places_outside(tmp_path: Path) -> None:
    far = poi(2, AddressInfo={"Longitude": OUTSIDE[0], "Latitude": OUTSIDE[1]})
    batch = read_ocm(tmp_path, [poi(1), poi(1), far])
    assert batch.row_count == 1
    assert faults(batch) == [("2 (ID 1)", "ID")]
    assert [reject.record for reject in outside(batch)] == ["3 (ID 2)"]
    assert batch.fault_share == 0, "the same record twice is no fault"
    batch = read_ocm(tmp_path, [poi(1), poi(1, NumberOfPoints=4)])
    assert batch.fault_share == 0.5, "two records that share an ID are"


@pytest.mark.parametrize("text", ["", "[", '{"a": 1}', "3", '[{"id": 1, "addressInfo": {}}]', "[" * 100_000])
def test_a_bad_file_is_a_usage_error(tmp_path: Path, text: str) -> None:
    with pytest.raises(UsageError, match=r"ocm\.json"):
        read_openchargemap(write(tmp_path, "ocm.json", text), OCM, FRAME)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)


@given(JSON, JSON, JSON)
def test_any_record_is_a_row_or_a_reject(
    tmp_path_factory: pytest.TempPathFactory, address: Any, connections: Any, other: Any
) -> None:
    item = {**poi(), "AddressInfo": address, "Connections": connections, "NumberOfPoints": other, "X": other}
    batch = read_ocm(tmp_path_factory.getbasetemp(), [item, poi(2)])
    assert batch.row_count + len(batch.rejects) == 2


HEADER = (
    "ID", "Fuel Type Code", "Status Code", "Latitude", "Longitude", "Station Name", "Street Address",
    "City", "EV Network", "Access Code", "Facility Type", "EV Level1 EVSE Num", "EV Level2 EVSE Num",
    "EV DC Fast Count", "Open Date", "Date Last Confirmed",
)  # fmt: skip


def station(**other: Any) -> dict[str, Any]:
    base = {
        "ID": 1,
        "Fuel Type Code": "ELEC",
        "Status Code": "E",
        "Latitude": INSIDE[1],
        "Longitude": INSIDE[0],
    }
    return base | {"EV Level2 EVSE Num": "2.0", "Open Date": "2014-07-15"} | other


def read_stations(folder: Path, *stations: dict[str, Any]) -> Batch:
    with (folder / "afdc.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ("", *HEADER, "Groups With Access Code"), restval="")
        writer.writeheader()
        writer.writerows(stations)
    return read_afdc(folder / "afdc.csv", AFDC, FRAME)


def test_all_fuels_and_statuses_are_kept(tmp_path: Path) -> None:
    batch = read_stations(
        tmp_path, station(), station(ID=2, **{"Fuel Type Code": "LPG"}), station(ID=3, **{"Status Code": "T"})
    )
    found = rows(batch, "afdc_station")
    assert [(row["fuel_type_code"], row["status_code"]) for row in found] == [
        ("ELEC", "E"), ("LPG", "E"), ("ELEC", "T"),
    ]  # fmt: skip
    assert found[0]["level2_port_count"] == 2
    assert found[0]["dc_fast_port_count"] is None
    assert str(found[0]["opened_on"]) == "2014-07-15"
    assert place(found[0]) == INSIDE


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("ID", ""), ("ID", "x"), ("Latitude", ""), ("Longitude", "west"), ("Latitude", "95"),
        ("Fuel Type Code", " "), ("Status Code", ""), ("ID", "9223372036854775808"), ("ID", "1.23457E+11"),
    ],
)  # fmt: skip
def test_a_bad_station_is_a_reject_with_its_field(tmp_path: Path, column: str, value: str) -> None:
    batch = read_stations(tmp_path, station(**{column: value}), station(ID=2))
    assert [field for _, field in faults(batch)] == [column]
    assert batch.row_count == 1


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("EV Level2 EVSE Num", "2.5"), ("EV DC Fast Count", "-1"), ("EV Level1 EVSE Num", "2+"),
        ("EV DC Fast Count", "1e999"), ("Open Date", "2024-05"), ("Open Date", "2999-01-01"),
        ("Date Last Confirmed", "May 2024"), ("Date Last Confirmed", "2999-01-01"), ("Open Date", "3/4/2014"),
    ],
)  # fmt: skip
def test_a_value_without_which_a_station_does_is_a_remark(tmp_path: Path, column: str, value: str) -> None:
    batch = read_stations(tmp_path, station(**{column: value}), station(ID=2))
    assert (faults(batch), batch.row_count) == ([], 2)
    assert [(remark.record, remark.field) for remark in batch.remarks] == [("1 (ID 1)", column)]


def test_a_planned_station_may_open_later(tmp_path: Path) -> None:
    batch = read_stations(tmp_path, station(**{"Status Code": "P", "Open Date": "2999-01-01"}))
    assert list(batch.remarks) == []
    assert str(rows(batch, "afdc_station")[0]["opened_on"]) == "2999-01-01"


@pytest.mark.parametrize(
    ("columns", "access"),
    [
        ({"Access Code": "private"}, "private"), ({"Access Code": "Public"}, "public"),
        ({"Groups With Access Code": "Private - Fleet customers only"}, "private"),
        ({"Groups With Access Code": "TEMPORARILY UNAVAILABLE (Public)"}, "public"),
        ({"Access Code": "public", "Groups With Access Code": "Private"}, "public"), ({}, None),
    ],
)  # fmt: skip
def test_who_may_charge(tmp_path: Path, columns: dict[str, str], access: str | None) -> None:
    batch = read_stations(tmp_path, station(**columns))
    assert rows(batch, "afdc_station")[0]["access_code"] == access


def written(folder: Path, form: str) -> Path:
    """Write three stations as a program saves them; the same three, whatever the form."""
    header = [
        "ID", "Fuel Type Code", "Status Code", "Latitude", "Longitude", "Station Name", "EV Level2 EVSE Num",
        "Open Date", "Groups With Access Code",
    ]  # fmt: skip
    days = {
        "us": ["11/30/2011", "3/4/2014", "7/4/2015 0:00"],
        "de": ["30.11.2011", "04.03.2014", "04.07.2015"],
    }
    given = days.get(form, ["2011-11-30", "2014-03-04", "2015-07-04"])
    given = ["30/11/2011", "04/03/2014", "04/07/2015"] if form == "uk" else given
    given = ["40877", "41702", "42189"] if form == "serial" else given
    is_comma = form in ("de", "sep", "de_tab")
    lines = [header] + [
        [str(n), "ELEC", "E", f"{43.4 + n / 1000:.4f}".replace(".", "," if is_comma else "."),
         f"{-80.5 + n / 1000:.3f}".replace(".", "," if is_comma else "."), f"Zoë's, {n}", "2", day, "Public"]
        for n, day in enumerate(given, start=1)
    ]  # fmt: skip
    if form == "blank":  # blank columns behind the last, and separators left out where a line ends in blanks
        lines = [[*line, "", ""] for line in lines[:2]] + [line[:-1] for line in lines[2:]]
    if form == "snake":
        lines[0] = [name.lower().replace(" ", "_") for name in header]
    if form == "pandas":
        lines = [["", *header]] + [
            [str(n), f"{line[0]}.0", *line[1:6], "2.0", *line[7:]] for n, line in enumerate(lines[1:])
        ]
    text = io.StringIO(newline="")
    separator = {"us": "\t", "de": ";", "sep": ";", "de_tab": "\t"}.get(form, ",")
    csv.writer(text, delimiter=separator).writerows(lines)
    encoding = {"us": "utf-16", "de": "utf-8-sig", "bare16": "utf-16-le", "ansi": "cp1252"}.get(form, "utf-8")
    path = folder / "stations.csv"
    path.write_bytes((("sep=;\r\n" if form == "sep" else "") + text.getvalue()).encode(encoding))
    return path


@pytest.mark.parametrize(
    "form",
    ["plain", "us", "uk", "de", "de_tab", "sep", "serial", "blank", "snake", "pandas", "bare16", "ansi"],
)
def test_however_a_spreadsheet_saves_it(tmp_path: Path, form: str) -> None:
    source = AfdcSource(path="x", encoding="cp1252") if form == "ansi" else AFDC
    batch = read_afdc(written(tmp_path, form), source, FRAME)
    assert (batch.rejects, list(batch.remarks)) == ([], [])
    found = rows(batch, "afdc_station")
    assert [row["afdc_id"] for row in found] == [1, 2, 3]
    assert [row["name"] for row in found] == ["Zoë's, 1", "Zoë's, 2", "Zoë's, 3"]
    assert [str(row["opened_on"]) for row in found] == ["2011-11-30", "2014-03-04", "2015-07-04"]
    assert {row["level2_port_count"] for row in found} == {2}
    assert [place(row) for row in found] == [
        (pytest.approx(-80.5 + n / 1000), pytest.approx(43.4 + n / 1000)) for n in (1, 2, 3)
    ]


def test_columns_of_any_year_are_read_and_only_what_is_used_is_asked_for(tmp_path: Path) -> None:
    text = "ID,Fuel Type Code,Status Code,Latitude,Longitude,EV DC Fast Count\n7,ELEC,E,43.4,-80.5,3\n"
    (row,) = rows(read_afdc(write(tmp_path, "afdc.csv", text), AFDC, FRAME), "afdc_station")
    assert (row["afdc_id"], row["dc_fast_port_count"], row["name"], row["access_code"]) == (7, 3, None, None)


def test_the_file_of_ports_counts_them_by_station(tmp_path: Path) -> None:
    text = (
        "ID,Fuel Type Code,Status Code,Latitude,Longitude,EV Level2 EVSE Num,EV DC Fast Count,EV J1772 Connector Count\n"
        "7,ELEC,E,43.4,-80.5,1,0,1\n7,ELEC,E,43.4,-80.5,1,0,1\n7,ELEC,E,43.4,-80.5,0,1,\n8,ELEC,E,43.41,-80.5,1,,1\n"
    )
    batch = read_afdc(write(tmp_path, "afdc.csv", text), AFDC, FRAME)
    found = [
        (r["afdc_id"], r["level2_port_count"], r["dc_fast_port_count"]) for r in rows(batch, "afdc_station")
    ]
    assert found == [(7, 2, 1), (8, 1, None)]
    assert batch.rejects == []


def test_the_file_of_ports_keeps_the_power_of_the_strongest_connector(tmp_path: Path) -> None:
    text = (
        "ID;Fuel Type Code;Status Code;Latitude;Longitude;EV Level2 EVSE Num;EV DC Fast Count;EV J1772 Connector Count;"
        "EV J1772 Power Output (kW);EV CCS Power Output (kW);EV CHAdeMO Power Output (kW)\n"
        "7;ELEC;E;43,4;-80,5;0;1;;;62,5;50\n7;ELEC;E;43,4;-80,5;1;0;1;7,2;;\n7;ELEC;E;43,4;-80,5;1;0;1;fast;;\n"
        "8;ELEC;E;43,41;-80,5;1;;1;7200;;\n"
    )
    batch = read_afdc(write(tmp_path, "afdc.csv", text), AFDC, FRAME)
    assert [json.loads(str(row["ports"])) for row in rows(batch, "afdc_station")] == [
        [
            {"dc_fast_port_count": 1, "power_kw": 62.5},
            {"level2_port_count": 1, "power_kw": 7.2},
            {"level2_port_count": 1},
        ],
        [{"level2_port_count": 1}],
    ]
    assert [(remark.record, remark.field) for remark in batch.remarks] == [
        ("1 (ID 7)", "EV J1772 Power Output (kW)"), ("4 (ID 8)", "EV J1772 Power Output (kW)"),
    ]  # fmt: skip
    assert batch.rejects == []


def test_other_files_tell_no_power_of_ports(tmp_path: Path) -> None:
    (row,) = rows(read_stations(tmp_path, station()), "afdc_station")
    assert row["ports"] is None


def test_a_file_that_is_no_export(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="lacks the columns 'ID', 'Fuel Type Code', 'Status Code'") as error:
        read_afdc(write(tmp_path, "afdc.csv", "a,b\n1,2\n"), AFDC, FRAME)
    assert "`columns`" not in error.value.hint, "this loader has none"


def test_the_cases_of_stations(shared: Path) -> None:
    folder = shared / "cases" / "09_afdc"

    def ports(name: str, source: AfdcSource = AFDC) -> tuple[int, list[int], int, int]:
        batch = read_afdc(folder / name, source, Frame())
        found = rows(batch, "afdc_station")
        columns = ("level1_port_count", "level2_port_count", "dc_fast_port_count")
        sums = [sum(int(str(row[column] or 0)) for row in found) for column in columns]
        return len(found), sums, len(batch.rejects), len(batch.remarks)

    whole = [
        "ev_charging_units.csv", "excel_semicolon_decimal_comma.csv", "excel_sep_line.csv", "excel_us_dates.csv",
        "excel_unicode_text_utf16_tab.csv", "header_of_2013.csv",
    ]  # fmt: skip
    for name in whole:
        assert ports(name) == (40, [0, 49, 15], 0, 0), name
    assert ports("three_odd_optional_fields.csv") == (40, [0, 49, 15], 0, 3)
    assert ports("doc_2026_sample.csv") == (2, [0, 0, 4], 0, 0)
    with pytest.raises(UsageError, match="is not utf-8") as error:
        ports("excel_ansi_cp1252.csv")
    assert 'encoding = "cp1252"' in error.value.hint
    assert ports("excel_ansi_cp1252.csv", AfdcSource(path="x", encoding="cp1252")) == (40, [0, 49, 15], 0, 0)
    with pytest.raises(
        UsageError, match="lacks the columns 'ID', 'Status Code', 'Latitude', 'Longitude'"
    ) as error:
        ports("real_wilson_cleaned_dates.csv")
    assert "with all columns" in error.value.hint
