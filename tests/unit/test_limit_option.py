"""Seconds, gap and threads of a command: what is no such thing is refused in a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from db.common.errors import UsageError
from model.terminal.options import checked_gap, checked_seconds, checked_threads, core_count
from tests.support.processes import run
from tests.support.scenarios import town_file


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
    with pytest.raises(UsageError, match="is no number of seconds"):
        checked_seconds(value)
    with pytest.raises(UsageError, match="is no share"):
        checked_gap(value)


@pytest.mark.parametrize("option", ["--threads 0", "--time-limit nan"])
def test_a_command_refuses_them_in_one_sentence(option: str) -> None:
    name, value = option.split()
    done = run("model.solve", "--scenario", "phase1", name, value)
    assert done.returncode == 2
    assert done.stderr.startswith(f"error: {name} ")
    assert "Traceback" not in done.stderr


@pytest.mark.usefixtures("toy_database")
def test_a_command_with_more_threads_than_cores_ends(tmp_path: Path) -> None:
    """The solver would begin as many threads as it is told, and never come to an end."""
    done = run("model.solve", "--scenario", town_file(tmp_path), "--threads", "100000", timeout_s=180)
    assert done.returncode == 0, done.stderr
    assert f"note: --threads 100000 is more than this machine's cores: it gets {core_count()}." in done.stderr
