"""What belongs together is there: each recipe of CONTRIBUTING.md, held against the tree; a fault names the place."""

from __future__ import annotations

import ast
import functools
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from db import diagram
from db.command import planner
from db.common.language import LANGUAGES, read_words
from db.schema import build
from etl.region.schema import Sources
from etl.sources.registry import SourceType, source_types
from model import rules as tables
from model.data.parameters import switches
from model.formulation.constraints import RULES
from model.formulation.definitions import DEFINITIONS
from model.formulation.objective import TERMS
from model.formulation.rule import Definition, Rule
from model.formulation.term import Term
from report.export import Format
from report.page.render import HERE as PAGE
from report.page.render import WORDS

ROOT = Path(__file__).resolve().parents[2]
BASE: dict[str, Any] = tomllib.loads((ROOT / "model/scenarios/base.toml").read_text(encoding="utf-8"))
TITLES = {language: language.value for language in LANGUAGES}
HOME = ("db", "etl", "model", "report", "desk", "sql", "tests", "tools")
RECIPES = (
    *(
        "source",
        "view",
        "rule",
        "term of the objective",
        "parameter",
        "setting",
        "charger type",
        "check of the data",
    ),
    *("section of the page", "figure", "export format", "analysis", "command", "field of the certificate"),
)


@functools.cache
def text(*paths: str) -> str:
    """Return what stands in all files of these patterns."""
    found = [path for pattern in paths for path in sorted(ROOT.glob(pattern)) if path != Path(__file__)]
    return "\n".join(path.read_text(encoding="utf-8") for path in found)


def missing(**places: bool) -> list[str]:
    """Return the names of the places that lack something."""
    return [name.replace("__", "/").replace("_", " ") for name, is_there in places.items() if not is_there]


def told(name: str, found: list[str]) -> None:
    assert not found, f"{name} has no {', no '.join(found)}"


@functools.cache
def audits() -> list[str]:
    return [v.name for v in build.view_files() if v.schema == "audit"]


def names(kind: str, name: str) -> bool:
    return (
        re.search(rf"\b{re.escape(name)}\b", text("tests/**/test_*.py", f"tests/support/{kind}")) is not None
    )


def untitled(part: Definition | Term) -> list[str]:
    return [f"title in {language}" for language in TITLES.values() if not getattr(part.title, language, "")]


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.name)
def test_a_rule_has_all_its_places(rule: Rule) -> None:
    found = untitled(rule) + missing(
        switch_in_base_toml=rule.name in BASE["rule"],
        view_in_sql__5_audit=f"limit_{rule.name}" in audits(),
        test=names("*worlds.py", rule.name),
    )
    told(f"rule {rule.name}", found)


@pytest.mark.parametrize("definition", DEFINITIONS, ids=lambda d: d.name)
def test_a_definition_has_all_its_places(definition: Definition) -> None:
    found = untitled(definition) + missing(test=names("*worlds.py", definition.name))
    told(f"definition {definition.name}", found)
    assert definition.name not in BASE["rule"], "what variables mean cannot be switched off"


@pytest.mark.parametrize("term", TERMS, ids=lambda t: t.name)
def test_a_term_has_all_its_places(term: Term) -> None:
    weights = BASE["objective"]["weight"]
    keys = [key for key, _ in term.keys(BASE["level"])]
    given = weights.get(term.name, {})
    found = untitled(term) + missing(
        weight_in_base_toml=isinstance(given, dict) == term.is_by_level and given != {},
        view_term_in_sql__5_audit_that_works_it_out=f"'{term.name}" in text("sql/5_audit/term_*.sql"),
        test=all(names("*worlds.py", key) for key in keys),
    )
    told(f"term {term.name}", found)


def test_base_toml_has_no_other_switch_or_weight() -> None:
    assert BASE["rule"].keys() == {rule.name for rule in RULES}
    assert BASE["objective"]["weight"].keys() == {term.name for term in TERMS}


def test_where_sessions_are_counted_is_said_alike_in_scenarios_and_objects() -> None:
    """What needs the flow of sessions needs them counted; data cannot look at the objects above it."""
    assert {rule.name for rule in RULES if "demand_balance" in rule.needs} == switches.COUNTING_RULES
    counting = {
        key for term in TERMS if "demand_balance" in term.needs for key, _ in term.keys(BASE["level"])
    }
    assert counting == switches.COUNTING_TERMS


def test_the_tables_of_rules_are_up_to_date() -> None:
    """Else run `python -m model.rules`."""
    page = tables.PAGE.read_text(encoding="utf-8")
    assert page == tables.page(page)
    for part in (*RULES, *DEFINITIONS, *TERMS):
        assert f"[`{part.name}`](" in page


def test_the_list_of_views_is_up_to_date() -> None:
    """Else run `python -m db.diagram`."""
    assert diagram.PAGE.read_text(encoding="utf-8") == diagram.page()


def called(tree: ast.AST) -> set[str]:
    return {
        n.func.attr for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)
    }


def readers(kind: SourceType) -> set[str]:
    """Return the functions of etl/sources that read a type of source."""
    module = Path(str(ROOT / "etl" / "sources" / "registry.py"))
    for node in ast.parse(module.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef) and node.name == kind.read.__name__:
            return {name for name in called(node) if name.startswith("read_")}
    return {kind.read.__name__}


@pytest.mark.parametrize("kind", source_types(), ids=lambda s: s.name)
def test_a_source_has_all_its_places(kind: SourceType) -> None:
    hostile = text("tests/system/test_hostile.py")
    found = missing(
        field_in_etl__region__schema_py=kind.name in Sources.model_fields,
        line_among_the_readers_of_test_hostile_py=all(name in hostile for name in readers(kind)),
        name_in_README_md=f"`{kind.name}`" in text("README.md"),
    )
    told(f"source {kind.name}", found)
    assert Sources.model_fields.keys() == {s.name for s in source_types()}


def test_each_table_of_raw_is_read_by_one_view_of_staging() -> None:
    made = set(
        re.findall(r"^create table (raw\.\w+)", text("db/migrations/versions/**/raw_*.sql"), re.MULTILINE)
    )
    needs = [need for v in build.view_files() if v.schema == "staging" for need in v.needs]
    assert made
    told("sql/1_staging", [f"view of {table}" for table in sorted(made - set(needs))])


def sections() -> list[str]:
    return re.findall(r'<section id="([\w-]+)"', (PAGE / "page.html.j2").read_text(encoding="utf-8"))


@pytest.mark.parametrize("section", sections())
def test_a_section_of_the_page_has_all_its_places(section: str) -> None:
    html, script = (PAGE / "page.html.j2").read_text(encoding="utf-8"), text("report/page/*.js")
    own = html.partition(f'<section id="{section}"')[2].partition("</section>")[0]
    words = read_words(WORDS)
    found = missing(heading="<h2 data-word=" in own)
    found += [
        f"word '{word}' in {language}"
        for word in re.findall(r'data-word="(\w+)"', own)
        for language in LANGUAGES
        if word not in words[language]
    ]
    found += [
        f"line in page.js that fills '{place}'"
        for place in re.findall(r'<(?:div|p|ul|ol|dl) id="([\w-]+)"', own)
        if f'"{place}"' not in script and f"#{place}" not in script
    ]
    told(f"section {section}", found)


def drawn() -> list[str]:
    """Return the names of figures; of one by level what stands before the level."""
    tree = ast.parse((ROOT / "report/figures/__main__.py").read_text(encoding="utf-8"))
    yields = [n.value for n in ast.walk(tree) if isinstance(n, ast.Yield) and isinstance(n.value, ast.Tuple)]
    constants = [next(c for c in ast.walk(v.elts[0]) if isinstance(c, ast.Constant)) for v in yields]
    return [str(constant.value) for constant in constants]


@pytest.mark.parametrize("figure", drawn())
def test_a_figure_has_all_its_places(figure: str) -> None:
    told(
        f"figure {figure}", missing(test_in_test_figures_py=f'"{figure}' in text("tests/db/test_figures.py"))
    )


@pytest.mark.parametrize("kind", Format, ids=str)
def test_an_export_format_has_all_its_places(kind: Format) -> None:
    found = missing(
        name_in_README_md=f"`{kind}`" in text("README.md") or f"--format {kind}" in text("README.md"),
        test_in_test_export_py=f"Format.{kind.name}" in text("tests/system/test_export.py"),
    )
    told(f"format {kind}", found)


def analyses() -> list[str]:
    return sorted(p.stem for p in (ROOT / "model/analysis").glob("*.py") if p.stem != "__init__")


@pytest.mark.parametrize("analysis", analyses())
def test_an_analysis_is_asked_and_tested(analysis: str) -> None:
    asking = text("model/*.py", "model/run/*.py", "model/analysis/*.py")
    pattern = rf"import .*\b{analysis}\b|model\.analysis\.{analysis} import"
    found = missing(
        command_or_run_that_asks_it=re.search(pattern, asking) is not None,
        test=(ROOT / f"tests/db/test_{analysis}.py").exists()
        or re.search(pattern, text("tests/**/*.py")) is not None,
    )
    told(f"analysis {analysis}", found)


def commands() -> Iterator[str]:
    for package in ("db", "etl", "model", "report", "desk"):
        for path in sorted((ROOT / package).rglob("*.py")):
            if '__name__ == "__main__"' in path.read_text(encoding="utf-8"):
                parts = path.relative_to(ROOT).with_suffix("").parts
                yield ".".join(parts[:-1] if parts[-1] == "__main__" else parts)


def calls(module: str) -> list[str]:
    """How a command is called: as a module, and by its name under `planner`."""
    names = [
        name
        for name, entry in planner.entries().items()
        if entry.calls.partition(":")[0].removesuffix(".__main__") == module
    ]
    return [f"-m {module}", *(f"planner {name}" for name in names)]


@pytest.mark.parametrize("command", list(commands()))
def test_a_command_has_all_its_places(command: str) -> None:
    path = ROOT / Path(*command.split("."))
    file = path / "__main__.py" if path.is_dir() else path.with_suffix(".py")
    said = text("README.md", "*/README.md", "CONTRIBUTING.md", "Makefile")
    tests = text("tests/**/*.py") + Path(__file__).read_text(encoding="utf-8")
    found = missing(
        line_that_shows_how_it_is_called=f"python -m {command}" in file.read_text(encoding="utf-8"),
        README_that_names_it=any(call in said for call in calls(command)),
        test=re.search(
            rf"\b{re.escape(command)}\b|{command.rpartition('.')[0]} import .*\b{command.rpartition('.')[2]}\b",
            tests,
        )
        is not None,
    )
    told(f"command {command}", found)


def paragraphs() -> dict[str, str]:
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    return dict(re.findall(r"^## (?:A |An |)([^\n]+)\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL))


@pytest.mark.parametrize("kind", RECIPES)
def test_a_recipe_names_places_that_there_are(kind: str) -> None:
    recipe = paragraphs()[kind]
    assert re.search(r"^1\. ", recipe, re.MULTILINE), "it lists no places"
    paths = [p for p in re.findall(r"`([\w./*]+)`", recipe) if "/" in p or p.endswith((".md", ".toml"))]
    assert paths
    gone = [path for path in paths if not list(ROOT.glob(path.replace("NAME", "*")))]
    told(f"the recipe of a {kind}", gone)


PAGES = ("README.md", "CONTRIBUTING.md", "db/README.md", "etl/README.md", "model/README.md", "sql/README.md")


@pytest.mark.parametrize("page", [page for page in PAGES if (ROOT / page).exists()])
def test_files_that_a_page_names_are_there(page: str) -> None:
    said = (ROOT / page).read_text(encoding="utf-8")
    tracked = [path.relative_to(ROOT).as_posix() for package in HOME for path in (ROOT / package).rglob("*")]
    tracked += [path.name for path in ROOT.glob("*")]
    named = set(re.findall(r"`([\w/]+\.(?:py|sql)|[a-z_]+/)`", said))
    gone = [
        name
        for name in sorted(named)
        if not any(f"/{path}/".endswith(f"/{name.rstrip('/')}/") for path in tracked)
    ]
    links = {
        link
        for link in re.findall(r"\]\(([\w/.]+)\)", said)
        if not (ROOT / page).parent.joinpath(link).exists()
    }
    assert [name for name in gone if "NAME" not in name] == []
    assert links == set()
