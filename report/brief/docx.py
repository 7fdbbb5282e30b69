"""Writes a document for Word and what opens its files, so that staff can go on writing in it."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import docx
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from PIL import Image as Pixels

from report.brief import parts

PAPER = {"letter": (Mm(215.9), Mm(279.4)), "a4": (Mm(210), Mm(297))}
MARGIN = Mm(20)
_FONT = "Calibri"
_BLUE, _GREY = RGBColor(0x00, 0x46, 0x6E), RGBColor(0x55, 0x55, 0x55)
_SHADE, _NOTICE = "EEF3F7", "FFF4D6"
_PICTURE_HEIGHT_MAX_SHARE = 0.76
_SIZES = {"Normal": 10, "Title": 20, "Subtitle": 10, "Heading 1": 14, "Heading 2": 11.5, "Caption": 9}


def write(document: parts.Document, path: Path, paper: str) -> None:
    """Write a document as .docx on `letter` or `a4` paper, with captions that Word counts."""
    _Writer(document, paper).save(path)


class _Writer:
    def __init__(self, document: parts.Document, paper: str) -> None:
        self._document = document
        self._file: Any = docx.Document()
        self._figures = self._tables = 0
        self._breaks = False
        self._page(paper)
        self._styles()
        self._file.core_properties.title = document.title
        self._file.core_properties.subject = document.subtitle
        self._file.core_properties.language = document.language
        self._file.core_properties.author = ""
        self._file.core_properties.comments = ""

    def save(self, path: Path) -> None:
        self._text(self._document.title, "Title")
        self._text(self._document.subtitle, "Subtitle")
        for part in self._document.parts:
            self._write(part)
        self._file.save(str(path))

    def _write(self, part: parts.Part) -> None:
        match part:
            case parts.Heading():
                heading = self._text(part.text, f"Heading {part.level}")
                heading.paragraph_format.page_break_before, self._breaks = self._breaks, False
            case parts.Paragraph():
                self._paragraph(part)
            case parts.Bullets():
                for item in part.items:
                    self._text(item, "List Bullet")
            case parts.Table():
                self._table(part)
            case parts.Picture():
                self._picture(part)
            case parts.Card():
                self._card(part)
            case parts.PageBreak():
                self._breaks = True

    def _page(self, paper: str) -> None:
        (section,) = self._file.sections
        section.page_width, section.page_height = PAPER[paper]
        section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = MARGIN
        self._width = section.page_width - 2 * MARGIN
        self._height = section.page_height - 2 * MARGIN
        foot = section.footer.paragraphs[0]
        style = self._file.styles["Footer"]
        style.font.size, style.font.color.rgb = Pt(8), _GREY
        style.paragraph_format.tab_stops.clear_all()
        foot.paragraph_format.tab_stops.add_tab_stop(self._width, WD_TAB_ALIGNMENT.RIGHT)
        foot.add_run(f"{parts.printable(self._document.footer)}\t")
        before, _, rest = self._document.page.partition("{number}")
        between, _, after = rest.partition("{pages}")
        for text, code in ((before, "PAGE"), (between, "NUMPAGES")):
            foot.add_run(text)
            _field(foot, code)
        foot.add_run(after)

    def _styles(self) -> None:
        styles = self._file.styles
        for name, size in _SIZES.items():
            font = styles[name].font
            font.name, font.size = _FONT, Pt(size)
            fonts = styles[name].element.get_or_add_rPr().get_or_add_rFonts()
            for kind in list(fonts.attrib):
                if "heme" in kind:
                    del fonts.attrib[kind]
            for kind in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
                fonts.set(qn(kind), _FONT)
            if name != "Normal":
                font.color.rgb = _GREY if name == "Subtitle" else _BLUE
                font.italic = False
        styles["Caption"].font.bold = True
        styles["Title"].font.bold = True
        language = OxmlElement("w:lang")
        language.set(qn("w:val"), self._document.language)
        styles["Normal"].element.get_or_add_rPr().append(language)

    def _text(self, text: str, style: str) -> Any:
        return self._file.add_paragraph(parts.printable(text), style=style)

    def _paragraph(self, part: parts.Paragraph) -> None:
        paragraph = self._text(part.text, "Normal")
        (run,) = paragraph.runs or (paragraph.add_run(),)
        if part.kind == "lead":
            run.font.bold, run.font.size = True, Pt(12)
        elif part.kind == "note":
            run.font.size, run.font.color.rgb = Pt(8.5), _GREY
        elif part.kind == "notice":
            paragraph._p.get_or_add_pPr().append(_shade(_NOTICE))

    def _caption(self, word: str, number: int, text: str, name: str) -> Any:
        """Write a caption whose number Word counts again when parts are moved."""
        before, _, after = word.partition("{number}")
        paragraph = self._file.add_paragraph(before, style="Caption")
        _field(paragraph, f"SEQ {name} \\* ARABIC", str(number))
        paragraph.add_run(f"{after}{self._document.between}{parts.printable(text)}")
        return paragraph

    def _grid(self, row_count: int, widths: list[float]) -> Any:
        grid = self._file.add_table(row_count, len(widths))
        grid.style = "Table Grid"
        grid.alignment = WD_TABLE_ALIGNMENT.LEFT
        grid.autofit = False
        whole = sum(widths)
        for column, width in zip(grid.columns, widths, strict=True):
            column.width = int(self._width * width / whole)
        return grid

    def _fill(self, grid: Any, n: int, texts: tuple[str, ...], widths: list[float], **look: Any) -> None:
        """Fill a row; a row is not cut by the end of a page."""
        row, whole = grid.rows[n], sum(widths)
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for k, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
            cell.width = int(self._width * widths[k] / whole)
            paragraph = cell.paragraphs[0]
            run = paragraph.add_run(parts.printable(text))
            run.font.size, run.font.bold = Pt(8), look.get("bold", False) or k in look.get("bold_columns", ())
            paragraph.paragraph_format.space_after = Pt(1)
            paragraph.paragraph_format.keep_with_next = look.get("keeps", False)
            if look.get("aligns", {}).get(k) == "right":
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            if look.get("shade"):
                cell._tc.get_or_add_tcPr().append(_shade(_SHADE))

    def _table(self, part: parts.Table) -> None:
        self._tables += 1
        self._caption(
            self._document.table, self._tables, part.caption, "Table"
        ).paragraph_format.keep_with_next = True
        widths = [column.width for column in part.columns]
        aligns = {k: column.align for k, column in enumerate(part.columns)}
        heads = tuple(column.head for column in part.columns)
        head_count = 1 if any(heads) else 0
        grid = self._grid(len(part.rows) + head_count, widths)
        if head_count:
            self._fill(grid, 0, heads, widths, aligns=aligns, bold=True, shade=True, keeps=True)
            grid.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
        for n, row in enumerate(part.rows, 1):
            is_total = part.total and n == len(part.rows)
            keeps = n < len(part.rows) <= parts.SHORT_ROW_COUNT
            self._fill(grid, n - 1 + head_count, row, widths, aligns=aligns, bold=is_total, keeps=keeps)
        self._file.add_paragraph()

    def _picture(self, part: parts.Picture) -> None:
        self._figures += 1
        with Pixels.open(io.BytesIO(part.png)) as pixels:
            across, down = pixels.size
        scale = min(self._width / across, self._height * _PICTURE_HEIGHT_MAX_SHARE / down)
        paragraph = self._file.add_paragraph()
        paragraph.paragraph_format.keep_with_next = True
        shape = paragraph.add_run().add_picture(io.BytesIO(part.png), width=int(across * scale))
        shape._inline.docPr.set("descr", parts.printable(part.alternative))
        self._caption(self._document.figure, self._figures, part.caption, "Figure")

    def _card(self, part: parts.Card) -> None:
        widths = [0.27, 0.73]
        grid = self._grid(len(part.pairs) + 1, widths)
        self._fill(grid, 0, (part.title, ""), widths, bold=True, shade=True, keeps=True)
        title = grid.cell(0, 0).merge(grid.cell(0, 1))
        title._tc.remove(title.paragraphs[-1]._p)
        for n, pair in enumerate(part.pairs, 1):
            self._fill(grid, n, pair, widths, bold_columns=(0,), keeps=n < len(part.pairs))
        self._file.add_paragraph()


def _shade(colour: str) -> Any:
    shade = OxmlElement("w:shd")
    for name, value in (("w:val", "clear"), ("w:color", "auto"), ("w:fill", colour)):
        shade.set(qn(name), value)
    return shade


def _field(paragraph: Any, code: str, shown: str = "1") -> None:
    """Add a field that Word works out, with what it shows until then."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), code)
    run, text = OxmlElement("w:r"), OxmlElement("w:t")
    text.text = shown
    run.append(text)
    field.append(run)
    paragraph._p.append(field)
