"""Tells what came from what was asked for: a page of HTML with status 200 is no feed."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from pathlib import Path

from db.errors import FetchError

_HEAD = 2048
_HINT = "open the address in a browser: it may have moved, or want a key; correct it in the region file."
_TITLE = re.compile(rb"<title[^>]*>\s*(.{1,120}?)\s*</title>", re.IGNORECASE | re.DOTALL)
_PAGE = re.compile(rb"^\s*(<!--.*?-->\s*)?<(!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_VAGUE = ("application/octet-stream", "binary/octet-stream", "application/download", "text/plain", "")


@dataclass(frozen=True)
class Form:
    """A kind of content: what it is called, the content types it may have, how its first bytes look."""

    name: str
    types: tuple[str, ...] = ()
    start: re.Pattern[bytes] | None = None


JSON = Form(
    "JSON",
    ("application/json", "application/geo+json", "text/json"),
    re.compile(rb"^(\xef\xbb\xbf)?\s*[\[{]"),
)
CSV = Form("CSV", ("text/csv", "application/csv", "application/vnd.ms-excel", "text/comma-separated-values"))
ZIP = Form("a ZIP archive", start=re.compile(rb"^PK\x03\x04"))
PBF = Form(
    "an OpenStreetMap extract", start=re.compile(rb"^....\x0a\x09OSMHeader|^\s*<\?xml|^BZh", re.DOTALL)
)
GZIP = Form("a gzip file", start=re.compile(rb"^\x1f\x8b"))
ANY = Form("a file")

_BY_SUFFIX = {
    ".zip": ZIP, ".json": JSON, ".geojson": JSON, ".csv": CSV, ".pbf": PBF, ".osm": PBF, ".gz": GZIP,
}  # fmt: skip
_BY_LOADER = {"gtfs": ZIP, "ocm_json": JSON, "osm_pbf": PBF, "statcan_profile": ZIP}


def form_of(loader: str, url: str) -> Form:
    """Return what a loader expects of an address: by the loader if it reads one format, else by the name."""
    path = url.split("?", 1)[0].lower()
    suffix = "." + path.rsplit(".", 1)[-1] if "." in path.rsplit("/", 1)[-1] else ""
    if suffix in _BY_SUFFIX and loader not in _BY_LOADER:
        return _BY_SUFFIX[suffix]
    return _BY_LOADER.get(loader, ANY)


def with_suffix(name: str, source: str, path: Path) -> str:
    """Return a name whose end says what the file is: readers go by it, and `staticfeeds/1` says nothing."""
    if name.lower().endswith((*_BY_SUFFIX, ".gpkg", ".kml", ".gml", ".fgb", ".txt", ".tsv", ".bz2", ".xml")):
        return name
    with path.open("rb") as file:
        head = file.read(_HEAD)
    for form, suffix in ((ZIP, ".zip"), (GZIP, ".gz"), (PBF, ".osm.pbf"), (JSON, ".json")):
        if form.start and form.start.match(head):
            return f"{source}_{name}{suffix}"
    return f"{source}_{name}.csv"


def media_type(content_type: str | None) -> str:
    """Return what a Content-Type header says, without its parameters."""
    return (content_type or "").split(";", 1)[0].strip().lower()


def check_type(form: Form, content_type: str | None, what: str) -> None:
    """Refuse what says itself that it is something else; a vague type says nothing.

    Raises:
        FetchError: the content type is that of a page, a picture, or of another format.
    """
    given = media_type(content_type)
    if given in (*_VAGUE, *form.types):
        return
    # First bytes that prove the format tell more than the header, but for a page, which is shown in words.
    if form.start and given not in ("text/html", "application/xhtml+xml"):
        return
    if not form.types and not given.startswith(("text/html", "image/", "video/", "audio/")):
        return
    raise FetchError(f"{what} answered with {given[:60]} where {form.name} was asked for.", _HINT)


def check_start(form: Form, path: Path, what: str) -> None:
    """Refuse what does not begin as its format does, whatever it says of itself.

    Raises:
        FetchError: the file is empty, a page, or no file of this form.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head.strip():
        raise FetchError(f"{what} answered with nothing where {form.name} was asked for.", _HINT)
    if _PAGE.match(head.lstrip(b"\xef\xbb\xbf")):
        title = _TITLE.search(head)
        words = " ".join(title[1].decode("utf-8", "replace").split()) if title else "without a title"
        raise FetchError(
            f"{what} answered with a web page ({words[:80]}) where {form.name} was asked for.", _HINT
        )
    if form.start and not form.start.match(head):
        raise FetchError(f"{what} did not answer with {form.name}; it begins with {head[:20]!r}.", _HINT)
    if not _ends_well(form, path):
        raise FetchError(f"{what} answered with {form.name} that is cut short.", "try again.")


def _ends_well(form: Form, path: Path) -> bool:
    """Return False where the end is missing, which a server that gives no length leaves unnoticed."""
    if form is ZIP:
        return zipfile.is_zipfile(path)
    if form is not JSON:
        return True
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _HEAD))
        return file.read().rstrip()[-1:] in (b"]", b"}")
