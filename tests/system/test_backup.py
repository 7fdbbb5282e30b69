"""A dump brings everything back: into a new cluster, row by row; and nothing is lost where it cannot."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import psycopg
import pytest

from db.common.errors import UsageError
from db.schema import backup, upgrade
from db.server import embedded
from db.session import turn
from tests.support.databases import content, throwaway_cluster
from tests.support.processes import run

Connection = psycopg.Connection[Any]


def db(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return run("db", *arguments, **environment)


@pytest.fixture
def full_database(planned_database: str) -> str:
    """Toy Town with a plan, a lock, a QGIS project and styles, one of a user's own, and a table of a user's."""
    assert run("report.qgis").returncode == 0
    with psycopg.connect(planned_database) as conn:
        conn.execute(
            "insert into plan.site_lock (site_id, lock_kind) select min(site_id), 'force_out' from core.site"
        )
        conn.execute("insert into public.layer_styles (f_table_name, stylename) values ('road', 'my own')")
        conn.execute("create table public.notes as select 'seen on 3 May' as note")
        conn.execute("create view public.mine as select * from report.road")
    return planned_database


def test_a_dump_is_restored_into_a_new_cluster_row_by_row(
    full_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = content(full_database)
    assert before["public.layer_styles"][0] > 1
    assert before["public.qgis_projects"][0] == 2
    assert before["plan.decision"][0] > 0
    steps: list[str] = []
    backup.dump(tmp_path / "town.dump", steps.append)
    assert [step for step in steps if "public.mine" in step], "said to be left out"
    with throwaway_cluster() as cluster:
        address = embedded.url("owner", cluster)
        monkeypatch.setenv("DATABASE_URL", address)
        done = db("restore", str(tmp_path / "town.dump"))
        assert done.returncode == 0, done.stderr
        assert "planner qgis" in done.stdout
        assert content(address) == before
        assert upgrade.upgrade() is False, "all is as it has to be"
        with psycopg.connect(embedded.url("reader", cluster)) as conn:
            assert conn.execute("select count(*) > 0 from report.station_plan").fetchone() == (True,)
            assert conn.execute("select count(*) from public.qgis_projects").fetchone() == (2,)
        with psycopg.connect(embedded.url("planner", cluster)) as conn:  # by the rule on the view
            conn.execute(
                "insert into report.site_lock (geom, lock_kind) select geom, 'force_in' from core.site"
                " where site_id = (select max(site_id) from core.site)"
            )
            assert conn.execute(
                "select max(site_id) = (select max(site_id) from core.site) from plan.site_lock"
            ).fetchone() == (True,)
        # numbers go on where they stood
        with psycopg.connect(address) as conn:
            row = conn.execute(
                "insert into raw.site_registry (region, site_key) values ('a', 'b') returning site_id"
            ).fetchone()
            assert row
            assert conn.execute("select max(site_id) from raw.site_registry").fetchone() == row


def test_a_restore_replaces_data_only_when_told(full_database: str, tmp_path: Path) -> None:
    file = tmp_path / "town.dump"
    with psycopg.connect(full_database, autocommit=True) as conn:
        backup.dump(file)
        before = content(full_database)
        with pytest.raises(UsageError, match="holds data, which would be lost") as refused:
            backup.restore(file)
        assert "--overwrite" in refused.value.hint
        with pytest.raises(UsageError, match=r"view public\.mine"):
            backup.restore(file, is_overwriting=True)
        conn.execute("drop view public.mine")
        conn.execute("delete from plan.run")
        conn.execute("update raw.load set title = 'Changed'")
        backup.restore(file, is_overwriting=True)
        assert content(full_database) == before


def test_a_restore_that_fails_leaves_everything_as_it_was(full_database: str, tmp_path: Path) -> None:
    file, cut, other = (tmp_path / name for name in ("town.dump", "cut.dump", "other.dump"))
    backup.dump(file)
    with psycopg.connect(full_database, autocommit=True) as conn:
        conn.execute("drop view public.mine")
        before = content(full_database)
        cut.write_bytes(file.read_bytes()[: file.stat().st_size * 3 // 4])
        other.write_text("nothing of ours")
        for damaged in (cut, other, tmp_path / "missing", tmp_path):
            with pytest.raises(UsageError) as refused:
                backup.restore(damaged, is_overwriting=True)
            assert str(damaged) in refused.value.message
            assert content(full_database) == before
        conn.execute("update plan.alembic_version set version_num = '9999'")
        newer = tmp_path / "newer.dump"
        backup.dump(newer)
        conn.execute("update plan.alembic_version set version_num = %s", (upgrade.head(),))
        with pytest.raises(UsageError, match="newer version"):
            backup.restore(newer, is_overwriting=True)
        assert content(full_database) == before


def test_a_dump_that_fails_leaves_the_former_file(
    tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "town.dump"
    file.write_text("the former one")
    wrong = f"{database}_gone"
    done = db("dump", str(file), DATABASE_URL=wrong)
    assert (done.returncode, file.read_text()) == (2, "the former one")
    monkeypatch.setattr(turn, "LOCK_TIMEOUT_S", 0.2)
    with psycopg.connect(database) as holder:
        holder.execute("lock table raw.load")
        with pytest.raises(UsageError, match="pg_dump failed"):
            backup.dump(file)
    assert file.read_text() == "the former one"
    assert [path.name for path in tmp_path.iterdir()] == ["town.dump"]
    with pytest.raises(UsageError, match="not a regular file"):
        backup.dump(Path("/dev/full"))
