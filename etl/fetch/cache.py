"""Stores fetched files by the checksum of their content, and which address returned which file.

The folder is laid out as `db/common/fetched.py` says. Every file is written under a temporary name and then
moved, so that a reader never sees an incomplete one. Keys and passwords are never written: see `redact_url`.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit

from db.common import fetched
from db.common.errors import FetchError

_SECRET = re.compile(r"key|token|secret|password|signature|^sig$", re.IGNORECASE)
_NAME_MAX = 100


class LocalError(FetchError):
    """A fault of this machine, which no other address would fix."""


@dataclass(frozen=True)
class Entry:
    """What an address returned: the file, its checksum and validators, and when it was last checked."""

    url: str
    sha256: str
    name: str
    size_bytes: int
    fetched_at: str
    etag: str | None = None
    last_modified: str | None = None

    @property
    def when(self) -> dt.datetime:
        """Return when the address was last known to return this file."""
        return dt.datetime.fromisoformat(self.fetched_at)


class Cache:
    """The folder of fetched files: `CACHE_DIR`, else `.cache/sources` in the checkout."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or fetched.folder()

    def read_entry(self, key: str) -> Entry | None:
        """Return the entry of an address; None if there is none, or if its file has been damaged."""
        try:
            entry = Entry(**json.loads(self._index(key).read_text(encoding="utf-8")))
            is_whole = file_sha256(self.file_path(entry)) == entry.sha256
        except (OSError, ValueError, TypeError):
            return None
        return entry if is_whole else None

    def file_path(self, entry: Entry) -> Path:
        """Return the path of the file of an entry."""
        return self.folder / "objects" / entry.sha256 / entry.name

    def store(self, key: str, part: Path, entry: Entry) -> Entry:
        """Move a finished download to its place; checksum and size of the entry are filled in."""
        entry = replace(entry, sha256=file_sha256(part), size_bytes=part.stat().st_size)
        place = self.file_path(entry)
        place.parent.mkdir(parents=True, exist_ok=True)
        part.replace(place)
        self.write_entry(key, entry)
        return entry

    def write_entry(self, key: str, entry: Entry) -> None:
        """Record what an address returns now."""
        index = self._index(key)
        index.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=index.parent, delete=False, encoding="utf-8") as file:
            json.dump(asdict(entry), file, indent=1)
        Path(file.name).replace(index)

    @contextmanager
    def open_part(self, key: str) -> Iterator[PartialDownload]:
        """Open the unfinished download of an address, locked against other processes.

        Raises:
            LocalError: another process is fetching the same address, or the folder cannot be written.
        """
        folder = self.folder / "parts"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            lock = os.open(folder / f"{_digest(key)}.lock", os.O_CREAT | os.O_RDWR, 0o644)
        except OSError as error:
            raise self.to_local_error(error) from None
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield PartialDownload(folder / f"{_digest(key)}.part")
        except BlockingIOError:
            raise LocalError(
                f"{redact_url(key)} is being fetched by another process.",
                "wait until the other load has finished.",
            ) from None
        finally:
            os.close(lock)

    @contextmanager
    def open_scratch_folder(self) -> Iterator[Path]:
        """Create an empty folder beside the files, deleted afterwards."""
        (self.folder / "parts").mkdir(parents=True, exist_ok=True)
        path = Path(tempfile.mkdtemp(dir=self.folder / "parts"))
        try:
            yield path
        finally:
            shutil.rmtree(path)

    def has_entry(self, key: str) -> bool:
        """Return whether an address has an entry, without checking its file."""
        return self._index(key).is_file()

    def to_local_error(self, error: OSError) -> LocalError:
        """Return the error to raise if the folder cannot be written."""
        return LocalError(
            f"The cache {self.folder} cannot be written: {error.strerror or error}.",
            "free space there, or set CACHE_DIR to a folder that can be written.",
        )

    def _index(self, key: str) -> Path:
        return self.folder / "index" / f"{_digest(key)}.json"


class PartialDownload:
    """An unfinished download: its bytes, and the validator of that version, by which it can be resumed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._note = path.with_suffix(".json")

    @property
    def size_bytes(self) -> int:
        """Return the number of bytes that are there already."""
        return self.path.stat().st_size if self.path.exists() else 0

    @property
    def validator(self) -> str | None:
        """Return the validator of the version that was started; None if it cannot be resumed."""
        try:
            return str(json.loads(self._note.read_text(encoding="utf-8"))) if self.size_bytes else None
        except (OSError, ValueError):
            return None

    def start(self, validator: str | None) -> None:
        """Start again; `validator` is a strong ETag or a Last-Modified, None if there is neither."""
        self.discard()
        self.path.touch()
        if validator:
            self._note.write_text(json.dumps(validator), encoding="utf-8")

    def discard(self) -> None:
        """Delete the download."""
        self.path.unlink(missing_ok=True)
        self._note.unlink(missing_ok=True)


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def redact_url(url: str) -> str:
    """Return an address without its password and the values of its keys, as it may be shown and stored."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        place = f"{host}:{parts.port}" if parts.port else host
    except ValueError:
        return "an address that cannot be parsed"
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    query = urlencode([(name, "..." if _SECRET.search(name) else value) for name, value in pairs])
    return urlunsplit((parts.scheme, place, parts.path, query, ""))


def safe_file_name(text: str) -> str:
    """Return a safe file name: the last part of a path, reduced to letters, digits and `._-`."""
    last = unquote(text).replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]
    return re.sub(r"[^A-Za-z0-9._-]+", "_", last).strip("._")[-_NAME_MAX:] or "file"


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:32]
