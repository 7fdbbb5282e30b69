"""A time limit holds for reading, too, whatever it waits for."""

from __future__ import annotations

import psycopg
import pytest

from db.common.errors import NoPlanError
from model.data import scenario, scenario_store
from model.data.clock import Clock
from model.data.read import read_inputs
from model.solve import solve_scenario
from model.solver.objective_mode import Limits


def test_reading_that_waits_beyond_the_limit_ends_in_a_sentence(toy_database: str) -> None:
    """Somebody holds the table of locks; a run with a limit does not wait for that."""
    with (
        psycopg.connect(toy_database, autocommit=True) as conn,
        psycopg.connect(toy_database) as other,
    ):
        name, parameters = scenario.resolve("phase1")
        scenario_id = scenario_store.store(conn, name, parameters)
        other.execute("lock table plan.site_lock in access exclusive mode")
        with pytest.raises(NoPlanError, match=r"The 0\.5 s ended before the inputs were read"):
            read_inputs(conn, scenario_id, Clock(0.5))
        ended = solve_scenario("phase1", Limits(time_limit_s=0.5))
        assert isinstance(ended.error, NoPlanError)
        assert conn.execute(
            "select status, message from plan.run order by run_id desc limit 1"
        ).fetchone() == (
            "no_plan",
            "The 0.5 s ended before the inputs were read.",
        )
        other.rollback()
        assert read_inputs(conn, scenario_id, Clock(600.0)).sites
