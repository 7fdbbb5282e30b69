"""Reads civic addresses.

Inputs: a text file with points, plain or .gz. Results: `raw.address`.
"""

from __future__ import annotations

from pathlib import Path

from etl.region_source import AddressSource
from etl.sources.base import Batch, Frame
from etl.sources.collect import Item, Rows, collect
from etl.sources.delimited import Records
from etl.sources.values import clean, needed_place

# Files of whole provinces are usual, so those outside the region are one reject with their number.
_INTO = Rows(
    "address", ("record_number", "street_number", "street", "city", "geom"), noun="addresses", is_bulk=True
)


def read_addresses(path: Path, source: AddressSource, frame: Frame) -> Batch:
    """Read the addresses.

    Raises:
        UsageError: the file cannot be used as a whole.
    """
    columns = source.columns
    texts = (columns.street_number, columns.street, columns.city)
    records = Records(path, encoding=source.encoding)
    records.need(columns.lon, columns.lat, *texts)

    def parse(_: int, values: dict[str, str]) -> Item:
        place = needed_place(values[columns.lon], values[columns.lat], fields=(columns.lon, columns.lat))
        return Item(tuple(clean(values[column]) if column else None for column in texts), place)

    return Batch([collect(_INTO, records, parse, frame, records.rejects)], records.rejects)
