"""Reads the utilisation of stations, as measured by their operators.

Inputs: a text file. Results: `raw.utilisation`, which overrides the estimate of `analysis.utilisation`.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

from pydantic import Field

from etl.region.sources import UtilisationSource
from etl.sources.base import Batch, Frame, Remarks
from etl.sources.collect import Item, Rows, collect_rows
from etl.sources.delimited import Records
from etl.sources.schema import NeededText, Number, Odd, PastDay, Record, list_columns_by_type, take
from etl.sources.values import FieldError

_INTO = Rows(
    "utilisation", ("record_number", "station_id", "utilisation_share", "measured_from", "measured_to")
)
_STATION = re.compile(r"(ocm|afdc|osm):\S+")


class _Measurement(Record):
    station_id: NeededText
    utilisation_share: Annotated[float, Number, Field(ge=0, le=1)]
    measured_from: PastDay = None
    measured_to: PastDay = None


def read_utilisation(path: Path, source: UtilisationSource, frame: Frame) -> Batch:
    """Read one measurement for each station of a feed; a second one is a reject.

    Raises:
        UsageError: the file cannot be used as a whole.
    """
    columns = source.columns
    records = Records(path, encoding=source.encoding)
    records.require_columns(
        columns.station_id, columns.utilisation_share, columns.measured_from, columns.measured_to
    )
    numbers, days = list_columns_by_type(_Measurement, columns.model_dump())
    records.normalize_values(numbers, days)
    remarks = Remarks()

    def parse(_: int, values: dict[str, str]) -> Item:
        label = values[columns.station_id].strip()[:40] or None
        odd: Odd = []
        try:
            found = take(_Measurement, values, columns.model_dump(), odd)
        except FieldError as error:
            error.label = label
            raise
        if not _STATION.fullmatch(found.station_id):
            reason = f"'{found.station_id[:40]}' is not a station such as ocm:900001, afdc:17 or osm:n5"
            raise FieldError(columns.station_id, reason, label)
        begin, end = found.measured_from, found.measured_to
        if begin is not None and end is not None and end < begin:
            raise FieldError(columns.measured_to, f"{end} is before {begin}", label)
        return Item(
            (found.station_id, found.utilisation_share, begin, end),
            key=found.station_id,
            key_field=columns.station_id,
            odd=tuple(odd),
        )

    table = collect_rows(_INTO, records, parse, frame, records.rejects, remarks=remarks)
    return Batch([table], records.rejects, remarks=remarks)
