"""What commands write takes its place when it is whole, and what was there before is lost to no failure."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from db.common.errors import UsageError
from db.common.output import with_ending, written_file, written_files


def write(folder: Path, *files: str, fails: bool = False) -> None:
    """Write files to a draft, and fail before it is whole if asked to."""
    with written_files(folder) as draft:
        for name in files:
            (draft / name).write_text("new")
        if fails:
            raise ZeroDivisionError


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_replaced_when_the_block_ends_well(tmp_path: Path) -> None:
    place = tmp_path / "new" / "plan.txt"
    for text in ("first", "second"):
        with written_file(place) as draft:
            draft.write_text(text)
        assert place.read_text() == text
    assert names(place.parent) == ["plan.txt"]


def test_a_failure_leaves_the_former_file_and_no_draft(tmp_path: Path) -> None:
    place = tmp_path / "plan.txt"
    place.write_text("former")
    with pytest.raises(ZeroDivisionError), written_file(place) as draft:
        _ = draft.write_text("half") / 0
    assert place.read_text() == "former"
    assert names(tmp_path) == ["plan.txt"]


def test_a_full_disk_is_said_and_leaves_the_former_file(tmp_path: Path) -> None:
    place = tmp_path / "plan.txt"
    place.write_text("former")
    with pytest.raises(UsageError, match="cannot be written: No space left on device"), written_file(place):
        Path("/dev/full").write_text("x" * 100_000)
    assert place.read_text() == "former"


def test_a_link_stays_and_what_it_leads_to_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    real, link = tmp_path / "kept" / "real.txt", tmp_path / "link.txt"
    real.write_text("former")
    link.symlink_to(real)
    with written_file(link) as draft:
        draft.write_text("new")
    assert link.is_symlink()
    assert real.read_text() == "new"


def test_what_is_no_regular_file_is_refused_and_stays(tmp_path: Path) -> None:
    pipe, folder = tmp_path / "pipe", tmp_path / "folder"
    os.mkfifo(pipe)
    folder.mkdir()
    for place in (pipe, folder, Path("/dev/full"), Path("/dev/null")):
        before = place.stat().st_mode
        with pytest.raises(UsageError, match="is not a regular file"), written_file(place) as draft:
            draft.write_text("x")
        assert place.stat().st_mode == before
    assert stat.S_ISCHR(Path("/dev/full").stat().st_mode)


@pytest.mark.parametrize("name", ["file/below.txt", "n" * 300])
def test_a_place_that_cannot_be_is_said(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(UsageError, match="cannot be written") as error,
        written_file(tmp_path / name) as draft,
    ):
        draft.write_text("x")
    assert "--out" in error.value.hint


def test_files_of_a_folder_are_replaced_together_and_others_stay(tmp_path: Path) -> None:
    (tmp_path / "own.txt").write_text("mine")
    (tmp_path / "a.csv").write_text("former")
    with pytest.raises(ZeroDivisionError):
        write(tmp_path, "a.csv", fails=True)
    assert {p.name: p.read_text() for p in tmp_path.iterdir()} == {"own.txt": "mine", "a.csv": "former"}
    write(tmp_path, "a.csv", "b.csv")
    found = {p.name: p.read_text() for p in tmp_path.iterdir()}
    assert found == {"own.txt": "mine", "a.csv": "new", "b.csv": "new"}


def test_one_name_that_is_no_file_keeps_all_others(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("former")
    (tmp_path / "b.csv").mkdir()
    with pytest.raises(UsageError, match=r"b\.csv exists and is not a regular file"):
        write(tmp_path, "a.csv", "b.csv")
    assert (tmp_path / "a.csv").read_text() == "former"


@pytest.mark.parametrize(
    ("name", "expected"),
    [("plan", "plan.gpkg"), ("plan.GPKG", "plan.GPKG"), ("plan_2.1", "plan_2.1.gpkg"), ("/", "/")],
)
def test_a_name_without_ending_gets_the_one_that_programs_open(name: str, expected: str) -> None:
    assert with_ending(Path(name), ".gpkg") == Path(expected)
