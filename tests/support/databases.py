"""A PostgreSQL server for the tests, the template databases on it, and their clones.

The server is `TEST_DATABASE_URL` (a superuser's address), else a container where Docker answers, else an
embedded cluster that lives as long as the session.
"""

from __future__ import annotations

import re
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import docker
import psycopg
import pytest
from psycopg import sql
from testcontainers.community.postgres import PostgresContainer

from db.environment import CHECKOUT, setting
from db.schema.upgrade import upgrade
from db.server import embedded
from db.server.cluster import Cluster
from db.session.connection import connect

_RELATIONS = """
    select n.nspname::text, c.relname::text
    from pg_class as c
    join pg_namespace as n on n.oid = c.relnamespace
    where c.relkind in ('r', 'v', 'm')
        and (n.nspname in ('raw', 'plan', 'staging', 'core', 'analysis', 'model', 'report', 'audit')
            or c.relname in ('qgis_projects', 'layer_styles', 'notes'))
    order by 1, 2
"""
_ROWS = "select count(*), md5(coalesce(string_agg(t::text, e'\\n' order by t::text collate \"C\"), '')) from {} as t"


def _container() -> PostgresContainer | None:
    """Start the image of docker-compose.yml; None where Docker does not answer or cannot get it."""
    try:
        docker.from_env(timeout=2).ping()
    except docker.errors.DockerException:
        return None
    image = re.search(r"image: *(\S+)", (CHECKOUT / "docker-compose.yml").read_text(encoding="utf-8"))
    assert image, "docker-compose.yml names no image"
    container = PostgresContainer(
        image[1], username="postgres", password=uuid.uuid4().hex, dbname="postgres", driver=None
    )
    try:
        return container.start()
    except (docker.errors.DockerException, TimeoutError):
        container.stop()
        return None


@contextmanager
def throwaway_cluster() -> Iterator[Cluster]:
    """Run a cluster in a folder of its own, which other accounts may enter, and delete it afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="ev-test-"))
    folder.chmod(0o711)
    cluster = Cluster(folder / "pg", is_throwaway=True)
    try:
        embedded.up(cluster)
        yield cluster
    finally:
        cluster.destroy()
        shutil.rmtree(folder)


@contextmanager
def session_server() -> Iterator[str]:
    """Yield the address of a superuser's database, on a server that may be one for this session."""
    given = setting("TEST_DATABASE_URL")
    container = None if given else _container()
    if given:
        yield given
    elif container:
        with container:
            yield container.get_connection_url()
    else:
        with throwaway_cluster() as cluster:
            yield embedded.superuser_url(cluster)


class Templates:
    """Template databases, each made when first asked for, and their clones."""

    def __init__(self, server: str) -> None:
        self.server = server
        self.files = tempfile.TemporaryDirectory(prefix="ev-test-")
        self.session = uuid.uuid4().hex[:8]
        self.made: dict[str, str] = {}

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
        self.execute("create database {} template {}", name, template)
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
