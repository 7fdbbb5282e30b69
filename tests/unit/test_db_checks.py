"""Each data check says what it claims and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from db.schema.checks import DATA_CHECKS


@pytest.mark.parametrize("path", sorted(DATA_CHECKS.glob("*.sql")), ids=lambda p: p.stem)
def test_every_data_check_has_a_claim_and_a_hint(path: Path) -> None:
    claim, hint, *_ = path.read_text(encoding="utf-8").splitlines()
    assert claim.startswith("-- ")
    assert claim.endswith(".")
    assert hint.startswith("-- hint: ")
