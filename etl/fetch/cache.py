"""Keeps what was fetched: files by the checksum of their content, and which address gave which.

`objects/<sha256>/<name>` are the files, `index/<digest of the address>.json` says what an address gave and
when, `parts/` are downloads that were cut short. Everything is written beside its place and moved there, so a
reader never sees half a file. No key and no password is ever written here: addresses are kept as `shown`.
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

from db.connection import CHECKOUT, setting
from db.errors import FetchError
from db.text_file import path_of

_SECRET = re.compile(r"key|token|secret|password|signature|^sig$", re.IGNORECASE)
_NAME_MAX = 100


class LocalError(FetchError):
    """The fault lies on this machine: no other address would mend it."""


@dataclass(frozen=True)
class Entry:
    """What an address gave: the file, its checksum, what the server said of it, when it was last asked."""

    url: str
    sha256: str
    name: str
    size_bytes: int
    fetched_at: str
    etag: str | None = None
    last_modified: str | None = None

    @property
    def when(self) -> dt.datetime:
        """Return when it was last known to be what the address gives."""
        return dt.datetime.fromisoformat(self.fetched_at)


class Cache:
    """The folder of what was fetched: `CACHE_DIR`, else `.cache/sources` in the checkout."""

    def __init__(self, folder: Path | None = None) -> None:
        given = setting("CACHE_DIR")
        self.folder = folder or (path_of(given) if given else CHECKOUT / ".cache" / "sources")

    def entry(self, key: str) -> Entry | None:
        """Return what is kept of an address; None where nothing is, or where the file has been damaged."""
        try:
            entry = Entry(**json.loads(self._index(key).read_text(encoding="utf-8")))
            is_whole = file_sha256(self.path(entry)) == entry.sha256
        except (OSError, ValueError, TypeError):
            return None
        return entry if is_whole else None

    def path(self, entry: Entry) -> Path:
        """Return where the file of an entry lies."""
        return self.folder / "objects" / entry.sha256 / entry.name

    def store(self, key: str, part: Path, entry: Entry) -> Entry:
        """Move a finished download to its place; checksum and size of the entry are filled in."""
        entry = replace(entry, sha256=file_sha256(part), size_bytes=part.stat().st_size)
        place = self.path(entry)
        place.parent.mkdir(parents=True, exist_ok=True)
        part.replace(place)
        self.touch(key, entry)
        return entry

    def touch(self, key: str, entry: Entry) -> None:
        """Write down what an address gives now."""
        index = self._index(key)
        index.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=index.parent, delete=False, encoding="utf-8") as file:
            json.dump(asdict(entry), file, indent=1)
        Path(file.name).replace(index)

    @contextmanager
    def part(self, key: str) -> Iterator[Part]:
        """Give the unfinished download of an address, to this process alone.

        Raises:
            LocalError: another process is fetching the same address, or the folder cannot be written.
        """
        folder = self.folder / "parts"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            lock = os.open(folder / f"{_digest(key)}.lock", os.O_CREAT | os.O_RDWR, 0o644)
        except OSError as error:
            raise self.fault(error) from None
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield Part(folder / f"{_digest(key)}.part")
        except BlockingIOError:
            raise LocalError(
                f"{shown(key)} is being fetched by another process.", "wait until the other load is done."
            ) from None
        finally:
            os.close(lock)

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """Give an empty folder beside the files, deleted afterwards."""
        (self.folder / "parts").mkdir(parents=True, exist_ok=True)
        path = Path(tempfile.mkdtemp(dir=self.folder / "parts"))
        try:
            yield path
        finally:
            shutil.rmtree(path)

    def knows(self, key: str) -> bool:
        """Return whether something is kept of an address, without looking whether it is whole."""
        return self._index(key).is_file()

    def fault(self, error: OSError) -> LocalError:
        """Return why the folder cannot be used: full, not ours, no folder."""
        return LocalError(
            f"The cache {self.folder} cannot be written: {error.strerror or error}.",
            "make room there, or set CACHE_DIR to a folder that can be written.",
        )

    def _index(self, key: str) -> Path:
        return self.folder / "index" / f"{_digest(key)}.json"


class Part:
    """A download under way: its bytes, and what the server called that version, so that it can go on."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._note = path.with_suffix(".json")

    @property
    def size_bytes(self) -> int:
        """Return how much is there already."""
        return self.path.stat().st_size if self.path.exists() else 0

    @property
    def validator(self) -> str | None:
        """Return what the server called the version that was begun; None if it cannot be continued."""
        try:
            return str(json.loads(self._note.read_text(encoding="utf-8"))) if self.size_bytes else None
        except (OSError, ValueError):
            return None

    def begin(self, validator: str | None) -> None:
        """Start anew; `validator` is a strong ETag or a Last-Modified, None where there is neither."""
        self.drop()
        self.path.touch()
        if validator:
            self._note.write_text(json.dumps(validator), encoding="utf-8")

    def drop(self) -> None:
        """Forget what is there."""
        self.path.unlink(missing_ok=True)
        self._note.unlink(missing_ok=True)


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def shown(url: str) -> str:
    """Return an address as it may be shown and kept: without password, and without values of keys."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        place = f"{host}:{parts.port}" if parts.port else host
    except ValueError:
        return "an address that cannot be read"
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    query = urlencode([(name, "..." if _SECRET.search(name) else value) for name, value in pairs])
    return urlunsplit((parts.scheme, place, parts.path, query, ""))


def file_name(text: str) -> str:
    """Return a name that is safe for a file: the last part of a path, letters, digits and `._-`."""
    last = unquote(text).replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]
    return re.sub(r"[^A-Za-z0-9._-]+", "_", last).strip("._")[-_NAME_MAX:] or "file"


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:32]
