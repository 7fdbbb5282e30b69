"""Services with a protocol of their own, each turned into the file that its reader knows.

Formats: OpenChargeMap API v3, the Alternative Fuels Data Center's API v1, ArcGIS REST 10.3 and later with
GeoJSON, CKAN's action API v3.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path
from typing import Any

from db.connection import setting
from db.errors import FetchError
from etl.fetch.cache import shown
from etl.fetch.client import Client, Fetched, Request
from etl.fetch.content import CSV, JSON

Box = tuple[float, float, float, float]
OPENCHARGEMAP_KEY = "OPENCHARGEMAP_API_KEY"
AFDC_KEY = "AFDC_API_KEY"
_PAGE = 200
_PAGES_MAX = 10_000


class LeftOutError(Exception):
    """A source that cannot be asked, and what stands in for it."""


def openchargemap(client: Client, url: str, box: Box) -> Fetched:
    """Return the stations in a box (west, south, east, north), page by page in order of their ID.

    Raises:
        LeftOutError: there is no key.
        FetchError: the service fails, or does not page as documented.
    """
    key = setting(OPENCHARGEMAP_KEY)
    if not key and not client.is_offline:
        raise LeftOutError(
            f"OpenChargeMap wants a key and {OPENCHARGEMAP_KEY} is not set; its stations are left out, and "
            "those of NRCan / AFDC and OpenStreetMap are used."
        )
    west, south, east, north = box
    params = {
        "output": "json", "camelcase": "false", "compact": "false", "verbose": "false", "sortby": "id_asc",
        "maxresults": str(_PAGE), "boundingbox": f"({north:.5f},{west:.5f}),({south:.5f},{east:.5f})",
    }  # fmt: skip

    def page(after: int) -> Any:
        request = Request(
            "openchargemap",
            url,
            JSON,
            params | {"greaterthanid": str(after)},
            ("X-API-Key", key) if key else None,
            "openchargemap.json",
        )
        return _json(client.get(request), "openchargemap")

    def make(path: Path) -> None:
        found: list[Any] = []
        after = 0
        for _ in range(_PAGES_MAX):
            records = page(after)
            ids = [record.get("ID") if isinstance(record, dict) else None for record in _list(records)]
            if ids != sorted({n for n in ids if isinstance(n, int) and n > after}):
                raise FetchError(
                    f"openchargemap: {shown(url)} does not give the stations in order of their ID.",
                    "the service has changed; give its answer as a file in DATA_DIR.",
                )
            found += records
            if len(records) < _PAGE:
                break
            after = ids[-1]
        path.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")

    return client.made("openchargemap", f"{url}?{params['boundingbox']}", "openchargemap.json", make)


def _list(records: Any) -> list[Any]:
    if not isinstance(records, list):
        raise FetchError(
            "openchargemap: the answer is no list of stations.",
            "the service has changed, or refuses the key.",
        )
    return records


def afdc(client: Client, url: str) -> Fetched:
    """Return the electric stations of a country or state, as the query of `url` says.

    Without a key of one's own the public DEMO_KEY is used, which allows few requests an hour.

    Raises:
        FetchError: the service fails.
    """
    params = {"fuel_type": "ELEC", "status": "all", "access": "all", "limit": "all"}
    secret = ("X-Api-Key", setting(AFDC_KEY) or "DEMO_KEY")
    return client.get(Request("afdc", url, CSV, params, secret, "afdc.csv"))


def arcgis(client: Client, source: str, url: str, where: str | None) -> Fetched:
    """Return the features of a layer (`.../FeatureServer/0` or `.../MapServer/0`) as one GeoJSON file.

    Raises:
        FetchError: the service fails, or gives other than as many features as it counts.
    """
    where = where or "1=1"

    def ask(name: str, path: str, params: dict[str, str]) -> dict[str, Any]:
        answer = _json(client.get(Request(source, url.rstrip("/") + path, JSON, params, name=name)), source)
        if not isinstance(answer, dict) or "error" in answer:
            said = str(answer.get("error") if isinstance(answer, dict) else answer)[:200]
            raise FetchError(
                f"{source}: {shown(url)} answered with an error: {said}.",
                "correct `url` or `where` in the region file.",
            )
        return answer

    def make(path: Path) -> None:
        layer = ask("layer.json", "", {"f": "json"})
        fields = [f for f in layer.get("fields") or [] if f.get("type") == "esriFieldTypeOID"]
        number = layer.get("objectIdField") or (fields[0]["name"] if fields else None)
        count = ask("count.json", "/query", {"f": "json", "where": where, "returnCountOnly": "true"}).get(
            "count"
        )
        features: list[Any] = []
        for _ in range(_PAGES_MAX):
            params = {"f": "geojson", "where": where, "outFields": "*", "outSR": "4326"}
            if features:
                params["resultOffset"] = str(len(features))
            if number:
                params["orderByFields"] = number
            part = ask("features.geojson", "/query", params).get("features") or []
            features += part
            if not part or len(features) >= (count or 0):
                break
        if not features or (count is not None and len(features) != count):
            raise FetchError(
                f"{source}: {shown(url)} gave {len(features)} features and counts {count}.",
                "correct `url` or `where` in the region file, or try again.",
            )
        path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")

    return client.made(source, f"{url}?where={where}", f"{source}.geojson", make)


def ckan(client: Client, source: str, url: str) -> list[tuple[Fetched, str]]:
    """Return all CSV files of a dataset (`.../api/3/action/package_show?id=...`), each with its date.

    A file is dated by its name: `Q3 2024` is 2024-09-30.

    Raises:
        FetchError: the service fails, or no file of the dataset is CSV with a date in its name.
    """
    answer = _json(client.get(Request(source, url, JSON, name="dataset.json")), source)
    result = answer.get("result") if isinstance(answer, dict) and answer.get("success") else None
    resources = result.get("resources") if isinstance(result, dict) else None
    if not isinstance(resources, list):
        raise FetchError(f"{source}: {shown(url)} describes no dataset.", "correct `url` in the region file.")
    files: dict[dt.date, str] = {}
    for item in resources:
        day = _quarter_end(str(item.get("name"))) if isinstance(item, dict) else None
        if day and str(item.get("format", "")).upper() == "CSV" and isinstance(item.get("url"), str):
            files.setdefault(day, item["url"])
    if not files:
        raise FetchError(
            f"{source}: {shown(url)} lists no CSV file named by quarter, such as 'Q3 2024'.",
            "the dataset has changed; give its files in DATA_DIR.",
        )
    return [
        (client.get(Request(source, files[day], CSV, name=f"{source}_{day}.csv")), day.isoformat())
        for day in sorted(files)
    ]


def _quarter_end(name: str) -> dt.date | None:
    """Return the last day of the quarter that a name speaks of; None where it speaks of none."""
    match = re.search(r"\bQ([1-4])\W*(20\d\d)\b", name) or re.search(r"\b(20\d\d)\W*Q([1-4])\b", name)
    if not match:
        return None
    quarter, year = sorted((int(match[1]), int(match[2])))
    return dt.date(year + quarter // 4, quarter * 3 % 12 + 1, 1) - dt.timedelta(days=1)


def _json(fetched: Fetched, source: str) -> Any:
    try:
        return json.loads(fetched.path.read_bytes().decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise FetchError(
            f"{source}: {fetched.url} answered with JSON that cannot be read ({str(error)[:100]}).",
            "load again with --refresh.",
        ) from None
