"""Classifies the status of an answer: the server is busy for now, or it refuses and says why."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import requests
import urllib3

from db.common.errors import FetchError
from etl.fetch.content import media_type
from etl.fetch.retry import TransientError, retry_after_s
from etl.fetch.session import KEY_HEADER

BUSY = (408, 425, 429, 500, 502, 503, 504)
MANY = 429
MANY_PAUSE_S = 30  # the least pause after "too many requests"
_ERROR = 400
_BODY_BYTES = 2048
_SAID_MAX = 160
_MIRROR = "or name a mirror as a further address in `url`."
_KEY = "the service requires a key, or rejects the one it was given (README, Live data)"
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
    """The meaning of a status at one service, and the next step."""

    said: str
    hint: str


def check_status(
    response: requests.Response,
    label: str,
    refusals: Mapping[int, Refusal] | None = None,
    *,
    pause_s: Mapping[int, float] | None = None,
) -> None:
    """Raise the error that a status stands for, if it stands for one.

    `refusals` are statuses with a meaning of their own at this service; they are retried only if the server
    says when. `pause_s` are the least pauses before a retry by status, in seconds.

    Raises:
        TransientError: the server is busy or broken for now.
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
        raise TransientError(said, asked, min_pause_s=least, hint=hint)
    said = refusal.said if refusal else read_refusal_text(response)
    raise FetchError(
        f"{label} answered with status {reason}" + (f": {said}." if said else "."),
        hint or "correct `url` in the region file, or try again later.",
    )


def read_refusal_text(response: requests.Response) -> str:
    """Return the text of a refusal in one line; an empty one if it is a web page or repeats a key."""
    if media_type(response.headers.get("Content-Type")) not in {"application/json", "text/plain"}:
        return ""
    try:
        body = response.raw.read(_BODY_BYTES, decode_content=True).decode("utf-8", "replace")
    except (urllib3.exceptions.HTTPError, OSError, ValueError):  # the text is an extra
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
