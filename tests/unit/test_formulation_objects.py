"""Each rule, definition and term is one object in one file, and what it says of itself is true."""

from __future__ import annotations

import ast
import dataclasses
import functools
import inspect
import re
import sys
from pathlib import Path

import pyomo.core as pyo
import pytest
from hypothesis import given

from model.data.codes import Action, LockEffect
from model.data.inputs import DoubleCoverage, Inputs, Lock, Option, Phase, Price, Site
from model.formulation import expressions, objective
from model.formulation.build import add, assign, build, empty
from model.formulation.constraints import RULES
from model.formulation.definitions import DEFINITIONS
from model.formulation.folder import objects
from model.formulation.growth import Change
from model.formulation.objective import TERMS
from model.formulation.plan_model import Decisions, PlanModel
from model.formulation.rule import Definition, Rule, Title, Topic
from model.formulation.term import Term
from model.solver import whole_model
from tests.support.draws import examples
from tests.support.worlds import all_plans, small_inputs

PARTS = (*DEFINITIONS, *RULES)
EVERYTHING = (*PARTS, *TERMS)


def source(module: str) -> str:
    return Path(str(sys.modules[module].__file__)).read_text(encoding="utf-8")


def reads(tree: ast.AST) -> set[str]:
    """Return what code reads of the model: `m.presence` is `presence`."""
    return {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "m"
    }


def called(tree: ast.AST) -> set[str]:
    return {
        node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
    }


def shared(tree: ast.AST) -> set[str]:
    """Return what the expressions that code calls read of the model."""
    known = {
        f.name: f for f in ast.parse(inspect.getsource(expressions)).body if isinstance(f, ast.FunctionDef)
    }
    return set[str]().union(*(reads(known[n]) | shared(known[n]) for n in called(tree) & known.keys()))


@functools.cache
def brought() -> dict[str, str]:
    """Return which definition or rule brings each variable, by the variable's name."""
    return {
        target.attr: part.name
        for part in PARTS
        for node in ast.walk(ast.parse(source(part.module)))
        for target in (node.targets if isinstance(node, ast.Assign) else ())
        if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id == "m"
    }


def test_each_file_says_all_of_its_object() -> None:
    for part in EVERYTHING:
        where = part.module
        function = part.body if isinstance(part, Definition) else part.expression
        assert function.__name__ == part.name, f"{where} has no function of its name"
        assert function.__module__ == where, f"{where} takes its function from elsewhere"
        assert ".. math::" in (sys.modules[where].__doc__ or ""), f"{where} has no formula"
        assert part.summary.endswith("."), f"{where} does not begin with a sentence"
        for language, title in dataclasses.asdict(part.title).items():
            assert title[:1].isupper(), f"{where} has no title in {language}"
        assert part.title.en != part.title.fr or part.name == "coverage", where


def test_each_file_needs_whose_variables_it_reads_and_no_other() -> None:
    owner = brought()
    for part in EVERYTHING:
        tree = ast.parse(source(part.module))
        needed = {owner[name] for name in reads(tree) | shared(tree) if name in owner}
        needed -= {part.name} if part in PARTS else set()
        assert set(part.needs) == needed, f"{part.module}: needs"


def test_what_is_decided_are_variables_of_its_own() -> None:
    for part in EVERYTHING:
        assert {brought()[name] for name in part.decides} <= {part.name}, part.module
        decided = re.findall(r"m\.(\w+) = pyo\.Var\(.*domain=pyo\.Binary\)", source(part.module))
        assert set(decided) <= set(part.decides), f"{part.module}: decides"


def test_a_rule_says_what_it_limits() -> None:
    assert [rule.module for rule in RULES if rule.limit.step <= 0 or not rule.limit.unit] == []


@examples(30)
@given(small_inputs())
def test_each_part_stands_on_what_it_needs_alone(inputs: Inputs) -> None:
    """Added after its needs, and theirs, nothing is missing; and every variable gets a value from its owner."""
    known = {part.name: part for part in PARTS}
    inputs = dataclasses.replace(inputs, double_coverage=inputs.double_coverage or {"L3": DoubleCoverage()})
    for part in PARTS:
        m = empty(inputs)
        for name in [d.name for d in DEFINITIONS if d.name in closure(part, known)]:
            add(m, known[name])
        if part.name not in {p.name for p in m.parts}:
            add(m, part)
        assign(m, frozenset())
        unset = [v.name for v in m.component_data_objects(pyo.Var) if v.value is None]
        assert unset == [], f"{part.module} gives no start values"


def closure(part: Definition, known: dict[str, Definition]) -> set[str]:
    return {part.name} | {name for need in part.needs for name in closure(known[need], known)}


@examples(30)
@given(small_inputs())
def test_start_values_keep_the_rows_that_define_them(inputs: Inputs) -> None:
    m = build(inputs)
    own = {rule.name for rule in RULES} | {"one_change_per_site", "removal_alternative", "affordable"}
    for plan in list(all_plans(inputs))[:5]:
        assign(m, plan)
        for row in m.component_data_objects(pyo.Constraint, active=True):
            if row.parent_component().name in own:
                continue
            body = float(pyo.value(row.body))
            assert row.lb is None or body >= row.lb - 1e-6, row.name
            assert row.ub is None or body <= row.ub + 1e-6, row.name


def test_a_file_without_its_object_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "forgotten_rules").mkdir()
    (tmp_path / "forgotten_rules" / "__init__.py").touch()
    (tmp_path / "forgotten_rules" / "no_left_turn.py").write_text("'''No rule.'''\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(TypeError, match=r"forgotten_rules\.no_left_turn has no RULE"):
        objects("forgotten_rules", [str(tmp_path / "forgotten_rules")], "RULE", Rule)


def test_the_greedy_plan_goes_by_each_term_that_tells_of_a_change() -> None:
    option = Option("0:build", 0, "build", frozenset({"L2"}), (1,), {1: Price(50.0)})
    inputs = Inputs(
        phases=(Phase(1, 100.0),),
        levels=("L2",),
        sites={0: Site(0)},
        options={option.option_id: option},
        covering_sites={(0, "L2"): (0,)},
        weight={(0, "L2"): 1.0},
        rules=frozenset(),
        objective_weight={"coverage.L2": 2.0, "capex": 0.5},
    )
    found = objective.gain(inputs)(Change(option, 1, 50.0, {("L2", 1): 0.25}))
    assert found == pytest.approx(2.0 * 0.25 - 0.5 * 50.0 / 100.0)


def test_a_term_may_bring_variables_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """The greatest of the costs of two options, which no sum of decisions is."""

    def variables(m: PlanModel) -> None:
        m.dearest = pyo.Var(bounds=(0, 1))
        m.dearest_definition = pyo.Constraint(
            list(m.choice), rule=lambda m, o, t: m.dearest >= cost[o] * m.x[o, t]
        )

    def start(m: PlanModel, decisions: Decisions) -> None:
        m.dearest.set_value(max((cost[o] for o, _ in decisions.plan), default=0.0))

    cost = {"near": 0.2, "far": 0.5}
    term = Term(
        "model.formulation.objective.dearest",
        topic=Topic.MONEY,
        title=Title("Dearest project", "Projet le plus cher"),
        expression=lambda m: 1.0 * m.dearest,
        variables=variables,
        start=start,
        is_cost=True,
    )
    monkeypatch.setattr(objective, "TERMS", (*TERMS, term))
    options = {name: Option(name, n, Action.BUILD, frozenset({"L2"}), (1,)) for n, name in enumerate(cost)}
    m = build(
        Inputs(
            phases=(Phase(1, 100.0),),
            levels=("L2",),
            sites={0: Site(0), 1: Site(1)},
            options=options,
            covering_sites={(0, "L2"): (0,), (1, "L2"): (1,)},
            weight={(0, "L2"): 0.6, (1, "L2"): 0.4},
            rules=frozenset(),
            objective_weight={"coverage.L2": 1.0, "dearest": 1.5},
        )
    )
    assert whole_model.solve(m).plan == {("near", 1)}
    assign(m, frozenset({("near", 1), ("far", 1)}))
    assert {t.term: t.contribution for t in objective.values(m)}["dearest"] == pytest.approx(-0.75)


def test_a_site_that_must_change_and_cannot_is_named() -> None:
    """No limit moved makes up for it; a site that may change is no obstacle."""
    option = Option("0:build", 0, Action.BUILD, frozenset({"L2"}), (1,))
    inputs = Inputs(
        phases=(Phase(1, 100.0),),
        levels=("L2",),
        sites={0: Site(0), 1: Site(1)},
        options={option.option_id: option},
        covering_sites={},
        weight={},
        rules=frozenset({"locks"}),
        objective_weight={},
        locks=(Lock(7, 0, LockEffect.FORCE_IN), Lock(8, 1, LockEffect.FORCE_OUT)),
    )
    (locks,) = (rule for rule in RULES if rule.name == "locks")
    assert locks.obstacle(inputs) == ""
    barred = dataclasses.replace(inputs, locks=(Lock(9, 1, LockEffect.FORCE_IN),))
    assert locks.obstacle(barred) == "site 1 must change (lock 9), but nothing is offered there"
    assert {rule.obstacle(barred) for rule in RULES if rule is not locks} == {""}


def test_a_longer_distance_eases_what_asks_for_coverage() -> None:
    assert [rule.name for rule in RULES if rule.is_eased_by_distance] == ["min_coverage"]
