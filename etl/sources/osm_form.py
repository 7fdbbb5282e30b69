"""Detects the format of an OpenStreetMap file by its first bytes, and refuses other files."""

from __future__ import annotations

import bz2
import gzip
import re
from pathlib import Path

from db.common.errors import UsageError

_HEAD = 4096
_UTF8_MARK = b"\xef\xbb\xbf"
_PBF = re.compile(rb"^\x00\x00..\x0a\x09OSMHeader", re.DOTALL)
_OPL = re.compile(rb"^[nwrc]-?\d+( |$)", re.MULTILINE)
_ROOT = re.compile(rb"<(?:\w+:)?([A-Za-z]\w*)[\s/>]")
_PAGE = re.compile(rb"<!doctype\s+html|<html\b", re.IGNORECASE)
_PACKED = {
    b"PK\x03\x04": "a .zip archive",
    b"\xfd7zXZ\x00": "packed with xz",
    b"(\xb5/\xfd": "packed with zstd",
    b"7z\xbc\xaf": "a .7z archive",
    b"Rar!": "a .rar archive",
}
# What an XML file is that is not a map, by its root element.
_OTHER_XML = {
    "osmChange": (
        "holds changes (osmChange), not a map",
        "apply them to an extract (osmium apply-changes), or fetch the extract itself.",
    ),
    "gpx": ("is a GPS track (GPX), not a map", "name an extract of OpenStreetMap."),
    "kml": ("is KML, not a map of OpenStreetMap", "name an extract of OpenStreetMap."),
}
_EXTRACT = "fetch an extract of OpenStreetMap (.osm.pbf), and name it in the region file."


def detect_format(path: Path) -> str:
    """Return osmium's name of the format (`pbf`, `osm`, `osm.gz`, `opl`, `o5m`, ...), or `json`.

    Raises:
        UsageError: the file is empty, a web page, in an unsupported compression, or not a map.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head.strip():
        raise UsageError(f"{path.name} is empty.", "fetch the extract again.")
    for start, what in _PACKED.items():
        if head.startswith(start):
            raise UsageError(f"{path.name} is {what}.", "unpack it, and name the file inside.")
    if head.startswith(b"\x1f\x8b"):
        return _packed(path, gzip.open, "gz")
    if head.startswith(b"BZh"):
        return _packed(path, bz2.open, "bz2")
    return _plain(path, head)


def _packed(path: Path, opener: object, suffix: str) -> str:
    try:
        with opener(path) as file:  # type: ignore[operator]
            head = file.read(_HEAD)
    except (OSError, EOFError) as error:
        raise damage_error(path, str(error)) from None
    found = _plain(path, head)
    if found in ("osm", "opl"):
        return f"{found}.{suffix}"
    raise UsageError(
        f"{path.name} is {found} compressed as .{suffix}.", "unpack it, and name the file inside."
    )


def _plain(path: Path, head: bytes) -> str:
    if _PBF.match(head):
        return "pbf"
    if head.startswith(b"\xff\xe0"):
        return "o5m"
    text = head.removeprefix(_UTF8_MARK).lstrip()
    if text[:2] in (b"\xff\xfe", b"\xfe\xff"):  # UTF-16, which XML may be written in
        text = text.decode("utf-16", "replace").encode()
    if text.startswith(b"<"):
        return _markup(path, text)
    if text.startswith((b"{", b"[")):
        return "json"
    if _OPL.match(text):
        return "opl"
    raise UsageError(
        f"{path.name} is not an OpenStreetMap file; it begins with {head[:12]!r}.",
        _EXTRACT,
    )


def _markup(path: Path, text: bytes) -> str:
    if _PAGE.search(text):
        raise UsageError(
            f"{path.name} is a web page, not a map.",
            "open the address in a browser: it may have moved or refuse; then fetch the extract again.",
        )
    root = _ROOT.search(text)
    name = root[1].decode() if root else ""
    if name == "osm":
        return "osm"
    what, hint = _OTHER_XML.get(name, (f"is XML, but not a map: its root is <{name}>", _EXTRACT))
    raise UsageError(f"{path.name} {what}.", hint)


# Part of a message of osmium, what it means, and the next step.
_COMPLAINTS = (
    (
        re.compile(
            r"EOF|truncated|no element found|unclosed token|(close|read) failed|ended before|end of",
            re.I,
        ),
        "it is cut short ({what})",
        "fetch the extract again, and compare its size or MD5 with the publisher's.",
    ),
    (
        re.compile(r"missing version attribute|without version", re.I),
        "its root element has no version ({what})",
        'OpenStreetMap XML begins with <osm version="0.6">: export the file again.',
    ),
    (
        re.compile(r"XML parsing error", re.I),
        "its XML is damaged ({what})",
        "correct it there, or export the file again.",
    ),
    (
        re.compile(
            r"twice in input|IDs? (is|are)? ?out of order|Found a .* after a|unsorted|non-sorted", re.I
        ),
        "its objects are not in order, or not unique, although its header says so ({what})",
        "sort it: osmium sort in.osm.pbf -o out.osm.pbf; a history file first needs osmium time-filter.",
    ),
    (
        re.compile(r"PBF|protobuf|protozero|blob", re.I),
        "its PBF is damaged ({what})",
        "fetch the extract again, and compare its MD5 with the publisher's.",
    ),
    (
        re.compile(r"OPL", re.I),
        "its OPL is damaged ({what})",
        "correct that line, or export the file again.",
    ),
    (
        re.compile(r"invalid location|longitude|latitude", re.I),
        "the coordinates of a node are out of range ({what})",
        "correct the node, or export the file again.",
    ),
)


def damage_error(path: Path, complaint: str) -> UsageError:
    """Return the error for a message of osmium about a file, with a hint for that fault."""
    what = complaint.strip() or "no reason given"
    for pattern, sentence, hint in _COMPLAINTS:
        if pattern.search(what):
            return UsageError(
                f"{path.name} cannot be read as an OpenStreetMap file: {sentence.format(what=what)}.", hint
            )
    return UsageError(
        f"{path.name} cannot be read as an OpenStreetMap file: {what}.",
        "fetch or export the extract again.",
    )
