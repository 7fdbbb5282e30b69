"""Reads civic addresses.

Inputs: a text file with points, plain or .gz. Results: `raw.address`.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import shapely

from etl.region import AddressSource
from etl.sources.base import Batch, Frame, Reject, Table, ewkb_points
from etl.sources.delimited import Records
from etl.sources.values import FieldFault, clean, needed_place

COLUMNS = ("record_number", "street_number", "street", "city", "geom")


def read_addresses(path: Path, source: AddressSource, frame: Frame) -> Batch:
    """Read the addresses; those outside the region are one reject with their number, as files of whole provinces are usual.

    Raises:
        UsageError: the file cannot be used as a whole.
    """
    columns, rejects = source.columns, list[Reject]()
    records = Records(path, encoding=source.encoding)
    texts = (columns.street_number, columns.street, columns.city)
    records.need(columns.lon, columns.lat, *texts)
    rows: list[tuple[object, ...]] = []
    places: list[tuple[float, float]] = []
    for record, values in records:
        try:
            at = needed_place(values[columns.lon], values[columns.lat], fields=(columns.lon, columns.lat))
        except FieldFault as fault:
            rejects.append(Reject(str(record), fault.field, fault.reason))
            continue
        places.append(at)
        rows.append((record, *(clean(values[column]) if column else None for column in texts)))
    inside = _inside(places, frame)
    outside = int((~inside).sum())
    if outside:
        reason = f"{outside:,} addresses lie outside the region and its margin"
        rejects.append(Reject("several", None, reason, is_outside=True, count=outside))
    rows = [
        (*row, geom)
        for row, geom, is_inside in zip(rows, ewkb_points(places), inside, strict=True)
        if is_inside
    ]
    return Batch([Table("address", COLUMNS, rows)], records.rejects + rejects)


def _inside(places: list[tuple[float, float]], frame: Frame) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    if frame.outline is None or not places:
        return np.ones(len(places), dtype=np.bool_)
    xy = np.array(places)
    return np.asarray(shapely.intersects_xy(frame.outline, xy[:, 0], xy[:, 1]), dtype=np.bool_)
