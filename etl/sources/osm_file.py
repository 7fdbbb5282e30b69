"""Opens an OpenStreetMap file; the one place that turns osmium's complaints into sentences."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import osmium

from db.errors import UsageError

COORDINATE_UNIT = 10_000_000  # OSM stores degrees as whole numbers of this fraction


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Guard code that reads an OSM file.

    Raises:
        UsageError: the file is empty, cut short or no OSM file.
    """
    try:
        if path.stat().st_size == 0:
            raise UsageError(f"{path.name} is empty.", "fetch the extract again.")
        yield
    except (RuntimeError, ValueError, osmium.InvalidLocationError) as error:
        what = str(error).strip() or type(error).__name__
        raise UsageError(
            f"{path.name} cannot be read as an OpenStreetMap file: {what}.",
            "fetch the extract again; it may be cut short.",
        ) from None
