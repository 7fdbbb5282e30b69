"""The adopted plan of a region: what becomes it, what never does, and who shows it."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import psycopg
import pytest
import requests
from psycopg.types.json import Jsonb

from db.common.errors import UsageError
from db.common.language import Language
from model import pareto, sweep
from model.data import scenario, scenario_store
from model.run import adoption
from model.run.adoption import Adopting
from model.solve import Limits, solve_scenario
from report.catalogue import catalogue
from report.qgis import facts
from report.qgis.project import project_xml
from report.run import find_run
from tests.support.processes import run
from tests.support.scenarios import town_file
from tests.support.service import items, serving
from tests.support.toy_town import NEAR


def adopted(conn: psycopg.Connection[Any]) -> list[int]:
    return [r for (r,) in conn.execute("select run_id from report.published_run where is_adopted")]


def planned(
    folder: Path, text: str = "", adopting: Adopting = Adopting.WHERE_NONE_IS, *, budget: int = 25_000
) -> int:
    ended = solve_scenario(town_file(folder, text, budget), Limits(), adopting=adopting)
    assert ended.error is None
    return ended.report.run_id


def test_the_first_plan_is_adopted_and_no_later_one_unless_asked(
    toy: psycopg.Connection[Any], tmp_path: Path
) -> None:
    first = planned(tmp_path)
    assert adopted(toy) == [first]
    planned(tmp_path)
    assert adopted(toy) == [first]
    asked = planned(tmp_path, adopting=Adopting.ALWAYS)
    assert adopted(toy) == [asked]


def test_analyses_never_become_what_is_shown(toy: psycopg.Connection[Any], tmp_path: Path) -> None:
    """Not even where nothing is adopted: their runs are published, and shown only when asked for."""
    base, _ = sweep.sweep(town_file(tmp_path), ["service_distance=0.7"], Limits())
    pareto.frontier(town_file(tmp_path), 2, Limits())
    assert adopted(toy) == []
    with pytest.raises(UsageError, match="No plan is adopted") as caught:
        find_run(toy, None)
    assert "planner adopt --run" in caught.value.hint
    first = planned(tmp_path)
    assert adopted(toy) == [first]
    sweep.sweep(town_file(tmp_path), ["service_distance=0.7"], Limits())
    assert adopted(toy) == [first]
    assert find_run(toy, None)["run_id"] == first
    assert find_run(toy, base.report.run_id)["is_adopted"] is False


def test_a_plan_that_changes_nothing_gives_way_to_one_that_does(
    toy: psycopg.Connection[Any], tmp_path: Path
) -> None:
    nothing = planned(tmp_path, budget=0)
    assert adopted(toy) == [nothing]
    planned(tmp_path, budget=0)
    assert adopted(toy) == [nothing], "another that changes nothing is no better"
    something = planned(tmp_path)
    assert adopted(toy) == [something]
    planned(tmp_path, budget=0)
    assert adopted(toy) == [something]


def test_adopting_and_taking_it_back(toy: psycopg.Connection[Any], tmp_path: Path) -> None:
    first, second = planned(tmp_path), planned(tmp_path)
    adoption.adopt(toy, second)
    adoption.adopt(toy, second)  # once more is the same
    assert adopted(toy) == [second]
    found = adoption.undo(toy)
    assert found is not None
    assert found.run_id == first
    assert adoption.undo(toy) is None
    assert adopted(toy) == []
    with pytest.raises(UsageError, match="nothing to undo"):
        adoption.undo(toy)
    third = planned(tmp_path)
    assert adopted(toy) == [third]


def test_a_plan_that_is_not_published_is_not_adopted(toy: psycopg.Connection[Any], tmp_path: Path) -> None:
    first, second = planned(tmp_path), planned(tmp_path)
    toy.execute("update plan.run set publication = 'rejected' where run_id = %s", (second,))
    with pytest.raises(UsageError, match=f"Run {second} is not published"):
        adoption.adopt(toy, second)
    for wrong in (999, -1, 2**63, -(2**70)):
        with pytest.raises(UsageError, match=f"There is no run {wrong}"):
            adoption.adopt(toy, wrong)
    adoption.adopt_if_due(toy, second, Adopting.ALWAYS)
    assert adopted(toy) == [first]


def test_two_solves_that_end_at_once_adopt_one_plan(
    toy_database: str, toy: psycopg.Connection[Any], tmp_path: Path
) -> None:
    runs = [planned(tmp_path, adopting=Adopting.NEVER) for _ in range(2)]
    barrier = threading.Barrier(len(runs))

    def end(run_id: int) -> None:
        with psycopg.connect(toy_database, autocommit=True) as conn:
            barrier.wait()
            adoption.adopt_if_due(conn, run_id, Adopting.WHERE_NONE_IS)

    threads = [threading.Thread(target=end, args=(r,)) for r in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert toy.execute("select count(*) from plan.adopted_run").fetchone() == (1,)


def test_a_scenario_continues_the_adopted_plan_before_a_newer_one(
    toy: psycopg.Connection[Any], tmp_path: Path
) -> None:
    next_file = tmp_path / "later.toml"
    next_file.write_text('continues = "town"\n', encoding="utf-8")

    def base_run() -> Any:
        scenario_id = scenario_store.store(toy, *scenario.resolve(str(next_file)))
        return toy.execute(
            "select base_run_id from plan.scenario where scenario_id = %s", (scenario_id,)
        ).fetchone()

    first, second = planned(tmp_path), planned(tmp_path)
    sweep.sweep(town_file(tmp_path), ["service_distance=0.7"], Limits())
    assert base_run() == (first,)
    adoption.undo(toy)
    assert base_run() == (second,)  # the latest that is a plan of its own; the sweep's run is not taken
    adoption.adopt(toy, first)
    ended = solve_scenario(str(next_file), Limits(), adopting=Adopting.ALWAYS)
    assert any(f"It continues run {first}, part of the adopted plan." in note for note in ended.notes)
    # with the later plan adopted, what it continues is still part of the adopted plan
    assert adopted(toy) == [ended.report.run_id]
    assert base_run() == (first,)


def test_the_plan_of_another_load_is_not_shown_and_comes_back_with_it(
    toy: psycopg.Connection[Any], tmp_path: Path
) -> None:
    first = planned(tmp_path)
    with toy.transaction(force_rollback=True):
        row = toy.execute("select to_jsonb(l) - 'load_id' from raw.load as l").fetchone()
        assert row is not None
        toy.execute(
            "insert into raw.load overriding user value select (jsonb_populate_record(null::raw.load, %s)).*",
            (Jsonb({**row[0], "is_current": False}),),
        )
        toy.execute("update plan.scenario set load_id = (select max(load_id) from raw.load)")
        assert adopted(toy) == []
        with pytest.raises(UsageError, match="other data"):
            adoption.adopt(toy, first)
    assert adopted(toy) == [first]


def test_every_output_says_which_plan_it_shows(planned_database: str, tmp_path: Path) -> None:
    second = solve_scenario(str(NEAR), Limits())
    said = run("report.summary").stdout
    assert "run 1" in said
    assert "adopted plan" in said
    assert f"Newer, and not adopted: run {second.report.run_id}" in said
    assert "not the adopted plan" in run("report.summary", "--run", str(second.report.run_id)).stdout
    for command in ("report.export", "report.figures"):
        out = tmp_path / ("plan.gpkg" if command == "report.export" else "figures")
        done = run(command, "--out", str(out))
        assert "run 1 of scenario 'near', adopted plan" in done.stdout, done.stderr
    page = tmp_path / "page.html"
    run("report.page", "--out", str(page))
    assert '"is_adopted":true' in page.read_text(encoding="utf-8")
    with psycopg.connect(planned_database) as conn:
        title = project_xml(catalogue(), facts.read(conn, catalogue()), Language.EN).decode()
    assert "near, run 1, adopted on " in title
    assert 'filter:="is_adopted"' in title
    with serving(planned_database) as service:
        about = requests.get(f"{service}/collections/report.decision", timeout=60).json()["description"]
        assert "it shows the adopted plan: run 1 of scenario near" in about


def test_the_service_shows_the_adopted_plan_unless_asked_for_another(planned_database: str) -> None:
    second = solve_scenario(str(NEAR), Limits()).report.run_id
    with serving(planned_database) as service:

        def runs(name: str, **values: str) -> set[int]:
            found = items(service, name, **values)
            assert found.status_code == 200, found.text
            return {f["properties"]["run_id"] for f in found.json()["features"]}

        for name in ("decision", "station_plan", "demand_coverage", "phase_budget", "coverage_summary"):
            assert runs(name) == {1}, name
            assert runs(name, run_id=str(second)) == {second}, name
        assert runs("decision", filter=f"run_id = {second}") == {second}
        assert runs("decision", filter="phase = 1") == {1}
        assert runs("published_run") == {1, second}
        tile = f"{service}/collections/report.decision/tiles/WebMercatorQuad/0/0/0"
        assert requests.get(tile, timeout=60).status_code in (200, 204)


def test_the_command_tells_adopts_and_takes_back(planned_database: str) -> None:
    assert planned_database
    second = solve_scenario(str(NEAR), Limits()).report.run_id
    said = run("model.adopt")
    assert "the adopted plan is run 1 of scenario 'near'" in said.stdout
    assert run("model.adopt", "--run", str(second)).returncode == 0
    found = json.loads(run("model.adopt", "--json").stdout)
    assert found["adopted"]["run_id"] == second
    assert [p["run_id"] for p in found["plans"]] == [second, 1]
    assert "the adopted plan is run 1" in run("model.adopt", "--undo").stdout
    wrong = run("model.adopt", "--undo", "--run", "1")
    assert wrong.returncode == 2
    assert "give one of them" in wrong.stderr


def test_solve_says_which_plan_is_shown(planned_database: str) -> None:
    assert planned_database
    done = run("model.solve", "--scenario", str(NEAR))
    assert "show the adopted plan, run 1 of scenario 'near', not this one" in done.stdout
    done = run("model.solve", "--scenario", str(NEAR), "--adopt")
    assert "It is the adopted plan of the region" in done.stdout
