"""Sites too near each other, gathered into cliques."""

from __future__ import annotations

from model.formulation.constraints.min_spacing import cliques


def test_cliques_hold_every_pair_and_no_other() -> None:
    pairs = {(1, 2), (1, 3), (2, 3), (3, 4), (5, 6)}
    found = cliques(pairs)
    assert sorted(found) == [(1, 2, 3), (3, 4), (5, 6)]
