"""What the tests ask for: the real data, programs of the system, and databases.

A database is a clone of a template, and a template is filled when it is first asked for. What databases need is
imported by the fixtures that give them: tests that ask for none begin at once.
"""

from __future__ import annotations

import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

from db.environment import CHECKOUT, setting

if TYPE_CHECKING:
    import psycopg

    from tests.support.databases import Templates
    from tests.support.web import Web

# A busy machine is slow, and no fault; in a commit's check the same examples are tried each time.
settings.register_profile(
    "planner", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.register_profile("ci", settings.get_profile("planner"), derandomize=True)
# `make unit` tries few examples, to be back at once; `make test` tries all.
settings.register_profile("quick", settings.get_profile("planner"), max_examples=10)
settings.load_profile("ci" if setting("CI") == "true" else "planner")

SHARED = CHECKOUT.parent / "shared"
SETTINGS = ("DATABASE_URL", "DATA_DIR", "REGION", "OPENCHARGEMAP_API_KEY", "NOMINATIM_URL", "CONTACT")


@pytest.fixture(scope="session", autouse=True)
def _own_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep what a user has set from the tests, and what the tests fetch from a user's cache."""
    with pytest.MonkeyPatch.context() as patch:
        for name in SETTINGS:
            patch.delenv(name, raising=False)
        patch.setenv("CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session", autouse=True)
def _ctrl_c() -> None:
    """Heed SIGINT, which tests send: a shell that starts them in the background has them ignore it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


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


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """Yield the address of a superuser's database, on a server for this session."""
    from tests.support.databases import session_server

    with session_server() as address:
        yield address


@pytest.fixture(scope="session")
def templates(server: str) -> Iterator[Templates]:
    """Yield the template databases of this session."""
    from tests.support.databases import Templates

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
    import psycopg

    with psycopg.connect(database) as conn:
        yield conn


@pytest.fixture
def toy_database(templates: Templates) -> Iterator[str]:
    """Yield the address of a database that holds Toy Town; DATABASE_URL is set to it."""
    with templates.clone(templates.toy_town()) as address:
        yield address


@pytest.fixture(scope="session")
def planned_template(templates: Templates) -> str:
    """Return the template that holds Toy Town with `near` planned and published."""

    def plan() -> None:
        from model.solve import Limits, solve_scenario
        from tests.support.toy_town import NEAR

        assert solve_scenario(str(NEAR), Limits(time_limit_s=60)).error is None

    return templates.template("planned", templates.toy_town(), plan)


@pytest.fixture
def planned_database(templates: Templates, planned_template: str) -> Iterator[str]:
    """Yield the address of Toy Town with `near` planned and published; DATABASE_URL is set to it."""
    with templates.clone(planned_template) as address:
        yield address


@pytest.fixture
def toy_connection(toy_database: str) -> Iterator[psycopg.Connection[Any]]:
    """Yield a connection to `toy_database`."""
    import psycopg

    with psycopg.connect(toy_database) as conn:
        yield conn


@pytest.fixture
def toy(toy_database: str) -> Iterator[psycopg.Connection[Any]]:
    """Yield a connection to `toy_database` whose every statement is a transaction of its own."""
    import psycopg

    with psycopg.connect(toy_database, autocommit=True) as conn:
        yield conn


@pytest.fixture
def web() -> Iterator[Web]:
    """Yield a web server of the test's own, which answers as it is told."""
    from tests.support.web import serving

    with serving() as server:
        yield server


@pytest.fixture
def slept() -> list[float]:
    """Return a list to take down how long a client would have slept."""
    return []
