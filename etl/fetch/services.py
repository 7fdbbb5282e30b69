"""Fetches from services with a protocol of their own, as files that the readers of sources read.

Formats: OpenChargeMap API v3, the Alternative Fuels Data Center's API v1, ArcGIS REST 10.3 and later with
GeoJSON, CKAN's action API v3.
"""

from __future__ import annotations

import datetime as dt
import itertools
import json
import re
from pathlib import Path
from typing import Any

from db.common.assumption import Remark
from db.common.errors import FetchError, UsageError
from db.environment import setting
from etl.fetch.arcgis import Box
from etl.fetch.cache import redact_url
from etl.fetch.client import Client, Fetched
from etl.fetch.content import CSV
from etl.fetch.refusal import Refusal
from etl.fetch.request import Request

OPENCHARGEMAP_KEY = "OPENCHARGEMAP_API_KEY"
AFDC_KEY = "AFDC_API_KEY"
_PAGE = 10_000  # the service has no limit of its own
_NOTHING_BYTES = 64
_QUARTER = re.compile(r"\b[QT]([1-4])\W*(20\d\d)\b|\b(20\d\d)\W*[QT]([1-4])\b", re.IGNORECASE)
_DAY = re.compile(r"\b(20\d\d)-?(0[1-9]|1[0-2])(?:-?[0-3]\d)?\b")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = re.compile(rf"\b({'|'.join(_MONTHS)})[a-z]*\W*(?:[0-3]?\d\W+)?(20\d\d)\b", re.IGNORECASE)
_OCM_KEY = Refusal(
    "it requires a key, or rejects the one it was given", f"correct {OPENCHARGEMAP_KEY} in the environment."
)
_AFDC_KEY = Refusal("it rejects the key", f"correct {AFDC_KEY} in the environment, or ask for a new one.")
_DEMO_KEY_BLOCKED = Refusal(
    "the public DEMO_KEY allows 30 requests an hour and 50 a day, and they are used up",
    f"set {AFDC_KEY} to a key of your own, which is free of charge, or try again in an hour.",
)
_OWN_KEY_BLOCKED = Refusal(f"the key in {AFDC_KEY} has used up its requests", "try again in an hour.")


class SourceSkippedError(Exception):
    """A source that cannot be fetched is skipped; the remark names what is used instead."""

    def __init__(self, remark: Remark) -> None:
        super().__init__(str(remark))
        self.remark = remark


def fetch_openchargemap(client: Client, url: str, box: Box) -> Fetched:
    """Return the stations in a box (west, south, east, north), in one large page.

    Their order matters only if that page is full: the next one begins after the last ID. The service
    sometimes answers without any station; if it had some before, those are kept.

    Raises:
        SourceSkippedError: there is no key.
        FetchError: the service fails, or does not page as documented.
    """
    key, where = _key(OPENCHARGEMAP_KEY), f"openchargemap: {redact_url(url)}"
    if not key and not client.is_offline:
        raise SourceSkippedError(
            Remark(
                f"OpenChargeMap requires a key and {OPENCHARGEMAP_KEY} is not set; its stations are "
                "left out, and those of NRCan / AFDC and OpenStreetMap are used.",
                f"OpenChargeMap demande une clé et {OPENCHARGEMAP_KEY} n'est pas définie ; ses stations sont "
                "laissées de côté, et celles de RNCan / AFDC et d'OpenStreetMap servent.",
            )
        )
    west, south, east, north = box
    params = {
        "output": "json", "camelcase": "false", "compact": "false", "verbose": "false", "sortby": "id_asc",
        "maxresults": str(_PAGE), "boundingbox": f"({north:.5f},{west:.5f}),({south:.5f},{east:.5f})",
    }  # fmt: skip

    def page(after: int) -> list[Any]:
        asked = params | {"greaterthanid": str(after)}
        refusals = dict.fromkeys((401, 403), _OCM_KEY)
        name = "openchargemap.json"
        request = Request("openchargemap", url, params=asked, api_key=key, name=name, refusals=refusals)
        return _list(client.get_json(request))

    def make(path: Path) -> None:
        records = found = page(0)
        while len(records) >= _PAGE:
            ids = [record.get("ID") if isinstance(record, dict) else None for record in records]
            whole = [number for number in ids if isinstance(number, int)]
            if len(whole) != len(ids) or whole != sorted(set(whole)):
                raise FetchError(
                    f"{where} sent a full page of {_PAGE:,} stations that are not in "
                    "order of their ID, so the remaining ones cannot be requested.",
                    "try again later, or put its answer as a file into DATA_DIR.",
                )
            records = page(whole[-1])
            if any(isinstance(r, dict) and r.get("ID", 0) in set(whole) for r in records):
                raise FetchError(
                    f"{where} sent the same stations again instead of the next ones.",
                    "try again later, or put its answer as a file into DATA_DIR.",
                )
            found = found + records
        path.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")

    key_of_file = f"{url}?{params['boundingbox']}"
    return client.assemble("openchargemap", key_of_file, "openchargemap.json", make, _is_empty_list)


def _is_empty_list(path: Path) -> bool:
    return path.stat().st_size <= _NOTHING_BYTES and path.read_bytes().split() in ([b"[]"], [b"[", b"]"])


def _list(records: Any) -> list[Any]:
    if not isinstance(records, list):
        raise FetchError(
            "openchargemap: the answer is not a list of stations.",
            "the service has changed, or rejects the key.",
        )
    return records


def _key(name: str) -> str | None:
    """Return an API key from the environment.

    Raises:
        UsageError: it holds characters that are not allowed in a header.
    """
    key = (setting(name) or "").strip()
    if not all("!" <= character <= "~" for character in key):
        raise UsageError(
            f"{name} holds blanks or other characters that are not allowed in a key.",
            "copy the key again, without quotes.",
        )
    return key or None


def fetch_afdc(client: Client, url: str) -> Fetched:
    """Return the electric stations of the country or state in the query of `url`.

    Without a key in the environment the public DEMO_KEY is used, which allows few requests. When they are
    used up, the service blocks its client for an hour, so there is no retry.

    Raises:
        FetchError: the service fails.
    """
    own = _key(AFDC_KEY)
    params = {"fuel_type": "ELEC", "status": "all", "access": "all", "limit": "all"}
    refusals = {429: _OWN_KEY_BLOCKED if own else _DEMO_KEY_BLOCKED, 403: _AFDC_KEY}
    return client.get(
        Request("afdc", url, CSV, params, own or "DEMO_KEY", "afdc.csv", refusals, _is_header_alone)
    )


def _is_header_alone(path: Path) -> bool:
    with path.open("rb") as file:
        return not any(line.strip() for line in itertools.islice(file, 1, None))


def fetch_ckan(client: Client, source: str, url: str) -> list[tuple[Fetched, str]]:
    """Return all CSV files of a dataset (`.../api/3/action/package_show?id=...`), each with its date.

    A file is dated by its name: `Q3 2024` is 2024-09-30.

    Raises:
        FetchError: the service fails, or the dataset has no CSV file with a date in its name.
    """
    answer = client.get_json(Request(source, url, name="dataset.json"))
    result = answer.get("result") if isinstance(answer, dict) and answer.get("success") else None
    resources = result.get("resources") if isinstance(result, dict) else None
    if not isinstance(resources, list):
        raise FetchError(
            f"{source}: {redact_url(url)} does not describe a dataset.", "correct `url` in the region file."
        )
    files: dict[dt.date, str] = {}
    for item in resources:
        if not isinstance(item, dict) or not isinstance(item.get("url"), str) or not _is_csv(item):
            continue
        day = _quarter_end(str(item.get("name"))) or _quarter_end(item["url"].rsplit("/", 1)[-1])
        if day:
            files.setdefault(day, item["url"])
    if not files:
        raise FetchError(
            f"{source}: {redact_url(url)} lists no CSV file named by quarter, such as 'Q3 2024'.",
            "the dataset has changed; put its files into DATA_DIR.",
        )
    return [
        (client.get(Request(source, files[day], CSV, name=f"{source}_{day}.csv")), day.isoformat())
        for day in sorted(files)
    ]


def _is_csv(item: dict[str, Any]) -> bool:
    return "CSV" in str(item.get("format")).upper() or item["url"].lower().split("?")[0].endswith(".csv")


def _quarter_end(name: str) -> dt.date | None:
    """Return the last day of the quarter in a name; None if there is none.

    `Q3 2024`, `2024-Q3`, `T3_2024`, `third quarter of 2024`, `2024-09-30`, `end of Sept 2024` are the same.
    """
    text = re.sub(r"[_%]+", " ", name)
    for number, word in enumerate(("first", "second", "third", "fourth"), start=1):
        text = re.sub(rf"\b{word}\s+quarter(\s+of)?\b", f"Q{number}", text, flags=re.IGNORECASE)
    if match := _QUARTER.search(text):
        quarter, year = int(match[1] or match[4]), int(match[2] or match[3])
    elif match := _DAY.search(text):
        quarter, year = (int(match[2]) + 2) // 3, int(match[1])
    elif match := _MONTH.search(text):
        quarter, year = (_MONTHS.index(match[1][:3].lower()) + 3) // 3, int(match[2])
    else:
        return None
    return dt.date(year + quarter // 4, quarter * 3 % 12 + 1, 1) - dt.timedelta(days=1)
