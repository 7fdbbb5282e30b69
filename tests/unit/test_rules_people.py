"""The rules on groups of people, where there are no groups."""

from __future__ import annotations

from pathlib import Path

import pytest

from db.common.errors import UsageError
from model.data import scenario
from tests.support.space_rules import file


def test_reference_points_are_in_no_group(tmp_path: Path) -> None:
    text = "equity = true\n[demand]\nkind = 'reference_point'\n[distance]\nkind = 'straight_line'\n"
    with pytest.raises(UsageError, match=r"reference points are in no group of people"):
        scenario.resolve(file(tmp_path, text))
