"""Roads are read in a process of their own: what is read, which fault is told and what is left are the same."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import psutil
import pytest

from db.common.errors import UsageError
from db.environment import CHECKOUT
from etl.loading import read
from etl.loading.apart import ReaderProcess
from etl.loading.course import Course
from etl.loading.find import find_files
from etl.region.file import read_region
from etl.region.sources import RoadSource
from etl.sources.base import Frame
from tests.support.etl_frame import contents
from tests.support.processes import until
from tests.support.toy_town.build import write_sources

APART, IN_TURN = 0, 2**60
WAITING = """
import sys
from pathlib import Path

from etl.loading.apart import ReaderProcess
from etl.region.sources import RoadSource
from etl.sources.base import Frame

process = ReaderProcess("roads", [(Path(sys.argv[1]), RoadSource(path="x"))], Frame())
print(process._process.pid, flush=True)
process.result()
"""


def read_town(
    folder: Path, monkeypatch: pytest.MonkeyPatch, large_bytes: int, **options: Any
) -> read.Reading:
    monkeypatch.setattr(read, "LARGE_BYTES", large_bytes)
    region_file = read_region(str(folder / "toy_town.toml"))
    return read.read_all(region_file, find_files(region_file), **options)


def damage(folder: Path, *names: str) -> None:
    """Empty files of the town."""
    for name in names:
        (folder / name).write_bytes(b"")


def told(folder: Path, monkeypatch: pytest.MonkeyPatch, large_bytes: int) -> tuple[str, str]:
    with pytest.raises(UsageError) as refused:
        read_town(folder, monkeypatch, large_bytes)
    return refused.value.message, refused.value.hint


@pytest.mark.parametrize("without", [(), ("boundary",)])
def test_what_is_read_is_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, without: tuple[str, ...]
) -> None:
    write_sources(tmp_path, without=without)
    apart, in_turn = (read_town(tmp_path, monkeypatch, large_bytes) for large_bytes in (APART, IN_TURN))
    assert [file.file_name for file in apart.files] == [file.file_name for file in in_turn.files]
    for one, other in zip(apart.files, in_turn.files, strict=True):
        assert contents(one.batch) == contents(other.batch)
        assert one.batch.rejects == other.batch.rejects
        assert one.batch.remarks == other.batch.remarks
    assert apart.assumptions == in_turn.assumptions
    assert apart.metric_srid == in_turn.metric_srid


@pytest.mark.parametrize(
    ("faulty", "named"),
    [
        (["town.osm.pbf"], "town.osm.pbf"),
        (["town.osm.pbf", "ev.csv"], "town.osm.pbf"),
        (["people.csv", "town.osm.pbf"], "people.csv"),
    ],
)
def test_the_first_fault_in_order_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, faulty: list[str], named: str
) -> None:
    write_sources(tmp_path)
    damage(tmp_path, *faulty)
    found = told(tmp_path, monkeypatch, APART)
    assert found[0].startswith(named)
    assert found == told(tmp_path, monkeypatch, IN_TURN)


def test_steps_tell_what_the_process_took(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_sources(tmp_path)
    course = Course(lambda _: None, "opening the region")
    read_town(tmp_path, monkeypatch, APART, progress=course)
    (step,) = [step for step in course.steps() if step.step.startswith("roads: ")]
    assert step.elapsed_s > 0
    assert step.loader_s > 0


def test_an_interrupt_leaves_no_process_and_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_sources(tmp_path)
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", None)
    before = {child.pid for child in psutil.Process().children()}
    begun: list[ReaderProcess] = []
    monkeypatch.setattr(
        read, "ReaderProcess", lambda *asked: begun.append(ReaderProcess(*asked)) or begun[-1]
    )

    def interrupt(step: str) -> None:
        if step.startswith("population"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read_town(tmp_path, monkeypatch, APART, progress=interrupt)
    assert len(begun) == 1
    assert not begun[0].is_running()
    assert {child.pid for child in psutil.Process().children()} <= before
    assert list(folder.iterdir()) == []


def waiting_file(folder: Path) -> Path:
    """Return a file that who reads it waits for."""
    os.mkfifo(folder / "roads.osm.pbf")
    return folder / "roads.osm.pbf"


def test_a_process_that_the_system_ends_is_told(tmp_path: Path) -> None:
    process = ReaderProcess("roads", [(waiting_file(tmp_path), RoadSource(path="x"))], Frame())
    try:
        psutil.Process(process._process.pid).send_signal(signal.SIGKILL)
        with pytest.raises(UsageError, match=r"that read roads was ended by the system \(signal 9\)"):
            process.result()
    finally:
        process.end()


def test_it_ends_with_a_command_that_is_killed(tmp_path: Path) -> None:
    command = subprocess.Popen(
        [sys.executable, "-c", WAITING, str(waiting_file(tmp_path))],
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert command.stdout is not None
    child = psutil.Process(int(command.stdout.readline()))
    command.kill()
    command.communicate()
    until(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE)
