"""OpenStreetMap through OSMnx: the answers of Overpass, written as a PBF file for the same readers.

OSMnx sends the requests (its `cache_only_mode` stores the answers and builds nothing), so its queries, its
division of large areas and its pauses are used; each answer passes our limits and checks.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import socket
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import osmnx as ox
import requests
from osmnx._errors import CacheOnlyInterruptError, InsufficientResponseError, ResponseStatusCodeError
from shapely.geometry.base import BaseGeometry

from db.common.errors import FetchError
from etl.fetch import fault
from etl.fetch.attempt import host_of, write_body
from etl.fetch.cache import redact_url
from etl.fetch.client import Client, Fetched
from etl.fetch.content import media_type
from etl.fetch.refusal import check_status
from etl.fetch.retry import RetryBudget, TransientError
from etl.fetch.session import user_agent
from etl.sources.osm_elements import Element, Elements, merge_elements, write_pbf
from etl.sources.places import GROUND, KEYS, POI_VALUES
from etl.sources.road_access import CLASSES, FERRY

_REMARK_BYTES = 4096
_PAUSE_S = {429: 55.0, 504: 55.0}  # Overpass asks for 30 s at least; OSMnx waits 55
_RUNNING_S = 5.0
_SLOT_ROUNDS = 60
_BUFFER_DEG, _SIMPLE_DEG = 0.002, 0.001  # a simpler outline that contains the real one


@contextmanager
def change_osmnx_settings(**wanted: Any) -> Iterator[None]:
    """Change OSMnx's settings within the block, and undo its change of name resolution afterwards."""
    own = {
        "http_user_agent": user_agent(),
        "http_referer": user_agent(),
        "log_console": False,
        "log_file": False,
    }
    before = {name: getattr(ox.settings, name) for name in own | wanted}
    resolve = socket.getaddrinfo
    try:
        for name, value in (own | wanted).items():
            setattr(ox.settings, name, value)
        yield
    finally:
        socket.getaddrinfo = resolve
        for name, value in before.items():
            setattr(ox.settings, name, value)


def fetch_overpass(client: Client, url: str, roads_in: BaseGeometry, places_in: BaseGeometry) -> Fetched:
    """Return the roads and places within two outlines (EPSG:4326) as one .osm.pbf.

    Raises:
        FetchError: the service fails, refuses, or stops in the middle of its answer.
    """
    areas = [area.buffer(_BUFFER_DEG).simplify(_SIMPLE_DEG) for area in (roads_in, places_in)]
    digest = hashlib.sha256(b"".join(area.wkb for area in areas)).hexdigest()[:16]

    def make(path: Path) -> None:
        budget = client.start_budget(f"roads: {redact_url(url)}")
        with tempfile.TemporaryDirectory() as folder:
            guard = _Guard(client, budget, url)
            kept = {"use_cache": True, "cache_folder": folder, "cache_only_mode": True}
            asked = {
                # requests calls `auth` before it sends each request: the place to wait for a slot
                "requests_kwargs": {
                    "stream": True,
                    "hooks": {"response": guard},
                    "auth": guard.wait_for_slot,
                },
                "requests_timeout": max(1, int(client.limits.silence_s * 2)),
            }
            with change_osmnx_settings(
                overpass_url=url, overpass_rate_limit=False, doh_url_template=None, **kept, **asked
            ):
                for step in _steps(*areas):
                    budget.retry(partial(_ask, step, budget.label, url))
            _write(_elements(Path(folder), guard, url), path)

    return client.assemble("roads", f"{url}?area={digest}", "overpass.osm.pbf", make)


def parse_slot_wait_s(status: str) -> float:
    """Return in how many seconds Overpass has a free slot, as `/api/status` says; 0 if it does not say.

    It says `2 slots available now.`, or `Slot available after: <time>, in 42 seconds.` for each slot that
    is cooling down, and neither while queries run in all of them.
    """
    if re.search(r"^\s*[1-9]\d* slots? available now", status, re.MULTILINE):
        return 0.0
    waits = re.findall(r"^Slot available after: \S+ in (-?\d+) seconds", status, re.MULTILINE)
    if waits:
        return float(max(1, min(map(int, waits))))
    are_all_busy = re.search(r"^Rate limit: [1-9]", status, re.MULTILINE) and "running queries" in status
    return _RUNNING_S if are_all_busy else 0.0


def _steps(roads_in: BaseGeometry, places_in: BaseGeometry) -> list[Callable[[], Any]]:
    tags: dict[str, bool | str | list[str]] = {**dict.fromkeys(KEYS, True), "route": [FERRY]}
    # Of the ground only what the reader keeps: there are more trees, coasts and borders than places.
    tags |= {key: sorted(values) for key, values in GROUND.items() if key not in POI_VALUES}
    # Every road of a class for cars; the reader decides by its tags whether cars may use it.
    roads = f'["highway"]["highway"~"^({"|".join(CLASSES)})$"]'
    return [
        lambda: ox.graph_from_polygon(roads_in, custom_filter=roads),
        lambda: ox.features_from_polygon(places_in, tags),
    ]


def _ask(step: Callable[[], Any], label: str, url: str, _: RetryBudget) -> None:
    """Let OSMnx fetch; it signals that it is done by an exception."""
    try:
        step()
    except CacheOnlyInterruptError:
        return
    except fault.HTTP_ERRORS as error:
        raise fault.classify_error(error, label, host_of(url)) from None
    except (InsufficientResponseError, ResponseStatusCodeError) as error:
        raise TransientError(f"the answer cannot be read ({str(error)[:80]!r})") from None


class _Guard:
    """Checks each answer before OSMnx reads it: status, size, time, HTML pages, remarks of Overpass."""

    def __init__(self, client: Client, budget: RetryBudget, url: str) -> None:
        self.client, self.budget, self.url = client, budget, url
        self.answer_count = 0

    def wait_for_slot(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Wait until the service has a free slot for the request, if it tells."""
        for _ in range(_SLOT_ROUNDS):
            self.budget.check()
            wait_s = parse_slot_wait_s(self._status())
            if not wait_s:
                break
            self.budget.pause(wait_s)
        return request

    def _status(self) -> str:
        limits = self.client.limits
        timeout = (limits.connect_s, limits.silence_s)
        with self.client.session.get(
            f"{self.url.rstrip('/')}/status", timeout=timeout, stream=True
        ) as response:
            if not response.ok:
                return ""
            start: bytes = response.raw.read(_REMARK_BYTES, decode_content=True)
            return start.decode("utf-8", "replace")

    def __call__(self, response: requests.Response, **_: Any) -> None:
        self.budget.check()
        if response.is_redirect:
            return
        label = f"roads: {redact_url(self.url)}"
        check_status(response, label, pause_s=_PAUSE_S)
        media = media_type(response.headers.get("Content-Type"))
        is_query = response.request.method == "POST"
        body = io.BytesIO()
        show = self.client.watch("overpass", None) if is_query else lambda _: None
        write_body(response, body, self.budget, 0, show)
        text = body.getvalue()
        if is_query:
            if media == "text/html" or text.lstrip()[:1] != b"{":
                raise FetchError(
                    f"{label} answered with {media or 'content'} that is not JSON.",
                    "the service is overloaded or has moved: try again, or name a mirror in the region file.",
                )
            _check_remark(text, label)
            self.answer_count += 1
        body.seek(0)
        response.raw = body


def _check_remark(text: bytes, label: str) -> None:
    """Refuse an incomplete answer: status 200, and a remark that Overpass ran out of time or memory."""
    if b'"remark"' not in text[-_REMARK_BYTES:]:
        return
    try:
        remark = json.loads(text).get("remark")
    except ValueError:
        remark = "the answer is cut short"
    if remark:
        raise FetchError(
            f"{label} stopped in the middle of its answer: {str(remark)[:200]}.",
            'try another mirror, or service = "extract" with an extract of the map.',
        )


def _elements(folder: Path, guard: _Guard, url: str) -> Elements:
    files = sorted(folder.glob("*.json"))
    if len(files) != guard.answer_count:
        raise FetchError(f"roads: {redact_url(url)} sent answers that could not be stored.", "try again.")
    everything: list[Element] = []
    for file in files:
        elements = json.loads(file.read_text(encoding="utf-8")).get("elements")
        if not isinstance(elements, list):
            raise FetchError(
                f"roads: {redact_url(url)} answered without elements.",
                "it is not an Overpass API: correct `url`.",
            )
        everything += elements
    found = merge_elements(everything)
    if not any(element_type == "way" for element_type, _ in found):
        raise FetchError(f"roads: {redact_url(url)} has no road in the region.", "check the boundary.")
    return found


def _write(elements: Elements, path: Path) -> None:
    try:
        write_pbf(elements, path)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise FetchError(
            f"roads: the answer of Overpass has an element that cannot be read ({error!r}).", "try again."
        ) from None
