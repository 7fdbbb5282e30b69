"""Files that commands write: a draft beside them takes their place once it is whole."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from db.common.errors import UsageError


@contextmanager
def written_file(path: Path, *, option: str = "--out") -> Iterator[Path]:
    """Yield the path of a draft; it replaces `path` when the block ends without an error.

    A failure leaves `path` as it was. `option` is what the user would change.

    Raises:
        UsageError: `path` is not a regular file (a folder, a device, a pipe), or cannot be written to.

    """
    with _explained(path, option), _beside(path) as (draft, target):
        yield draft / target.name
        (draft / target.name).replace(target)


@contextmanager
def written_files(folder: Path, *, option: str = "--out") -> Iterator[Path]:
    """Yield a draft folder; when the block ends well its files replace those of the same name in `folder`.

    Other files of `folder` stay. A failure of the block leaves all as it was.

    Raises:
        UsageError: `folder` cannot be written to, or one of the names there is not a regular file.

    """
    with _explained(folder, option):
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".draft_", dir=folder) as name:
            draft = Path(name)
            yield draft
            files = sorted(draft.iterdir())
            for file in files:
                _regular(folder / file.name)
            for file in files:
                file.replace(folder / file.name)


def with_ending(path: Path, *endings: str) -> Path:
    """Return the path with the first of the endings, by which programs open it, unless it has one of them."""
    if not path.name or path.suffix.lower() in endings:
        return path
    return path.with_name(path.name + endings[0])


@contextmanager
def _beside(path: Path) -> Iterator[tuple[Path, Path]]:
    """Yield a draft folder on the file system of `path`, and the file that a link of that name leads to."""
    target = path.resolve() if path.is_symlink() else path
    _regular(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".draft_", dir=target.parent) as name:
        yield Path(name), target


def _regular(path: Path) -> None:
    if path.exists() and not path.is_file():
        raise FileExistsError(f"{path} exists and is not a regular file")


@contextmanager
def _explained(path: Path, option: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError(f"{path} cannot be written: {reason}.", f"name another place: {option}.") from None
