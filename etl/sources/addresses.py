"""Reads civic addresses.

Inputs: a text file with points, plain or .gz. Results: `raw.address`.
"""

from __future__ import annotations

from pathlib import Path

from etl.region.sources import AddressSource
from etl.sources.base import Batch, Frame
from etl.sources.collect import Item, Rows, collect_rows
from etl.sources.delimited import Records
from etl.sources.values import clean_text, parse_required_place

# Files usually cover a whole province, so records outside the region are one reject with their number.
_INTO = Rows(
    "address",
    ("record_number", "street_number", "street", "city", "geom"),
    entities="addresses",
    is_bulk=True,
)


def read_addresses(path: Path, source: AddressSource, frame: Frame) -> Batch:
    """Read the addresses.

    Raises:
        UsageError: the file cannot be used as a whole.
    """
    columns = source.columns
    texts = (columns.street_number, columns.street, columns.city)
    records = Records(path, encoding=source.encoding)
    records.require_columns(columns.lon, columns.lat, *texts)
    records.normalize_values((), places=(columns.lon, columns.lat))

    def parse(_: int, values: dict[str, str]) -> Item:
        place = parse_required_place(
            values[columns.lon], values[columns.lat], fields=(columns.lon, columns.lat)
        )
        # no model: any text will do, and there are more addresses than records of all other sources
        row = tuple(clean_text(values[column]) if column else None for column in texts)
        # the same address at the same place would count twice
        key = "\t".join(map(str, (*row, *place))) if row[0] and row[1] else None
        return Item(
            row, place, key=key, key_field=columns.street, label=f"{row[0]} {row[1]}" if key else None
        )

    return Batch([collect_rows(_INTO, records, parse, frame, records.rejects)], records.rejects)
