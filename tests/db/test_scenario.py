"""Scenarios in the database: what is written of them."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from db.common.errors import UsageError
from db.session.connection import connect
from model.data import scenario, scenario_store
from model.data.scenario import FOLDER, resolve
from model.formulation.constraints import RULES
from tests.support.scenarios import file


def test_a_scenario_holds_all_switches_and_weights_and_no_other() -> None:
    for path, name in ((("rule",), "rule"), (("objective", "weight"), "objective.weight")):
        for change in ({"no_left_turn": 1.0}, None):
            table: Any = tomllib.loads((FOLDER / "base.toml").read_text(encoding="utf-8"))
            place = table
            for key in path:
                place = place[key]
            missing = next(iter(place))
            if change is None:
                del place[missing]
            else:
                place |= change if name != "rule" else {"no_left_turn": True}
            words = f"the key '{missing}' is missing" if change is None else "there is no key 'no_left_turn'"
            with pytest.raises(ValidationError, match=words):
                scenario.Scenario.model_validate(table)


def test_a_scenario_is_written_once(toy_database: str, tmp_path: Path) -> None:
    assert toy_database
    one = resolve("phase1")[1]
    other = resolve(
        file(tmp_path, "extends = 'phase1'\n[grid]\ncoincidence = [{ port_count = 1, share = 0.5 }]")
    )[1]
    with connect(autocommit=True) as conn:
        first = scenario_store.store(conn, "phase1", one)
        assert scenario_store.store(conn, "phase1", one) == first
        assert scenario_store.store(conn, "phase1", other) != first
        rules = conn.execute(
            "select rule, is_on from plan.scenario_rule where scenario_id = %s", (first,)
        ).fetchall()
    assert dict(rules) == one.rule
    assert one.rule.keys() == {rule.name for rule in RULES}


def test_the_database_knows_how_many_levels_a_scenario_has(toy_database: str) -> None:
    """Tables this small are never analysed by themselves, and 200 levels for two make reading very slow."""
    assert toy_database
    with connect(autocommit=True) as conn:
        scenario_store.store(conn, "phase1", resolve("phase1")[1])
        known = conn.execute(
            "select tablename, n_distinct from pg_stats"
            " where schemaname = 'plan' and tablename in ('scenario_level', 'scenario_charger') and attname = 'level'"
        ).fetchall()
    assert dict(known).keys() == {"scenario_level", "scenario_charger"}


def test_without_a_region_the_next_step_is_named(database: str) -> None:
    assert database
    with connect(autocommit=True) as conn, pytest.raises(UsageError) as caught:
        scenario_store.store(conn, "phase1", resolve("phase1")[1])
    assert "make load" in caught.value.hint


def test_phase2_needs_phase1(toy_database: str) -> None:
    assert toy_database
    with connect(autocommit=True) as conn, pytest.raises(UsageError) as caught:
        scenario_store.store(conn, "phase2", resolve("phase2")[1])
    assert "phase1" in caught.value.message
    assert "--scenario phase1" in caught.value.hint
