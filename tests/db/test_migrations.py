"""Released revisions are frozen; a database at a revision that no longer leads on is refused, and nothing lost."""

from __future__ import annotations

import ast
import hashlib
import shutil
from pathlib import Path

import psycopg
import pytest

from db.command import faults
from db.common.errors import UsageError
from db.environment import CHECKOUT
from db.schema import backup, upgrade
from tests.support.databases import content
from tests.support.processes import run

MIGRATIONS = CHECKOUT / "db" / "migrations"
OURS = {"db", "etl", "model", "report", "tests"}
UNRELEASED = "holds tables at revision {}, of before the first release, which cannot be brought up to date"
NEWER = "was made by a newer version of the planner (tables at revision {})"


def differences(folder: Path) -> list[str]:
    """Return what is wrong with the files of the revisions, held against the table of their checksums."""
    lines = (folder / "checksums.txt").read_text(encoding="utf-8").splitlines()
    frozen = {name: checksum for checksum, name in (line.split("  ") for line in lines)}
    files = [p for p in (folder / "versions").rglob("*") if p.is_file() and "__pycache__" not in p.parts]
    found = {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}
    changed = [
        f"{name} is changed or gone: a released revision is frozen, write a new one"
        for name in sorted(frozen)
        if found.get(name) != frozen[name]
    ]
    new = [
        f"{name} is not in checksums.txt: once it is right, add its line (CONTRIBUTING.md says how)"
        for name in sorted(found.keys() - frozen.keys())
    ]
    return changed + new


def test_a_released_revision_is_frozen() -> None:
    assert differences(MIGRATIONS) == []


def test_a_change_of_a_released_revision_is_found(tmp_path: Path) -> None:
    folder = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    sql = folder / "versions" / "1000_baseline" / "plan_run.sql"
    sql.write_text(sql.read_text(encoding="utf-8").replace("bigint", "integer", 1), encoding="utf-8")
    (folder / "versions" / "1000_baseline" / "raw_grid.sql").unlink()
    (folder / "versions" / "1001_more.py").touch()
    assert [fault.split(":")[0] for fault in differences(folder)] == [
        "versions/1000_baseline/plan_run.sql is changed or gone",
        "versions/1000_baseline/raw_grid.sql is changed or gone",
        "versions/1001_more.py is not in checksums.txt",
    ]


@pytest.mark.parametrize("path", sorted((MIGRATIONS / "versions").glob("*.py")), ids=lambda p: p.stem)
def test_a_revision_imports_nothing_of_ours(path: Path) -> None:
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {f"{'.' * n.level}{n.module or ''}" for n in nodes if isinstance(n, ast.ImportFrom)}
    assert [name for name in names if name.split(".")[0] in OURS | {""}] == []


def stand_at(address: str, revision: str) -> None:
    with psycopg.connect(address) as conn:
        conn.execute("update plan.alembic_version set version_num = %s", (revision,))


@pytest.mark.parametrize("command", ["upgrade", "upgrade --force", "refresh", "check"])
@pytest.mark.parametrize(("revision", "words"), [("0001", UNRELEASED), ("0014", UNRELEASED), ("9999", NEWER)])
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
    assert ("python -m db dump FILE" if words == UNRELEASED else "use that version") in next_step
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
    assert "python -m db dump FILE" in explained.hint


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
