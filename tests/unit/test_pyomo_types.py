"""The types that `typings` gives to Pyomo, held against Pyomo as it is installed."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given

from model.data.inputs import Inputs
from model.formulation.build import build
from model.formulation.plan_model import PlanModel
from tests.support.draws import examples
from tests.support.worlds import small_inputs

TYPINGS = Path(__file__).resolve().parents[2] / "typings"
STUBS = sorted(TYPINGS.rglob("*.pyi"))


def module_of(stub: Path) -> ModuleType:
    return import_module(".".join(stub.relative_to(TYPINGS).with_suffix("").parts))


def declared(stub: Path) -> list[ast.stmt]:
    return ast.parse(stub.read_text(encoding="utf-8")).body


def names_of(statement: ast.stmt) -> list[str]:
    """The public names that a statement declares in its module or class; imports under a name of their own too."""
    match statement:
        case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.AnnAssign(target=ast.Name(id=name)):
            found = [name]
        case ast.ImportFrom(names=aliases):
            found = [alias.asname for alias in aliases if alias.asname]
        case ast.Assign(targets=targets):
            found = [target.id for target in targets if isinstance(target, ast.Name)]
        case _:
            found = []
    return [name for name in found if name.startswith("__") or not name.startswith("_")]


def functions(body: list[ast.stmt], owner: object) -> Iterator[tuple[ast.FunctionDef, object]]:
    """Each function declared, with what it is in Pyomo."""
    for statement in body:
        if isinstance(statement, ast.ClassDef):
            yield from functions(statement.body, getattr(owner, statement.name))
        elif isinstance(statement, ast.FunctionDef):
            yield statement, getattr(owner, statement.name)


@pytest.mark.parametrize("stub", STUBS, ids=lambda p: str(p.relative_to(TYPINGS)))
def test_pyomo_has_what_is_declared(stub: Path) -> None:
    module = module_of(stub)
    missing = [n for s in declared(stub) for n in names_of(s) if not hasattr(module, n)]
    for statement in declared(stub):
        if isinstance(statement, ast.ClassDef):
            held = getattr(module, statement.name)
            assert isinstance(held, type)
            missing += [f"{held}.{n}" for s in statement.body for n in names_of(s) if not hasattr(held, n)]
    assert missing == []


@pytest.mark.parametrize("stub", STUBS, ids=lambda p: str(p.relative_to(TYPINGS)))
def test_pyomo_takes_the_arguments_that_are_declared(stub: Path) -> None:
    wrong = []
    for function, held in functions(declared(stub), module_of(stub)):
        if not callable(held):
            assert isinstance(held, property), function.name
            continue
        known = inspect.signature(held).parameters.values()
        if not any(p.kind == p.VAR_KEYWORD for p in known):
            named = {a.arg for a in (*function.args.args, *function.args.kwonlyargs)}
            wrong += [f"{function.name}({name})" for name in named - {p.name for p in known}]
    assert wrong == []


@examples(20)
@given(small_inputs())
def test_components_have_the_keys_that_are_declared(inputs: Inputs) -> None:
    m = build(inputs)
    held = {name: list(getattr(m, name)) for name in KEYS if hasattr(m, name)}
    assert set(KEYS) - set(held) <= {"equity_group", "equity_share"}
    wrong = [(name, key) for name, keys in held.items() for key in keys if types_of(key) != KEYS[name]]
    assert wrong == []


def types_of(key: object) -> tuple[type, ...]:
    return tuple(map(type, key if isinstance(key, tuple) else (key,)))


def declared_keys(annotation: str) -> tuple[type, ...]:
    """The types in `IndexedVar[tuple[int, str]]`, `OrderedScalarSet[int]`; none of what has no keys."""
    found = re.fullmatch(
        r"(?:IndexedVar|OrderedScalarSet|pyo\.Expression)\[(?:tuple\[(.+)\]|(\w+))\]", annotation
    )
    words = (
        (found[1] or {"Choice": "str, int", "SiteLevel": "int, str"}.get(found[2], found[2])) if found else ""
    )
    return tuple({"int": int, "str": str}[word] for word in words.split(", ") if word)


KEYS = {name: keys for name, text in PlanModel.__annotations__.items() if (keys := declared_keys(text))}
