"""Threads of a command: at most as many as there are cores."""

from __future__ import annotations

import pytest

from db.work.cores import core_count
from model.terminal.options import checked_threads


def test_more_threads_than_cores_are_cores_and_it_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert checked_threads(100_000) == core_count()
    assert capsys.readouterr().err == (
        f"note: --threads 100000 is more than this machine's cores: it gets {core_count()}.\n"
    )
    assert checked_threads(1) == 1
    assert checked_threads(None) is None
    assert capsys.readouterr().err == ""
