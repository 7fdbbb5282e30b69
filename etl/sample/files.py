"""Writers of plain files whose bytes depend on nothing but their content."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

import numpy as np
import pyproj
import shapely

from etl.sample.calibration import ATTRIBUTION, Floats

# Characters that are written at a time; how a text is cut decides how it is compressed.
PIECE = 32 << 20
METRIC_CRS = "EPSG:26917"
_to_degrees = pyproj.Transformer.from_crs(METRIC_CRS, "EPSG:4326", always_xy=True)


def degrees(east_m: Floats, north_m: Floats) -> tuple[Floats, Floats]:
    """Metres (EPSG:26917) to lon, lat rounded to six decimals, about 0.1 m."""
    lon, lat = _to_degrees.transform(east_m, north_m)
    return np.round(lon, 6), np.round(lat, 6)


def _ring_degrees(points: Floats) -> Floats:
    return np.stack(degrees(points[:, 0], points[:, 1]), axis=1)


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text with plain line ends, making the folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())


def write_json(path: Path, value: Any) -> None:
    """Write JSON, one space of indent."""
    write_text(path, json.dumps(value, indent=1, ensure_ascii=False) + "\n")


def write_geojson(
    path: Path, features: Iterable[tuple[shapely.Geometry, dict[str, Any]]], title: str
) -> None:
    """Write shapes in metres as GeoJSON in degrees; the file says that it is synthetic."""
    rows = []
    for shape, properties in features:
        geometry = json.loads(shapely.to_geojson(shapely.transform(shape, _ring_degrees)))
        rows.append(
            {"type": "Feature", "properties": {**properties, "is_synthetic": True}, "geometry": geometry}
        )
    head = {"type": "FeatureCollection", "name": title, "description": ATTRIBUTION, "is_synthetic": True}
    write_text(path, json.dumps({**head, "features": rows}, ensure_ascii=False) + "\n")


def _write_rows(out: IO[bytes] | gzip.GzipFile, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write rows as CSV, piece by piece; None becomes an empty field."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    for row in rows:
        writer.writerow(row)
        if text.tell() > PIECE:
            _move(text, out)
    _move(text, out)


def _move(text: io.StringIO, out: IO[bytes] | gzip.GzipFile) -> None:
    """Write a text out and empty it."""
    out.write(text.getvalue().encode())
    text.seek(0)
    text.truncate()


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write rows as CSV."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as out:
        _write_rows(out, header, rows)


def write_gzip(path: Path, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write rows as compressed CSV, without name and time in the gzip header."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with (
        path.open("wb") as raw,
        gzip.GzipFile(filename="", fileobj=raw, mode="wb", compresslevel=6, mtime=0) as out,
    ):
        _write_rows(out, header, rows)


def write_zip(path: Path, members: Mapping[str, Iterable[str]], comment: str) -> None:
    """Write a zip file of texts, given in pieces, whose members all carry the same fixed date."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.comment = comment.encode()
        for name, pieces in members.items():
            info = zipfile.ZipInfo(name, (2024, 11, 23, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3
            with archive.open(info, "w") as out:
                text = io.StringIO()
                for piece in pieces:
                    text.write(piece)
                    if text.tell() > PIECE:
                        _move(text, out)
                _move(text, out)
