"""Text files: encodings, damage, single values."""

from __future__ import annotations

import csv
import gzip
import io
import math
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from db.common.errors import UsageError
from etl.sources import values
from etl.sources.delimited import Records


def records(path: Path, content: bytes, *, encoding: str = "utf-8") -> list[tuple[int, dict[str, str]]]:
    path.write_bytes(content)
    return list(Records(path, encoding=encoding))


@pytest.mark.parametrize(
    "content",
    [
        "a,b\n1,é\n".encode(),
        "\ufeffa,b\n1,é\n".encode(),
        "a,b\r\n1,é\r\n".encode("utf-16"),
        "a;b\n1;é\n".encode(),
        "a\tb\n1\té".encode(),
        " a , b \n1,é\n\n".encode(),
        b'"a","b"\n"1","\xc3\xa9"\n',
    ],
)
def test_encodings_and_separators(tmp_path: Path, content: bytes) -> None:
    assert records(tmp_path / "t.csv", content) == [(1, {"a": "1", "b": "é"})]


def test_gzip_and_named_encoding(tmp_path: Path) -> None:
    assert records(tmp_path / "t.csv.gz", gzip.compress(b"a\n1\n", mtime=0)) == [(1, {"a": "1"})]
    assert records(tmp_path / "t.csv", "a\né\n".encode("cp1252"), encoding="cp1252") == [(1, {"a": "é"})]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("t.csv", b"", "is empty"),
        ("t.csv", b"\n\n", "is empty"),
        ("t.csv", b"a,b\n", "no records"),
        ("t.csv", b"a,b\n1,\x00\n", "NUL character in line 2"),
        ("t.csv", b"a,b\n1,\xe9\n", "line 2 has a byte"),
        ("t.csv", b'a,b\n1,"x\n2,3\n', "cannot be read beyond line"),
        ("t.csv", b"a\n" + b"x" * 200_000, "cannot be read beyond line"),
        ("t.csv", b"PK\x03\x04xl/workbook", "is a workbook or an archive, not a text file"),
        ("t.csv", b"\xd0\xcf\x11\xe0\xa1\xb1", "is a workbook of Excel 97, not a text file"),
        ("t.csv.gz", b"a,b\n1,2\n", "cannot be read"),
        ("t.csv.gz", gzip.compress(b"a,b\n1,2\n", mtime=0)[:-9], "cannot be read"),
    ],
)
def test_a_bad_file_is_one_sentence(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    with pytest.raises(UsageError, match=words) as error:
        records(tmp_path / name, content)
    assert error.value.hint


def test_a_row_of_another_length_is_a_reject(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a,b\n1\n2,3\n4,5,6\n")
    found = Records(tmp_path / "t.csv")
    assert list(found) == [(2, {"a": "2", "b": "3"})]
    assert [(reject.record, reject.reason) for reject in found.rejects] == [
        ("1", "it has 1 fields where the header has 2"),
        ("3", "it has 3 fields where the header has 2"),
    ]


def test_a_missing_column_names_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("longitude,lat,lat\n1,2,3\n")
    found = Records(tmp_path / "t.csv")
    with pytest.raises(UsageError, match="no column 'longitud'; the nearest is 'longitude'"):
        found.require_columns("longitud")
    with pytest.raises(UsageError, match="more than one column 'lat'"):
        found.require_columns("lat")


@given(st.binary(max_size=300))
@example(b"a,b\r1,2\r")
@example(b"\xff\xfe")
def test_any_bytes_are_records_or_a_usage_error(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    try:
        found = records(tmp_path_factory.getbasetemp() / "fuzz.csv", content)
    except UsageError:
        return
    assert all(isinstance(value, str) for _, row in found for value in row.values())


@given(
    st.lists(
        st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\x00")), min_size=2, max_size=2)
    )
)
def test_what_is_written_is_read_again(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]
) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows([["a", "b"], *rows, ["end", "end"]])
    found = records(tmp_path_factory.getbasetemp() / "again.csv", text.getvalue().encode())
    assert [list(row.values()) for _, row in found] == [*rows, ["end", "end"]]


@pytest.mark.parametrize(
    "text", ["nan", "inf", "-Infinity", "1e999", "1_000", "1,5", "0x10", "٣", "--1", "1 2", "e5"]
)
def test_no_number(text: str) -> None:
    with pytest.raises(values.FieldError):
        values.parse_number(text, "n", low=-math.inf, high=math.inf)


@given(st.text())
def test_any_text_is_a_finite_number_or_a_fault(text: str) -> None:
    for read in (values.parse_number, values.parse_whole_number, values.parse_date, values.parse_flag):
        try:
            found = read(text, "n")
        except values.FieldError:
            continue
        assert (
            found is None or read in (values.parse_date, values.parse_flag) or 0 <= float(str(found)) <= 1e15
        )


def test_places() -> None:
    assert values.parse_place(" ", "") is None
    assert values.parse_place("-80.5", "43.4") == (-80.5, 43.4)
    for lon, lat, field in (
        ("181", "0", "lon"), ("1", "91", "lat"), ("", "1", "lon"), ("1", "", "lat"), ("0", "0.0", "lat"),
    ):  # fmt: skip
        with pytest.raises(values.FieldError) as error:
            values.parse_place(lon, lat)
        assert error.value.field == field
    with pytest.raises(values.FieldError, match="empty"):
        values.parse_required_place("", "")


def test_whole_numbers_dates_and_flags() -> None:
    assert values.parse_whole_number("2.0", "n") == 2
    assert values.parse_whole_number("9223372036854775807", "n", high=values.BIGINT_MAX) == 2**63 - 1
    for text in ("2.5", "-1", "3000000000", "9" * 30):
        with pytest.raises(values.FieldError):
            values.parse_whole_number(text, "n")
    assert str(values.parse_date("2022-04-28 20:01:31 UTC", "d")) == "2022-04-28"
    assert values.parse_flag("TRUE", "f") is True
    assert values.parse_flag("0", "f") is False
    assert values.clean_text(" a\x00b ") == "ab"
    assert values.clean_text("\ud800") == "?"
