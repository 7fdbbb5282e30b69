"""A PostgreSQL server for the tests, the template databases on it, and their clones.

The server lives as long as the session: an embedded cluster, or with `TEST_DATABASE=container` a container of the
project's image; or it is that of `TEST_DATABASE_URL`, a superuser's address.
"""

from __future__ import annotations

import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from psycopg import sql

from db.common.errors import UsageError
from db.environment import setting
from db.schema.upgrade import upgrade
from db.server import embedded
from db.server.cluster import Cluster
from db.session.connection import connect
from tests.support.containers import container_server

_RELATIONS = """
    select n.nspname::text, c.relname::text
    from pg_class as c
    join pg_namespace as n on n.oid = c.relnamespace
    where c.relkind in ('r', 'v', 'm')
        and (n.nspname in ('raw', 'plan', 'staging', 'core', 'analysis', 'model', 'report', 'audit')
            or c.relname in ('qgis_projects', 'layer_styles', 'notes'))
    order by 1, 2
"""
_MEMORY = Path("/dev/shm")  # noqa: S108 - mkdtemp makes the folder there
_MEMORY_MIN_BYTES = 8 << 30
_ROWS = "select count(*), md5(coalesce(string_agg(t::text, e'\\n' order by t::text collate \"C\"), '')) from {} as t"


def _roomy_memory() -> Path | None:
    """Return the folder in memory where there is one with room: clones take a quarter of the time there."""
    return _MEMORY if _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free >= _MEMORY_MIN_BYTES else None


@contextmanager
def throwaway_cluster() -> Iterator[Cluster]:
    """Run a cluster in a folder of its own, which other accounts may enter, and delete it afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="ev-test-", dir=_roomy_memory()))
    folder.chmod(0o711)
    cluster = Cluster(folder / "pg", is_throwaway=True)
    try:
        embedded.up(cluster)
        yield cluster
    finally:
        cluster.destroy()
        shutil.rmtree(folder)


@contextmanager
def embedded_server() -> Iterator[str]:
    """Yield the address of a superuser's database in an embedded cluster of its own."""
    with throwaway_cluster() as cluster:
        yield embedded.superuser_url(cluster)


_SERVERS = {"embedded": embedded_server, "container": container_server}


def session_server() -> AbstractContextManager[str]:
    """Return what yields the address of a superuser's database, on the server that the environment asks for.

    Raises:
        UsageError: TEST_DATABASE names no kind of server, or both settings are there.
    """
    given, kind = setting("TEST_DATABASE_URL"), setting("TEST_DATABASE")
    if given and kind:
        raise UsageError("TEST_DATABASE and TEST_DATABASE_URL are both set.", "set one of them.")
    if given:
        return nullcontext(given)
    if kind and kind not in _SERVERS:
        raise UsageError(
            f"TEST_DATABASE is '{kind}', which is no server.", f"set it to {' or '.join(_SERVERS)}."
        )
    return _SERVERS[kind or "embedded"]()


class Templates:
    """Template databases, each made when first asked for, and their clones."""

    def __init__(self, server: str) -> None:
        self.server = server
        self.files = tempfile.TemporaryDirectory(prefix="ev-test-")
        self.session = uuid.uuid4().hex[:8]
        self.made: dict[str, str] = {}
        with psycopg.connect(server) as conn:
            # files are copied faster than they are logged, unless the copy has to reach the disk
            is_safe = conn.execute("select current_setting('fsync')::boolean").fetchone() == (True,)
        self.strategy = "wal_log" if is_safe else "file_copy"

    def address(self, name: str) -> str:
        """Return the address of a database of the server."""
        return urlunsplit(urlsplit(self.server)._replace(path=f"/{name}"))

    def execute(self, statement: str, *names: str) -> None:
        """Run a statement of the server, with identifiers in its braces."""
        with psycopg.connect(self.server, autocommit=True) as conn:
            conn.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def copy(self, template: str) -> str:
        """Return the name of a new copy of a database."""
        name = f"test_{self.session}_{uuid.uuid4().hex[:8]}"
        self.execute(f"create database {{}} template {{}} strategy {self.strategy}", name, template)
        return name

    def template(self, kind: str, base: str, fill: Callable[[], None]) -> str:
        """Return the template of a kind: a copy of `base` that `fill` filled, once per session."""
        if kind not in self.made:
            name = self.copy(base)
            try:
                with pytest.MonkeyPatch.context() as patch:
                    patch.setenv("DATABASE_URL", self.address(name))
                    fill()
            except BaseException:
                self.execute("drop database {} with (force)", name)
                raise
            self.made[kind] = name
        return self.made[kind]

    def empty(self) -> str:
        """Return the template that is migrated and holds nothing."""
        return self.template("empty", "template1", upgrade)

    def loaded(self, kind: str, region: Callable[[], str]) -> str:
        """Return the template that holds a region: a name or the path of its file."""

        def fill() -> None:
            from etl.load import load_region

            with connect() as conn:
                load_region(region(), conn)

        return self.template(kind, self.empty(), fill)

    def toy_town(self) -> str:
        """Return the template that holds Toy Town."""
        from tests.support.toy_town.build import write_sources

        return self.loaded("toy_town", lambda: str(write_sources(Path(self.files.name))))

    @contextmanager
    def clone(self, template: str) -> Iterator[str]:
        """Yield the address of a clone, which `db.session.connection` uses until it is dropped."""
        name = self.copy(template)
        try:
            with pytest.MonkeyPatch.context() as patch:
                patch.setenv("DATABASE_URL", self.address(name))
                yield self.address(name)
        finally:
            self.execute("drop database {} with (force)", name)


def content(address: str) -> dict[str, Any]:
    """Return rows and checksum of every table and view."""
    with psycopg.connect(address) as conn:
        return {
            f"{schema}.{name}": conn.execute(sql.SQL(_ROWS).format(sql.Identifier(schema, name))).fetchone()
            for schema, name in conn.execute(_RELATIONS).fetchall()
        }
