"""Guards against files that unpack to an extreme size, and archives that write outside their folder."""

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
# Text compresses to about a tenth, rarely to a fiftieth; a two-hundredth is not data.
_RATIO_MAX = 200
_FREE_BYTES = 8 * 2**20
_ARCHIVE_BYTES = 4 * 2**30
_FILES_MAX = 10_000
# Exceptions of Python's readers of .zip and .gz for a file that is cut short or damaged, and for one with an
# unsupported compression, such as the Deflate64 of Windows (NotImplementedError).
UNPACKABLE = (
    OSError,
    EOFError,
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    NotImplementedError,
)


def is_inflated(packed_bytes: int, bytes_found: int) -> bool:
    """Return whether an unpacked size is out of proportion to the file."""
    return bytes_found > _FREE_BYTES and bytes_found > _RATIO_MAX * packed_bytes


def inflation_error(path: Path) -> UsageError:
    """Return the error for a file that unpacks to more than any data would."""
    return UsageError(
        f"{path.name} unpacks to more than {_RATIO_MAX} times its size; that cannot be data.",
        "fetch the file again from its publisher.",
    )


def read_lines(path: Path, file: TextIO) -> Iterator[str]:
    """Yield the lines of a text, checking their length and the size of the text.

    The file is closed after the last line, or when the generator is.

    Raises:
        UsageError: a line is too long or has a NUL character, or the text is out of proportion to the file.
    """
    packed, found, number = path.stat().st_size, 0, 0
    with file:
        while line := file.readline(LINE_MAX):
            number += 1
            found += len(line)
            if "\x00" in line:
                raise UsageError(
                    f"{path.name} has a NUL character in line {number}; it is not a text file.",
                    "fetch the file again, or save it as UTF-8 text.",
                )
            if len(line) >= LINE_MAX:
                raise UsageError(
                    f"{path.name}: line {number} is longer than {LINE_MAX:,} characters.",
                    "fetch the file again; it is not a table with one record to a line.",
                )
            if is_inflated(packed, found):
                raise inflation_error(path)
            yield line


def check_archive(
    path: Path, description: str = "a .zip", *, size_max_bytes: int = _ARCHIVE_BYTES
) -> list[Any]:
    """Return the members of a .zip that is safe to unpack.

    Raises:
        UsageError: it is damaged, unpacks to an extreme size, or has members outside its folder.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (*UNPACKABLE, ValueError) as error:  # ValueError: the name of a member is not text
        raise UsageError(
            f"{path.name} cannot be read as {description}: {str(error)[:200]}.", "fetch the file again."
        ) from None
    for member in members:
        if _is_outside(member.filename):
            raise UsageError(
                f"{path.name} has a member '{member.filename[:100]}' outside its own folder.",
                "fetch the file again from its publisher.",
            )
        if member.flag_bits & 1:
            raise UsageError(f"{path.name} is encrypted.", "unpack it and make a .zip without a password.")
        if is_inflated(member.compress_size, member.file_size):
            raise inflation_error(path)
    if len(members) > _FILES_MAX or sum(member.file_size for member in members) > size_max_bytes:
        raise UsageError(
            f"{path.name} unpacks to more than {size_max_bytes // 2**30} GiB or {_FILES_MAX:,} files.",
            "leave out files that are not needed.",
        )
    return members


def _is_outside(name: str) -> bool:
    given = PurePosixPath(name.replace("\\", "/"))
    return given.is_absolute() or ".." in given.parts or name[1:2] == ":"
