"""Each data check says what it claims and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from db.schema.checks import DATA_CHECKS, room_for_locks


@pytest.mark.parametrize("path", sorted(DATA_CHECKS.glob("*.sql")), ids=lambda p: p.stem)
def test_every_data_check_has_a_claim_and_a_hint(path: Path) -> None:
    claim, hint, *_ = path.read_text(encoding="utf-8").splitlines()
    assert claim.startswith("-- ")
    assert claim.endswith(".")
    assert hint.startswith("-- hint: ")


def test_a_server_with_little_room_for_locks_is_told_what_to_set() -> None:
    assert room_for_locks(64, 100).is_ok
    small = room_for_locks(64, 20)
    assert not small.is_ok
    assert small.detail == "max_locks_per_transaction 64 for 20 transactions: 1,280"
    assert "max_locks_per_transaction = 250;" in small.hint
    assert room_for_locks(250, 20).is_ok
