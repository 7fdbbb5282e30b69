"""Charging stations: OpenChargeMap and NRCan / AFDC."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.errors import UsageError
from etl.region_source import AfdcSource, OpenChargeMapSource
from etl.sources.afdc import read_afdc
from etl.sources.base import Batch, Frame
from etl.sources.openchargemap import read_openchargemap
from tests.etl_frame import FRAME, INSIDE, OUTSIDE, faults, outside, place, rows, write

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
        (poi(Connections=["x"]), "Connections[1]"),
        (poi(Connections={"1": 2}), "Connections"),
        (poi(Connections=[{"PowerKW": 7_200}]), "Connections[1].PowerKW"),
        (poi(Connections=[{"Quantity": 1.5}]), "Connections[1].Quantity"),
        (poi(Connections=[{}, {"Level": {"ID": "two"}}]), "Connections[2].Level.ID"),
        (poi(StatusType={"ID": "x"}), "StatusType.ID"),
        (poi(DateLastVerified="soon"), "DateLastVerified"),
        (poi(DateLastVerified="2999-01-01T00:00:00Z"), "DateLastVerified"),
        (poi(Connections=[{"PowerKW": "50"}]), "Connections[1].PowerKW"),
        (poi(Connections=[{"Quantity": -1}]), "Connections[1].Quantity"),
        (poi(NumberOfPoints="many"), "NumberOfPoints"),
        (poi(Extra=float("nan")), "record"),
        ("a text", "record"),
    ],
)
def test_a_bad_record_is_a_reject_with_its_field(tmp_path: Path, item: Any, field: str) -> None:
    batch = read_ocm(tmp_path, [item, poi(8)])
    assert [found for _, found in faults(batch)] == [field]
    assert [row["ocm_id"] for row in rows(batch, "openchargemap_poi")] == [8]


def test_doubles_and_places_outside(tmp_path: Path) -> None:
    far = poi(2, AddressInfo={"Longitude": OUTSIDE[0], "Latitude": OUTSIDE[1]})
    batch = read_ocm(tmp_path, [poi(1), poi(1), far])
    assert batch.row_count == 1
    assert faults(batch) == [("2 (ID 1)", "ID")]
    assert [reject.record for reject in outside(batch)] == ["3 (ID 2)"]
    assert batch.fault_share == 0.5


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
        writer = csv.DictWriter(file, ("", *HEADER), restval="")
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
        ("Fuel Type Code", " "), ("Status Code", ""), ("EV Level2 EVSE Num", "2.5"),
        ("EV DC Fast Count", "-1"), ("Open Date", "15/07/2014"), ("Open Date", "2999-01-01"),
        ("Date Last Confirmed", "2999-01-01"), ("EV DC Fast Count", "1e999"), ("ID", "9223372036854775808"),
    ],
)  # fmt: skip
def test_a_bad_station_is_a_reject_with_its_field(tmp_path: Path, column: str, value: str) -> None:
    batch = read_stations(tmp_path, station(**{column: value}), station(ID=2))
    assert [field for _, field in faults(batch)] == [column]
    assert batch.row_count == 1


def test_a_file_that_is_no_export(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no column 'ID'"):
        read_afdc(write(tmp_path, "afdc.csv", "a,b\n1,2\n"), AFDC, FRAME)


def test_the_real_files(shared: Path) -> None:
    data = shared / "data"
    waterloo = read_openchargemap(data / "waterloo/stations/openchargemap.json", OCM, Frame())
    records = [json.loads(str(row["record"])) for row in rows(waterloo, "openchargemap_poi")]
    assert (len(records), sum(record["NumberOfPoints"] for record in records)) == (183, 490)
    alpine = read_openchargemap(data / "liechtenstein/openchargemap_LI_18.json", OCM, Frame())
    records = [json.loads(str(row["record"])) for row in rows(alpine, "openchargemap_poi")]
    connections = [part for record in records for part in record["Connections"]]
    assert (len(records), len(connections)) == (18, 24)
    assert sum(part.get("Quantity") or 0 for part in connections) == 54
    stations = rows(
        read_afdc(data / "waterloo/stations/nrcan_afdc_2022-07.csv", AFDC, Frame()), "afdc_station"
    )
    fuels = [row["fuel_type_code"] for row in stations]
    assert (len(fuels), fuels.count("ELEC"), fuels.count("LPG"), fuels.count("CNG")) == (196, 183, 11, 2)
    statuses = [row["status_code"] for row in stations]
    assert [statuses.count(code) for code in "EPT"] == [163, 30, 3]
