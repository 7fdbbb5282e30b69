"""Where fetched files are kept, and which of them are old.

`objects/<sha256>/<name>` are the files, `index/<digest of the address>.json` says what an address returned
and when, `parts/` holds interrupted downloads.
"""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from db.common.text_file import path_of
from db.environment import CHECKOUT, setting


@dataclass(frozen=True)
class Fetched:
    """What is old in the folder: entries of addresses, and files that no other entry names."""

    entries: tuple[Path, ...]
    files: tuple[Path, ...]

    @property
    def size_bytes(self) -> int:
        """The size of the files."""
        return sum(part.stat().st_size for file in self.files for part in _parts(file))

    def delete(self) -> None:
        """Delete entries and files: entries first, so that none names a file that is gone."""
        for entry in self.entries:
            entry.unlink(missing_ok=True)
        for file in self.files:
            shutil.rmtree(file) if file.is_dir() else file.unlink(missing_ok=True)


def folder() -> Path:
    """Return the folder of fetched files: `CACHE_DIR`, else `.cache/sources` in the checkout."""
    given = setting("CACHE_DIR")
    return path_of(given) if given else CHECKOUT / ".cache" / "sources"


def old(place: Path, before: dt.datetime) -> Fetched:
    """Return what was fetched, or last found unchanged, before a moment; interrupted downloads too."""
    entries, kept = [], set()
    for path in sorted((place / "index").glob("*.json")):
        when, sha256 = _entry(path)
        if when is None or when < before:
            entries.append(path)
        else:
            kept.add(sha256)
    objects = [path for path in sorted((place / "objects").glob("*")) if path.name not in kept]
    parts = sorted((place / "parts").glob("*.part"))
    return Fetched(tuple(entries), tuple(path for path in (*objects, *parts) if _is_older(path, before)))


def _entry(path: Path) -> tuple[dt.datetime | None, str]:
    """Return when an address was last asked, and for which file; no moment where the entry is damaged."""
    try:
        entry = json.loads(path.read_text(encoding="utf-8"))
        return dt.datetime.fromisoformat(entry["fetched_at"]), entry["sha256"]
    except (OSError, ValueError, KeyError, TypeError):
        return None, ""


def _is_older(path: Path, before: dt.datetime) -> bool:
    return all(part.stat().st_mtime < before.timestamp() for part in _parts(path))


def _parts(path: Path) -> Iterator[Path]:
    yield from path.iterdir() if path.is_dir() else (path,)
