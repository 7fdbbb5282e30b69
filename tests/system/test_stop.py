"""Ctrl-C and SIGTERM on a real process: the child tells its first plan and waits, so nothing depends on time."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest

from db.common.errors import UsageError
from db.environment import CHECKOUT
from model.data import scenario, scenario_store
from model.run import signals
from tests.support.processes import CHILD, run
from tests.support.scenarios import town_file

WIDE = "\n[publication]\nmip_gap_max = 1e9\n"


def stopped(folder: Path, number: signal.Signals, text: str = WIDE) -> tuple[int, str]:
    """Solve in a process of its own, send it a signal once it has a plan; return its exit code and output."""
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, "--scenario", town_file(folder, text)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=CHECKOUT,
    )
    assert child.stderr is not None
    first = next((line for line in child.stderr if "plan 0." in line), "")
    child.send_signal(number)
    shown, rest = child.communicate("go on\n", timeout=120)
    return child.returncode, shown + first + rest


def test_ctrl_c_keeps_the_best_plan_and_says_so(toy: psycopg.Connection[Any], tmp_path: Path) -> None:
    code, said = stopped(tmp_path, signal.SIGINT)
    assert code == 0, said
    assert "stopped by the user; the best plan found so far is kept" in said
    assert toy.execute(
        "select status, publication, message like 'Stopped by the user%%', mip_gap > 0, (select count(*) from"
        " plan.decision) > 0, (select sum(violation_count) from plan.run_audit) from plan.run"
    ).fetchall() == [("feasible", "published", True, True, True, 0)]


def test_a_plan_with_too_wide_a_gap_is_kept_but_not_published_and_the_first_line_says_so(
    toy: psycopg.Connection[Any], tmp_path: Path
) -> None:
    code, said = stopped(tmp_path, signal.SIGINT, "")
    assert code == 7, said
    assert said.startswith("NOT PUBLISHED: the gap of this plan is ")
    assert "town publishes up to 5.00% (publication.mip_gap_max). It is kept as run 1" in said.splitlines()[0]
    assert toy.execute(
        "select publication, mip_gap > 0.05, (select count(*) from plan.decision) > 0,"
        " (select sum(violation_count) from plan.run_audit) from plan.run"
    ).fetchall() == [("kept", True, True, 0)]
    shown = toy.execute(
        "select (select count(*) from report.published_run), publication from report.run_summary"
    )
    assert shown.fetchall() == [(0, "kept")]
    parameters = scenario.resolve("phase1")[1].model_copy(update={"continues": "town"})
    with pytest.raises(UsageError, match="has no published plan") as refused:
        scenario_store.store(toy, "next", parameters)
    assert refused.value.hint.startswith("run 1 is kept only, its gap is too wide; give it more time")


def test_a_process_that_is_told_to_end_leaves_no_run_running(
    toy: psycopg.Connection[Any], tmp_path: Path
) -> None:
    code, said = stopped(tmp_path, signal.SIGTERM)
    assert code == 130, said
    assert toy.execute(
        "select status, publication, message, (select count(*) from plan.decision) from plan.run"
    ).fetchall() == [("interrupted", "none", "The process was told to end.", 0)]


@pytest.mark.parametrize("of_ctrl_c", [signal.SIG_IGN, signal.default_int_handler])
def test_a_process_that_is_told_to_end_ends_whether_it_heeds_ctrl_c_or_not(of_ctrl_c: Any) -> None:
    """A job in the background of a shell is begun without ears for Ctrl-C."""
    before = signal.signal(signal.SIGINT, of_ctrl_c)
    try:
        with signals.heeding_termination():
            with pytest.raises(KeyboardInterrupt):
                signal.raise_signal(signal.SIGTERM)
            assert signals.is_terminated()
    finally:
        signal.signal(signal.SIGINT, before)
    assert not signals.is_terminated()


def test_progress_is_told_where_stderr_is_no_terminal(toy_database: str, tmp_path: Path) -> None:
    assert toy_database
    done = run("model.solve", "--scenario", town_file(tmp_path), "--progress")
    assert done.returncode == 0, done.stderr
    assert "plan 0.6500, dual bound 0.6500, gap 0.00%" in done.stderr
    assert "Ctrl-C keeps the best plan" in done.stderr


def test_a_limit_ends_a_command_that_cannot_read_its_inputs(toy_database: str, tmp_path: Path) -> None:
    """Another session holds a table all the while: the command ends by its own limit."""
    with psycopg.connect(toy_database) as holder:
        holder.execute("lock table plan.site_lock in access exclusive mode")
        done = run("model.solve", "--scenario", town_file(tmp_path), "--time-limit", "1", timeout_s=120)
    assert done.returncode == 4, done.stderr
    assert "s ended before the inputs were read" in done.stderr
