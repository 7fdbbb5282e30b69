"""The project's compose file in a project of the test's own, beside whatever runs of it already."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import quote

import docker
import pytest
from docker.models.containers import Container

from db.environment import CHECKOUT
from tests.support.containers import IMAGE, own_name
from tests.support.processes import until


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _password() -> str:
    """Return a password with what addresses, shells and YAML give a meaning to."""
    return f"a: @b/'c' #d $e %41 {uuid.uuid4().hex}"


def _command() -> list[str]:
    """Return how Compose is called here: its first release is a program of its own."""
    plugin = subprocess.run(["docker", "compose", "version"], capture_output=True, check=False)
    if plugin.returncode == 0:
        return ["docker", "compose"]
    if shutil.which("docker-compose"):
        return ["docker-compose"]
    pytest.fail("A Docker engine answers, but Compose is missing: apt-get install docker-compose")


@dataclass
class Compose:
    """A project of Compose with names, ports and passwords of its own."""

    name: str = field(default_factory=own_name)
    password: str = field(default_factory=_password)
    service_password: str = field(default_factory=_password)
    database_port: int = field(default_factory=free_port)
    service_port: int = field(default_factory=free_port)
    scheduler_port: int = field(default_factory=free_port)

    @property
    def database_url(self) -> str:
        """Return the address that docker-compose.yml names, as seen from this machine."""
        return self._url("planner", self.password)

    @property
    def service_url(self) -> str:
        """Return the address for the login of the service, as seen from this machine."""
        return self._url("ev_service", self.service_password)

    @property
    def scheduler(self) -> str:
        """Return the address of the workers' scheduler, as seen from this machine."""
        return f"tcp://127.0.0.1:{self.scheduler_port}"

    def _url(self, user: str, password: str) -> str:
        return f"postgresql://{user}:{quote(password, safe='')}@127.0.0.1:{self.database_port}/planner"

    def run(self, *arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
        """Run a command of Compose; `changes` are of its environment."""
        own = {
            "PLANNER_DB_IMAGE": IMAGE,
            "PLANNER_IMAGE": IMAGE.replace("database", "planner"),
            "PLANNER_DB_PASSWORD": self.password,
            "PLANNER_DB_PORT": str(self.database_port),
            "PLANNER_SERVICE_PASSWORD": self.service_password,
            "PLANNER_SERVE_PORT": str(self.service_port),
            "PLANNER_SCHEDULER_PORT": str(self.scheduler_port),
        }
        return subprocess.run(
            [*_command(), "--project-name", self.name, *arguments],
            cwd=CHECKOUT,
            env=os.environ | own | changes,
            capture_output=True,
            text=True,
            check=False,
        )

    def up(self, *arguments: str, scale: str = "") -> None:
        """Build and start what `arguments` ask for (all of a profile), and wait until it is healthy.

        `scale` says how often a service runs: `worker=3`.
        """
        waits = ["--wait"] if _command()[0] == "docker" else []
        scales = ["--scale", scale] if scale else []
        done = self.run(*arguments, "up", "--build", "--detach", *waits, *scales)
        assert done.returncode == 0, done.stderr
        until(lambda: all(container.health != "starting" for container in self.containers()))
        for container in self.containers():
            assert container.health in ("healthy", "unknown"), container.logs().decode()

    def containers(self, service: str = "") -> list[Container]:
        """Return the containers of the project, or of a service of it, as they are now."""
        labels = [f"com.docker.compose.project={self.name}"]
        labels += [f"com.docker.compose.service={service}"] if service else []
        found: list[Container] = docker.from_env().containers.list(all=True, filters={"label": labels})
        return found


@contextmanager
def project() -> Iterator[Compose]:
    """Yield a project; all that it made is removed afterwards, its volume too."""
    made = Compose()
    try:
        yield made
    finally:
        every = ("--profile", "services", "--profile", "workers")
        made.run(*every, "down", "--volumes", "--timeout", "30")
