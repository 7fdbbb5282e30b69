"""Reads civic addresses.

Inputs: a text file with points, plain or .gz. Results: `raw.address`.
"""

from __future__ import annotations

from pathlib import Path

from etl.region.sources import AddressSource
from etl.sources.base import Batch, Frame
from etl.sources.collect import Item, Rows, collect_rows
from etl.sources.delimited import Records
from etl.sources.schema import Record, Text, take
from etl.sources.values import parse_required_place

# Files usually cover a whole province, so records outside the region are one reject with their number.
_INTO = Rows(
    "address",
    ("record_number", "street_number", "street", "city", "geom"),
    entities="addresses",
    is_bulk=True,
)


class _Address(Record):
    street_number: Text = None
    street: Text = None
    city: Text = None


def read_addresses(path: Path, source: AddressSource, frame: Frame) -> Batch:
    """Read the addresses.

    Raises:
        UsageError: the file cannot be used as a whole.
    """
    columns = source.columns
    texts = {name: getattr(columns, name) for name in _Address.model_fields}
    records = Records(path, encoding=source.encoding)
    records.require_columns(columns.lon, columns.lat, *texts.values())
    records.normalize_values((), places=(columns.lon, columns.lat))

    def parse(_: int, values: dict[str, str]) -> Item:
        place = parse_required_place(
            values[columns.lon], values[columns.lat], fields=(columns.lon, columns.lat)
        )
        row = tuple(take(_Address, values, texts).model_dump().values())
        # the same address at the same place would count twice
        key = "\t".join(map(str, (*row, *place))) if row[0] and row[1] else None
        return Item(
            row, place, key=key, key_field=columns.street, label=f"{row[0]} {row[1]}" if key else None
        )

    return Batch([collect_rows(_INTO, records, parse, frame, records.rejects)], records.rejects)
