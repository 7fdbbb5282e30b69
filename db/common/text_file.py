"""Files and paths that users name: found, read and parsed, or refused in one sentence."""

from __future__ import annotations

import re
import stat
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from db.common.errors import UsageError

SIZE_MAX_BYTES = 10_000_000
"""No file that people write by hand is larger."""
_SHOWN_MAX = 120
_DEPTH_MAX = 50
# the parser takes minutes for a key of thousands of parts
_LONG_KEY = re.compile(rb"(?:[\w\"'-]+[ \t]*\.[ \t]*){100}")


def shown(path: str | Path) -> str:
    """Return a path as it is shown in a sentence: what is too long is cut."""
    text = str(path)
    return text if len(text) <= _SHOWN_MAX else f"{text[:_SHOWN_MAX]}..."


def path_of(text: str | Path) -> Path:
    """Return the path that a user wrote, `~` and `~name` as home folders.

    Raises:
        UsageError: there is no such home folder.

    """
    try:
        return Path(text).expanduser()
    except RuntimeError:
        raise UsageError(f"{shown(text)}: no such home folder is known.", "write the path in full.") from None


def is_file(path: Path) -> bool:
    """Tell whether a path leads to a regular file; folders, pipes and devices are none.

    Raises:
        UsageError: the name is too long, or leads through a folder that may not be entered.

    """
    return stat.S_ISREG(_mode(path))


def is_folder(path: Path) -> bool:
    """Tell whether a path leads to a folder.

    Raises:
        UsageError: the name is too long, or leads through a folder that may not be entered.

    """
    return stat.S_ISDIR(_mode(path))


def _mode(path: Path) -> int:
    """Return the kind of what a path leads to; 0 for nothing."""
    try:
        return path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return 0
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError(
            f"{shown(path)} cannot be opened: {reason}.", "check the path and its permissions."
        ) from None


def read(path: Path) -> bytes:
    """Return the content of a file that people write by hand.

    Raises:
        UsageError: it is not a regular file, may not be read, or is far too large.

    """
    if not is_file(path):
        raise UsageError(f"{shown(path)} is not a regular file.", "check the path.")
    try:
        if path.stat().st_size > SIZE_MAX_BYTES:
            raise UsageError(
                f"{path.name} is larger than {SIZE_MAX_BYTES / 1e6:.0f} MB.",
                "check that it is the right file.",
            )
        return path.read_bytes()
    except OSError as error:
        raise UsageError(
            f"{shown(path)} cannot be read: {error.strerror}.", "check the path and its permissions."
        ) from None


def parse_toml(content: bytes, name: str) -> dict[str, Any]:
    """Return what a TOML file holds.

    Raises:
        UsageError: it is no TOML, nests too deep, or holds a number or text that nothing can use.

    """
    hint = "mend that line."
    too_deep = UsageError(f"{name} is not valid TOML: its tables nest too deep.", "flatten them.")
    if _LONG_KEY.search(content):
        raise too_deep
    try:
        found = tomllib.loads(content.decode("utf-8-sig"))
        list(_unfit_texts(found))  # looks at the depth
    except RecursionError:
        raise too_deep from None
    except (ValueError, OverflowError) as error:  # what the parser refuses, and digits without end
        reason = "a number has too many digits" if "integer string conversion" in str(error) else error
        raise UsageError(f"{name} is not valid TOML: {reason}.", hint) from None
    return found


def refuse_unfit_texts(tree: Mapping[str, Any], name: str) -> None:
    """Refuse texts of a file that PostgreSQL cannot hold.

    Raises:
        UsageError: a key or a text has the character U+0000.

    """
    for key in _unfit_texts(tree):
        raise UsageError(f"{name}: {key} holds the character U+0000, which no text may.", "take it out.")


def _unfit_texts(value: Any, key: str = "", depth: int = 0) -> Iterator[str]:
    """Yield the keys of what PostgreSQL does not take for text.

    Raises:
        RecursionError: the tables nest too deep for what reads them next.

    """
    if depth > _DEPTH_MAX:
        raise RecursionError
    if isinstance(value, str) and "\0" in value:
        yield key
    items = value.items() if isinstance(value, Mapping) else ()
    for part, item in enumerate(value) if isinstance(value, list) else items:
        here = f"{key}.{part}" if key else str(part)
        if "\0" in str(part):
            yield here.replace("\0", "\\u0000")
        yield from _unfit_texts(item, here, depth + 1)
