"""The checker of certificates: a short program of its own, whose sums are exact."""

from __future__ import annotations

import ast
import sys
from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.support.certificates import CHECKER
from tools import check_certificate


def test_the_checker_is_short_and_needs_numpy_alone() -> None:
    text = CHECKER.read_text(encoding="utf-8")
    assert len(text.splitlines()) < 120
    found = {
        name.split(".")[0]
        for node in ast.walk(ast.parse(text))
        for name in (
            [a.name for a in node.names]
            if isinstance(node, ast.Import)
            else [node.module or "."]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert found - sys.stdlib_module_names == {"numpy"}
    assert not found & {"importlib", "subprocess", "runpy", "os", "pickle"}


PARTS = st.floats(-1e6, 1e6).map(lambda v: v if v == 0 or abs(v) > 1e-50 else 1.0)


@given(st.lists(st.tuples(PARTS, PARTS), max_size=20), PARTS)
def test_sums_are_rounded_once(pairs: list[tuple[float, float]], own: float) -> None:
    a, b = np.array(pairs, dtype=float).reshape(-1, 2).T
    exact = sum((Fraction(x) * Fraction(y) for x, y in pairs), Fraction(own))
    found = check_certificate.totals(a, b, np.array([0, len(pairs)]), np.array([own]))
    assert found.tolist() == [float(exact)]
