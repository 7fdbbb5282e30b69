"""Checks that a download is in the expected format: an HTML page with status 200 is not a feed."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from pathlib import Path

from db.common.errors import FetchError

_HEAD = 2048
_HINT = "open the address in a browser: it may have moved, or require a key; correct it in the region file."
_TITLE = re.compile(rb"<title[^>]*>\s*(.{1,120}?)\s*</title>", re.IGNORECASE | re.DOTALL)
_PAGE = re.compile(rb"^\s*(<!--.*?-->\s*)?<(!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_VAGUE = ("application/octet-stream", "binary/octet-stream", "application/download", "text/plain", "")


@dataclass(frozen=True)
class FileFormat:
    """A file format: its name, its content types, and the pattern of its first bytes."""

    name: str
    types: tuple[str, ...] = ()
    signature: re.Pattern[bytes] | None = None


JSON = FileFormat(
    "JSON",
    ("application/json", "application/geo+json", "text/json"),
    re.compile(rb"^(\xef\xbb\xbf)?\s*[\[{]"),
)
CSV = FileFormat(
    "CSV", ("text/csv", "application/csv", "application/vnd.ms-excel", "text/comma-separated-values")
)
ZIP = FileFormat("a ZIP archive", signature=re.compile(rb"^PK\x03\x04"))
PBF = FileFormat(
    "an OpenStreetMap extract", signature=re.compile(rb"^....\x0a\x09OSMHeader|^\s*<\?xml|^BZh", re.DOTALL)
)
GZIP = FileFormat("a gzip file", signature=re.compile(rb"^\x1f\x8b"))
ANY = FileFormat("a file")

_BY_SUFFIX = {
    ".zip": ZIP, ".json": JSON, ".geojson": JSON, ".csv": CSV, ".pbf": PBF, ".osm": PBF, ".gz": GZIP,
}  # fmt: skip
_BY_LOADER = {"gtfs": ZIP, "ocm_json": JSON, "osm_pbf": PBF, "statcan_profile": ZIP}


def expected_format(loader: str, url: str) -> FileFormat:
    """Return the format that a loader reads or, if it reads several, that of the suffix of the address."""
    path = url.split("?", 1)[0].lower()
    suffix = "." + path.rsplit(".", 1)[-1] if "." in path.rsplit("/", 1)[-1] else ""
    if suffix in _BY_SUFFIX and loader not in _BY_LOADER:
        return _BY_SUFFIX[suffix]
    return _BY_LOADER.get(loader, ANY)


def with_suffix(name: str, source: str, path: Path) -> str:
    """Return a name with the suffix of its format, which readers go by; `staticfeeds/1` has none."""
    if name.lower().endswith((*_BY_SUFFIX, ".gpkg", ".kml", ".gml", ".fgb", ".txt", ".tsv", ".bz2", ".xml")):
        return name
    with path.open("rb") as file:
        head = file.read(_HEAD)
    for file_format, suffix in ((ZIP, ".zip"), (GZIP, ".gz"), (PBF, ".osm.pbf"), (JSON, ".json")):
        if file_format.signature and file_format.signature.match(head):
            return f"{source}_{name}{suffix}"
    return f"{source}_{name}.csv"


def media_type(content_type: str | None) -> str:
    """Return what a Content-Type header says, without its parameters."""
    return (content_type or "").split(";", 1)[0].strip().lower()


def check_content_type(file_format: FileFormat, content_type: str | None, label: str) -> None:
    """Refuse a content type that contradicts the expected format; a generic type is accepted.

    Raises:
        FetchError: the content type is that of a web page, an image, or another format.
    """
    given = media_type(content_type)
    if given in (*_VAGUE, *file_format.types):
        return
    # The first bytes are better evidence than the header; web pages are refused here, with their type named.
    if file_format.signature and given not in ("text/html", "application/xhtml+xml"):
        return
    if not file_format.types and not given.startswith(("text/html", "image/", "video/", "audio/")):
        return
    raise FetchError(f"{label} answered with {given[:60]} where {file_format.name} was expected.", _HINT)


def check_content(file_format: FileFormat, path: Path, label: str) -> None:
    """Refuse content that is not in the expected format, whatever its content type.

    Raises:
        FetchError: the file is empty, a web page, in another format, or cut short.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head.strip():
        raise FetchError(f"{label} sent an empty answer where {file_format.name} was expected.", _HINT)
    if _PAGE.match(head.lstrip(b"\xef\xbb\xbf")):
        title = _TITLE.search(head)
        words = " ".join(title[1].decode("utf-8", "replace").split()) if title else "without a title"
        raise FetchError(
            f"{label} answered with a web page ({words[:80]}) where {file_format.name} was expected.", _HINT
        )
    if file_format.signature and not file_format.signature.match(head):
        raise FetchError(
            f"{label} did not answer with {file_format.name}; it begins with {head[:20]!r}.", _HINT
        )
    if not _ends_well(file_format, path):
        raise FetchError(f"{label} answered with {file_format.name} that is cut short.", "try again.")


def _ends_well(file_format: FileFormat, path: Path) -> bool:
    """Return False if the end is missing, which goes unnoticed if the server states no length."""
    if file_format is ZIP:
        return zipfile.is_zipfile(path)
    if file_format is not JSON:
        return True
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _HEAD))
        return file.read().rstrip()[-1:] in (b"]", b"}")
