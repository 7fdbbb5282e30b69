"""One attempt at one file: headers out, status and bytes in."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING
from urllib.parse import urlsplit

import requests

from db.errors import FetchError
from etl.fetch import fault
from etl.fetch.cache import Entry, LocalError, Part
from etl.fetch.content import JSON, check_type
from etl.fetch.patience import PassingError, Patience
from etl.fetch.refusal import check_status
from etl.fetch.session import KEY_HEADER, Session

if TYPE_CHECKING:
    from etl.fetch.client import Request, Watch

_PIECE = 2**16
_OK, _PARTIAL, _UNCHANGED, _NOT_SATISFIABLE = 200, 206, 304, 416


class TooLargeError(FetchError):
    """More came than any source of a region has."""


@dataclass(frozen=True)
class Outcome:
    """What the server says of a file that came whole."""

    name: str | None
    etag: str | None
    last_modified: str | None


def ask(
    session: Session, request: Request, entry: Entry | None, part: Part, *, patience: Patience, watch: Watch
) -> Outcome | None:
    """Fetch into `part`; None when the server says that what `entry` holds has not changed.

    Raises:
        PassingError: a failure that may pass.
        FetchError: one that will not.
    """
    patience.check()
    try:
        with _open(session, request, _headers(request, entry, part), patience) as response:
            return _take(response, request, part, patience, watch)
    except fault.HTTP_ERRORS as error:
        raise fault.told_apart(error, request.what, host_of(request.url)) from None


def probe(session: Session, request: Request, *, patience: Patience) -> None:
    """Ask for a file and leave before it comes: whether it is there, and this client may have it.

    Raises:
        PassingError: a failure that may pass.
        FetchError: one that will not.
    """
    try:
        with _open(session, request, {"Accept-Encoding": "identity"}, patience) as response:
            check_status(response, request.what, request.refusals)
    except fault.HTTP_ERRORS as error:
        raise fault.told_apart(error, request.what, host_of(request.url)) from None


def host_of(url: str) -> str:
    """Return the host of an address, for a message."""
    return urlsplit(url).hostname or "the host"


def _open(
    session: Session, request: Request, headers: dict[str, str], patience: Patience
) -> requests.Response:
    limits = patience.limits
    if request.api_key:
        headers |= {KEY_HEADER: request.api_key}
    try:
        return session.get(
            request.url,
            params=dict(request.params),
            headers=headers,
            timeout=(limits.connect_s, max(0.001, min(limits.silence_s, patience.left_s))),
            stream=True,
        )
    except requests.RequestException:
        raise
    except OSError as error:  # requests looks for the certificates of authorities before it asks
        raise LocalError(
            f"{request.what} cannot be asked: {error}.",
            "correct REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE in the environment.",
        ) from None


def _headers(request: Request, entry: Entry | None, part: Part) -> dict[str, str]:
    # Ranges count the bytes that are sent, so only what is never continued may come compressed.
    found = {"Accept-Encoding": "gzip" if request.form is JSON else "identity"}
    if part.validator:
        found |= {"Range": f"bytes={part.size_bytes}-", "If-Range": part.validator}
    elif entry and entry.etag:
        found["If-None-Match"] = entry.etag
    elif entry and entry.last_modified:
        found["If-Modified-Since"] = entry.last_modified
    return found


def _take(
    response: requests.Response, request: Request, part: Part, patience: Patience, watch: Watch
) -> Outcome | None:
    status = response.status_code
    if status == _UNCHANGED:
        return None
    if status == _NOT_SATISFIABLE:
        part.drop()
        raise PassingError("the server would not go on where the download was cut short")
    check_status(response, request.what, request.refusals)
    if status not in (_OK, _PARTIAL):
        raise FetchError(
            f"{request.what} answered with status {status}.", "correct `url` in the region file."
        )
    check_type(request.form, response.headers.get("Content-Type"), request.what)
    etag, modified = response.headers.get("ETag"), response.headers.get("Last-Modified")
    begun = part.size_bytes if status == _PARTIAL else 0
    if status == _PARTIAL and _first_byte(response) != begun:
        part.drop()
        raise PassingError("the server went on at another place than it was asked to")
    if status == _OK:
        is_strong = etag and not etag.startswith("W/")
        is_plain = response.headers.get("Content-Encoding", "identity") == "identity"
        part.begin((etag if is_strong else modified) if is_plain else None)
    length = response.headers.get("Content-Length", "")
    total = begun + int(length) if length.isdigit() else None
    show = watch(request.name or request.url.split("?", 1)[0].rsplit("/", 1)[-1], total)
    show(begun)
    try:
        with part.path.open("ab") as file:
            pour(response, file, patience, begun, show)
    except TooLargeError:
        part.drop()
        raise
    return Outcome(_given_name(response), etag, modified)


def pour(
    response: requests.Response, file: IO[bytes], patience: Patience, begun: int, show: Callable[[int], None]
) -> None:
    """Write the body to a file as it comes, decompressed, looking at time and size after every piece.

    Raises:
        FetchError: it takes too long, or is too large.
    """
    size = begun
    while piece := response.raw.read1(_PIECE, decode_content=True):
        size += len(piece)
        if size > patience.limits.size_max_bytes:
            limit = patience.limits.size_max_bytes
            raise TooLargeError(
                f"{patience.what} is larger than {limit:,} bytes when unpacked.",
                "check the address; no source of a region is that large.",
            )
        file.write(piece)
        show(len(piece))
        patience.check()


def _first_byte(response: requests.Response) -> int | None:
    match = re.match(r"bytes (\d+)-", response.headers.get("Content-Range", ""))
    return int(match[1]) if match else None


def _given_name(response: requests.Response) -> str | None:
    match = re.search(r'filename="?([^";]+)"?', response.headers.get("Content-Disposition", ""))
    return match[1] if match else None
