"""Writes a document as PDF.

ReportLab sets it: a package like the others, with no program of the system behind it, so that a report comes
out the same wherever the set-up ran. Its fonts are those of Matplotlib, with all letters of both languages.
"""

from __future__ import annotations

import io
import itertools
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import matplotlib as mpl
from PIL import Image as Pixels
from reportlab.lib import colors
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4, LETTER
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    Image,
    KeepTogether,
    ListFlowable,
    ListItem,
    PageTemplate,
    Spacer,
)
from reportlab.platypus import PageBreak as NewPage
from reportlab.platypus import Paragraph as Text
from reportlab.platypus import Table as Grid

from report.brief import parts
from report.brief.parts import SHORT_ROW_COUNT

PAPER = {"letter": LETTER, "a4": A4}
MARGIN = 20 * mm
_INK, _GREY, _LINE, _SHADE, _NOTICE = (
    colors.HexColor(c) for c in ("#1a1a1a", "#555555", "#bbbbbb", "#eef3f7", "#fff4d6")
)
_BLUE = colors.HexColor("#00466e")
_FONTS = {
    "Body": "DejaVuSans.ttf",
    "Body-Bold": "DejaVuSans-Bold.ttf",
    "Body-Oblique": "DejaVuSans-Oblique.ttf",
}
_PICTURE_HEIGHT_MAX_SHARE = 0.78
"""A picture leaves room for its caption and heading on the page."""


def write(document: parts.Document, path: Path, paper: str) -> None:
    """Write a document as PDF on `letter` or `a4` paper, each page with its number and the count of pages."""
    _fonts()
    template = BaseDocTemplate(
        str(path),
        pagesize=PAPER[paper],
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=MARGIN,
        bottomMargin=MARGIN,
        title=document.title,
        subject=document.subtitle,
        lang=document.language,
        initialFontName="Body",
        invariant=1,
    )
    frame = Frame(
        template.leftMargin, template.bottomMargin, template.width, template.height, 0, 0, 0, 0, id="text"
    )
    template.addPageTemplates(PageTemplate("page", frames=[frame]))
    setter = _Setter(document, template.width, template.height)
    template.build(setter.flowables(), canvasmaker=lambda *a, **k: _Numbered(document, *a, **k))


def _fonts() -> None:
    folder = Path(mpl.get_data_path()) / "fonts" / "ttf"
    for name, file in _FONTS.items():
        pdfmetrics.registerFont(TTFont(name, str(folder / file)))
    pdfmetrics.registerFontFamily(
        "Body", normal="Body", bold="Body-Bold", italic="Body-Oblique", boldItalic="Body-Bold"
    )


class _Numbered(Canvas):
    """A canvas that knows how many pages there are once all are set."""

    def __init__(self, document: parts.Document, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self._document = document
        self._pages: list[dict[str, Any]] = []

    def showPage(self) -> None:  # noqa: N802 - as Canvas calls it
        self._pages.append(dict(self.__dict__))
        self._startPage()  # type: ignore[attr-defined]

    def save(self) -> None:
        width, _ = self._pagesize  # type: ignore[attr-defined]
        for number, page in enumerate(self._pages, 1):
            self.__dict__.update(page)
            self.setFont("Body", 8)
            self.setFillColor(_GREY)
            self.drawString(MARGIN, 11 * mm, parts.printable(self._document.footer))
            said = self._document.page.format(number=number, pages=len(self._pages))
            self.drawRightString(width - MARGIN, 11 * mm, said)
            Canvas.showPage(self)
        super().save()


def _style(name: str, size: float, **more: Any) -> ParagraphStyle:
    given: dict[str, Any] = {"fontName": "Body", "leading": size * 1.35, "textColor": _INK} | more
    return ParagraphStyle(name, fontSize=size, **given)


_STYLES = {
    "title": _style("title", 20, fontName="Body-Bold", textColor=_BLUE, spaceAfter=4),
    "subtitle": _style("subtitle", 10, textColor=_GREY, spaceAfter=10),
    "h1": _style(
        "h1", 14, fontName="Body-Bold", textColor=_BLUE, spaceBefore=14, spaceAfter=6, keepWithNext=1
    ),
    "h2": _style(
        "h2", 11, fontName="Body-Bold", textColor=_BLUE, spaceBefore=10, spaceAfter=4, keepWithNext=1
    ),
    "text": _style("text", 9.5, spaceAfter=6),
    "lead": _style("lead", 11.5, fontName="Body-Bold", spaceAfter=8),
    "note": _style("note", 8, textColor=_GREY, spaceAfter=6),
    "notice": _style(
        "notice",
        9.5,
        backColor=_NOTICE,
        borderPadding=6,
        leftIndent=6,
        rightIndent=6,
        spaceBefore=14,
        spaceAfter=14,
    ),
    "caption": _style("caption", 8.5, fontName="Body-Bold"),
    "under": _style("under", 8.5, fontName="Body-Bold", spaceBefore=4, spaceAfter=10),
    "cell": _style("cell", 7.8),
    "right": _style("right", 7.8, alignment=TA_RIGHT),
    "head": _style("head", 7.8, fontName="Body-Bold"),
    "head_right": _style("head_right", 7.8, fontName="Body-Bold", alignment=TA_RIGHT),
    "card": _style("card", 10, fontName="Body-Bold", textColor=_BLUE),
}


def _text(text: str, style: str) -> Text:
    return Text(escape(parts.printable(text)).replace("\n", "<br/>"), _STYLES[style])


class _Setter:
    """Sets parts as flowables; counts figures and tables."""

    def __init__(self, document: parts.Document, width: float, height: float) -> None:
        self._document, self._width, self._height = document, width, height
        self._figures = self._tables = 0

    def flowables(self) -> list[Flowable]:
        found: list[Flowable] = [
            _text(self._document.title, "title"),
            _text(self._document.subtitle, "subtitle"),
        ]
        for part, after in itertools.zip_longest(self._document.parts, self._document.parts[1:]):
            if isinstance(part, parts.Heading):
                # a heading at the foot of a page has nothing under it
                room = self._size(after.png)[1] if isinstance(after, parts.Picture) else 0
                found.append(CondPageBreak(room + 40 * mm))
            found += self._set(part)
        return found

    def _set(self, part: parts.Part) -> list[Flowable]:
        found: list[Flowable]
        match part:
            case parts.Heading():
                found = [_Heading(part.text, part.level)]
            case parts.Paragraph():
                found = [_text(part.text, part.kind)]
            case parts.Bullets():
                items: list[Any] = [ListItem(_text(item, "text"), leftIndent=12) for item in part.items]
                found = [
                    ListFlowable(items, bulletType="bullet", start="•", bulletFontName="Body", leftIndent=12)
                ]
            case parts.Table():
                found = self._table(part)
            case parts.Picture():
                found = [self._picture(part)]
            case parts.Card():
                found = [self._card(part)]
            case parts.PageBreak():
                found = [NewPage()]
        return found

    def _numbered(self, word: str, number: int, caption: str) -> str:
        return f"{word.format(number=number)}{self._document.between}{caption}"

    def _table(self, part: parts.Table) -> list[Flowable]:
        self._tables += 1
        caption = _text(self._numbered(self._document.table, self._tables, part.caption), "caption")
        widths = _widths(part.columns, self._width)
        lines: list[list[Any]] = [[caption, *[""] * (len(widths) - 1)]]
        if any(c.head for c in part.columns):
            lines.append(
                [_text(c.head, "head_right" if c.align == "right" else "head") for c in part.columns]
            )
        head_count = len(lines)
        for n, row in enumerate(part.rows, 1):
            is_total = part.total and n == len(part.rows)
            styles = ("head_right", "head") if is_total else ("right", "cell")
            lines.append(
                [
                    _text(cell, styles[0] if c.align == "right" else styles[1])
                    for cell, c in zip(row, part.columns, strict=True)
                ]
            )
        looks: list[Any] = [
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("SPAN", (0, 0), (-1, 0)),
            ("BACKGROUND", (0, 1), (-1, head_count - 1), _SHADE),
            ("LINEBELOW", (0, 0), (-1, -1), 0.4, _LINE),
            ("TOPPADDING", (0, 0), (-1, -1), 2.5),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
            ("LEFTPADDING", (0, 0), (-1, -1), 3),
            ("RIGHTPADDING", (0, 0), (-1, -1), 3),
        ]
        if part.total:
            looks.append(("LINEABOVE", (0, -1), (-1, -1), 0.9, _INK))
        # caption and head are there again on each page that the table reaches
        grid = Grid(lines, colWidths=widths, repeatRows=head_count, splitByRow=1, style=looks)
        if len(lines) <= SHORT_ROW_COUNT:
            return [KeepTogether([grid, Spacer(0, 10)])]
        return [CondPageBreak(35 * mm), grid, Spacer(0, 10)]

    def _picture(self, part: parts.Picture) -> Flowable:
        self._figures += 1
        width, height = self._size(part.png)
        image = Image(io.BytesIO(part.png), width=width, height=height)
        caption = self._numbered(self._document.figure, self._figures, part.caption)
        return KeepTogether([image, _text(caption, "under")])

    def _size(self, png: bytes) -> tuple[float, float]:
        """Return how wide and high a picture is set, in points."""
        with Pixels.open(io.BytesIO(png)) as pixels:
            across, down = pixels.size
        scale = min(self._width / across, self._height * _PICTURE_HEIGHT_MAX_SHARE / down)
        return across * scale, down * scale

    def _card(self, part: parts.Card) -> Flowable:
        lines: list[list[Any]] = [[_text(part.title, "card"), ""]]
        lines += [[_text(name, "head"), _text(value, "cell")] for name, value in part.pairs]
        looks: list[Any] = [
            ("SPAN", (0, 0), (-1, 0)),
            ("BACKGROUND", (0, 0), (-1, 0), _SHADE),
            ("BOX", (0, 0), (-1, -1), 0.6, _LINE),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("TOPPADDING", (0, 0), (-1, -1), 2),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
        ]
        grid = Grid(lines, colWidths=[self._width * 0.27, self._width * 0.73], style=looks)
        return KeepTogether([grid, Spacer(0, 8)])


class _Heading(Text):
    """A heading that is in the outline of the document as well."""

    def __init__(self, text: str, level: int) -> None:
        super().__init__(escape(parts.printable(text)), _STYLES[f"h{level}"])
        self._entry = (parts.printable(text), level)

    def draw(self) -> None:
        text, level = self._entry
        key = f"heading_{id(self)}"
        self.canv.bookmarkPage(key)
        self.canv.addOutlineEntry(text, key, level - 1, closed=False)
        super().draw()


def _widths(columns: tuple[parts.Column, ...], width: float) -> list[float]:
    whole = sum(column.width for column in columns)
    return [width * column.width / whole for column in columns]
