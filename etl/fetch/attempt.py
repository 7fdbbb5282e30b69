"""One attempt to download one file: sends the headers, checks the status, writes the bytes."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO
from urllib.parse import urlsplit

import requests

from db.common.errors import FetchError
from etl.fetch import fault
from etl.fetch.cache import Entry, LocalError, PartialDownload
from etl.fetch.content import JSON, check_content_type
from etl.fetch.refusal import check_status
from etl.fetch.request import Request
from etl.fetch.retry import RetryBudget, TransientError
from etl.fetch.session import KEY_HEADER, Session

# Called with the name and size in bytes (None if unknown) of a download; its result is called with the size
# of each piece.
Watch = Callable[[str, int | None], Callable[[int], None]]
_PIECE = 2**16
_OK, _PARTIAL, _UNCHANGED, _NOT_SATISFIABLE = 200, 206, 304, 416


def no_progress(_: str, __: int | None) -> Callable[[int], None]:
    """Watch a download without showing its progress."""
    return lambda _: None


class TooLargeError(FetchError):
    """The download is larger than any source of a region."""


@dataclass(frozen=True)
class DownloadResult:
    """What the server says of a complete download: its file name and validators."""

    name: str | None
    etag: str | None
    last_modified: str | None


def download(
    session: Session,
    request: Request,
    entry: Entry | None,
    part: PartialDownload,
    *,
    budget: RetryBudget,
    watch: Watch,
) -> DownloadResult | None:
    """Download into `part`; return None if the server says that the copy in `entry` is current.

    Raises:
        TransientError: a failure that a retry may overcome.
        FetchError: any other failure.
    """
    budget.check()
    try:
        with _send(session, request, _headers(request, entry, part), budget) as response:
            return _receive(response, request, part, budget, watch)
    except fault.HTTP_ERRORS as error:
        raise fault.classify_error(error, request.label, host_of(request.url)) from None


def probe(session: Session, request: Request, *, budget: RetryBudget) -> None:
    """Request a file and close the connection before its body: check that this client may download it.

    Raises:
        TransientError: a failure that a retry may overcome.
        FetchError: any other failure.
    """
    try:
        with _send(session, request, {"Accept-Encoding": "identity"}, budget) as response:
            check_status(response, request.label, request.refusals)
    except fault.HTTP_ERRORS as error:
        raise fault.classify_error(error, request.label, host_of(request.url)) from None


def host_of(url: str) -> str:
    """Return the host of an address, for a message."""
    return urlsplit(url).hostname or "the host"


def _send(
    session: Session, request: Request, headers: dict[str, str], budget: RetryBudget
) -> requests.Response:
    limits = budget.limits
    if request.api_key:
        headers |= {KEY_HEADER: request.api_key}
    try:
        return session.get(
            request.url,
            params=dict(request.params),
            headers=headers,
            timeout=(limits.connect_s, max(0.001, min(limits.silence_s, budget.left_s))),
            stream=True,
        )
    except requests.RequestException:
        raise
    except OSError as error:  # requests reads the CA certificates before it connects
        raise LocalError(
            f"{request.label} cannot be requested: {error}.",
            "correct REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE in the environment.",
        ) from None


def _headers(request: Request, entry: Entry | None, part: PartialDownload) -> dict[str, str]:
    # Ranges count the bytes that are sent, so only a file that is never resumed may be compressed.
    found = {"Accept-Encoding": "gzip" if request.file_format is JSON else "identity"}
    if part.validator:
        found |= {"Range": f"bytes={part.size_bytes}-", "If-Range": part.validator}
    elif entry and entry.etag:
        found["If-None-Match"] = entry.etag
    elif entry and entry.last_modified:
        found["If-Modified-Since"] = entry.last_modified
    return found


def _receive(
    response: requests.Response, request: Request, part: PartialDownload, budget: RetryBudget, watch: Watch
) -> DownloadResult | None:
    status = response.status_code
    if status == _UNCHANGED:
        return None
    if status == _NOT_SATISFIABLE:
        part.discard()
        raise TransientError("the server refused to resume the download")
    check_status(response, request.label, request.refusals)
    if status not in (_OK, _PARTIAL):
        raise FetchError(
            f"{request.label} answered with status {status}.", "correct `url` in the region file."
        )
    check_content_type(request.file_format, response.headers.get("Content-Type"), request.label)
    etag, modified = response.headers.get("ETag"), response.headers.get("Last-Modified")
    begun = part.size_bytes if status == _PARTIAL else 0
    if status == _PARTIAL and _first_byte(response) != begun:
        part.discard()
        raise TransientError("the server resumed the download at another byte than requested")
    if status == _OK:
        is_strong = etag and not etag.startswith("W/")
        is_plain = response.headers.get("Content-Encoding", "identity") == "identity"
        part.start((etag if is_strong else modified) if is_plain else None)
    length = response.headers.get("Content-Length", "")
    total = begun + int(length) if length.isdigit() else None
    show = watch(request.name or request.url.split("?", 1)[0].rsplit("/", 1)[-1], total)
    show(begun)
    try:
        with part.path.open("ab") as file:
            write_body(response, file, budget, begun, show)
    except TooLargeError:
        part.discard()
        raise
    return DownloadResult(_given_name(response), etag, modified)


def write_body(
    response: requests.Response, file: IO[bytes], budget: RetryBudget, begun: int, show: Callable[[int], None]
) -> None:
    """Write the decompressed body to a file, checking time and size after every piece.

    Raises:
        FetchError: the download takes too long, or is too large.
    """
    size = begun
    while piece := response.raw.read1(_PIECE, decode_content=True):
        size += len(piece)
        if size > budget.limits.size_max_bytes:
            limit = budget.limits.size_max_bytes
            raise TooLargeError(
                f"{budget.label} is larger than {limit:,} bytes when unpacked.",
                "check the address; no source of a region is that large.",
            )
        file.write(piece)
        show(len(piece))
        budget.check()


def _first_byte(response: requests.Response) -> int | None:
    match = re.match(r"bytes (\d+)-", response.headers.get("Content-Range", ""))
    return int(match[1]) if match else None


def _given_name(response: requests.Response) -> str | None:
    match = re.search(r'filename="?([^";]+)"?', response.headers.get("Content-Disposition", ""))
    return match[1] if match else None
