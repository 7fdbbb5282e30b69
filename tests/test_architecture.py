"""The rules of the house that are written in prose, held against the code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from db import build

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("db", "etl", "model", "report")
MAY_IMPORT = {"db": set(), "etl": {"db"}, "model": {"db"}, "report": {"db"}}


def python_files(*packages: str) -> list[Path]:
    return sorted(p for package in packages for p in (ROOT / package).rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def code_of(path: Path) -> str:
    """The file without comments, so that a rule is not broken by talking about it."""
    return re.sub(r"--[^\n]*", "", path.read_text(encoding="utf-8"))


def relative(paths: list[Path]) -> list[str]:
    return [str(p.relative_to(ROOT)) for p in paths]


@pytest.mark.parametrize("package", PACKAGES)
def test_packages_meet_only_in_the_database(package: str) -> None:
    others = set(PACKAGES) - MAY_IMPORT[package] - {package}
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in python_files(package)
        for name in imports(path)
        if name.split(".")[0] in others
    ]
    assert wrong == []


def test_only_the_connection_reads_the_environment() -> None:
    pattern = re.compile(r"\bos\.(environ|getenv|putenv)\b|\bfrom os import .*\b(environ|getenv)\b")
    found = [p for p in python_files(*PACKAGES) if pattern.search(p.read_text(encoding="utf-8"))]
    assert relative(found) == ["db/connection.py"]


def test_solvers_are_called_by_solve_and_strategy_only() -> None:
    pattern = re.compile(r"SolverFactory|appsi|import highspy|contrib\.solver")
    found = [p for p in python_files(*PACKAGES) if pattern.search(p.read_text(encoding="utf-8"))]
    allowed = [
        p for p in found if p.name == "solve.py" or "strategy" in p.parts or p == ROOT / "db" / "checks.py"
    ]
    assert found
    assert relative([p for p in found if p not in allowed]) == []


def test_the_solver_is_spoken_to_in_one_place_which_looks_at_every_status() -> None:
    calls = re.compile(
        r"\.(setOptionValue|passModel|setSolution|readModel|changeCol\w+|addRows?|addCols?)\(|import highspy"
    )
    found = [p for p in python_files("model") if calls.search(p.read_text(encoding="utf-8"))]
    assert relative(found) == ["model/strategy/instance.py"]
    unheeded = re.compile(r"^\s*(\w+\.)+(run|setOptionValue|passModel|setSolution|readModel)\(")
    for path in [*found, ROOT / "tests" / "benchmark" / "solver.py"]:
        assert [n for n in path.read_text(encoding="utf-8").splitlines() if unheeded.search(n)] == []


@pytest.mark.parametrize(
    "name",
    [
        "build.py",
        "objective.py",
        "expression.py",
        "plan.py",
        "inputs.py",
        "constraints",
        "flow.py",
        "service.py",
        "money.py",
        "grid.py",
    ],
)
def test_the_model_proper_sees_only_inputs_and_pyomo(name: str) -> None:
    path = ROOT / "model" / name
    files = sorted(path.rglob("*.py")) if path.is_dir() else [path]
    allowed = re.compile(
        r"^(__future__|pyomo|numpy|scipy|model\.(inputs|plan|expression|build|constraints|objective|flow|service|money|grid)|model$|collections|dataclasses|typing|math|itertools|functools|importlib|types|hashlib|json)"
    )
    wrong = [f"{f.name} imports {n}" for f in files for n in imports(f) if not allowed.match(n)]
    assert files
    assert wrong == []


def test_pgrouting_is_called_in_one_place() -> None:
    found = [
        p
        for p in sorted((ROOT / "sql").rglob("*.sql"))
        if re.search(r"\bpgr_\w+\s*\(", code_of(p), re.IGNORECASE)
    ]
    assert len(found) == 1, relative(found)


def test_reprojection_is_staging_s_alone() -> None:
    pattern = re.compile(r"\bst_transform\s*\(", re.IGNORECASE)
    found = [p for p in sorted((ROOT / "sql").rglob("*.sql")) if pattern.search(code_of(p))]
    assert {p.parent.name for p in found} == {"1_staging"}


ROOM_NUMBER = {schema: number for number, schema, _ in build.rooms()}


@pytest.mark.parametrize("view", build.view_files(), ids=lambda v: v.full_name)
def test_a_room_reads_its_own_number_or_lower(view: build.ViewFile) -> None:
    own = ROOM_NUMBER[view.schema]
    for need in view.needs:
        schema = need.split(".")[0]
        if schema == "raw":
            assert view.schema == "staging", f"{view.full_name} reads {need}: raw is read by staging alone"
        elif schema == "plan":
            assert own >= ROOM_NUMBER["model"], (
                f"{view.full_name} reads {need}: plan belongs to the rooms from model on"
            )
        else:
            assert ROOM_NUMBER[schema] <= own, f"{view.full_name} reads {need}, a higher room"


@pytest.mark.parametrize(
    "view", [v for v in build.view_files() if v.schema == "staging"], ids=lambda v: v.full_name
)
def test_staging_reads_one_table_of_raw(view: build.ViewFile) -> None:
    tables = [n for n in view.needs if n.startswith("raw.") and n != "raw.load"]
    assert len(tables) <= 1, "staging renames and casts one table; it never joins"


def test_one_rule_has_one_name_everywhere() -> None:
    constraints = {p.stem for p in (ROOT / "model" / "constraints").glob("*.py")} - {"__init__"}
    audits = {p.stem for p in (ROOT / "sql" / "6_audit").glob("*.sql")}
    assert constraints
    assert constraints == audits


def test_the_project_speaks_of_itself_alone() -> None:
    """No path of somebody's machine, no address of a package registry."""
    pattern = re.compile(
        r"(?<![\w.\-])/(work|root|home)/\w|pypi\.org|files\.pythonhosted|registry\.npmjs|deb\.debian\.org"
    )
    suffixes = {".py", ".sql", ".md", ".toml", ".yml", ".ini", ".txt", ".sh", ""}
    skipped = {".git", ".venv", ".pg", "out", "data", ".setup", ".hypothesis"}
    files = [
        p
        for p in ROOT.rglob("*")
        if p.is_file()
        and p.suffix in suffixes
        and not skipped & set(p.relative_to(ROOT).parts)
        and "cache" not in str(p)
    ]
    wrong = [
        str(p.relative_to(ROOT))
        for p in files
        if p != Path(__file__) and pattern.search(p.read_text("utf-8", "ignore"))
    ]
    assert wrong == []


def test_migrations_form_one_line() -> None:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config(ROOT / "alembic.ini")
    config.set_main_option("script_location", str(ROOT / "db" / "migrations"))
    script = ScriptDirectory.from_config(config)
    assert len(script.get_heads()) == 1
    assert all(not r.is_merge_point and not r.is_branch_point for r in script.walk_revisions())
