"""Reads an answer in JSON."""

from __future__ import annotations

import json
from typing import Any

from db.errors import FetchError
from etl.fetch.client import Fetched


def read_json(fetched: Fetched, source: str) -> Any:
    """Return what an answer holds.

    Raises:
        FetchError: it is no JSON.
    """
    try:
        return json.loads(fetched.path.read_bytes().decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise FetchError(
            f"{source}: {fetched.url} answered with JSON that cannot be read ({str(error)[:100]}).",
            "load again with --refresh.",
        ) from None
