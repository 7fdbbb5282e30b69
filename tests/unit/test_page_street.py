"""How addresses are written into the page."""

from __future__ import annotations

import base64
import json
import zlib
from itertools import accumulate
from typing import Any

import pytest

from report.page import street

FOUND = [
    {"street": "Elm St", "city": "Aton", "street_number": number, "x_m": x, "y_m": -x}
    for number, x in (("9", 30), ("10A", 50), ("10", 40), ("0012", 70), (None, 5))
] + [{"street": "Rue de l'Église", "city": None, "street_number": "1-3", "x_m": 500, "y_m": 600}]


def unpacked(values: Any) -> list[Any]:
    if isinstance(values, list):
        return values
    return [value for value, count in zip(*[iter(values["runs"])] * 2, strict=True) for _ in range(count)]


def test_numbers_grow_within_a_street_and_keep_their_places() -> None:
    found = street.addresses(FOUND)
    assert found["street"] == ["Elm St", "Rue de l'Église"]
    assert [found["cities"][n] if n >= 0 else None for n in found["city"]] == ["Aton", None]
    assert found["count"] == [5, 1]
    first, second = list(accumulate(found["number"][:5])), found["number"][5:]
    endings = [found["endings"][n] for n in unpacked(found["ending"])]
    assert list(zip(first, endings, strict=False)) == [(0, ""), (9, ""), (10, ""), (10, "A"), (12, "")]
    assert (second, endings[5]) == ([1], "-3")
    assert list(accumulate(found["x"])) == [5, 30, 40, 50, 70, 500]
    assert list(accumulate(found["y"])) == [-5, -30, -40, -50, -70, 600]


def test_of_too_many_addresses_every_street_keeps_one_in_each_square(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(street, "ADDRESS_COUNT_MAX", 3)
    monkeypatch.setattr(street, "SQUARE_M", 45)
    found = street.addresses(FOUND)
    assert found["count"] == [2, 1]
    assert list(accumulate(found["number"][:2])) == [0, 10]
    assert list(accumulate(found["x"])) == [5, 50, 500]


def test_a_region_without_addresses_or_streets_has_none() -> None:
    assert street.addresses([])["street"] == []


def test_what_is_squeezed_is_the_same_again() -> None:
    content = {"name": "l'Église", "values": [1, -2, 3.5, None, True]}
    assert json.loads(zlib.decompress(base64.b64decode(street.squeezed(content)))) == content
