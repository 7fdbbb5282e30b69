"""The image of the database, and containers of it that live as long as a test or a session."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import docker
import pytest
from docker.models.containers import Container
from testcontainers.community.postgres import PostgresContainer
from testcontainers.core.config import testcontainers_config
from testcontainers.core.image import DockerImage

from db.common.errors import UsageError
from db.environment import CHECKOUT, setting
from tests.support.processes import until

IMAGE = "ev-charging-planner-test/database"
VOLUME = "/var/lib/postgresql/data"
PREFIX = f"ev-test-{hashlib.sha256(str(CHECKOUT).encode()).hexdigest()[:8]}-"
"""What all that tests of this checkout make in an engine is called by; no other's is."""
# What a server of a few minutes need not survive is not made safe.
_THROWAWAY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off")

_THIS_MACHINE = ("127.0.0.1", None)
"""Where a port is published: for this machine alone, under any free number."""


def _engine_fault() -> str | None:
    """Return why no Docker engine answers; None where one does."""
    try:
        docker.from_env(timeout=10).ping()
    except docker.errors.DockerException as error:
        return f"no Docker engine answers: {error}"
    return None


def ask_for_docker() -> None:
    """Skip the test where no Docker engine answers; in the commit's check that is a failure."""
    reason = _engine_fault()
    if reason and setting("CI") == "true":
        pytest.fail(reason)
    if reason:
        pytest.skip(reason)


def own_name() -> str:
    """Return a new name for a container, a volume or a project."""
    return PREFIX + uuid.uuid4().hex[:8]


def remove_leftovers() -> None:
    """Remove containers, volumes and networks of this checkout's tests, which a killed session leaves."""
    client = docker.from_env()
    own = {"name": PREFIX}
    for container in client.containers.list(all=True, filters=own):
        container.remove(force=True, v=True)
    for volume in client.volumes.list(filters=own):
        volume.remove(force=True)
    for network in client.networks.list(filters=own):
        network.remove()


def database_image() -> str:
    """Build the image of the database from the checkout, which is quick when nothing has changed; return its name."""
    # The container that removes what a killed session leaves is an image of its own, for which there may be no registry.
    testcontainers_config.ryuk_disabled = True
    DockerImage(CHECKOUT, dockerfile_path="db/image/Dockerfile", tag=IMAGE, clean_up=False).build()
    return IMAGE


@contextmanager
def container_server() -> Iterator[str]:
    """Yield the address of a superuser's database in a container of its own.

    Raises:
        UsageError: no engine answers.
        docker.errors.DockerException: the image cannot be built.
    """
    fault = _engine_fault()
    if fault:
        raise UsageError(f"TEST_DATABASE asks for a container, and {fault}", "start Docker, or leave it out.")
    container = PostgresContainer(
        database_image(), username="postgres", password=uuid.uuid4().hex, dbname="postgres", driver=None
    )
    container.with_kwargs(shm_size="1g")
    container.ports = {"5432": _THIS_MACHINE}
    container.with_name(own_name())
    container.with_command(["postgres", *(part for option in _THROWAWAY for part in ("-c", option))])
    with container:
        yield container.get_connection_url(host="127.0.0.1")


@contextmanager
def volume() -> Iterator[str]:
    """Yield the name of a new volume, deleted afterwards."""
    made = docker.from_env().volumes.create(own_name())
    try:
        yield made.name
    finally:
        made.remove(force=True)


@contextmanager
def database_container(volume_name: str | None = None, **options: Any) -> Iterator[Container]:
    """Yield a container of the database's image that has been started, removed afterwards.

    `options` are those of docker-py's `run`; the server's port is published on 127.0.0.1.
    """
    place = {volume_name: {"bind": VOLUME, "mode": "rw"}} if volume_name else {}
    options["name"] = own_name()
    options["volumes"] = place | options.get("volumes", {})
    container = docker.from_env().containers.run(IMAGE, detach=True, ports={"5432": _THIS_MACHINE}, **options)
    try:
        yield container
    finally:
        container.remove(force=True, v=True)


def healthy(container: Container) -> int:
    """Wait until a container says that it is healthy; return the port of its server on 127.0.0.1."""

    def is_healthy() -> bool:
        container.reload()
        assert container.status in ("created", "running"), container.logs().decode()
        return container.health == "healthy"

    until(is_healthy)
    return int(container.ports["5432/tcp"][0]["HostPort"])


if __name__ == "__main__":
    remove_leftovers()
