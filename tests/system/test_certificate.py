"""Certificates: the checker accepts what holds, refuses every damage, and no prices prove what is not so."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import math
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from db.common.errors import UsageError
from model.analysis import certificate as certificate_module
from model.analysis.certificate import Certificate, Prices, Stated, as_modelled, certify, proof
from model.analysis.past_run import PastRun
from model.certify import write_certificate
from model.data.inputs import Inputs
from model.formulation.build import build
from model.solve import Limits, solve_scenario
from model.solver.compiled import compiled
from model.solver.matrix import Matrix
from model.solver.watch import Watch
from tests.support.certificates import (
    CHECKER,
    certificate_of,
    forged,
    judged,
    powered_world,
    with_array,
    with_fact,
)
from tests.support.draws import examples
from tests.support.processes import run
from tests.support.scenarios import town_file
from tests.support.worlds import all_plans, keeps_all_rules, objective_value, small_inputs
from tests.system.test_benchmarks import san_francisco
from tools import check_certificate

Array = NDArray[Any]


def made() -> Certificate:
    found = certificate_of(powered_world())
    assert found is not None
    return found


SOUND = made()


def test_a_sound_certificate_holds(tmp_path: Path) -> None:
    """Of the budget of 24 stations 0 and 2 cost 18, and the upgrade for both 3: they cover 0.9 and always 0.1."""
    found = judged(SOUND, tmp_path)
    assert (found.exit_code, found.sentence) == (0, "")
    assert list(SOUND.facts["plan"]) == ['x["0:build", 1]', 'x["2:build", 1]', "grid_upgraded[1, 0, 1]"]
    rows = {line.split()[0] for line in found.told.splitlines() if " rows, least slack" in line}
    assert rows == {name.split("[")[0] for name in SOUND.facts["row_name"]} == set(SOUND.facts["rules"])
    assert "budget                              1 rows, least slack            3 CAD" in found.told
    assert f"model {SOUND.facts['model_sha256']}" in found.told
    last = found.told.splitlines()[-1]
    assert last.startswith("This plan keeps all rules, and no plan can be better by more than ")
    assert f"{math.ceil(1e6 * SOUND.facts['gap_by_prices']) / 1e4:.4f} %" in last


# certificates of runs


def checked(path: Path) -> subprocess.CompletedProcess[str]:
    """Run the checker as whoever gets the file does: Python and numpy, in a folder without the planner."""
    command = [sys.executable, "-I", str(CHECKER), path.name]
    return subprocess.run(command, cwd=path.parent, capture_output=True, text=True, check=False)


def test_the_plan_of_a_run_is_certified(planned_database: str, tmp_path: Path) -> None:
    done = run("model.certify", "--run", "1", "--out", str(tmp_path / "plan"), "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    path = tmp_path / "plan.npz"
    assert told["path"] == str(path)
    with psycopg.connect(planned_database) as conn:
        stored = conn.execute("select objective, dual_bound, input_sha256 from plan.run where run_id = 1")
        decided = conn.execute(
            "select option_id, phase, site_id, site_name, action from plan.decision where run_id = 1"
        ).fetchall()
        assert stored.fetchone() == (told["objective"], told["bound_by_search"], told["input_sha256"])
    with np.load(path) as file:
        facts = json.loads(file["certificate_1"].tobytes())
    assert decided
    assert facts["plan"] == {
        f'x["{option}", {phase}]': {"phase": phase, "site": site, "name": name, "action": action}
        for option, phase, site, name, action in decided
    }
    assert facts["bound_by_prices"] >= facts["objective"]
    done = checked(path)
    assert (done.returncode, done.stderr) == (0, "")
    rules = [line.split()[0] for line in done.stdout.splitlines() if " rows, least slack" in line]
    assert set(rules) == set(facts["rules"])
    assert {"budget", "coverage", "grid_area_power", "one_change_per_site"} <= set(rules)
    assert done.stdout.splitlines()[-1].startswith("This plan keeps all rules, and no plan can be better by")
    found = checked(tmp_path / "nowhere.npz")
    assert (found.returncode, found.stderr.split(":")[0]) == (2, "This is no certificate")
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    assert checked(path).returncode in {1, 2}


def test_without_time_for_prices_the_bound_is_wide_and_holds(planned_database: str, tmp_path: Path) -> None:
    assert planned_database
    path = tmp_path / "plan.npz"
    done = run("model.certify", "--run", "1", "--out", str(path), "--time-limit", "0")
    assert done.returncode == 0, done.stderr
    assert "better prices may be found with more time: --time-limit" in done.stderr
    assert f"`python tools/check_certificate.py {path}`" in done.stdout
    assert checked(path).returncode == 0


@pytest.mark.usefixtures("toy_database")
def test_of_a_lexicographic_run_the_last_priority_level_is_certified(tmp_path: Path) -> None:
    """The most coverage of L2 is 0.75, and no plan that has it costs less than all of the budget."""
    order = '[objective]\nmode = "lexicographic"\norder = [["coverage.L2"], ["capex"]]'
    ended = solve_scenario(town_file(tmp_path, order), Limits())
    path, certificate = write_certificate(ended.report.run_id, tmp_path / "plan.npz")
    facts = certificate.facts
    assert (facts["priority_level"], list(facts["terms"])) == (2, ["capex"])
    assert facts["objective"] == pytest.approx(-1.0)
    assert facts["bound_by_prices"] == pytest.approx(-1.0, abs=1e-6)
    assert "held" in facts["rules"]
    done = checked(path)
    assert (done.returncode, done.stderr) == (0, "")
    nothing = forged(certificate, value=0 * certificate.arrays["value"], plan={})
    assert judged(nothing, tmp_path).sentence.startswith("rule ")


def test_a_run_whose_locks_have_changed_is_not_certified(planned_database: str, tmp_path: Path) -> None:
    with psycopg.connect(planned_database) as conn:
        conn.execute(
            "insert into plan.site_lock (site_id, lock_kind)"
            " select min(site_id), 'force_out' from core.site where is_existing"
        )
    path = tmp_path / "plan.npz"
    done = run("model.certify", "--run", "1", "--out", str(path))
    assert done.returncode == 2
    assert "Run 1 was solved on other locks or by another version of the views." in done.stderr
    assert not path.exists()


@pytest.mark.parametrize("step", ["build", "best_prices", "proof"])
def test_who_stops_it_gets_no_certificate(planned_database: str, tmp_path: Path, step: str) -> None:
    assert planned_database
    with pytest.raises(KeyboardInterrupt), interrupted(step):
        write_certificate(1, tmp_path / "plan.npz")
    assert list(tmp_path.iterdir()) == []


@contextlib.contextmanager
def interrupted(step: str) -> Iterator[None]:
    """Press Ctrl-C as a step of the certificate begins."""
    as_it_is = getattr(certificate_module, step)

    def stopped(*given: Any, **options: Any) -> Any:
        signal.raise_signal(signal.SIGINT)
        return as_it_is(*given, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(certificate_module, step, stopped)
        yield


def test_a_plan_that_the_model_judges_otherwise_is_not_certified() -> None:
    inputs = powered_world()
    assert certificate_of(inputs) is not None
    plan = frozenset({("0:build", 1), ("1:build", 1), ("2:build", 1)})
    past = PastRun(7, "small", inputs, plan, 1.0, 1.0, frozenset({(1, 0, 1)}))
    said = Stated(1.0, 1.0, {})
    with pytest.raises(UsageError, match=r"plan of run 7 does not keep rule (budget|grid_area_power)"):
        certify(past, said, Watch(None, 0.0), time_limit_s=0, threads=1)
    past = dataclasses.replace(past, plan=frozenset({("0:build", 1)}))
    with pytest.raises(UsageError, match=r"plan of run 7 has the objective 1, and in the present model 0\."):
        certify(past, said, Watch(None, 0.0), time_limit_s=0, threads=1)


@pytest.mark.parametrize(
    ("stores", "covered"), [(1, 448255), (2, 671938), (3, 791499), (4, 875247), (5, 927402)]
)
def test_a_published_optimum_follows_from_its_certificate(
    shared: Path, tmp_path: Path, stores: int, covered: int
) -> None:
    """People of San Francisco within 5 km of stores; prices prove that no other choice covers a person more."""
    inputs, total = san_francisco(shared, stores_at_most=stores, target=None)
    certificate = certificate_of(inputs)
    assert certificate is not None
    path = tmp_path / "stores.npz"
    certificate.write(path)
    assert checked(path).returncode == 0
    fields = check_certificate.read(str(path))
    found = float(fields["gain"] @ fields["value"] + fields["constant"][0])
    assert round(found * total) == covered
    assert len(fields["plan"]) == stores
    assert covered <= check_certificate.bound(fields) * total < covered + 1


# damage: every field, in every way


def little(array: Array) -> Array:
    found = array.copy()
    if found.dtype.kind == "f":
        finite = np.flatnonzero(np.isfinite(found))
        if len(finite):
            found[finite[0]] = np.nextafter(found[finite[0]], np.inf)
    elif found.dtype.kind == "b":
        found[0] = not found[0]
    else:
        found[-1] += 1
    return found


def put(value: float) -> Callable[[Array], Array]:
    def change(array: Array) -> Array:
        found = array.copy()
        found[np.flatnonzero(found != value)[0]] = value
        return found

    return change


DAMAGES: dict[str, Callable[[Array], Array]] = {
    "little": little,
    "much": lambda a: ~a if a.dtype.kind == "b" else (a * 7 + 3).astype(a.dtype),
    "no number": put(math.nan),
    "infinite": put(math.inf),
    "minus infinite": put(-math.inf),
    "shorter": lambda a: a[:-1],
    "longer": lambda a: np.append(a, a[-1:]),
    "empty": lambda a: a[:0],
    "turned round": lambda a: np.append(a, a[-1:])[::-1].copy(),
    "of two dimensions": lambda a: a.reshape(-1, 1),
    "of another type": lambda a: a.astype(
        "f4" if a.dtype.kind == "f" else "u1" if a.dtype.kind == "b" else "i2"
    ),
}
ONLY_FLOATS = {"no number", "infinite", "minus infinite"}
ARRAYS = [
    (name, kind)
    for name, array in SOUND.arrays.items()
    for kind in DAMAGES
    if array.dtype.kind == "f" or kind not in ONLY_FLOATS
]


@pytest.mark.parametrize(("name", "kind"), ARRAYS)
def test_a_damaged_array_is_refused_by_its_name(tmp_path: Path, name: str, kind: str) -> None:
    damaged = DAMAGES[kind](SOUND.arrays[name])
    found = judged(with_array(SOUND, name, damaged), tmp_path)
    assert found.exit_code == 1
    assert found.sentence.startswith(f"{name} ")
    assert found.sentence.count("\n") == 0


@pytest.mark.parametrize("name", SOUND.arrays)
@pytest.mark.parametrize("kind", ["no number", "infinite", "shorter", "longer", "empty", "of another type"])
def test_an_array_that_cannot_be_is_refused_though_its_hash_fits(
    tmp_path: Path, name: str, kind: str
) -> None:
    array = SOUND.arrays[name]
    if kind in ONLY_FLOATS and array.dtype.kind != "f":
        return
    may_be = name.endswith("upper") and kind == "infinite"
    found = judged(forged(SOUND, **{name: DAMAGES[kind](array)}), tmp_path)
    if name == "row_factor" and kind in {"shorter", "longer", "empty"}:
        name = "row_column"  # one of the two is too long
    assert (found.exit_code, found.sentence.split(" ")[0]) == (1, name) or may_be


@pytest.mark.parametrize("name", SOUND.arrays)
def test_a_missing_array_is_named(tmp_path: Path, name: str) -> None:
    arrays = {n: array for n, array in SOUND.arrays.items() if n != name}
    found = judged(dataclasses.replace(SOUND, arrays=arrays), tmp_path)
    assert (found.exit_code, found.sentence.split(" ")[:3]) == (1, [name, "is", "missing,"])


def changed(fact: Any) -> list[Any]:
    """Return a fact changed in several ways."""
    if isinstance(fact, float):
        return [math.nextafter(fact, math.inf), fact - 1e-3, fact + 1.0, -fact - 1, math.nan, math.inf, None]
    if isinstance(fact, int):
        return [fact + 1, -1, None, str(fact)]
    if isinstance(fact, str):
        return [fact + "x", fact[:-1], "", None]
    if isinstance(fact, list):
        return [fact[:-1], [*fact, *fact[:1]], [], None]
    if isinstance(fact, dict):
        return [dict(list(fact.items())[:-1]), {**fact, 'x["1:build", 1]': {}}, {}, None]
    raise AssertionError(fact)


AS_READ = json.loads(json.dumps(SOUND.facts))
FACTS = [
    (name, number)
    for name, fact in AS_READ.items()
    for number in range(len(changed(fact)))
    if name != "sha256"
]


@pytest.mark.parametrize(("name", "number"), FACTS)
def test_a_damaged_fact_is_refused_by_its_name(tmp_path: Path, name: str, number: int) -> None:
    found = judged(with_fact(SOUND, name, changed(AS_READ[name])[number]), tmp_path)
    assert found.exit_code == 1
    assert found.sentence.startswith(f"{name} ")


@pytest.mark.parametrize("name", [name for name in SOUND.facts if name != "sha256"])
def test_a_missing_fact_is_named(tmp_path: Path, name: str) -> None:
    facts = {n: fact for n, fact in SOUND.facts.items() if n != name}
    found = judged(dataclasses.replace(SOUND, facts=facts), tmp_path)
    assert found.exit_code == 1
    assert found.sentence.startswith(f"{name} is missing, ")


@pytest.mark.parametrize("name", SOUND.facts["sha256"])
def test_a_changed_hash_is_refused_by_the_name_of_its_field(tmp_path: Path, name: str) -> None:
    for digest in ("0" * 64, "", None):
        found = judged(with_fact(SOUND, "sha256", SOUND.facts["sha256"] | {name: digest}), tmp_path)
        assert (found.exit_code, found.sentence.split(" ")[0]) == (1, name)


def test_without_hashes_it_is_no_certificate(tmp_path: Path) -> None:
    for hashes in (None, [], "", {}):
        assert judged(with_fact(SOUND, "sha256", hashes), tmp_path).exit_code != 0


# forgery: the hashes fit


def place(name: str) -> int:
    return int(SOUND.facts["column_name"].index(name))


def with_values(**values: float) -> Array:
    found = SOUND.arrays["value"].copy()
    for name, value in values.items():
        found[place(name)] = value
    return found


def extra_station() -> dict[str, Any]:
    """The third station, which covers what its choice says: it is too dear, and there is no power for it."""
    name = 'x["1:build", 1]'
    return {
        "value": with_values(**{name: 1.0}),
        "plan": AS_READ["plan"] | {name: {}},
    }


def at(name: str, number: int, value: float) -> Array:
    found = SOUND.arrays[name].copy()
    found[number] = value
    return found


OBJECTIVE, BOUND = SOUND.facts["objective"], SOUND.facts["bound_by_prices"]
FORGERIES: dict[str, tuple[dict[str, Any], str]] = {
    "the plan claims a station": ({"plan": AS_READ["plan"] | {'x["1:build", 1]': {}}}, "plan "),
    "the plan conceals a station": (
        {"plan": {n: d for n, d in AS_READ["plan"].items() if n != 'x["0:build", 1]'}},
        "plan ",
    ),
    "the plan conceals a grid upgrade": (
        {"plan": {n: d for n, d in AS_READ["plan"].items() if n.startswith("x")}},
        "plan ",
    ),
    "a station more": (
        extra_station(),
        "rule budget is broken: row budget[1] is off by 6 CAD, and 1e-05 is allowed.",
    ),
    "a grid upgrade less": (
        {
            "value": with_values(**{"grid_upgraded[1, 0, 1]": 0.0}),
            "plan": {n: d for n, d in AS_READ["plan"].items() if n.startswith("x")},
        },
        "rule grid_area_power is broken",
    ),
    "half a station": (
        {"value": with_values(**{'x["1:build", 1]': 0.5}), "plan": extra_station()["plan"]},
        'value of column x["1:build", 1] is 0.5',
    ),
    "a station twice": (
        {"value": with_values(**{'x["0:build", 1]': 2.0})},
        'value of column x["0:build", 1]',
    ),
    "more coverage than there is": (
        {"value": with_values(**{'coverage_share["L2", 1]': 1.1})},
        "rule coverage_share_definition is broken",
    ),
    "a hair more coverage": (
        {
            "value": with_values(
                **{
                    'coverage_share["L2", 1]': SOUND.arrays["value"][place('coverage_share["L2", 1]')]
                    + 1.1e-6
                }
            )
        },
        "rule coverage_share_definition is broken",
    ),
    "a greater objective": ({"objective": OBJECTIVE + 1e-6}, "objective is "),
    "a lower objective": ({"objective": OBJECTIVE - 1e-6}, "objective is "),
    "a lower bound": ({"bound_by_prices": BOUND - 1e-9}, "bound_by_prices is "),
    "no gap": ({"gap_by_prices": 0.0}, "gap_by_prices "),
    "a smaller gap": ({"gap_by_prices": SOUND.facts["gap_by_prices"] * 0.999}, "gap_by_prices "),
    "a smaller gap of the search": ({"gap_by_search": -1.0}, "gap_by_search "),
    "a search below the plan": (
        {"bound_by_search": OBJECTIVE - 0.1, "gap_by_search": 0.0},
        "gap_by_search ",
    ),
    "no prices": ({"price": 0.0 * SOUND.arrays["price"]}, "bound_by_prices is "),
    "prices turned round": ({"price": -SOUND.arrays["price"]}, "bound_by_prices is "),
    "a column that is not there": (
        {"row_column": np.int32(SOUND.arrays["row_column"]) + 1},
        "row_column names",
    ),
    "a column from the end": ({"row_column": np.int32(SOUND.arrays["row_column"]) - 1}, "row_column names"),
    "rows backwards": ({"row_start": SOUND.arrays["row_start"][::-1].copy()}, "row_start does not lead"),
    "rows that begin late": ({"row_start": at("row_start", 0, 1)}, "row_start does not lead"),
    "a name too few": ({"column_name": AS_READ["column_name"][:-1]}, "lower is not a list of"),
    "a number beyond all": ({"gain": at("gain", 0, 1e61)}, "gain holds"),
    "a number below all": ({"row_factor": at("row_factor", 0, 1e-61)}, "row_factor holds"),
    "a bound from the wrong side": ({"lower": at("lower", 0, math.inf)}, "lower holds"),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forgery_whose_hashes_fit_is_refused(tmp_path: Path, name: str) -> None:
    fields, words = FORGERIES[name]
    found = judged(forged(SOUND, **fields), tmp_path)
    assert found.exit_code == 1
    assert found.sentence.startswith(words)


def test_the_hash_of_the_model_is_that_of_its_parts(tmp_path: Path) -> None:
    """What stays the same where another plan or other prices are certified, and tells other models."""
    facts = forged(SOUND, model_sha256="0" * 64).facts
    assert facts["model_sha256"] == SOUND.facts["model_sha256"]
    other = forged(SOUND, row_upper=SOUND.arrays["row_upper"] + 1.0)
    assert other.facts["model_sha256"] != SOUND.facts["model_sha256"]
    hashes = SOUND.facts["sha256"] | {"model_sha256": other.facts["sha256"]["model_sha256"]}
    swapped = dataclasses.replace(
        SOUND, facts=SOUND.facts | {"model_sha256": other.facts["model_sha256"], "sha256": hashes}
    )
    assert judged(swapped, tmp_path).sentence == "model_sha256 is not that of the model in this file."


# files that are none


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04", b"\x93NUMPY\x01\x00", b"\x80\x04N."])
def test_what_is_no_certificate_is_told_so(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "file.npz"
    path.write_bytes(content)
    for file in (path, tmp_path, tmp_path / "nowhere.npz"):
        found = judged(file, tmp_path)
        assert found.exit_code == 2
        assert found.sentence.startswith("This is no certificate: ")


@examples(60)
@given(st.data())
def test_a_file_with_a_byte_changed_is_refused_or_says_the_same(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.getbasetemp()
    path = folder / "changed.npz"
    SOUND.write(path)
    sound, content = judged(path, folder), bytearray(path.read_bytes())
    where = data.draw(st.integers(0, len(content) - 1))
    content[where] ^= data.draw(st.integers(1, 255))
    path.write_bytes(content[: data.draw(st.sampled_from([len(content), where]))])
    found = judged(path, folder)
    assert found.exit_code in {1, 2} or found == sound
    assert found.exit_code == 0 or found.sentence.count("\n") <= 1


# what is proven is so


def exact_bound(matrix: Matrix, prices: Array) -> Fraction:
    """Work the bound out in fractions."""
    limits = np.where(prices > 0, matrix.row_upper, np.where(prices < 0, matrix.row_lower, 0.0))
    total = Fraction(matrix.constant)
    total += sum(Fraction(y) * Fraction(limit) for y, limit in zip(prices, limits, strict=True))
    for column, gain in enumerate(matrix.gain):
        start, end = matrix.columns.indptr[column : column + 2]
        entries = zip(matrix.columns.indices[start:end], matrix.columns.data[start:end], strict=True)
        d = Fraction(gain) - sum(Fraction(by) * Fraction(prices[row]) for row, by in entries)
        total += d * Fraction(matrix.upper[column] if d > 0 else matrix.lower[column]) if d else 0
    return total


def proven(certificate: Certificate, path: Path) -> float:
    certificate.write(path)
    return check_certificate.bound(check_certificate.read(str(path)))


def with_prices(certificate: Certificate, prices: Prices) -> Certificate:
    return forged(certificate, price=prices.values, bound_by_prices=prices.bound)


@examples(30)
@given(small_inputs(), st.integers(0, 2**32 - 1), st.sampled_from([0.0, 1e-9, 1.0, 1e3]))
def test_no_prices_prove_what_is_not_so(
    tmp_path_factory: pytest.TempPathFactory, inputs: Inputs, seed: int, size: float
) -> None:
    """The best plan of all, found by trying each, is never above the bound; the bound is that of the formula."""
    path = tmp_path_factory.getbasetemp() / "priced.npz"
    certificate = certificate_of(inputs)
    if certificate is None:
        return
    best = max(objective_value(inputs, plan) for plan in all_plans(inputs) if keeps_all_rules(inputs, plan))
    matrix = as_modelled(compiled(build(inputs, concludes=False)))
    random = np.random.default_rng(seed)
    drawn = certificate.arrays["price"] + size * random.normal(size=matrix.rows.shape[0])
    for prices in (proof(matrix, drawn), Prices(drawn, math.inf)):
        bound = proven(with_prices(certificate, prices), path)
        assert bound >= best - 1e-9 * max(1.0, abs(best))
        assert bound <= prices.bound
    carried = proof(matrix, drawn)
    exact = exact_bound(matrix, carried.values)
    bound = proven(with_prices(certificate, carried), path)
    assert Fraction(bound) >= exact - Fraction(1e-300)
    assert bound == pytest.approx(float(exact), rel=1e-12, abs=1e-9 * size + 1e-12)


@examples(30)
@given(small_inputs())
def test_every_plan_of_small_worlds_is_certified(
    tmp_path_factory: pytest.TempPathFactory, inputs: Inputs
) -> None:
    certificate = certificate_of(inputs)
    if certificate is None:
        return
    found = judged(certificate, tmp_path_factory.getbasetemp())
    assert (found.exit_code, found.sentence) == (0, "")
    share = float(found.told.split()[-2]) / 100
    best = max(objective_value(inputs, plan) for plan in all_plans(inputs) if keeps_all_rules(inputs, plan))
    objective = certificate.facts["objective"]
    assert best <= objective + share * max(abs(objective), 1e-10) + 1e-9
    assert certificate.has_best_prices


@examples(30)
@given(small_inputs(), st.data())
def test_no_forged_values_pass_for_a_plan_that_breaks_a_rule(
    tmp_path_factory: pytest.TempPathFactory, inputs: Inputs, data: st.DataObject
) -> None:
    """Whichever choices are set, with hashes, plan, objective and gap made to fit: what passes keeps all rules."""
    certificate = certificate_of(inputs)
    if certificate is None or not any(True for _ in inputs.options):
        return
    names = certificate.facts["column_name"]
    picked = data.draw(st.sampled_from([*all_plans(inputs)]))
    value = certificate.arrays["value"].copy()
    for number, name in enumerate(names):
        if name.startswith("x["):
            option, phase = json.loads(name[1:])
            value[number] = float((option, phase) in picked)
    objective = float(certificate.arrays["gain"] @ value + certificate.arrays["constant"][0])
    plan = {n: {} for n, v in zip(names, value, strict=True) if v and n.startswith(("x[", "grid_upgraded["))}
    bounds = {by: max(certificate.facts[f"bound_by_{by}"], objective) for by in ("prices", "search")}
    gaps = {f"gap_by_{by}": (bound - objective) / max(abs(objective), 1e-10) for by, bound in bounds.items()}
    bound_facts = {f"bound_by_{by}": bound for by, bound in bounds.items()}
    false = forged(certificate, value=value, plan=plan, objective=objective, **bound_facts, **gaps)
    found = judged(false, tmp_path_factory.getbasetemp())
    assert found.exit_code in {0, 1}, found.sentence
    if found.exit_code == 0:
        assert keeps_all_rules(inputs, picked)
    elif not keeps_all_rules(inputs, picked):
        assert found.sentence.startswith(("rule ", "value "))
