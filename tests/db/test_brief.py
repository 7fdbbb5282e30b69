"""The council report of a plan on Toy Town: it says what the views say, in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
import psycopg
import pypdfium2
import pytest

from db.common.errors import UsageError
from db.common.language import Language, money
from model import sweep
from model.solve import Limits
from report.brief.__main__ import Paper, write_brief
from report.brief.content import brief_words, document
from report.brief.parts import Card, Heading, Paragraph, Picture, Table
from report.brief.read import read
from report.run import find_run, rows
from tests.support.scenarios import town_file


@pytest.fixture
def planned(planned_database: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(planned_database) as conn:
        yield conn


def parts_of(conn: psycopg.Connection[Any], language: Language = Language.EN) -> Any:
    run = find_run(conn, None)
    return document(run, *read(conn, run), language).parts


def test_both_files_say_the_same_in_each_language(planned: Any, tmp_path: Path) -> None:
    planned.execute("update plan.decision set site_name = 'Site <b>& Söhne'")
    for language in Language:
        files = write_brief(planned, None, language, tmp_path)
        assert [f.name for f in files] == [f"brief_1_{language}.docx", f"brief_1_{language}.pdf"]
        word: Any = docx.Document(str(files[0]))
        written = [p.text for p in word.paragraphs] + [
            c.text for t in word.tables for r in t.rows for c in r.cells
        ]
        with pypdfium2.PdfDocument(files[1]) as file:
            printed = " ".join(p.get_textpage().get_text_bounded() for p in file)
        (gross,) = planned.execute("select capex_cad from report.run_summary").fetchone()
        shown = money(gross, "CAD", language)
        assert any(shown in text for text in written)
        assert re.sub(r"\s", " ", shown) in re.sub(r"\s+", " ", printed)
        assert any("1. Site <b>& Söhne" in text for text in written)
        assert "1. Site <b>& Söhne" in printed


def test_each_project_is_in_the_list_and_has_a_card(planned: Any) -> None:
    parts = parts_of(planned)
    projects = rows(planned, "select * from report.project where run_id = 1 order by project_number")
    listed = [p for p in parts if isinstance(p, Table) and p.columns[0].head == "No."]
    assert [row[0] for table in listed for row in table.rows] == [str(p["project_number"]) for p in projects]
    cards = [p for p in parts if isinstance(p, Card)]
    assert len(cards) == len(projects)
    for card, project in zip(cards, projects, strict=True):
        said = dict(card.pairs)
        assert money(project["capex_cad"], "CAD", Language.EN) in said["Cost"]
        assert project["address"] in said["Address"]
        assert said["Grants"]
        assert "None" not in " ".join(said.values())


def test_money_adds_up_to_the_total(planned: Any) -> None:
    (table,) = (p for p in parts_of(planned) if isinstance(p, Table) and p.caption == "What the money is for")
    sums = [int(re.sub(r"\D", "", row[1])) for row in table.rows]
    assert table.total
    assert sums[-1] == pytest.approx(sum(sums[:-1]), abs=len(sums))


def test_what_is_doubtful_is_said_first(planned: Any) -> None:
    """A plan stopped early, an assumed grid: no council should find that in an annex."""
    planned.execute("update plan.run set status = 'feasible', mip_gap = 0.031")
    parts = parts_of(planned)
    notices = [p.text for p in parts if isinstance(p, Paragraph) and p.kind == "notice"]
    assert any("up to 3.10% better" in text for text in notices)
    second = [n for n, p in enumerate(parts) if isinstance(p, Heading)][1]
    assert all(p in parts[:second] for p in parts if isinstance(p, Paragraph) and p.kind == "notice")


def test_a_plan_that_was_not_varied_does_not_look_sure(planned: Any) -> None:
    (key,) = (p for p in parts_of(planned) if isinstance(p, Table) and p.caption == "The plan at a glance")
    assert dict(key.rows)["Projects chosen in every variation"].startswith("not tried")


@pytest.mark.parametrize("language", list(Language))
def test_what_assumptions_change_is_told_in_people(
    toy: psycopg.Connection[Any], tmp_path: Path, language: Language
) -> None:
    """By hand, of 750 people: 20,000 CAD do not pay K1 (300); within 700 m S1 and K2 cover 450."""
    varied = ["budget=20e3", "service_distance=0.7", "costs=0.5"]
    base, _ = sweep.sweep(town_file(tmp_path), varied, Limits())
    run = find_run(toy, base.report.run_id)
    found, figures = read(toy, run)
    parts = document(run, found, figures, language).parts
    captions = {p.caption: p for p in parts if isinstance(p, Picture | Table)}
    words = brief_words(language, "CAD")
    assert words("f_tornado_people") in captions
    assert words("f_tornado") not in captions
    table = captions[words("t_sensitivity")]
    assert isinstance(table, Table)
    title = figures.coverage["L2"].title.of(language)
    assert table.columns[3].head == words("col_people_change", level=title)
    names = ["service_distance", "budget", "budget", "costs"]
    assert [row[0] for row in table.rows] == [words.named("parameter", name) for name in names]
    assert [row[3] for row in table.rows] == ["\u2212300", "\u2212300", "0", "0"]
    assert [row[-1] for row in table.rows] == [words.number(change, 3) for change in (-0.3, -0.2, 0.0, 0.05)]


def test_pictures_have_a_text_for_those_who_do_not_see_them(planned: Any) -> None:
    pictures = [p for p in parts_of(planned, Language.FR) if isinstance(p, Picture)]
    assert pictures
    assert pictures[0].caption.startswith("Les projets par numéro")
    assert all(p.alternative and p.png.startswith(b"\x89PNG") for p in pictures)


def test_french_has_no_english_and_no_line_that_ends_before_a_sign(planned: Any) -> None:
    words = brief_words(Language.FR, "CAD")
    assert words.language == Language.FR
    for part in parts_of(planned, Language.FR):
        texts = []
        if isinstance(part, Table):
            texts = [
                part.caption,
                *(c.head for c in part.columns),
                *(cell for row in part.rows for cell in row),
            ]
        elif isinstance(part, Card):
            texts = [text for pair in part.pairs for text in pair]
        elif isinstance(part, Paragraph):
            texts = [part.text]
        for text in texts:
            assert not re.search(r" [:;?!»](?!\w)", text), text


def test_a_plan_that_changes_nothing_is_a_report_too(planned: Any, tmp_path: Path) -> None:
    for table in ("plan.decision_port", "plan.decision_grant", "plan.decision"):
        planned.execute(f"delete from {table}")  # noqa: S608
    parts = parts_of(planned)
    assert any(isinstance(p, Paragraph) and p.text == "The plan changes no station." for p in parts)
    assert not [p for p in parts if isinstance(p, Card)]
    assert write_brief(planned, None, Language.FR, tmp_path, Paper.A4)


def test_an_unknown_run_is_said(planned: Any, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="Run 99 is not a published plan"):
        write_brief(planned, 99, Language.EN, tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("language", Language)
def test_the_annex_has_every_parameter_of_the_scenario_once(planned: Any, language: Language) -> None:
    parts = list(parts_of(planned, language))
    words = brief_words(language, "CAD")
    at = parts.index(Heading(words("h_parameters")))
    tables = {
        p.caption.removeprefix(words("t_parameters", group="")): p for p in parts[at:] if isinstance(p, Table)
    }
    (stored,) = planned.execute(
        "select s.resolved from plan.scenario as s join plan.run as r using (scenario_id) where r.run_id = 1"
    ).fetchone()
    assert set(tables) == {key for key in stored if key != "title"}
    shown = {row[0]: row[1:] for row in tables["connection"].rows}
    assert set(shown) == set(stored["connection"])
    value = stored["connection"]["cost_cad_per_kw"]
    unit = words("parameter_unit_cad_per_kw")
    assert shown["cost_cad_per_kw"][:2] == (words.number(value), unit)
    years = {row[0]: row[1] for row in tables["phase"].rows}
    assert years["1.year"] == str(stored["phase"]["1"]["year"])


def test_an_approximate_map_is_said_first_and_a_small_loss_is_not_none(planned: Any) -> None:
    run = find_run(planned, None)
    found, figures = read(planned, run)
    found["assumptions"].append({"code": "roads_approximate", "value": {"file_name": "town.osm.pbf"}})
    found["projects"][0]["loss_if_dropped"] = abs(run["objective"]) * 1e-6
    for language, map_words, loss_words in (
        (Language.EN, "The road network is approximate", "hardly less (under 0.01%)"),
        (Language.FR, "Le réseau routier est approximatif", "à peine moins (moins de 0,01"),
    ):
        parts = document(run, found, figures, language).parts
        notices = [p.text for p in parts if isinstance(p, Paragraph) and p.kind == "notice"]
        assert any(text.startswith(map_words) for text in notices)
        card = next(p for p in parts if isinstance(p, Card))
        assert any(loss_words in value for _, value in card.pairs)
