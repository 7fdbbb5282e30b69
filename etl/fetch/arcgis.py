"""ArcGIS REST 10.3 and later: the features of a layer as one GeoJSON file.

A layer returns at most `maxRecordCount` features at a time and sets `exceededTransferLimit` if it has more.
Pages of a spatial query may come incomplete, so where one answer does not hold all features, the object ids
are requested first and the features by ranges of ids.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from db.common.errors import FetchError
from etl.fetch.cache import redact_url
from etl.fetch.client import Client, Fetched
from etl.fetch.request import Request

Box = tuple[float, float, float, float]
_PAGES_MAX = 2_000
_OLD_PAGES_MAX = 3  # pages with no new feature: the layer ignores the offset
_PAGE = 1000  # for a layer that does not state its maxRecordCount
_DIGITS = 6  # of a degree: 11 cm
_HINT = "correct `url` or `where` in the region file, or try again."


def fetch_layer(
    client: Client,
    source: str,
    url: str,
    where: str | None,
    *,
    box: Box | None = None,
    columns: tuple[str, ...] = (),
) -> Fetched:
    """Return the features of a layer (`.../FeatureServer/0` or `.../MapServer/0`) as one GeoJSON file.

    The features are those that meet `where` and touch `box` (west, south, east, north, in degrees), with the
    named columns, or all columns if none is named. Coordinates have six digits. Shapes are not simplified:
    neighbours would no longer share their edges.

    Raises:
        FetchError: the service fails, lacks a column, or returns more or fewer features than it counts.
    """
    layer = _Layer(client, source, url.rstrip("/"), where or "1=1", box, columns)

    def make(path: Path) -> None:
        features = layer.features()
        path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")

    key = f"{url}?where={where or '1=1'}"
    key += f"&geometry={_corners(box)}" if box else ""
    key += f"&outFields={','.join(columns)}" if columns else ""
    return client.assemble(source, key, f"{source}.geojson", make)


def _corners(box: Box) -> str:
    return ",".join(f"{degree:.5f}" for degree in box)


@dataclass
class _Layer:
    """A layer of a service, and the features fetched from it so far."""

    client: Client
    source: str
    url: str
    where: str
    box: Box | None
    columns: tuple[str, ...]
    id_column: str | None = None
    page: int = _PAGE
    found: dict[str, Any] = field(default_factory=dict)

    def features(self) -> list[Any]:
        """Return all features, each once, in the order of their ids where they have any."""
        fields = self._describe()
        count = self._ask("count.json", self._query() | {"returnCountOnly": "true", "f": "json"}).get("count")
        count = count if isinstance(count, int) else None
        wanted = self._query() | {
            "f": "geojson", "outFields": fields, "outSR": "4326", "geometryPrecision": str(_DIGITS),
        }  # fmt: skip
        is_more = self._take(self._ask("features.geojson", wanted))
        if is_more or (count is not None and len(self.found) < count):
            ids = self._ids()
            if ids:
                self._by_ids(wanted, ids)
                count = len(ids)
            else:
                is_more = self._by_pages(wanted, count)
        if not self.found or (count is not None and len(self.found) != count) or (is_more and count is None):
            counted = f"but counts {count}" if count is not None else "but says that it has more"
            raise FetchError(
                f"{self.source}: {redact_url(self.url)} returned {len(self.found)} features {counted}.", _HINT
            )
        return list(self.found.values())

    def _describe(self) -> str:
        """Read the description of the layer; return the columns to request."""
        layer = self._ask("layer.json", {"f": "json"}, "")
        fields = [f for f in layer.get("fields") or [] if isinstance(f, dict) and f.get("name")]
        oids = [f["name"] for f in fields if f.get("type") == "esriFieldTypeOID"]
        self.id_column = layer.get("objectIdField") or (oids[0] if oids else None)
        most = layer.get("maxRecordCount")
        self.page = most if isinstance(most, int) and most > 0 else _PAGE
        if not self.columns or not fields:
            return "*"
        names = {str(f["name"]).casefold(): str(f["name"]) for f in fields}
        lacking = [name for name in self.columns if name.casefold() not in names]
        if lacking:
            raise FetchError(
                f"{self.source}: {redact_url(self.url)} has no column '{lacking[0]}'.",
                f"correct `columns` in the region file; it has {', '.join(names.values())[:300]}.",
            )
        wanted = [names[name.casefold()] for name in self.columns]
        return ",".join(dict.fromkeys([*([self.id_column] if self.id_column else []), *wanted]))

    def _query(self) -> dict[str, str]:
        query = {"where": self.where}
        if self.box:
            query |= {
                "geometry": _corners(self.box), "geometryType": "esriGeometryEnvelope", "inSR": "4326",
                "spatialRel": "esriSpatialRelIntersects",
            }  # fmt: skip
        return query

    def _ids(self) -> list[int]:
        """Return the ids of all features, sorted; an empty list if the layer does not list them."""
        try:
            answer = self._ask("ids.json", self._query() | {"returnIdsOnly": "true", "f": "json"})
        except FetchError:
            return []
        ids = answer.get("objectIds")
        self.id_column = answer.get("objectIdFieldName") or self.id_column
        is_usable = isinstance(ids, list) and self.id_column and all(isinstance(i, int) for i in ids)
        return sorted(set(ids or [])) if is_usable else []

    def _by_ids(self, wanted: dict[str, str], ids: list[int]) -> None:
        """Fetch by ranges of ids; a range that comes incomplete is requested again in halves."""
        left = [ids[first : first + self.page] for first in range(0, len(ids), self.page)][::-1]
        self.found.clear()
        while left:
            some = left.pop()
            between = f"{self.id_column} >= {some[0]} AND {self.id_column} <= {some[-1]}"
            before = len(self.found)
            self._take(self._ask("features.geojson", wanted | {"where": f"({self.where}) AND ({between})"}))
            if len(self.found) - before < len(some) and len(some) > 1:
                half = len(some) // 2
                left += [some[half:], some[:half]]

    def _by_pages(self, wanted: dict[str, str], count: int | None) -> bool:
        """Fetch page by page; return whether the layer still says that it has more.

        The offset of some servers counts the features returned, that of others the features searched. The
        next offset is that of the features returned, which skips none on either; duplicates are dropped.
        """
        order = {"orderByFields": self.id_column} if self.id_column else {}
        offset, old_count = len(self.found), 0
        for _ in range(_PAGES_MAX):
            answer = self._ask("features.geojson", wanted | order | {"resultOffset": str(offset)})
            came, before = len(answer.get("features") or []), len(self.found)
            is_more = self._take(answer)
            is_new = len(self.found) > before
            old_count = 0 if is_new else old_count + (1 if came else 0)
            is_done = len(self.found) >= count if count is not None else not is_more
            if is_done or (not came and not is_more) or old_count > _OLD_PAGES_MAX:
                break
            offset += came if is_new else self.page
        return is_more

    def _take(self, answer: dict[str, Any]) -> bool:
        """Keep the features of an answer; return whether the layer has more than it gave."""
        for feature in answer.get("features") or []:
            self.found.setdefault(self._id_of(feature), feature)
        inside = answer.get("properties")
        return any(
            isinstance(part, dict) and part.get("exceededTransferLimit") is True for part in (answer, inside)
        )

    def _id_of(self, feature: Any) -> str:
        if isinstance(feature, dict):
            values = feature.get("properties") or {}
            number = values.get(self.id_column, feature.get("id"))
            if number is not None:
                return str(number)
        return json.dumps(feature, sort_keys=True)

    def _ask(self, name: str, params: dict[str, str], path: str = "/query") -> dict[str, Any]:
        answer = self.client.get_json(Request(self.source, self.url + path, params=params, name=name))
        if not isinstance(answer, dict) or "error" in answer:
            said = str(answer.get("error") if isinstance(answer, dict) else answer)[:200]
            raise FetchError(
                f"{self.source}: {redact_url(self.url)} answered with an error: {said}.",
                "correct `url` or `where` in the region file.",
            )
        return answer
