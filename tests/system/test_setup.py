"""The set-up: every package pinned, every target there, nothing asked for that is installed already."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib import metadata
from importlib.util import cache_from_source
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from db.command.setup_checks import normal, pins
from db.environment import CHECKOUT

PACKAGES = ("db", "desk", "etl", "model", "report")
# comes with Debian's QGIS; the scripts of tests/support/qgis run under the system's Python
SYSTEM = {"qgis"}
# other engines, which are measured where they are installed
BENCHMARK = CHECKOUT / "tests" / "benchmark" / "requirements.txt"
SCRIPTS = (
    "db/set_up.sh",
    "db/install_system_packages.sh",
    "db/image/base.sh",
    "db/image/entrypoint.sh",
    ".ci/run",
)


def run(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    # The tests may have been called by make, which hands its own settings down.
    own = {
        "DATABASE_URL",
        "DATA_DIR",
        "REGION",
        "PYTHON",
        "MAKEFLAGS",
        "MFLAGS",
        "MAKELEVEL",
        "MAKEOVERRIDES",
    }
    env = {key: value for key, value in os.environ.items() if key not in own} | environment
    return subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False, env=env)


def asked_for(*, with_tests: bool = True) -> list[Requirement]:
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    tests = project["optional-dependencies"]["test"] if with_tests else []
    return [Requirement(text) for text in [*project["dependencies"], *tests]]


def imported(folder: str) -> set[str]:
    """Return the top-level names of the packages that the files of a folder import."""
    found = set()
    for path in (CHECKOUT / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.split(".")[0])
    return found - sys.stdlib_module_names - {*PACKAGES, "tests", "tools"} - SYSTEM


def closure() -> set[str]:
    """Return all packages that those of pyproject.toml need, directly or through others."""
    seen: set[tuple[str, str]] = set()
    waiting = [(need.name, extra) for need in asked_for() for extra in ("", *need.extras)]
    while waiting:
        name, extra = waiting.pop()
        if (normal(name), extra) in seen:
            continue
        seen.add((normal(name), extra))
        for text in metadata.requires(name) or []:
            need = Requirement(text)
            if need.marker is None or need.marker.evaluate({"extra": extra}):
                waiting += [(need.name, wanted) for wanted in ("", *need.extras)]
    return {name for name, _ in seen}


@pytest.mark.parametrize("folder", [*PACKAGES, "tools", "tests"])
def test_what_is_imported_is_asked_for(folder: str) -> None:
    needs = asked_for(with_tests=folder == "tests")
    if folder == "tests":
        needs += [
            Requirement(line) for line in BENCHMARK.read_text().splitlines() if not line.startswith("#")
        ]
    allowed = {normal(need.name) for need in needs}
    makers = metadata.packages_distributions()
    missing = {
        name
        for name in imported(folder)
        if not allowed & {normal(maker) for maker in makers.get(name, [name])}
    }
    assert missing == set()


def test_exactly_what_is_needed_is_pinned() -> None:
    assert set(pins()) == closure()


@pytest.mark.parametrize("need", asked_for(), ids=lambda need: need.name)
def test_pins_lie_within_the_bounds(need: Requirement) -> None:
    assert need.specifier.contains(pins()[normal(need.name)])


def test_pins_name_versions_and_nothing_else() -> None:
    lines = (CHECKOUT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not re.fullmatch(r"[a-z0-9-]+==[\w.]+|#.*", line)] == []


@pytest.mark.parametrize("script", SCRIPTS)
def test_scripts_can_be_run(script: str) -> None:
    path = CHECKOUT / script
    assert os.access(path, os.X_OK)
    shell = path.read_text(encoding="utf-8").splitlines()[0].split("/")[-1].split()[-1]
    assert run(shell, "-n", script).returncode == 0


def test_every_target_of_the_readme_is_there() -> None:
    listed = set(re.findall(r"^  make (\w+)", run("make", "help").stdout, re.MULTILINE))
    named = set(re.findall(r"`make ([a-z]+)", (CHECKOUT / "README.md").read_text(encoding="utf-8")))
    assert listed >= named | {"run", "test", "load", "solve", "report", "check", "up", "down", "lint"}


def test_run_is_the_whole_way() -> None:
    lines = run(
        "make", "--dry-run", "run", "REGION=some where.toml", MAKEFLAGS="", ARGS=""
    ).stdout.splitlines()
    assert [re.sub(r"^\S*python -m ", "", line).rstrip() for line in lines] == [
        "db/set_up.sh",
        "db up",
        "db upgrade",
        'etl.load --region "some where.toml"',
        'model.solve --scenario "phase1"',
        "report.summary",
        "report.qgis",
        "report.page",
    ]


def test_settings_pass_through_make(tmp_path: Path) -> None:
    makefile = tmp_path / "Makefile"
    makefile.write_text(
        f"include {CHECKOUT}/Makefile\nshow:\n\t@echo $$REGION $$DATA_DIR $$DATABASE_URL\n", encoding="utf-8"
    )
    result = run("make", "-f", str(makefile), "show", "REGION=a", "DATA_DIR=b", DATABASE_URL="c")
    assert result.stdout == "a b c\n"


debian = pytest.mark.skipif(
    not shutil.which("apt-get"), reason="system packages are installed on Debian and Ubuntu only"
)


@debian
def test_nothing_is_installed_where_all_is_there() -> None:
    for environment in ({}, {"DATABASE_URL": "postgresql://127.0.0.1/planner"}):
        result = run("db/install_system_packages.sh", "--list", PYTHON=sys.executable, **environment)
        assert (result.returncode, result.stdout.strip(), result.stderr) == (0, "", "")


@debian
def test_a_python_without_ensurepip_asks_for_its_venv_package(tmp_path: Path) -> None:
    python = tmp_path / "python3"
    python.write_text(
        '#!/bin/sh\ncase "$2" in *ensurepip*) exit 1;; esac\necho python3.11-venv\n', encoding="utf-8"
    )
    python.chmod(0o755)
    result = run("db/install_system_packages.sh", "--list", PYTHON=str(python))
    assert result.stdout == "python3.11-venv\n"


def test_an_old_python_is_refused_with_a_sentence(tmp_path: Path) -> None:
    result = run("db/set_up.sh", PYTHON=str(tmp_path / "none"))
    assert result.returncode == 2
    assert "Python 3.11 or newer was not found" in result.stderr


def test_where_python_may_not_keep_what_it_compiles_the_project_is_compiled() -> None:
    kept = Path(cache_from_source(str(CHECKOUT / "db/work/cores.py")))
    kept.unlink(missing_ok=True)
    assert run("db/set_up.sh", PYTHONDONTWRITEBYTECODE="1").returncode == 0
    assert kept.exists()


def test_the_containers_are_private_and_ask_for_a_password() -> None:
    text = (CHECKOUT / "docker-compose.yml").read_text(encoding="utf-8")
    ports = re.findall(r'- "(.+:\d+)"', text)
    assert ports == [
        "127.0.0.1:${PLANNER_DB_PORT:-5432}:5432",
        "127.0.0.1:${PLANNER_SERVE_PORT:-8080}:8080",
        "127.0.0.1:${PLANNER_SCHEDULER_PORT:-8786}:8786",
    ]
    assert "POSTGRES_PASSWORD: ${PLANNER_DB_PASSWORD:?" in text


def test_contexts_of_images_hold_what_is_named_and_exists() -> None:
    lines = (CHECKOUT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert "*" in lines
    named = [line[1:] for line in lines if line.startswith("!")]
    assert {*PACKAGES, "sql", "requirements.txt", "pyproject.toml"} <= set(named)
    assert [name for name in named if not (CHECKOUT / name).exists()] == []


def test_all_images_begin_with_the_one_that_is_made_where_none_can_be_pulled() -> None:
    files = [CHECKOUT / "Dockerfile", CHECKOUT / "db/image/Dockerfile"]
    bases = {re.search(r"^FROM (\S+)$", file.read_text(encoding="utf-8"), re.MULTILINE)[1] for file in files}  # type: ignore[index]
    assert bases == {"debian:bookworm-slim"}
