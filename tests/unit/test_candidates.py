"""Places that a municipality's own list names: read, or refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from db.common.errors import UsageError
from etl.region.sources import CandidateColumns, CandidateSource
from etl.sources.candidates import read_candidates
from tests.support.etl_frame import FRAME, faults, outside, place, rows, write

NAMED = CandidateColumns(id="id", name="name", address="address", suitability_share="fit")


def test_a_table_of_places_is_read(tmp_path: Path) -> None:
    text = "id,name,address,fit,lon,lat\n"
    text += "L1,Market Square,1 Market St,0.8,-80.5,43.4\nL2,,,,-80.49,43.41\n"
    text += "L1,Again,,,-80.5,43.41\nL3,No place,,,,\nL4,Far,,,-79.4,43.7\nL5,Odd,,7,-80.5,43.39\n"
    batch = read_candidates(write(tmp_path, "c.csv", text), CandidateSource(path="x", columns=NAMED), FRAME)
    found = rows(batch, "candidate")
    assert [(r["candidate_key"], r["name"], r["address"], r["suitability_share"]) for r in found] == [
        ("L1", "Market Square", "1 Market St", 0.8),
        ("L2", None, None, None),
        ("L5", "Odd", None, None),
    ]
    assert place(found[0]) == (-80.5, 43.4)
    assert faults(batch) == [("3 (Again)", "id"), ("4 (L3)", "lat")]
    assert [reject.record for reject in outside(batch)] == ["5 (Far)"]
    assert [(remark.record_number, remark.field) for remark in batch.remarks] == [(6, "fit")]


def test_places_alone_keep_their_keys_when_the_list_is_sorted_anew(tmp_path: Path) -> None:
    lines = ["-80.5,43.4", "-80.49,43.41", "-80.5,43.4"]
    source = CandidateSource(path="x")
    made = []
    for order in (lines, lines[::-1]):
        batch = read_candidates(write(tmp_path, "c.csv", "\n".join(["lon,lat", *order])), source, FRAME)
        made.append({str(r["candidate_key"]): place(r) for r in rows(batch, "candidate")})
        assert len(batch.rejects) == 1
    assert made[0] == made[1]
    assert len(made[0]) == 2


@pytest.mark.parametrize("kind", ["Point", "Polygon", "MultiPoint"])
def test_a_layer_of_any_shapes_is_read(tmp_path: Path, kind: str) -> None:
    spots: Any = [-80.5, 43.4]
    if kind == "MultiPoint":
        spots = [spots]
    if kind == "Polygon":
        spots = [
            [[-80.501, 43.399], [-80.499, 43.399], [-80.499, 43.401], [-80.501, 43.401], [-80.501, 43.399]]
        ]
    feature = {"type": "Feature", "properties": {"id": 5}, "geometry": {"type": kind, "coordinates": spots}}
    path = write(tmp_path, "c.geojson", json.dumps({"type": "FeatureCollection", "features": [feature]}))
    source = CandidateSource(path="x", loader="vector", columns=CandidateColumns(id="id"))
    (found,) = rows(read_candidates(path, source, FRAME), "candidate")
    assert found["candidate_key"] == "5"
    assert place(found) == pytest.approx((-80.5, 43.4))


def test_a_column_that_is_missing_is_named(tmp_path: Path) -> None:
    path = write(tmp_path, "c.csv", "id,lon,lat\nL1,-80.5,43.4\n")
    with pytest.raises(UsageError, match="lacks the columns 'name', 'address', 'fit'"):
        read_candidates(path, CandidateSource(path="x", columns=NAMED), FRAME)
