"""Seconds, gap and threads of a command: a value that is none of these is refused in a sentence."""

from __future__ import annotations

import pytest

from db.common.errors import UsageError
from model.solver.worker import core_count
from model.terminal.options import checked_gap, checked_seconds, checked_threads


@pytest.mark.parametrize("threads", [0, -1, -100_000])
def test_fewer_than_one_thread_is_refused(threads: int) -> None:
    with pytest.raises(UsageError, match=f"--threads {threads}: the solver needs at least one thread"):
        checked_threads(threads)


def test_more_threads_than_cores_are_cores_and_it_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert checked_threads(100_000) == core_count()
    assert capsys.readouterr().err == (
        f"note: --threads 100000 is more than this machine's cores: it gets {core_count()}.\n"
    )
    assert checked_threads(1) == 1
    assert checked_threads(None) is None
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("value", [float("nan"), -1.0, float("-inf")])
def test_seconds_and_gaps_that_are_none_are_refused(value: float) -> None:
    with pytest.raises(UsageError, match="is not a number of seconds"):
        checked_seconds(value)
    with pytest.raises(UsageError, match="is not a share"):
        checked_gap(value)
