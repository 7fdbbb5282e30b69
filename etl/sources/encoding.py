"""Detects the encoding of a text from all of its bytes: the first accent may be in its last line."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable

WESTERN = "cp1252"
_CHUNK_BYTES = 2**20
# Bytes that Windows-1252 does not define, or that no western text has: a capital or a mark within a word, and
# four accented letters in a row. Texts of other alphabets look like this, and those of DOS and Macintosh.
_NOT_WESTERN = re.compile(
    rb"[\x81\x8d\x8f\x90\x9d\xff]|[a-z][\x80\x82-\x89\x8b\x93-\x95\x98\x99\x9b][a-z]"
    rb"|[A-Za-z][\x8a\x8c\x8e\x9f][a-z]|[a-z][\x8a\x8c\x8e\x9f]|[\x80-\x9f]{3}|[\xc0-\xff]{4}"
)


def detect_encoding(chunks: Iterable[bytes]) -> str | None:
    """Return the encoding of a text: UTF-8 or UTF-16, else Windows-1252 if it looks like it, else None."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    is_utf8, is_western, before = True, True, b""
    for number, chunk in enumerate(chunks):
        if number == 0 and chunk.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        if is_utf8:
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError:
                is_utf8 = False
        is_western = is_western and not _NOT_WESTERN.search(before + chunk)
        before = chunk[-3:]
        if not (is_utf8 or is_western):
            return None
    if is_utf8:
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            is_utf8 = False
    if is_utf8:
        return "utf-8-sig"
    return WESTERN if is_western else None


def read_chunks(file: object) -> Iterable[bytes]:
    """Yield the bytes of an open file, a mebibyte at a time."""
    read = getattr(file, "read")  # noqa: B009 - a file of any type
    while chunk := read(_CHUNK_BYTES):
        yield chunk
