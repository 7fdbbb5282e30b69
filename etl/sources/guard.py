"""Guards against files larger inside than they look, and archives that reach outside of themselves."""

from __future__ import annotations

import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any, TextIO

from db.common.errors import UsageError

LINE_MAX = 2**20
COLUMNS_MAX = 4_096
# Text shrinks to a tenth or so, seldom to a fiftieth; what shrinks to a two-hundredth holds nothing new.
_RATIO_MAX = 200
_FREE_BYTES = 8 * 2**20
_ARCHIVE_BYTES = 4 * 2**30
_FILES_MAX = 10_000
# What Python's readers of .zip and .gz raise at a file that is cut short or damaged, and at one that is
# packed in a way that they do not know, such as the Deflate64 of Windows (NotImplementedError).
UNPACKABLE = (
    OSError,
    EOFError,
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    NotImplementedError,
)


def swells(packed_bytes: int, bytes_found: int) -> bool:
    """Return whether what was found inside is out of proportion to the file."""
    return bytes_found > _FREE_BYTES and bytes_found > _RATIO_MAX * packed_bytes


def bomb(path: Path) -> UsageError:
    """Return the error for a file that is larger inside than any data would be."""
    return UsageError(
        f"{path.name} holds more than {_RATIO_MAX} times its size when unpacked; it is no data.",
        "fetch the file again from its publisher.",
    )


def lines(path: Path, file: TextIO) -> Iterator[str]:
    """Give the lines of a text, as long as they are lines and the text is in proportion to the file.

    The file is closed with the last line, or when no more are asked for.

    Raises:
        UsageError: a line has no end, holds a NUL character, or the text goes on and on.
    """
    packed, found, number = path.stat().st_size, 0, 0
    with file:
        while line := file.readline(LINE_MAX):
            number += 1
            found += len(line)
            if "\x00" in line:
                raise UsageError(
                    f"{path.name} holds a NUL character in line {number}; it is no text file.",
                    "fetch the file again, or save it as UTF-8 text.",
                )
            if len(line) >= LINE_MAX:
                raise UsageError(
                    f"{path.name}: line {number} is longer than {LINE_MAX:,} characters.",
                    "fetch the file again; it is no table of records, one to a line.",
                )
            if swells(packed, found):
                raise bomb(path)
            yield line


def check_archive(path: Path, noun: str = "a .zip", *, size_max_bytes: int = _ARCHIVE_BYTES) -> list[Any]:
    """Return what a .zip holds, once it is known to be harmless to unpack.

    Raises:
        UsageError: it is damaged, larger inside than data would be, or names files outside of itself.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (*UNPACKABLE, ValueError) as error:  # ValueError: a name of a file inside is no text
        raise UsageError(
            f"{path.name} cannot be read as {noun}: {str(error)[:200]}.", "fetch the file again."
        ) from None
    for member in members:
        if _is_outside(member.filename):
            raise UsageError(
                f"{path.name} holds the file '{member.filename[:100]}', which would land outside its folder.",
                "fetch the file again from its publisher.",
            )
        if member.flag_bits & 1:
            raise UsageError(f"{path.name} is encrypted.", "unpack it and make a .zip without a password.")
        if swells(member.compress_size, member.file_size):
            raise bomb(path)
    if len(members) > _FILES_MAX or sum(member.file_size for member in members) > size_max_bytes:
        raise UsageError(
            f"{path.name} unpacks to more than {size_max_bytes // 2**30} GiB or {_FILES_MAX:,} files.",
            "leave out what is not needed.",
        )
    return members


def _is_outside(name: str) -> bool:
    given = PurePosixPath(name.replace("\\", "/"))
    return given.is_absolute() or ".." in given.parts or name[1:2] == ":"
