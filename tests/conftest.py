"""Databases for the tests: a real server, a template per kind, a clone per test.

The server is `TEST_DATABASE_URL` (a superuser's address), else a container where Docker answers, else an
embedded cluster that lives as long as the session.
"""

from __future__ import annotations

import re
import shutil
import subprocess
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
from hypothesis import HealthCheck, settings
from psycopg import sql
from testcontainers.community.postgres import PostgresContainer

from db.environment import CHECKOUT, setting
from db.schema.upgrade import upgrade
from db.server import embedded
from db.server.cluster import Cluster
from db.session.connection import connect

# A busy machine is slow, and no fault; in a commit's check the same examples are tried each time.
settings.register_profile(
    "planner", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.register_profile("ci", settings.get_profile("planner"), derandomize=True)
settings.load_profile("ci" if setting("CI") == "true" else "planner")

SHARED = CHECKOUT.parent / "shared"
NEAR = CHECKOUT / "tests" / "toy_town" / "near.toml"


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of real data beside the checkout."""
    if not SHARED.is_dir():
        reason = f"{SHARED} is not there: the real data lies beside the checkout"
        if setting("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return SHARED


def _ask_for(*command: str, reason: str) -> None:
    """Skip the test when a program of the system is missing; in the commit's check that is a failure."""
    if shutil.which(command[0]) and subprocess.run(command, capture_output=True, check=False).returncode == 0:
        return
    if setting("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def qgis() -> None:
    """Ask for QGIS and its Python, as Debian and Ubuntu have them."""
    reason = "QGIS is not installed: apt-get install python3-qgis qgis-providers"
    _ask_for("/usr/bin/python3", "-c", "import qgis.core", reason=reason)


@pytest.fixture(scope="session")
def gdal() -> None:
    """Ask for GDAL's tools."""
    _ask_for("ogrinfo", "--version", reason="GDAL's tools are not installed: apt-get install gdal-bin")


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


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """Yield the address of a superuser's database, on a server for this session."""
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


@pytest.fixture(scope="session")
def templates(server: str) -> Iterator[Templates]:
    """Yield the template databases of this session."""
    made = Templates(server)
    yield made
    for name in made.made.values():
        made.execute("drop database if exists {} with (force)", name)


@pytest.fixture
def database(templates: Templates) -> Iterator[str]:
    """Yield the address of a migrated, empty database; DATABASE_URL is set to it."""
    with templates.clone(templates.empty()) as address:
        yield address


@pytest.fixture
def connection(database: str) -> Iterator[psycopg.Connection[Any]]:
    """Yield a connection to `database`."""
    with psycopg.connect(database) as conn:
        yield conn


@pytest.fixture
def toy_database(templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Yield the address of a database that holds Toy Town; DATABASE_URL is set to it."""

    def region() -> str:
        from tests.toy_town.build import write_sources

        return str(write_sources(tmp_path_factory.mktemp("toy_town")))

    with templates.clone(templates.loaded("toy_town", region)) as address:
        yield address


@pytest.fixture(scope="session")
def planned_template(templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the template that holds Toy Town with `near` planned and published."""

    def region() -> str:
        from tests.toy_town.build import write_sources

        return str(write_sources(tmp_path_factory.mktemp("toy_town")))

    def plan() -> None:
        from model.solve import Limits, solve_scenario

        assert solve_scenario(str(NEAR), Limits(time_limit_s=60)).error is None

    return templates.template("planned", templates.loaded("toy_town", region), plan)


@pytest.fixture
def planned_database(templates: Templates, planned_template: str) -> Iterator[str]:
    """Yield the address of Toy Town with `near` planned and published; DATABASE_URL is set to it."""
    with templates.clone(planned_template) as address:
        yield address


@pytest.fixture
def toy_connection(toy_database: str) -> Iterator[psycopg.Connection[Any]]:
    """Yield a connection to `toy_database`."""
    with psycopg.connect(toy_database) as conn:
        yield conn


@pytest.fixture
def sample_database(templates: Templates) -> Iterator[str]:
    """Yield the address of a database that holds the region `sample`; DATABASE_URL is set to it."""
    with templates.clone(templates.loaded("sample", lambda: "sample")) as address:
        yield address
