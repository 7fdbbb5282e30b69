"""The rules of the house that are written in prose, held against the code."""

from __future__ import annotations

import ast
import functools
import re
import tomllib
from graphlib import TopologicalSorter
from pathlib import Path

import pytest
from hypothesis import settings

from db.schema import build

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("db", "etl", "model", "report", "desk")
MAY_IMPORT = {
    "db": set(),
    "etl": {"db"},
    "model": {"db"},
    "report": {"db"},
    "desk": {"db", "etl", "model", "report"},
}


def python_files(*packages: str) -> list[Path]:
    return sorted(p for package in packages for p in (ROOT / package).rglob("*.py"))


@functools.cache
def imports(path: Path) -> tuple[str, ...]:
    found: list[str] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return tuple(found)


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


def test_one_module_reads_the_environment() -> None:
    pattern = re.compile(r"\bos\.(environ|getenv|putenv)\b|\bfrom os import .*\b(environ|getenv)\b")
    found = [p for p in python_files(*PACKAGES) if pattern.search(p.read_text(encoding="utf-8"))]
    assert relative(found) == ["db/environment.py"]


def test_solvers_are_called_by_the_solver_alone() -> None:
    pattern = re.compile(r"SolverFactory|appsi|import highspy|contrib\.solver")
    found = [p for p in python_files(*PACKAGES) if pattern.search(p.read_text(encoding="utf-8"))]
    assert relative(found) == ["model/solver/highs.py"]


def test_the_solver_is_spoken_to_in_one_place_which_looks_at_every_status() -> None:
    calls = re.compile(
        r"\.(setOptionValue|passModel|setSolution|readModel|changeCol\w+|addRows?|addCols?)\(|import highspy"
    )
    found = [p for p in python_files("model") if calls.search(p.read_text(encoding="utf-8"))]
    assert relative(found) == ["model/solver/highs.py"]
    unheeded = re.compile(r"^\s*(\w+\.)+(run|setOptionValue|passModel|setSolution|readModel)\(")
    for path in [*found, ROOT / "tests" / "benchmark" / "peers.py"]:
        assert [n for n in path.read_text(encoding="utf-8").splitlines() if unheeded.search(n)] == []


@pytest.mark.parametrize("room", ["formulation", "accounting"])
def test_the_model_proper_sees_only_inputs_and_pyomo(room: str) -> None:
    files = python_files(f"model/{room}")
    allowed = re.compile(
        r"^(__future__|abc|pyomo|numpy|scipy|model\.(data\.(inputs|codes)|data$|accounting|formulation)|collections|dataclasses|typing|math|itertools|functools|graphlib|importlib|pkgutil|enum|sys|types|hashlib|json)"
    )
    wrong = [f"{f.name} imports {n}" for f in files for n in imports(f) if not allowed.match(n)]
    assert files
    assert wrong == []


LAYERS = {
    "db": ["", "command", "schema", "distance", "session", "server", "work", "common", "environment"],
    "report": [
        "",
        "serve",
        "page",
        "brief",
        "application",
        "figures",
        "qgis",
        "run",
        "catalogue",
        "kinds",
        "attribution",
    ],
    "etl": ["", "region_draft", "loading", "study_area", "store", "sample", "fetch", "sources", "region"],
    "model": ["", "terminal", "run", "analysis", "solver", "formulation", "accounting", "data"],
    "desk": [""],
}
"""Within a package imports run downwards in this order; "" is what stands at its top: the commands."""


def modules(package: str) -> dict[str, Path]:
    """Return the files of a package by the name that imports give them."""
    found = {}
    for path in python_files(package):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return {name: path for name, path in found.items() if "migrations" not in path.parts}


def import_graph(package: str) -> set[tuple[str, str]]:
    """Return which module of a package imports which, imports inside functions included."""
    known = modules(package)
    return {
        (name, found)
        for name, path in known.items()
        for found in imports(path)
        if found in known and found != name and not name.startswith(f"{found}.")
    }


@pytest.mark.parametrize("package", LAYERS)
def test_imports_run_downwards(package: str) -> None:
    layers = LAYERS[package]

    def layer(module: str) -> str:
        parts = module.split(".")
        return parts[1] if len(parts) > 1 and parts[1] in layers else ""

    folders = {p.name for p in (ROOT / package).iterdir() if p.is_dir() and list(p.glob("*.py"))}
    assert folders - {"migrations"} <= set(layers), "a folder that has no layer yet"
    wrong = [
        f"{name} imports {found}"
        for name, found in sorted(import_graph(package))
        if "." in found and layers.index(layer(name)) > layers.index(layer(found))
    ]
    assert wrong == []


@pytest.mark.parametrize("package", LAYERS)
def test_no_imports_form_a_circle(package: str) -> None:
    below: dict[str, set[str]] = {}
    for name, found in import_graph(package):
        below.setdefault(name, set()).add(found)
    tuple(TopologicalSorter(below).static_order())  # raises CycleError, which names the circle


def test_reports_read_the_room_of_reports_alone() -> None:
    """The tables that QGIS keeps its projects and styles in lie in `public`."""
    others = {schema for _, schema, _ in build.rooms()} - {"report"} | {"raw", "plan"}
    named = re.compile(rf"(?<!-m )\b({'|'.join(sorted(others))})\.[a-z]\w*")
    identifier = re.compile(r'Identifier\(\s*"(?!report"|public")')
    texts = [
        (path, node.value)
        for path in python_files("report")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    quoted = ROOT / "report/page/comment.toml"  # what comments of views say: nothing is read by it
    files = set((ROOT / "report").rglob("*.toml")) - {quoted}
    texts += [(path, path.read_text(encoding="utf-8")) for path in files]
    assert len(texts) > 100
    wrong = [f"{path.relative_to(ROOT)}: {found[0]}" for path, text in texts if (found := named.search(text))]
    wrong += [
        f"{path.relative_to(ROOT)}: {found[0]}"
        for path in python_files("report")
        if (found := identifier.search(path.read_text(encoding="utf-8")))
    ]
    assert wrong == []


def test_each_function_of_pgrouting_is_called_in_one_place() -> None:
    """Its versions name columns differently: who supports another one finds each function once."""
    found = [
        (name.lower(), path.relative_to(ROOT).as_posix())
        for path in sorted((ROOT / "sql").rglob("*.sql"))
        for name in set(re.findall(r"\bpgr_\w+(?=\s*\()", code_of(path), re.IGNORECASE))
    ]
    assert sorted(found) == [
        ("pgr_connectedcomponents", "sql/checks/road_network_connected.sql"),
        ("pgr_drivingdistance", "sql/3_analysis/confirmed_route.sql"),
    ]


def test_views_for_readers_build_no_sentences() -> None:
    """Numbers and codes; the words, in both languages, stand in report/ and in db/common/assumption.toml."""
    wrong = []
    analysis = (ROOT / "sql" / "3_analysis" / f"{name}.sql" for name in ("assumption", "map_assumption"))
    for path in [*sorted((ROOT / "sql" / "6_report").glob("*.sql")), *analysis]:
        code = re.sub(r"comment on [^;']*'(?:[^']|'')*';", "", code_of(path))
        texts = re.findall(r"'((?:[^']|'')*)'", code)
        wrong += [
            f"{path.name}: {text}" for text in texts if re.search(r"[A-Za-z]{2,}\W* +\W*[a-z]{2,}", text)
        ]
        assert "format(" not in code, path.name
    assert wrong == []


def test_reprojection_is_staging_s_alone() -> None:
    pattern = re.compile(r"\bst_transform\s*\(", re.IGNORECASE)
    found = [p for p in sorted((ROOT / "sql").rglob("*.sql")) if pattern.search(code_of(p))]
    assert {p.parent.name for p in found} == {"1_staging"}


ROOM_NUMBER = {schema: number for number, schema, _ in build.rooms()}


def test_a_room_reads_its_own_number_or_lower() -> None:
    """Raw is read by staging alone, and plan by the rooms from model on."""
    wrong = []
    for view in build.view_files():
        own = ROOM_NUMBER[view.schema]
        for need in view.needs:
            schema = need.split(".")[0]
            may = {"raw": view.schema == "staging", "plan": own >= ROOM_NUMBER["model"]}
            if not may.get(schema, ROOM_NUMBER.get(schema, own) <= own):
                wrong.append(f"{view.full_name} reads {need}")
    assert wrong == []


def test_staging_reads_one_table_of_raw() -> None:
    """It renames and casts one table; it never joins."""
    tables = {
        view.full_name: [n for n in view.needs if n.startswith("raw.") and n != "raw.load"]
        for view in build.view_files()
        if view.schema == "staging"
    }
    assert {name: found for name, found in tables.items() if len(found) > 1} == {}
    assert len(tables) > 30


def test_what_is_worked_out_once_depends_on_nothing_that_changes() -> None:
    """A scenario, its load and the runs that it continues stay as they are; locks and the adopted plan do not.

    What locks open is written beside what was worked out, which is done anew where it is another.
    """
    needs = {view.full_name: set(view.needs) for view in build.view_files()}

    @functools.cache
    def below(name: str) -> frozenset[str]:
        return frozenset({name}).union(*map(below, needs.get(name, set()) - {"model.opened_station"}))

    scenarios = [view.full_name for view in build.view_files() if view.is_kept and view.schema == "model"]
    runs = [view.full_name for view in build.view_files() if view.is_kept and view.schema == "audit"]
    assert min(len(scenarios), len(runs)) > 3
    assert {name: found for name in scenarios if (found := below(name) & CHANGING)} == {}
    assert set().union(*(below(name) & CHANGING for name in runs)) == {"plan.run_lock"}
    assert below("model.lock") & CHANGING == {"plan.site_lock"}
    assert "model.opened_station" in needs["model.work_out"]


def test_reports_of_a_finished_run_read_nothing_that_locks_work_out_anew() -> None:
    """What is worked out again when planners edit locks says nothing of a run that is done; two lists speak of today."""
    needs = {view.full_name: set(view.needs) for view in build.view_files()}

    @functools.cache
    def below(name: str) -> frozenset[str]:
        return frozenset({name}).union(*map(below, needs.get(name, set())))

    kept = {view.full_name for view in build.view_files() if view.is_kept}
    anew = {name for name in kept if "model.opened_station" in below(name)}
    assert {"model.site_state", "model.layout"} <= anew
    reports = {view.full_name for view in build.view_files() if view.schema == "report"}
    assert {name for name in reports if below(name) & anew} == {
        "report.removal_candidate",
        "report.site_grant",
    }


CHANGING = {"plan.site_lock", "plan.run_lock", "plan.adopted_run", "plan.run_audit"}
"""Tables of plan whose rows, asked for by a scenario or a finished run, change afterwards; of a run, its own locks do not."""


def test_one_rule_has_one_name_everywhere() -> None:
    constraints = {p.stem for p in (ROOT / "model/formulation/constraints").glob("*.py")} - {"__init__"}
    limits = {p.stem.removeprefix("limit_") for p in (ROOT / "sql/5_audit").glob("limit_*.sql")}
    assert constraints
    assert constraints == limits


def test_what_the_audit_works_out_is_read_by_a_figure_or_a_limit() -> None:
    audits = [v for v in build.view_files() if v.schema == "audit"]
    read = {need.removeprefix("audit.") for v in audits for need in v.needs if need.startswith("audit.")}
    others = {v.name for v in audits if not v.name.startswith(("figure_", "limit_"))}
    assert others - read == {"work_out", "gather_statistics"}


def test_the_audit_reads_what_a_plan_says_and_never_what_made_it() -> None:
    """It shares with the plan what the README of the room lists, and nothing else of room 4 that tells of plans."""
    read = {n for v in build.view_files() if v.schema == "audit" for n in v.needs if n.startswith("model.")}
    assert read - {"model.usual_row_count"} == {"model.session_scenario", "model.port_capacity_per_h"}


def test_the_project_speaks_of_itself_alone() -> None:
    """No path of somebody's machine, no address of a package registry."""
    pattern = re.compile(
        r"(?<![\w.\-])/(work|root|home)/\w|pypi\.org|files\.pythonhosted|registry\.npmjs|deb\.debian\.org"
    )
    suffixes = {".py", ".sql", ".md", ".toml", ".yml", ".ini", ".txt", ".sh", ""}
    skipped = {".git", ".venv", ".pg", "out", ".setup", ".hypothesis"}
    files = [
        p
        for p in ROOT.rglob("*")
        if p.is_file()
        and p.suffix in suffixes
        and not skipped & set(p.relative_to(ROOT).parts)
        and p.relative_to(ROOT).parts[0] != "data"
        and "cache" not in str(p)
    ]
    wrong = [
        str(p.relative_to(ROOT))
        for p in files
        if p != Path(__file__) and pattern.search(p.read_text("utf-8", "ignore"))
    ]
    assert wrong == []


def test_the_words_of_loading_are_those_of_the_field() -> None:
    """Entity, type and fallback, and the passive where it does not matter who acts; columns of views keep their names."""
    avoided = re.compile(
        r"\b(kinds?|nouns?|stand-ins?|nobody|somebody|anybody|everybody|whom|lest)\b", re.IGNORECASE
    )
    foreign = re.compile(r'kind="stable"|\bnoun (=|as) ')
    files = [p for suffix in ("py", "md", "toml") for p in (ROOT / "etl").rglob(f"*.{suffix}")]
    assert len(files) > 80
    wrong = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in files
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if avoided.search(foreign.sub("", line))
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


def test_a_warning_fails_a_test_and_a_slow_machine_does_not() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["tool"]["pytest"]["ini_options"].get("filterwarnings", ["default"])[0] == "error"
    assert settings.default is not None
    assert settings.default.deadline is None
    of_their_own = re.compile(r"\bdeadline=(?!None\b)")
    others = [p for p in sorted((ROOT / "tests").rglob("*.py")) if p != Path(__file__).resolve()]
    assert relative([p for p in others if of_their_own.search(code_of(p))]) == []
