"""Unpacks the tables of a GTFS feed as UTF-8 with commas, from any folder, encoding and separator."""

from __future__ import annotations

import csv
import io
import unicodedata
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from db.common.assumption import Remark
from db.common.errors import UsageError
from etl.sources.encoding import WESTERN, detect_encoding, read_chunks
from etl.sources.guard import COLUMNS_MAX, LINE_MAX, UNPACKABLE, check_archive

TABLES = (
    "stops",
    "routes",
    "trips",
    "stop_times",
    "calendar",
    "calendar_dates",
    "frequencies",
    "feed_info",
    "agency",
)


@contextmanager
def unpack_tables(path: Path, encoding: str | None) -> Iterator[tuple[Path, list[str]]]:
    """Unpack the tables of a feed to a temporary folder; return it and the assumptions made about them.

    `encoding` is that of all tables; without it, that of each table is detected.

    Raises:
        UsageError: the archive is damaged, has several feeds, or the encoding of a table is not clear.
    """
    members = _members(path, check_archive(path, "a GTFS feed"))
    with TemporaryDirectory(prefix="gtfs_") as folder:
        try:
            with zipfile.ZipFile(path) as archive:
                western = [
                    name
                    for name, member in members.items()
                    if _copy(path, archive, member, Path(folder, f"{name}.txt"), encoding) == WESTERN
                ]
        except UNPACKABLE as error:
            raise UsageError(
                f"{path.name} cannot be read as a GTFS feed: {str(error)[:200]}.", "fetch the feed again."
            ) from None
        notes: list[str] = []
        if western and encoding is None:
            tables = [f"{name}.txt" for name in western]
            notes = [
                Remark(
                    f"{path.name} is not all UTF-8; {' and '.join(tables)} are read as Windows-1252: "
                    "`encoding` names another.",
                    f"{path.name} n'est pas tout en UTF-8 ; {' et '.join(tables)} sont lus en Windows-1252 : "
                    "`encoding` en nomme un autre.",
                )
            ]
        yield Path(folder), notes


def _members(path: Path, members: list[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
    """Return the tables of the only feed of an archive, by name.

    Raises:
        UsageError: there are feeds in several folders, or in archives within the archive.
    """
    found: dict[str, list[zipfile.ZipInfo]] = {}
    for member in members:
        place = PurePosixPath(member.filename.replace("\\", "/"))
        if place.suffix.lower() == ".txt" and not any(
            part.startswith(("__MACOSX", ".")) for part in place.parts
        ):
            found.setdefault(place.stem.lower(), []).append(member)
    tables = {name: found[name] for name in TABLES if name in found}
    folders = sorted({str(PurePosixPath(m.filename).parent) for several in tables.values() for m in several})
    split = "put each feed into a .zip of its own, and name each in a [[sources.transit]] of its own."
    if any(len(several) > 1 for several in tables.values()):
        raise UsageError(f"{path.name} has several feeds (in {', '.join(folders)[:200]}).", split)
    inner = [member.filename for member in members if member.filename.lower().endswith(".zip")]
    if not tables and inner:
        raise UsageError(f"{path.name} has feeds in archives within it ({', '.join(inner)[:200]}).", split)
    return {name: several[0] for name, several in tables.items()}


def _copy(
    path: Path, archive: zipfile.ZipFile, member: zipfile.ZipInfo, to: Path, encoding: str | None
) -> str:
    """Write a table as UTF-8 with commas; return the encoding that it was read in.

    Raises:
        UsageError: the encoding is not clear, or the file is not a table.
    """
    name = PurePosixPath(member.filename).name
    with archive.open(member) as file:
        found = encoding or detect_encoding(read_chunks(file))
    if found is None:
        raise UsageError(
            f"{path.name}: {name} is not UTF-8, and its encoding is not clear.",
            'name it in the region file, such as encoding = "cp1251".',
        )
    with archive.open(member) as raw, io.TextIOWrapper(raw, encoding=found, newline="") as text:
        try:
            header = text.readline(LINE_MAX).removeprefix("\ufeff")
            separator = max(",;\t|", key=header.count)
            if header.count(separator) >= COLUMNS_MAX:
                raise UsageError(
                    f"{path.name}: {name} has more than {COLUMNS_MAX:,} columns.",
                    "fetch the feed again; it is not a complete GTFS feed.",
                )
            with to.open("w", encoding="utf-8", newline="") as out:
                if separator == ",":
                    out.write(_composed(header))
                    while block := text.read(LINE_MAX):
                        out.write(_composed(block))
                else:
                    lines = (_composed(line) for line in _lines(header, text))
                    csv.writer(out).writerows(csv.reader(lines, delimiter=separator))
        except UnicodeError:
            raise UsageError(
                f"{path.name}: {name} is not {found}.",
                'correct the encoding in the region file, such as encoding = "cp1252".',
            ) from None
        except csv.Error as error:
            raise UsageError(
                f"{path.name}: {name} cannot be read: {error}.", "fetch the feed again; it is damaged."
            ) from None
    return found


def _lines(header: str, text: io.TextIOWrapper) -> Iterator[str]:
    yield header
    while line := text.readline(LINE_MAX):
        yield line


def _composed(text: str) -> str:
    """Return a text in which accents are part of their letters, so that ids of different tables are equal."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)
