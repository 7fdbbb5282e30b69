"""Released revisions are frozen, and stand alone."""

from __future__ import annotations

import ast
import hashlib
import shutil
from pathlib import Path

import pytest

from db.environment import CHECKOUT

MIGRATIONS = CHECKOUT / "db" / "migrations"


OURS = {"db", "etl", "model", "report", "desk", "tests"}


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
