"""Writes spreadsheets to apply with: a workbook for each distributor, and one for grant programs.

What the plan does not know is marked in the place where a form asks for it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from db.common.language import Language, Text, Words, day
from report.catalogue import catalogue
from report.kinds import ports
from report.run import Row

_WORDS = Path(__file__).with_name("words.toml")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_SHEET_NAME_MAX = 31
_HEAD, _GAP = PatternFill("solid", fgColor="DCE6F1"), PatternFill("solid", fgColor="FFF2CC")
_LINE = Border(bottom=Side(style="thin", color="BBBBBB"))
_FIRST_ROW = 4
"""Title, subtitle and an empty row stand above the heads."""
_WHOLE, _TENTHS, _DEGREES = "#,##0", "#,##0.0", "0.00000"
_WIDTH_MIN, _WIDTH_MAX = 9, 44
COSTS = (
    "equipment_cad",
    "installation_cad",
    "connection_cad",
    "soft_cost_cad",
    "contingency_cad",
    "dismantling_cad",
)
ITEMS = {
    "connection": {
        "applicant": "person",
        "registration": "person",
        "contact": "person",
        "mail": "person",
        "contractor": "person",
        "consent": "site",
        "service": "site",
        "voltage": "design",
        "date": "year",
        "load": "design",
        "diagram": "design",
        "plan": "design",
        "certified": "market",
        "signature": "person",
    },
    "grant": {
        "applicant": "person",
        "registration": "person",
        "contact": "person",
        "mail": "person",
        "consent": "site",
        "dates": "year",
        "quotes": "market",
        "funding": "person",
        "certified": "market",
        "network": "market",
        "plan": "design",
        "attestation": "person",
    },
}
"""What forms ask for beyond the plan, and why the plan does not know it."""


class _Missing:
    """A value that the applicant has to add, or to confirm."""

    def __init__(self, word: str) -> None:
        self.word = word


FILL_IN, CONFIRM = _Missing("to_fill_in"), _Missing("to_confirm")
Value = str | float | int | None | _Missing


@dataclass(frozen=True)
class _Column:
    """A column of a sheet: its word, its value of a row, how numbers are shown, whether they are added up."""

    word: str
    of: Callable[[Row], Value]
    shown: str = ""
    total: bool = False


def write(run: Row, found: dict[str, list[Row]], language: Language, folder: Path) -> None:
    """Write the workbooks of a run (a row of report.run_summary) from its rows by name into a folder."""
    _Applications(run, found, Words(language, run["currency"], (_WORDS,)), folder).write()


class _Applications:
    def __init__(self, run: Row, found: dict[str, list[Row]], words: Words, folder: Path) -> None:
        self._run, self._found, self._words, self._folder = run, found, words, folder
        self._costs = {row["site_id"]: row for row in found["costs"]}
        self._projects = {row["site_id"]: row for row in found["projects"]}

    def write(self) -> None:
        names: set[str] = set()
        for distributor in dict.fromkeys(row["distributor"] for row in self._found["requests"]):
            self._connection(distributor, names)
        self._grants(names)

    # workbooks

    def _connection(self, distributor: str | None, names: set[str]) -> None:
        words = self._words
        sites = [row for row in self._found["requests"] if row["distributor"] == distributor]
        title = (
            words("title_no_distributor")
            if distributor is None
            else words("title_connection", distributor=distributor)
        )
        book = Workbook()
        self._sheet(book, words("sheet_sites"), title, self._connection_columns(), sites)
        nodes = {row[key] for row in sites for key in ("grid_area_id", "feeder_node_id")}
        hours = [row for row in self._found["grid_hours"] if row["grid_node_id"] in nodes]
        if hours:
            self._sheet(book, words("sheet_hours"), words("title_hours"), self._hour_columns(), hours)
        self._missing(book, "connection")
        about = [
            "about_plan",
            "about_missing",
            "about_distributor",
            "about_assumed",
            "about_hours",
            "about_forms",
        ]
        self._about(book, about)
        name = words("file_connection", name=_file_name(distributor or words("unknown_distributor")))
        self._save(book, name, names)

    def _grants(self, names: set[str]) -> None:
        words = self._words
        book = Workbook()
        rows = self._found["projects"]
        self._sheet(book, words("sheet_projects"), words("title_grants"), self._project_columns(), rows)
        programs = list(dict.fromkeys((row["program"], row[words.language]) for row in self._found["grants"]))
        for program, stream in programs:
            own = [row for row in self._found["grants"] if row["program"] == program]
            name = f"{program} ({stream})" if stream else str(program)
            title = words("title_program", program=name)
            self._sheet(book, str(program), title, self._grant_columns(), own)
        self._missing(book, "grant")
        about = ["about_plan", "about_missing", "about_forms"]
        self._about(book, about if programs else ["about_no_program", *about])
        self._save(book, words("file_grants"), names)

    def _save(self, book: Workbook, name: str, names: set[str]) -> None:
        chosen, number = name, 1
        while chosen in names:
            number += 1
            chosen = f"{name}_{number}"
        names.add(chosen)
        book.properties.title = book.worksheets[0]["A1"].value
        book.properties.creator = ""
        book.save(self._folder / f"{chosen}.xlsx")

    # columns

    def _named(self, column: str, value: str | None) -> str:
        return catalogue().values_of(column, self._words.language).get(value or "", value or "")

    def _ports(self, site_id: int, count: Callable[[Row], int]) -> str:
        own = [row for row in self._found["ports"] if row["site_id"] == site_id]
        counts = [(max(count(row), 0), Text(en=row["en"], fr=row["fr"])) for row in own]
        return ports(counts, self._words.language)

    def _added(self, row: Row) -> str:
        return self._ports(row["site_id"], lambda p: p["port_count_after"] - p["port_count_before"])

    def _place_columns(self) -> tuple[_Column, ...]:
        return (
            _Column("number", lambda r: r["project_number"], _WHOLE),
            _Column("site", lambda r: r["name"] or FILL_IN),
            _Column("address", lambda r: r["address"] or FILL_IN),
            _Column("municipality", lambda r: r["planning_area"] or r["city"] or FILL_IN),
            _Column("lat", lambda r: r["lat"], _DEGREES),
            _Column("lon", lambda r: r["lon"], _DEGREES),
            _Column(
                "land", lambda r: self._words(f"land_{r['owner_class']}") if r["owner_class"] else CONFIRM
            ),
            _Column("owner", lambda _: FILL_IN),
        )

    def _connection_columns(self) -> tuple[_Column, ...]:
        words = self._words
        return (
            *self._place_columns(),
            _Column("kind", lambda r: words("kind_existing" if r["kw_before"] else "kind_new")),
            _Column("ports_added", self._added),
            _Column("ports_before", lambda r: self._ports(r["site_id"], lambda p: p["port_count_before"])),
            _Column("kw_before", lambda r: r["kw_before"], _TENTHS, total=True),
            _Column("kw_added", lambda r: r["added_kw"], _TENTHS, total=True),
            _Column("kw_after", lambda r: r["kw_after"], _TENTHS, total=True),
            _Column("year", lambda r: r["year"]),
            _Column("date", lambda _: FILL_IN),
            _Column("account", lambda r: FILL_IN if r["kw_before"] else ""),
            _Column("service", lambda _: FILL_IN),
            _Column("voltage", lambda _: FILL_IN),
            _Column("phases", lambda _: FILL_IN),
            _Column("managed", lambda _: FILL_IN),
            _Column("feeder", lambda r: r["feeder_key"] or CONFIRM),
            _Column("feeder_kv", lambda r: _or_confirm(r["voltage_kv"]), _TENTHS),
            _Column("feeder_kw", lambda r: _or_confirm(r["feeder_capacity_kw"]), _WHOLE),
            _Column("feeder_day", lambda r: str(r["updated_on"]) if r["updated_on"] else CONFIRM),
            _Column("area", lambda r: r["grid_area"] or CONFIRM),
            _Column("area_kw", lambda r: _or_confirm(r["remaining_kw"]), _WHOLE),
            _Column(
                "area_basis",
                lambda r: (
                    CONFIRM
                    if r["remaining_kw"] is None
                    else words("is_assumed" if r["is_assumed"] else "is_published")
                ),
            ),
            _Column("three_phase", lambda r: _or_confirm(r["three_phase_m"]), _WHOLE),
            _Column("substation", lambda r: _or_confirm(r["substation_m"]), _WHOLE),
        )

    def _hour_columns(self) -> tuple[_Column, ...]:
        words = self._words
        return (
            _Column("grid_kind", lambda r: self._named("grid_kind", r["grid_kind"])),
            _Column("grid_node", lambda r: r["name"] or CONFIRM),
            _Column("hour", lambda r: words("hours", begin=f"{r['hour']:02}", end=f"{r['hour'] + 1:02}")),
            _Column("kw_today", lambda r: r["today_kw"], _TENTHS),
            _Column("kw_more", lambda r: r["added_kw"], _TENTHS),
            _Column("kw_plan", lambda r: r["plan_kw"], _TENTHS),
            _Column("room", lambda r: r["room_kw"], _WHOLE),
            _Column("hours_basis", lambda r: words("is_measured" if r["is_measured"] else "is_assumed")),
            _Column("room_basis", lambda r: words("is_assumed" if r["is_assumed"] else "is_published")),
        )

    def _project_columns(self) -> tuple[_Column, ...]:
        def cost(name: str) -> Callable[[Row], Value]:
            return lambda r: self._costs[r["site_id"]][name]

        return (
            *self._place_columns(),
            _Column("action", lambda r: self._named("action", r["action"])),
            _Column("port_count", lambda r: r["port_count_added"], _WHOLE, total=True),
            _Column("kw_port", self._added),
            _Column("kw_added", lambda r: r["added_kw"], _TENTHS, total=True),
            _Column("year", lambda r: r["year"]),
            _Column("access", lambda _: FILL_IN),
            *(_Column(name, cost(name), _WHOLE, total=True) for name in COSTS),
            _Column("capex_cad", lambda r: r["capex_cad"], _WHOLE, total=True),
            _Column("grant_cad", lambda r: r["grant_cad"], _WHOLE, total=True),
            _Column("quote", lambda _: FILL_IN),
            _Column("people", lambda r: _rounded(r["only_population"]), _WHOLE),
            _Column("sessions", lambda r: r["sessions_per_h"], _TENTHS),
        )

    def _grant_columns(self) -> tuple[_Column, ...]:
        def project(column: _Column) -> _Column:
            return _Column(
                column.word, lambda r: column.of(self._projects[r["site_id"]]), column.shown, column.total
            )

        def clauses(text: str | None) -> str:
            return ", ".join(self._named("clause", code) for code in (text or "").split(", ") if code)

        shared = (
            "number",
            "site",
            "address",
            "municipality",
            "land",
            "owner",
            "kw_port",
            "year",
            "capex_cad",
        )
        known = {column.word: column for column in self._project_columns()}
        return (
            *(project(known[word]) for word in shared),
            _Column("eligible_cad", lambda r: r["eligible_cad"], _WHOLE, total=True),
            _Column("granted_cad", lambda r: r["granted_cad"], _WHOLE, total=True),
            _Column("status", lambda r: self._named("status", r["status"])),
            _Column("broken", lambda r: clauses(r["broken_clauses"])),
            _Column("unknown", lambda r: clauses(r["unknown_clauses"])),
            project(known["quote"]),
        )

    # sheets

    def _subtitle(self) -> str:
        run = self._run
        return self._words(
            "subtitle",
            region=run["region_title"],
            scenario=run["scenario_name"],
            run=run["run_id"],
            day=day((run["finished_at"] or run["started_at"]).date(), self._words.language),
            adopted=self._words("adopted" if run["is_adopted"] else "not_adopted"),
        )

    def _new_sheet(self, book: Workbook, name: str, title: str) -> Worksheet:
        """Return a sheet with its title; the first takes the place of the empty one of a new workbook."""
        cleaned = re.sub(r"[\[\]:*?/\\']", "_", _printable(name))[:_SHEET_NAME_MAX] or "_"
        is_new = book.worksheets[0]["A1"].value is None
        sheet: Worksheet = book.worksheets[0] if is_new else book.create_sheet(cleaned)
        sheet.title = cleaned if is_new else sheet.title
        _put(sheet, 1, 1, title).font = Font(bold=True, size=14)
        _put(sheet, 2, 1, self._subtitle()).font = Font(color="555555")
        sheet.page_setup.orientation = "landscape"
        sheet.page_setup.fitToHeight = 0
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        if sheet.oddFooter is not None and sheet.oddFooter.right is not None:
            sheet.oddFooter.right.text = "&P / &N"
        return sheet

    def _sheet(
        self, book: Workbook, name: str, title: str, columns: Sequence[_Column], rows: Sequence[Row]
    ) -> None:
        """Write a row for each site, with heads that stay and repeat, filters, and sums below."""
        sheet = self._new_sheet(book, name, title)
        self._heads(sheet, [self._words(f"col_{column.word}") for column in columns])
        for n, row in enumerate(rows, _FIRST_ROW + 1):
            for k, column in enumerate(columns, 1):
                self._cell(sheet, n, k, column.of(row), column.shown)
        last = _FIRST_ROW + len(rows)
        if rows and any(column.total for column in columns):
            _put(sheet, last + 1, 1, self._words("total"))
            for k, column in enumerate(columns, 1):
                if column.total:
                    letter = get_column_letter(k)
                    sums: Any = sheet.cell(last + 1, k, f"=SUM({letter}{_FIRST_ROW + 1}:{letter}{last})")
                    sums.number_format = column.shown
            for k in range(1, len(columns) + 1):
                sheet.cell(last + 1, k).font = Font(bold=True)
        if rows:
            sheet.auto_filter.ref = f"A{_FIRST_ROW}:{get_column_letter(len(columns))}{last}"
        sheet.freeze_panes = f"C{_FIRST_ROW + 1}"
        sheet.print_title_rows = f"{_FIRST_ROW}:{_FIRST_ROW}"
        for k in range(1, len(columns) + 1):
            _fit(sheet, k, last)

    def _heads(self, sheet: Worksheet, heads: Iterable[str]) -> None:
        for k, head in enumerate(heads, 1):
            cell = _put(sheet, _FIRST_ROW, k, head)
            cell.font, cell.fill, cell.border = Font(bold=True), _HEAD, _LINE
            cell.alignment = Alignment(wrap_text=True, vertical="top")

    def _cell(self, sheet: Worksheet, row: int, column: int, value: Value, shown: str = "") -> None:
        cell = _put(sheet, row, column, self._words(value.word) if isinstance(value, _Missing) else value)
        cell.alignment, cell.border = Alignment(wrap_text=True, vertical="top"), _LINE
        if isinstance(value, _Missing):
            cell.fill = _GAP
        elif shown and not isinstance(value, str):
            cell.number_format = shown

    def _missing(self, book: Workbook, kind: str) -> None:
        words = self._words
        sheet = self._new_sheet(book, words("sheet_missing"), words("title_missing"))
        self._heads(sheet, [words("col_item"), words("col_value"), words("col_why")])
        for n, (item, why) in enumerate(ITEMS[kind].items(), _FIRST_ROW + 1):
            self._cell(sheet, n, 1, words(f"item_{item}"))
            self._cell(sheet, n, 2, FILL_IN)
            self._cell(sheet, n, 3, words(f"why_{why}"))
        for letter, width in zip("ABC", (60, 44, 36), strict=True):
            sheet.column_dimensions[letter].width = width

    def _about(self, book: Workbook, keys: Iterable[str]) -> None:
        sheet = self._new_sheet(book, self._words("sheet_about"), self._words("title_about"))
        for n, text in enumerate(self._about_lines(keys), _FIRST_ROW):
            _put(sheet, n, 1, text).alignment = Alignment(wrap_text=True, vertical="top")
        sheet.column_dimensions["A"].width = 110

    def _about_lines(self, keys: Iterable[str]) -> Iterator[str]:
        yield from (self._words(key) for key in keys)
        for row in self._found["attribution"]:
            yield f"{self._words('about_sources')}{self._words.between(':')}{row['attribution']}"


def _printable(text: str) -> str:
    return _UNPRINTABLE.sub("", text)


def _put(sheet: Worksheet, row: int, column: int, value: str | float | None) -> Any:
    """Write a value; a text stays a text, whatever it begins with: names come from open feeds."""
    cell: Any = sheet.cell(row, column)
    if isinstance(value, str):
        cell.value = _printable(value)
        cell.data_type = "s"
        cell.quotePrefix = value.startswith(_FORMULA)
    else:
        cell.value = value
    return cell


def _fit(sheet: Worksheet, column: int, last: int) -> None:
    """Make a column as wide as its texts, within bounds; longer ones are broken."""
    texts = [str(sheet.cell(row, column).value or "") for row in range(_FIRST_ROW + 1, last + 1)]
    head = max((len(word) for word in str(sheet.cell(_FIRST_ROW, column).value).split()), default=0)
    width = max(head, max((len(text) for text in texts), default=0)) + 2
    sheet.column_dimensions[get_column_letter(column)].width = min(max(width, _WIDTH_MIN), _WIDTH_MAX)


def _or_confirm(value: float | None) -> Value:
    return CONFIRM if value is None else float(value)


def _rounded(value: float | None) -> Value:
    return None if value is None else round(value)


def _file_name(name: str) -> str:
    """Return a name as files may have it: letters, figures and underscores."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"\W+", "_", plain).strip("_").lower()[:60] or "x"
