"""A database at a revision that no longer leads on is refused, and nothing lost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
import pytest

from db.command import faults
from db.common.errors import UsageError
from db.schema import backup, upgrade
from model import sweep
from model.solver.objective_mode import Limits
from tests.support.databases import content
from tests.support.processes import run
from tests.support.scenarios import town_file

UNRELEASED = "holds tables at revision {}, of before the first release, which cannot be brought up to date"
NEWER = "was made by a newer version of the planner (tables at revision {})"


def stand_at(address: str, revision: str) -> None:
    with psycopg.connect(address) as conn:
        conn.execute("update plan.alembic_version set version_num = %s", (revision,))


@pytest.mark.parametrize(
    ("revision", "words", "command"),
    [
        ("0001", UNRELEASED, "upgrade"),
        ("0014", UNRELEASED, "upgrade --force"),
        ("9999", NEWER, "upgrade --force"),
        ("0014", UNRELEASED, "refresh"),
        ("0001", UNRELEASED, "check"),
        ("9999", NEWER, "check"),
    ],
)
def test_tables_at_an_unknown_revision_are_refused_and_stay(
    database: str, revision: str, words: str, command: str
) -> None:
    with psycopg.connect(database) as conn:
        conn.execute("insert into raw.site_registry (region, site_key) values ('here', 'a station')")
    stand_at(database, revision)
    before = content(database)
    ended = run("db", *command.split(), COLUMNS="200")
    said = ended.stdout if command == "check" else ended.stderr
    assert ended.returncode == 2
    assert words.format(revision) in said
    next_step = said.split("next: ")[1]
    assert ("planner db dump FILE" if words == UNRELEASED else "use that version") in next_step
    assert "Traceback" not in ended.stderr
    assert content(database) == before


def test_what_is_missing_at_an_unknown_revision_is_explained_by_it(database: str) -> None:
    query = b"select no_such_column from raw.load"
    with psycopg.connect(database, autocommit=True) as conn:
        with pytest.raises(psycopg.errors.UndefinedColumn) as bug:
            conn.execute(query)
        assert faults.explain(bug.value) is None
        stand_at(database, "0014")
        with pytest.raises(psycopg.errors.UndefinedColumn) as missing:
            conn.execute(query)
    explained = faults.explain(missing.value)
    assert explained is not None
    assert UNRELEASED.format("0014") in explained.message
    assert "planner db dump FILE" in explained.hint


def test_a_dump_of_an_unreleased_revision_is_refused_and_the_next_step_works(
    toy_database: str, tmp_path: Path
) -> None:
    present, unreleased = tmp_path / "present.dump", tmp_path / "unreleased.dump"
    backup.dump(present)
    whole = content(toy_database)
    stand_at(toy_database, "0014")
    backup.dump(unreleased)
    before = content(toy_database)
    with pytest.raises(UsageError, match="of before the first release") as refused:
        backup.restore(unreleased, is_overwriting=True)
    assert str(unreleased) in refused.value.message
    assert refused.value.hint == "restore it with the version that made it."
    assert content(toy_database) == before
    backup.restore(present, is_overwriting=True)
    assert content(toy_database) == whole


def test_a_database_that_is_emptied_as_the_next_step_says_can_be_used_again(database: str) -> None:
    stand_at(database, "0014")
    with pytest.raises(UsageError, match="revision 0014") as refused:
        upgrade.upgrade()
    statement = refused.value.hint.split("'")[1]
    assert statement.startswith("drop schema")
    with psycopg.connect(database) as conn:
        conn.execute(statement.encode())
    assert upgrade.upgrade() is True
    assert upgrade.upgrade() is False


def test_variations_keep_their_numbers_and_words_are_lost_going_back(
    toy: psycopg.Connection[Any], tmp_path: Path
) -> None:
    """Revision 1002 holds words as well; before it there were none, nor runs that decide nothing."""
    base, _ = sweep.sweep(town_file(tmp_path), [], Limits(), futures=["growth.path=high"])
    variations = "select parameter, value from plan.run_variation order by parameter, run_id"
    assert toy.execute(variations).fetchall() == [
        ("budget", 125e3),
        ("growth.path", "high"),
        ("growth.path", "high"),
    ]
    toy.commit()
    upgrade.downgrade("1001")
    assert toy.execute(variations).fetchall() == [("budget", 125e3)]
    toy.commit()
    upgrade.upgrade()
    assert [r["value"] for r in sweep.found(toy, base.report.run_id)["runs"]] == [125e3]
    with pytest.raises(psycopg.errors.CheckViolation):
        toy.execute("update plan.run_variation set value = 'null'")
