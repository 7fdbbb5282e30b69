"""A document as Word file and PDF: pages numbered, heads of tables repeated, nothing lost, no page empty."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import docx
import pypdfium2
import pytest
from docx.oxml.ns import qn
from PIL import Image

from report.brief import docx as word
from report.brief import pdf
from report.brief.parts import (
    Bullets,
    Card,
    Column,
    Document,
    Heading,
    PageBreak,
    Paragraph,
    Part,
    Picture,
    Table,
    printable,
)

HOSTILE = "<b>Mall</b> & \x0bSons </para>"


def png() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (900, 600), "navy").save(file, "png")
    return file.getvalue()


def made(*parts: Part) -> Document:
    return Document(
        title="Région : le plan",
        subtitle="scénario",
        language="fr-CA",
        footer="au pied",
        figure="Figure {number}",
        table="Tableau {number}",
        page="Page {number} de {pages}",
        between="\u00a0: ",
        parts=parts,
    )


COLUMNS = (Column("Nᵒ", 0.5, "right"), Column("Nom", 3))
LONG = Table("Longue liste", COLUMNS, tuple((str(n), f"Site {n}\nRue {n}") for n in range(1, 121)))
CARDS = tuple(
    Card(f"{n}. Site", (("Adresse", "Rue"), *((f"nom {k}", "valeur") for k in range(10)))) for n in range(7)
)
WHOLE = made(
    Heading("Sommaire"),
    Paragraph(HOSTILE, "lead"),
    Paragraph("Attention", "notice"),
    Bullets(("un", "deux")),
    Heading("Carte"),
    Picture(png(), "Où", "Une carte"),
    Table("Court", COLUMNS, (("1", HOSTILE), ("", "Somme")), total=True),
    LONG,
    PageBreak(),
    Heading("Annexe"),
    *CARDS,
)


def pages(path: Path) -> list[str]:
    with pypdfium2.PdfDocument(path) as file:
        return [page.get_textpage().get_text_bounded().replace("\r\n", "\n") for page in file]


@pytest.mark.parametrize("paper", ["letter", "a4"])
def test_each_page_of_the_pdf_has_its_number_and_something_to_say(tmp_path: Path, paper: str) -> None:
    pdf.write(WHOLE, tmp_path / "x.pdf", paper)
    found = pages(tmp_path / "x.pdf")
    for number, text in enumerate(found, 1):
        assert f"Page {number} de {len(found)}" in text
        assert "au pied" in text
        assert len(text) > 150, f"page {number} is all but empty"
    with pypdfium2.PdfDocument(tmp_path / "x.pdf") as file:
        assert file.get_metadata_value("Title") == "Région : le plan"
        assert [e.get_title() for e in file.get_toc()] == ["Sommaire", "Carte", "Annexe"]


def test_caption_and_head_of_a_table_are_on_each_page_that_it_reaches(tmp_path: Path) -> None:
    pdf.write(WHOLE, tmp_path / "x.pdf", "letter")
    reached = [text for text in pages(tmp_path / "x.pdf") if "Rue " in text and "Adresse" not in text]
    assert len(reached) > 2
    for text in reached:
        assert "Tableau 2 : Longue liste" in text.replace("\u00a0", " ")
        assert "Nom" in text


def test_a_card_is_whole_on_its_page(tmp_path: Path) -> None:
    pdf.write(WHOLE, tmp_path / "x.pdf", "letter")
    for text in pages(tmp_path / "x.pdf"):
        assert text.count(". Site\n") == text.count("nom 9")


def test_names_are_no_markup(tmp_path: Path) -> None:
    pdf.write(WHOLE, tmp_path / "x.pdf", "letter")
    word.write(WHOLE, tmp_path / "x.docx", "letter")
    shown = printable(HOSTILE)
    assert "\x0b" not in shown
    assert shown in pages(tmp_path / "x.pdf")[0]
    assert shown in [p.text for p in docx.Document(str(tmp_path / "x.docx")).paragraphs]


def test_word_counts_captions_and_pages_itself(tmp_path: Path) -> None:
    word.write(WHOLE, tmp_path / "x.docx", "a4")
    file: Any = docx.Document(str(tmp_path / "x.docx"))
    fields = [f.get(qn("w:instr")) for f in file.element.body.iter(qn("w:fldSimple"))]
    assert fields == ["SEQ Figure \\* ARABIC", "SEQ Table \\* ARABIC", "SEQ Table \\* ARABIC"]
    footer = file.sections[0].footer
    assert [f.get(qn("w:instr")) for f in footer._element.iter(qn("w:fldSimple"))] == ["PAGE", "NUMPAGES"]
    assert file.sections[0].page_width.mm == pytest.approx(210, abs=0.1)
    short, long, *cards = file.tables
    assert len(cards) == len(CARDS)
    for table in (short, long):
        assert table.rows[0]._tr.find(f".//{qn('w:tblHeader')}") is not None, "its head is repeated"
    assert all(r._tr.find(f".//{qn('w:cantSplit')}") is not None for r in long.rows), "no row is cut in two"
    assert [c.text for c in long.rows[120].cells] == ["120", "Site 120\nRue 120"]


def test_word_knows_the_language_and_describes_the_picture(tmp_path: Path) -> None:
    word.write(WHOLE, tmp_path / "x.docx", "a4")
    with zipfile.ZipFile(tmp_path / "x.docx") as file:
        body, styles = (file.read(f"word/{name}.xml").decode() for name in ("document", "styles"))
    assert 'descr="Une carte"' in body
    assert 'w:val="fr-CA"' in styles
    found: Any = docx.Document(str(tmp_path / "x.docx"))
    (annex,) = (p for p in found.paragraphs if p.text == "Annexe")
    assert annex.paragraph_format.page_break_before
