"""Files, names and numbers that users give: whatever they hold, one sentence and no traceback."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.common import text_file
from db.common.errors import UsageError
from etl.region.file import read_region
from model import sweep
from model.analysis import variation
from model.data import scenario_store
from model.data.scenario import resolve
from tests.support.processes import run

LONG = "x" * 5000


def write(folder: Path, content: str | bytes, name: str = "mine.toml") -> str:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return str(path)


def fault_of(path: str) -> UsageError:
    with pytest.raises(UsageError) as caught:
        resolve(path)
    return caught.value


# what a file holds


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("a = " + "[" * 100_000, "nest too deep"),
        ("[a" + ".a" * 100_000 + "]", "nest too deep"),
        ("a" + ".a" * 60 + " = 1", "nest too deep"),
        ("[phase.1]\nbudget_cad = " + "9" * 6000, "too many digits"),
        ('[phase.1]\ntitle = "a\\u0000b"', "phase.1.title holds the character U+0000"),
        ('continues = "\\u0000"', "continues holds the character U+0000"),
        ('"a\\u0000" = 1', "holds the character U+0000"),
        (b'[phase.1]\ntitle = "\xe9"', "not valid TOML"),
        ("[phase.1]\nyear = 2026-13-45", "not valid TOML"),
        ("x" * (text_file.SIZE_MAX_BYTES + 1), "larger than 10 MB"),
    ],
    ids=range(10),
)
def test_what_the_parser_cannot_take_is_one_sentence(tmp_path: Path, content: str | bytes, says: str) -> None:
    """In scenario and region files alike."""
    path = write(tmp_path, content)
    assert says in fault_of(path).message
    with pytest.raises(UsageError) as caught:
        read_region(path)  # which tells of unknown keys first
    assert says in caught.value.message or "U+0000" in says


def test_all_faults_of_a_scenario_are_named_at_once(tmp_path: Path) -> None:
    text = """
        [sit]
        a = 1
        [phase.1]
        budgt_cad = 3
        year = 1900
        [level.L2]
        service_distance_m = -1
        [charger.ac_7]
        ports_min = 9
        port_kw = -1
        [demand]
        kind = "reference_point"
        [demand.weight_share]
        ev = 0.9
        [objective]
        order = [["capx"], ["opx"]]
    """
    fault = fault_of(write(tmp_path, text))
    for says in (
        "there is no key 'sit'",
        "there is no key 'phase.1.budgt_cad'",
        "phase.1.year: Input should be greater than or equal to 2000",
        "level.L2.service_distance_m: Input should be greater than 0",
        "charger.ac_7: none of port_count_choices",  # hidden at first by the fault of its power
        "the shares must sum to 1, not 1.55",
        "reference points know no roads",  # of the whole, when all parts are right
        "order names 'capx'",
        "order names 'opx'",
    ):
        assert says in fault.message
    assert "for 'phase.1.budgt_cad' the nearest known key is 'phase.1.budget_cad'" in fault.hint


def test_a_fault_is_told_of_the_file_that_has_it(tmp_path: Path) -> None:
    write(tmp_path, "[level.L2]\nservice_distance_m = -1\n", "lower.toml")
    text = f"extends = {str(tmp_path / 'lower.toml')!r}\n[level.L3]\nservice_distance_m = -2\n"
    message = fault_of(write(tmp_path, text)).message
    assert "level.L3.service_distance_m: Input should be greater than 0" in message
    assert "level.L2.service_distance_m: Input should be greater than 0 (in lower.toml)" in message


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("[objective.weight]\ncapex = 1e308", "objective.weight.capex"),
        ("[phase.1]\nbudget_cad = nan", "phase.1.budget_cad"),
        ("[phase.1]\nbudget_cad = inf", "phase.1.budget_cad"),
        ("[site]\ncapex_limit_cad = nan", "site.capex_limit_cad"),
        ("[site]\ncapex_limit_cad = 1e300", "site.capex_limit_cad"),
        ("[site]\nports_retained_min = 99999999999999999999", "site.ports_retained_min"),
        ("[area]\nstation_count_max = 1e300", "area.station_count_max"),
        ("[area]\nstation_count_max = nan", "area.station_count_max"),
        ("[grant.program.zevip]\nrank = 9999999999999999999", "grant.program.zevip.rank"),
        (f"[level.L2]\nservice_distance_m = 1{'0' * 400}", "level.L2.service_distance_m"),
    ],
)
def test_numbers_beyond_all_measure_are_refused(tmp_path: Path, text: str, key: str) -> None:
    assert f"mine.toml: {key}: " in fault_of(write(tmp_path, text)).message


@pytest.mark.parametrize(
    "text", ["phase = 3", "level = []", 'rule = "x"', "[[grid]]", "[phase.x]\ntitle = 'a'"]
)
def test_a_value_in_the_place_of_a_table_is_a_fault(tmp_path: Path, text: str) -> None:
    assert "mine.toml: " in fault_of(write(tmp_path, text)).message


KEYS = [
    "phase",
    "1",
    "2",
    "level",
    "L2",
    "budget_cad",
    "title",
    "rule",
    "budget",
    "site",
    "area",
    "override",
    "x",
]
VALUES = st.one_of(
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=3),
    st.sampled_from(["inf", "-inf", "nan", "1e308"]),
)
TREES = st.recursive(
    VALUES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(KEYS), inner, max_size=3)
    ),
)


def as_toml(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f'"{key}" = {as_toml(item)}' for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(as_toml, value)) + "]"
    if isinstance(value, str):
        return (
            value
            if value in ("inf", "-inf", "nan", "1e308")
            else '"' + "".join(f"\\U{ord(c):08x}" for c in value) + '"'
        )
    return str(value).lower() if isinstance(value, bool | float) else str(value)


@settings(deadline=None, max_examples=150)
@given(st.dictionaries(st.sampled_from([k for k in KEYS if k not in "12"]), TREES, max_size=4))
def test_any_tree_is_a_scenario_or_one_sentence(
    tmp_path_factory: pytest.TempPathFactory, tree: dict[str, object]
) -> None:
    text = "\n".join(f'"{key}" = {as_toml(value)}' for key, value in tree.items())
    path = write(tmp_path_factory.mktemp("tree"), text)
    with suppress(UsageError):
        resolve(path)


@settings(deadline=None, max_examples=150)
@given(st.binary(max_size=60))
def test_any_bytes_are_a_scenario_or_one_sentence(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = write(tmp_path_factory.mktemp("bytes"), content)
    for reader in (resolve, read_region):
        with suppress(UsageError):
            reader(path)


@settings(deadline=None, max_examples=300)
@given(
    st.sampled_from(
        [*variation.SHORT, "charger.dc_150.ports_max", "phase.1.year", "area.station_count_max", ""]
    ),
    st.text("0123456789.,:%+-einfa", max_size=12),
)
def test_any_variation_is_understood_or_one_sentence(name: str, values: str) -> None:
    base = resolve("base")[1]
    try:
        found = variation.vary(base, f"{name}={values}")
    except UsageError:
        return
    assert all(v.value != v.base_value for v in found)


def test_all_faults_of_what_is_varied_are_named_at_once() -> None:
    with pytest.raises(UsageError) as caught:
        sweep.variations_of(
            resolve("base")[1], ["bugdet=1", "service_distance=much", "costs=2", "budget=1:2:999999999"]
        )
    for says in ("no parameter 'bugdet'", "not understood at 'much'", "not understood at '1:2:999999999'"):
        assert says in caught.value.message
    assert "'budget'" in caught.value.hint


# where a file is


def test_what_is_no_regular_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo.toml")
    (tmp_path / "folder.toml").mkdir()
    (tmp_path / "circle.toml").symlink_to(tmp_path / "circle.toml")
    (tmp_path / "device.toml").symlink_to("/dev/zero")
    for name in ("fifo", "folder", "circle", "device"):
        assert fault_of(str(tmp_path / f"{name}.toml")).hint
        with pytest.raises(UsageError):
            read_region(tmp_path / f"{name}.toml")


@pytest.mark.parametrize("name", [LONG, f"{LONG}.toml", "~no_such_user/x.toml", "a\0b.toml", "", "\n", "/"])
def test_names_that_cannot_be_are_one_short_sentence(name: str) -> None:
    for reader in (resolve, read_region):
        with pytest.raises(UsageError) as caught:
            reader(name)
        assert len(caught.value.message) < 1000


@pytest.mark.parametrize(
    "command",
    [
        ("model.solve", "--scenario", LONG),
        ("model.solve", "--scenario", "~no_such_user/x.toml"),
        ("model.solve", "--scenario", b"\xff.toml"),
        ("etl.load", "--region", f"{LONG}.toml"),
        ("etl.load", "--region", "~no_such_user/x.toml"),
        ("etl.load", "--seed", "9" * 30),
        ("etl.load", "--seed", "-1"),
        ("etl.load", "--scale", "nan"),
        ("etl.load", "--scale", "inf"),
        ("etl.load", "--scale", "1e308"),
        ("model.explain", "--run", "9" * 30),
        ("model.certify", "--run", "9" * 30),
        ("model.certify", "--run", "1", "--out", f"{LONG}.npz"),
        ("model.diff", "--runs", "9" * 30, "1"),
        ("model.adopt", "--run", "9" * 30),
        ("report.summary", "--run", "9" * 30),
        ("report.page", "--run", "1", "--out", f"{LONG}.html"),
        ("report.page", "--compare", "9" * 30),
        ("report.export", "--out", f"{LONG}.gpkg"),
        ("report.figures", "--out", LONG),
        ("report.serve", "--port", "99999999"),
        ("etl.trace", "--site", "9" * 30),
        ("etl.trace", "--entity", "x" * 100, "--key", b"\xff"),
        ("etl.grid_template", LONG),
    ],
    ids=lambda command: " ".join(str(part)[:12] for part in command),
)
def test_what_no_command_can_use_ends_in_a_sentence(
    planned_database: str, command: tuple[str | bytes, ...]
) -> None:
    assert planned_database
    done = run(*command, timeout_s=300)
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr


# what a scenario names, and the region does not have


@pytest.mark.parametrize(
    ("text", "says", "hint"),
    [
        (
            'protected = [{ group_kind = "settlement", group_name = "rurl" }]',
            "'rurl', which is not a group of kind settlement",
            "'rural'",
        ),
        (
            'floor = [{ group_kind = "charger_distance", group_name = "near", level = "L2", share = 0.1 }]',
            "'near', which is not a group of kind charger_distance",
            "'near a charger'",
        ),
    ],
)
def test_what_the_user_names_must_exist(
    toy_database: str, tmp_path: Path, text: str, says: str, hint: str
) -> None:
    with psycopg.connect(toy_database, autocommit=True) as conn:
        with pytest.raises(UsageError) as caught:
            scenario_store.store(conn, *resolve(write(tmp_path, f"[equity]\n{text}\n")))
        assert says in caught.value.message
        assert hint in caught.value.hint


def test_a_road_class_that_the_user_names_must_exist(toy_database: str, tmp_path: Path) -> None:
    with psycopg.connect(toy_database, autocommit=True) as conn:
        path = write(tmp_path, '[corridor]\nroad_classes = ["motorway", "trunk"]\n')
        with pytest.raises(UsageError, match="'motorway', and the region has no such road"):
            scenario_store.store(conn, *resolve(path))


def test_what_was_written_lasts_through_a_variation(tmp_path: Path) -> None:
    parameters = resolve(write(tmp_path, "[equity]\nprotected = []\n"))[1]
    (turned,) = variation.vary(parameters, "service_distance=0.9")
    assert "equity.protected" in turned.parameters.written
    assert "equity.floor" not in turned.parameters.written
    assert "written" not in parameters.canonical()
