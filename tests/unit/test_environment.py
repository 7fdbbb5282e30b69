"""What is changed of the environment for a moment is as it was afterwards."""

from __future__ import annotations

import pytest

from db.environment import changed, own_environment


def test_variables_are_changed_for_a_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLANNER_THERE", "before")
    monkeypatch.delenv("PLANNER_MISSING", raising=False)
    before = own_environment()
    with pytest.raises(KeyError), changed(PLANNER_THERE="now", PLANNER_MISSING="now"):  # noqa: PT012
        assert own_environment() == before | {"PLANNER_THERE": "now", "PLANNER_MISSING": "now"}
        raise KeyError
    assert own_environment() == before
