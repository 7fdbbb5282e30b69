"""A region's own currency, wherever a sum is shown."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import psycopg
import pytest

from db.common.errors import UsageError
from db.common.language import NO_BREAK, Language
from etl.load import load_region
from etl.region.file import read_region
from report.catalogue import catalogue
from report.figures.text import figure_words
from report.qgis.facts import read as read_facts
from report.qgis.style import qml
from tests.support.assumptions import assumed
from tests.support.findings import messages
from tests.support.processes import run
from tests.support.toy_town import NEAR
from tests.support.toy_town.build import write_sources

Connection = psycopg.Connection[Any]


def in_francs(folder: Path) -> Path:
    region = write_sources(folder)
    text = region.read_text(encoding="utf-8").replace("[region]\n", '[region]\ncurrency = "CHF"\n', 1)
    region.write_text(text, encoding="utf-8")
    return region


def printed(*words: str) -> str:
    done = run(*words)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_default_is_canadian_and_a_code_has_three_letters(tmp_path: Path) -> None:
    region = write_sources(tmp_path)
    assert read_region(region).region.region.currency == "CAD"
    text = region.read_text(encoding="utf-8").replace("[region]\n", '[region]\ncurrency = "Franken"\n', 1)
    region.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=r"region\.currency"):
        read_region(region)


def test_words_about_money_take_the_currency() -> None:
    assert figure_words(Language.FR, "CHF")("million") == "millions de CHF"
    assert figure_words(Language.EN, "CHF")("million") == "CHF million"
    assert figure_words(Language.EN, "CAD")("million") == "$ million"


def test_every_sum_of_a_region_is_shown_in_its_currency(connection: Connection, tmp_path: Path) -> None:
    load_region(str(in_francs(tmp_path)), connection)
    connection.commit()
    assert any(text.startswith("Sums are in CHF.") and "unconverted" in text for text in assumed(connection))
    assert json.loads(printed("model.solve", "--scenario", str(NEAR), "--json"))["currency"] == "CHF"
    assert "CHF" in (shown := printed("report.summary"))
    assert "CAD" not in re.sub(r"\w*_cad\w*", "", shown)
    run_id, currency = connection.execute("select run_id, currency from report.run_summary").fetchone() or (
        0,
        "",
    )
    assert currency == "CHF"
    units = {unit for (unit,) in connection.execute("select unit from report.constraint_slack")}
    assert "cad" in units
    assert re.search(r"[\d,]+ CHF net\.", explained := printed("model.explain", "--run", str(run_id)))
    assert "CAD" not in explained
    # an audit speaks of money as well
    connection.execute("update plan.scenario_phase set budget_cad = 0")
    (said,) = messages(connection, "limit_budget")
    assert said.startswith(f"Phase 1 costs CHF{NO_BREAK}")
    assert said.endswith(f"; its budget is CHF{NO_BREAK}0.00.")
    connection.rollback()
    page = tmp_path / "page.html"
    printed("report.page", "--run", str(run_id), "--out", str(page))
    text = page.read_text(encoding="utf-8")
    assert '"currency":"CHF"' in text
    (words,) = re.findall(r'id="words">(.*?)</script>', text, re.DOTALL)
    assert not re.search(r"CAD\b|\$", words)
    facts = read_facts(connection, catalogue())
    layer = next(found for found in catalogue().layer if found.view == "decision")
    aliases = qml(layer, catalogue(), facts, Language.EN)
    assert "(CHF)" in aliases
    assert not re.search(r"CAD|\$\)", aliases)
