"""Seconds, gap and threads as a user gives them to a command."""

from __future__ import annotations

from pathlib import Path

import pytest

from db.work.cores import core_count
from tests.support.processes import run
from tests.support.scenarios import town_file


@pytest.mark.parametrize("option", ["--gap 2", "--time-limit nan"])
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
