"""How rows are written into the page: by column, and what repeats only once."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Sequence
from itertools import groupby
from typing import Any

import numpy as np
import numpy.typing as npt

Row = dict[str, Any]


def packed(rows: Sequence[Row]) -> Row:
    """Return rows of the same keys as their `count` and a column for each key, as text.js reads them."""
    keys = rows[0].keys() if rows else ()
    return {"count": len(rows), "columns": {key: column([row[key] for row in rows]) for key in keys}}


def column(values: Sequence[Any]) -> list[Any] | Row:
    """Return the values, or `runs` of a value and how often it comes in a row, where those are fewer."""
    runs = [part for value, group in groupby(values, _with_kind) for part in (value[1], len(list(group)))]
    return {"runs": runs} if len(runs) < len(values) else list(values)


def _with_kind(value: Any) -> tuple[type, Any]:
    """Return the value with its type: 1, 1.0 and True are the same to Python."""
    return type(value), value


def steps(places: npt.NDArray[np.int64]) -> list[int]:
    """Return growing whole numbers as runs of those that follow each other.

    Of each run: how far it begins after the last number of the run before (after 0 at first), and its length.
    """
    if not len(places):
        return []
    begins = np.flatnonzero(np.diff(places, prepend=places[0] - 2) != 1)
    ends = np.append(begins[1:], len(places)) - 1
    gaps = places[begins] - np.concatenate(([0], places[ends[:-1]]))
    return np.column_stack([gaps, ends - begins + 1]).ravel().tolist()


def deflated(text: str) -> str:
    """Return a text deflated and in base 64, as inflate.js takes it."""
    return base64.b64encode(zlib.compress(text.encode("utf-8"), 9)).decode("ascii")
