"""Writes spreadsheets to apply with: a workbook for each distributor, and one for grant programs.

What the plan does not know is marked in the place where a form asks for it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from db.common.language import Language, Text, Words, day
from report.application.workbook import Look, Sheet, Workbook
from report.catalogue import catalogue
from report.kinds import ports
from report.run import Row

_WORDS = Path(__file__).with_name("words.toml")
_TEXT: Look = {"text_wrap": True, "valign": "top"}
_CELL: Look = _TEXT | {"bottom": 1, "bottom_color": "#BBBBBB"}
_HEAD: Look = _CELL | {"bold": True, "bg_color": "#DCE6F1"}
_GAP: Look = _CELL | {"bg_color": "#FFF2CC"}
_HEAD_ROW = 3
"""From 0: title, subtitle and an empty row stand above the heads."""
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
        book = Workbook(title)
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
        title = words("title_grants")
        book = Workbook(title)
        rows = self._found["projects"]
        self._sheet(book, words("sheet_projects"), title, self._project_columns(), rows)
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

    def _new_sheet(self, book: Workbook, name: str, title: str) -> Sheet:
        """Return a sheet with its title."""
        sheet = book.sheet(name)
        sheet.put(0, 0, title, bold=True, font_size=14)
        sheet.put(1, 0, self._subtitle(), font_color="#555555")
        sheet.layout.set_landscape()
        sheet.layout.fit_to_pages(1, 0)
        sheet.layout.set_footer("&R&P / &N")
        return sheet

    def _sheet(
        self, book: Workbook, name: str, title: str, columns: Sequence[_Column], rows: Sequence[Row]
    ) -> None:
        """Write a row for each site, with heads that stay and repeat, filters, and sums below."""
        sheet = self._new_sheet(book, name, title)
        heads = [self._words(f"col_{column.word}") for column in columns]
        self._heads(sheet, heads)
        first, last = _HEAD_ROW + 1, _HEAD_ROW + len(rows)
        for k, (head, column) in enumerate(zip(heads, columns, strict=True)):
            values = [column.of(row) for row in rows]
            for n, value in enumerate(values, first):
                self._cell(sheet, n, k, value, column.shown)
            written = [self._written(value) for value in values]
            if rows and column.total:
                sheet.put_sum(last + 1, k, first, written, bold=True, num_format=column.shown)
            sheet.layout.set_column(k, k, _width(head, written))
        if rows and any(column.total for column in columns):
            sheet.put(last + 1, 0, self._words("total"), bold=True)
        if rows:
            sheet.layout.autofilter(_HEAD_ROW, 0, last, len(columns) - 1)
        sheet.layout.freeze_panes(first, 2)
        sheet.layout.repeat_rows(_HEAD_ROW)

    def _heads(self, sheet: Sheet, heads: Iterable[str]) -> None:
        for k, head in enumerate(heads):
            sheet.put(_HEAD_ROW, k, head, **_HEAD)

    def _written(self, value: Value) -> str | float | int | None:
        return self._words(value.word) if isinstance(value, _Missing) else value

    def _cell(self, sheet: Sheet, row: int, column: int, value: Value, shown: str = "") -> None:
        look = _GAP if isinstance(value, _Missing) else _CELL
        if shown and not isinstance(value, str | _Missing):
            look = look | {"num_format": shown}
        sheet.put(row, column, self._written(value), **look)

    def _missing(self, book: Workbook, kind: str) -> None:
        words = self._words
        sheet = self._new_sheet(book, words("sheet_missing"), words("title_missing"))
        self._heads(sheet, [words("col_item"), words("col_value"), words("col_why")])
        for n, (item, why) in enumerate(ITEMS[kind].items(), _HEAD_ROW + 1):
            cells: tuple[Value, ...] = (words(f"item_{item}"), FILL_IN, words(f"why_{why}"))
            for k, value in enumerate(cells):
                self._cell(sheet, n, k, value)
        for k, width in enumerate((60, 44, 36)):
            sheet.layout.set_column(k, k, width)

    def _about(self, book: Workbook, keys: Iterable[str]) -> None:
        sheet = self._new_sheet(book, self._words("sheet_about"), self._words("title_about"))
        for n, text in enumerate(self._about_lines(keys), _HEAD_ROW):
            sheet.put(n, 0, text, **_TEXT)
        sheet.layout.set_column(0, 0, 110)

    def _about_lines(self, keys: Iterable[str]) -> Iterator[str]:
        yield from (self._words(key) for key in keys)
        for row in self._found["attribution"]:
            yield f"{self._words('about_sources')}{self._words.between(':')}{row['attribution']}"


def _width(head: str, values: Iterable[str | float | None]) -> int:
    """Return the width of a column, in characters, within bounds; longer texts are broken."""
    words = max((len(word) for word in head.split()), default=0)
    texts = max((len(str(value or "")) for value in values), default=0)
    return min(max(max(words, texts) + 2, _WIDTH_MIN), _WIDTH_MAX)


def _or_confirm(value: float | None) -> Value:
    return CONFIRM if value is None else float(value)


def _rounded(value: float | None) -> Value:
    return None if value is None else round(value)


def _file_name(name: str) -> str:
    """Return a name as files may have it: letters, figures and underscores."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"\W+", "_", plain).strip("_").lower()[:60] or "x"
