"""What a status says: of a server that is busy for now, or that refuses; and what its own words add."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import requests
import urllib3

from db.errors import FetchError
from etl.fetch.content import media_type
from etl.fetch.patience import PassingError, retry_after_s
from etl.fetch.session import KEY_HEADER

BUSY = (408, 425, 429, 500, 502, 503, 504)
MANY = 429
MANY_PAUSE_S = 30  # who is told that they ask too often does not ask again at once
_ERROR = 400
_BODY_BYTES = 2048
_SAID_MAX = 160
_MIRROR = "or name a mirror as a further address in `url`."
_KEY = "the service wants a key, or refuses the one it was given (README, Live data)"
_AGENT = "the user agent of this program: set CONTACT to an e-mail address or a page of yours"
_HINTS = {
    401: f"{_KEY}.",
    403: f"{_KEY}; or it refuses {_AGENT}; {_MIRROR}",
    404: "the address has moved: correct `url` in the region file, or give the file in DATA_DIR.",
    406: f"the service refuses {_AGENT}, {_MIRROR}",
    410: "the address is gone: correct `url` in the region file, or give the file in DATA_DIR.",
    429: f"wait; give a key of your own where the service has keys, set CONTACT, {_MIRROR}",
}


class Refusal(NamedTuple):
    """What a status of one service means, and what to do."""

    said: str
    hint: str


def check_status(
    response: requests.Response,
    what: str,
    refusals: Mapping[int, Refusal] | None = None,
    *,
    pause_s: Mapping[int, float] | None = None,
) -> None:
    """Tell a status that may pass from one that will not.

    `refusals` are statuses that mean something of their own here; one of them is waited for only where the
    server says how long. `pause_s` are the least pauses before a status is tried again, in seconds.

    Raises:
        PassingError: the server is busy or broken for now.
        FetchError: it refuses.
    """
    status = response.status_code
    if status < _ERROR:
        return
    refusal = (refusals or {}).get(status)
    asked = retry_after_s(response.headers.get("Retry-After"))
    reason = f"{status} {response.reason}"[:100]
    hint = refusal.hint if refusal else _HINTS.get(status, "")
    if status in BUSY and (refusal is None or asked is not None):
        said = f"the server answered {reason}" + (f": {refusal.said}" if refusal else "")
        least = (pause_s or {}).get(status, MANY_PAUSE_S if status == MANY else 0.0)
        raise PassingError(said, asked, least_s=least, hint=hint)
    said = refusal.said if refusal else own_words(response)
    raise FetchError(
        f"{what} answered with status {reason}" + (f": {said}." if said else "."),
        hint or "correct `url` in the region file, or try again later.",
    )


def own_words(response: requests.Response) -> str:
    """Return what the body of a refusal says, in one line; nothing where it is a page, or repeats a key."""
    if media_type(response.headers.get("Content-Type")) not in {"application/json", "text/plain"}:
        return ""
    try:
        body = response.raw.read(_BODY_BYTES, decode_content=True).decode("utf-8", "replace")
    except (urllib3.exceptions.HTTPError, OSError, ValueError):  # its words are an extra
        return ""
    text = " ".join("".join(c if c.isprintable() else " " for c in _message(body)).split())
    key = response.request.headers.get(KEY_HEADER)
    if key and str(key) in text:
        return ""
    return re.sub(r"[.\s]+$", "", text[:_SAID_MAX])


def _message(body: str) -> str:
    try:
        answer: Any = json.loads(body)
    except (ValueError, RecursionError):
        return body
    while isinstance(answer, dict):
        answer = answer.get("error") or answer.get("message") or answer.get("detail")
    return answer if isinstance(answer, str) else ""
