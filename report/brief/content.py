"""What the council report says, in its order: from the rows of a plan to the parts of a document."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

from db.common.assumption import sentence
from db.common.language import LOCALES, Language, Text, Words, day
from report.brief import annex
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
)
from report.brief.programme import programme
from report.catalogue import NAMES, PARAMETER_WORDS, catalogue
from report.figures import charts, maps
from report.figures.read import Findings
from report.figures.text import figure_words
from report.kinds import ports
from report.run import Row

_WORDS = Path(__file__).with_name("words.toml")
_DPI = 200
MINUS = "\u2212"
"""A line does not end behind it."""
ACTIONS = ("build", "upgrade", "expand", "remove")
PARTS = (
    "equipment_cad",
    "installation_cad",
    "connection_cad",
    "soft_cost_cad",
    "contingency_cad",
    "dismantling_cad",
)
_PHASE_SUMS = ("capex_cad", "grant_cad", "resale_cad", "grid_upgrade_cad", "net_capex_cad")
_SELDOM = frozenset({"resale_cad", "grid_upgrade_cad"})
GROUP_PEOPLE_MIN = 1000
"""The summary of equity names no group of fewer people: a hamlet is all in or all out."""


def brief_words(language: Language, currency: str) -> Words:
    """Return the words of the council report in a language, about sums in a currency (ISO 4217)."""
    return Words(language, currency, (NAMES, PARAMETER_WORDS, _WORDS))


def document(run: Row, found: dict[str, list[Row]], figures: Findings, language: Language) -> Document:
    """Return the report of a run (a row of report.run_summary) from its rows by name and its figures."""
    return _Content(run, found, figures, brief_words(language, run["currency"])).document()


class _Content:
    """The sections of the report of one run."""

    def __init__(self, run: Row, found: dict[str, list[Row]], figures: Findings, words: Words) -> None:
        self._run, self._found, self._figures, self._words = run, found, figures, words
        self._titles = {row["level"]: row[words.language] for row in found["levels"]}
        self._level_text = {row["level"]: Text(en=row["en"], fr=row["fr"]) for row in found["levels"]}
        self._known = catalogue()

    def document(self) -> Document:
        words, run = self._words, self._run
        name = {"region": run["region_title"], "scenario": run["scenario_name"], "run": run["run_id"]}
        finished = run["finished_at"] or run["started_at"]
        adopted = words("adopted" if run["is_adopted"] else "not_adopted")
        sections = (
            self._summary,
            self._map,
            self._projects,
            self._programme,
            self._money,
            self._people,
            self._equity,
            self._sure,
            self._assumptions,
            self._sources,
            self._cards,
            self._parameters,
        )
        return Document(
            title=words("title", **name),
            subtitle=words("subtitle", **name, adopted=adopted, day=day(finished.date(), words.language)),
            language=str(LOCALES[words.language]).replace("_", "-"),
            footer=words("footer", **name),
            figure=words("figure", number="{number}"),
            table=words("table", number="{number}"),
            page=words("page", number="{number}", pages="{pages}"),
            between=words.between(":") if words.language == Language.FR else ". ",
            parts=tuple(part for section in sections for part in section()),
        )

    def _named(self, column: str, value: str | None) -> str:
        return self._known.values_of(column, self._words.language).get(value or "", value or "")

    def _people_number(self, value: float | None) -> str:
        return self._words("dash") if value is None else self._words.number(round(value))

    # what comes first

    def _notices(self) -> Iterator[Part]:
        words, run = self._words, self._run
        if run["is_synthetic"]:
            yield Paragraph(words("synthetic"), "notice")
        if run["status"] != "optimal":
            gap = run["mip_gap"]
            told = words("gap_unknown") if gap is None else words("gap_open", gap=words.share(gap, 2))
            yield Paragraph(told, "notice")
        assumed = sum(row["is_assumed"] or False for row in self._found["grid"])
        if assumed:
            share = words("of_all", found=words.number(assumed), all=words.number(len(self._found["grid"])))
            yield Paragraph(words("hosting_assumed", found=share), "notice")

    def _summary(self) -> Iterator[Part]:
        words, run = self._words, self._run
        projects, phases = self._found["projects"], self._found["phases"]
        yield Heading(words("h_summary"))
        if not projects:
            yield Paragraph(words("nothing"), "lead")
            yield from self._notices()
            return
        counts = [words(f"{a}_count", count=run[f"{a}_count"]) for a in ACTIONS if run[f"{a}_count"]]
        what = words("and").join([", ".join(counts[:-1]), counts[-1]] if counts[1:] else counts)
        years = sorted({p["year"] for p in projects})
        gross, net = words.money(run["capex_cad"]), words.money(run["net_capex_cad"])
        if years[1:]:
            lead = words("lead", what=what, first=years[0], last=years[-1], gross=gross)
        else:
            lead = words("lead_year", what=what, first=years[0], gross=gross)
        money = (
            words("lead_money", grant=words.money(run["grant_cad"]), net=net)
            if run["grant_cad"]
            else words("lead_no_grant", net=net)
        )
        yield Paragraph(f"{lead} {money}", "lead")
        yield from self._notices()
        columns = (Column("", 3), Column("", 5))
        yield Table(words("t_key"), columns, tuple(self._key_figures(projects, phases)))
        distances = words.between(";").join(
            words(
                "reach_level",
                level=row[words.language],
                distance=words("km", km=words.number(row["service_distance_m"] / 1000)),
            )
            for row in self._found["levels"]
        )
        yield Paragraph(words("reach_note", levels=distances), "note")

    def _key_figures(self, projects: list[Row], phases: list[Row]) -> Iterator[tuple[str, str]]:
        words, run = self._words, self._run
        added = sum(p["port_count_added"] for p in projects)
        removed = sum(p["port_count_removed"] for p in projects)
        yield words("key_ports"), words.number(added)
        if removed:
            yield words("key_ports_removed"), words.number(removed)
        yield words("key_kw"), f"{words.number(sum(p['added_kw'] for p in projects), 0)} kW"
        yield words("key_gross"), words.money(run["capex_cad"])
        yield words("key_grant"), words.money(run["grant_cad"])
        yield words("key_net"), words.money(run["net_capex_cad"])
        if added:
            yield words("key_unit"), words.money(run["capex_cad"] / added)
        yield (
            words("key_running"),
            words("per_year", money=words.money(run["opex_change_cad_per_year"])),
        )
        last = phases[-1]["phase"]
        for row in self._found["coverage"]:
            if row["phase"] == last:
                yield (
                    words("key_people", level=self._titles[row["level"]]),
                    words(
                        "change_share",
                        before=self._people_number(row["before_population"]),
                        before_share=words.share(row["before_share"], 0),
                        after=self._people_number(row["after_population"]),
                        after_share=words.share(row["after_share"], 0),
                    ),
                )
        for row in self._found["service"]:
            if row["phase"] == last:
                yield (
                    words("key_served", level=self._titles[row["level"]]),
                    words(
                        "of_all",
                        found=words.number(row["served_per_h"], 1),
                        all=words.number(row["demand_per_h"], 1),
                    ),
                )
        yield words("key_sure"), self._robust_words()

    def _robust_words(self) -> str:
        words, projects = self._words, self._found["projects"]
        if projects[0]["run_count"] is None:
            return words("not_varied")
        robust = sum(p["chosen_count"] == p["run_count"] for p in projects)
        return words("of_all", found=words.number(robust), all=words.number(len(projects)))

    # where and what

    def _map(self) -> Iterator[Part]:
        words, found = self._words, self._figures
        if not self._found["projects"]:
            return
        drawing = figure_words(words.language, words.currency)
        yield Heading(words("h_map"))
        # the tables before the list of projects: that of key figures
        yield Picture(
            _png(maps.numbered(found, drawing)), words("f_map", number=2), words("f_map_alternative")
        )
        for covered in found.coverage.values():
            if len(covered.cells) and covered.after_share != covered.before_share:
                level = covered.title.of(words.language)
                shares: dict[str, Any] = {
                    "before": words.share(covered.before_share, 0),
                    "after": words.share(covered.after_share, 0),
                }
                yield Picture(
                    _png(maps.coverage(found, covered, drawing)),
                    words("f_coverage", level=level),
                    words("f_coverage_alternative", level=level, **shares),
                )

    def _projects(self) -> Iterator[Part]:
        words = self._words
        if not self._found["projects"]:
            return
        yield Heading(words("h_projects"))
        yield Paragraph(words("projects_note"), "note")
        is_varied = self._found["projects"][0]["run_count"] is not None
        columns = [
            Column(words("col_number"), 0.8, "right"),
            Column(words("col_site"), 4),
            Column(words("col_what"), 3.4),
            Column(words("col_cost"), 1.7, "right"),
            Column(words("col_people"), 1.9, "right"),
        ]
        if is_varied:
            columns.append(Column(words("col_sure"), 1.3, "right"))
        for phase in self._found["phases"]:
            rows = []
            for p in self._found["projects"]:
                if p["phase"] == phase["phase"]:
                    row = [
                        words.number(p["project_number"]),
                        self._site(p),
                        f"{self._named('action', p['action'])}\n{self._change(p)}",
                        words.money(p["capex_cad"]),
                        self._people_number(p["only_population"]),
                    ]
                    rows.append((*row, self._chosen(p)) if is_varied else tuple(row))
            if rows:
                title = words("t_projects", phase=phase["phase"], year=phase["year"])
                yield Table(title, tuple(columns), tuple(rows))

    def _chosen(self, p: Row) -> str:
        if p["run_count"] is None:
            return self._words("dash")
        return self._words(
            "of_all", found=self._words.number(p["chosen_count"]), all=self._words.number(p["run_count"])
        )

    @staticmethod
    def _site(p: Row) -> str:
        """Return the name of a site and, in a second line, its address and municipality."""
        name = p["name"] or ""
        more = [t for t in (p["address"], p["planning_area"]) if t and t not in name]
        return "\n".join(t for t in (name, ", ".join(more)) if t)

    def _change(self, p: Row) -> str:
        """Return the ports that come and go at a site, by charger type."""
        own = [row for row in self._found["ports"] if row["site_id"] == p["site_id"]]
        changes = [
            (r["port_count_after"] - r["port_count_before"], Text(en=r["en"], fr=r["fr"])) for r in own
        ]
        added = [(n, t) for n, t in changes if n > 0]
        removed = [(-n, t) for n, t in changes if n < 0]
        said = [
            self._words(key, ports=ports(part, self._words.language))
            for key, part in (("added", added), ("removed", removed))
            if part
        ]
        return "\n".join(said)

    def _programme(self) -> Iterator[Part]:
        return programme(self._run["run_id"], self._found, self._words)

    # how much

    def _money(self) -> Iterator[Part]:
        words, phases = self._words, self._found["phases"]
        (money,) = self._found["money"]
        yield Heading(words("h_money"))
        # a kind of money that no phase has needs no column
        kinds = [name for name in _PHASE_SUMS if money[name] or name not in _SELDOM]
        columns = (
            Column(words("col_phase"), 1.4),
            *(Column(words(f"col_{name}"), 1.3, "right") for name in ("budget", *kinds, "left")),
        )
        rows = []
        for p in phases:
            sums = (p["budget_cad"] + p["carried_in_cad"], *(p[name] for name in kinds), p["left_cad"])
            title = words("phase_year", phase=p["phase"], year=p["year"])
            rows.append((title, *(words.money(value) for value in sums)))
        totals = (money["budget_cad"], *(money[name] for name in kinds), money["left_cad"])
        rows.append((words("total"), *(words.money(value) for value in totals)))
        yield Table(words("t_money"), columns, tuple(rows), total=True)
        yield Paragraph(words("money_note"), "note")
        parts = [(words(f"part_{name}"), words.money(money[name])) for name in PARTS if money[name]]
        if parts:
            parts.append((words("col_capex_cad"), words.money(money["capex_cad"])))
            two = (Column(words("col_part"), 3), Column(words("col_sum"), 1.2, "right"))
            yield Table(words("t_parts"), two, tuple(parts), total=True)
        yield from self._programs()
        for e in self._found["economy"]:
            told = words(
                "economy",
                first=e["first_year"],
                last=e["last_year"],
                npv=words.money(e["npv_cad"]).replace("-", MINUS),
                subsidy=words.money(e["subsidy_needed_cad"]),
                tonnes=words.number(e["ghg_avoided_t_per_year"], 1),
            )
            yield Paragraph(told)

    def _program(self, row: Row) -> str:
        stream = row[self._words.language]
        return f"{row['program']} ({stream})" if stream else str(row["program"])

    def _programs(self) -> Iterator[Part]:
        words, grants = self._words, self._found["grants"]
        programs = list(dict.fromkeys(self._program(row) for row in grants))
        if not programs:
            return
        rows = []
        for program in programs:
            own = [row for row in grants if self._program(row) == program]
            paid = [row for row in own if row["status"] == "paid"]
            count = words("of_all", found=words.number(len(paid)), all=words.number(len(own)))
            rows.append((program, count, words.money(sum(row["granted_cad"] for row in own))))
        columns = (
            Column(words("col_program"), 4),
            Column(words("col_paid"), 1.5, "right"),
            Column(words("col_grant_cad"), 1.5, "right"),
        )
        yield Table(words("t_programs"), columns, tuple(rows))

    # for whom

    def _people(self) -> Iterator[Part]:
        words = self._words
        coverage = [row for row in self._found["coverage"] if row["after_population"] is not None]
        if not coverage and not self._found["service"]:
            return
        yield Heading(words("h_people"))
        if coverage:
            columns: tuple[Column, ...] = (
                Column(words("col_level"), 3),
                Column(words("col_phase"), 1),
                Column(words("col_before"), 2, "right"),
                Column(words("col_after"), 2, "right"),
            )
            rows: tuple[tuple[str, ...], ...] = tuple(
                (
                    self._titles[row["level"]],
                    words.number(row["phase"]),
                    *(
                        f"{self._people_number(row[f'{m}_population'])} ({words.share(row[f'{m}_share'], 1)})"
                        for m in ("before", "after")
                    ),
                )
                for row in coverage
            )
            yield Table(words("t_coverage"), columns, rows)
        if self._found["service"]:
            columns = (
                Column(words("col_level"), 3),
                *(Column(words(f"col_{h}"), 1.3, "right") for h in ("year", "asked", "served", "share")),
            )
            rows = tuple(
                (
                    self._titles[row["level"]],
                    str(row["year"]),
                    words.number(row["demand_per_h"], 1),
                    words.number(row["served_per_h"], 1),
                    words("dash") if row["served_share"] is None else words.share(row["served_share"], 1),
                )
                for row in self._found["service"]
            )
            yield Table(words("t_service"), columns, rows)

    def _group(self, row: Row) -> str:
        key = f"name_{row['group_name'].replace(' ', '_')}"
        try:
            return self._words(key) if row["group_kind"] != "municipality" else str(row["group_name"])
        except KeyError:
            return str(row["group_name"])

    def _equity(self) -> Iterator[Part]:
        words = self._words
        if not self._found["equity"]:
            return
        yield Heading(words("h_equity"))
        for level, title in self._titles.items():
            own = [row for row in self._found["equity"] if row["level"] == level]
            if not own:
                continue
            large = [row for row in own if row["population"] >= GROUP_PEOPLE_MIN]
            if large:
                low = min(large, key=lambda row: (row["after_share"], row["group_name"]))
                high = max(large, key=lambda row: (row["after_share"], row["group_name"]))
                told = words(
                    "equity_found",
                    level=title,
                    least=words.number(GROUP_PEOPLE_MIN),
                    low=self._group(low),
                    low_share=words.share(low["after_share"], 0),
                    high=self._group(high),
                    high_share=words.share(high["after_share"], 0),
                )
                yield Paragraph(told)
            has_floor = any(row["floor_share"] for row in own)
            columns = [
                Column(words("col_group"), 3),
                Column(words("col_population"), 1.4, "right"),
                Column(words("col_before"), 1.2, "right"),
                Column(words("col_after"), 1.2, "right"),
            ]
            columns += [Column(words("col_floor"), 1.2, "right")] if has_floor else []
            rows = []
            for row in own:
                texts = [
                    self._group(row),
                    self._people_number(row["population"]),
                    words.share(row["before_share"], 1),
                    words.share(row["after_share"], 1),
                ]
                if has_floor:
                    texts.append(words.share(row["floor_share"], 1) if row["floor_share"] else words("dash"))
                rows.append(tuple(texts))
            yield Table(words("t_equity", level=title), tuple(columns), tuple(rows))

    # how sure, and from where

    def _sure(self) -> Iterator[Part]:
        words, run, projects = self._words, self._run, self._found["projects"]
        yield Heading(words("h_sure"))
        if projects:
            count = projects[0]["run_count"]
            if count is None:
                yield Paragraph(words("sure_not_varied"))
            else:
                yield Paragraph(words("sure_robust", robust=self._robust_words(), found=words.number(count)))
        drawn = self._figures.tornado
        if len(drawn) and drawn["objective_change"].abs().max() > 0:
            figure = charts.tornado(self._figures, figure_words(words.language, words.currency))
            yield Picture(_png(figure), words("f_tornado"), words("f_tornado_alternative"))
        if self._found["sensitivity"]:
            columns: tuple[Column, ...] = (
                Column(words("col_parameter"), 3),
                *(Column(words(f"col_{h}"), 1.5, "right") for h in ("in_plan", "varied", "change")),
            )
            rows: tuple[tuple[str, ...], ...] = tuple(
                (
                    words.named("parameter", row["parameter"]),
                    words.value(row["base_value"]),
                    words.value(row["value"]),
                    words.number(row["objective_change"], 3),
                )
                for row in self._found["sensitivity"]
            )
            yield Table(words("t_sensitivity"), columns, rows)
        if run["mip_gap"] is not None:
            yield Paragraph(words("sure_best", gap=words.share(run["mip_gap"], 3)))
        if run["audit_figure_count"]:
            yield Paragraph(words("sure_audit", count=run["audit_violation_count"] or 0))
        if self._found["grid"]:
            heads = ("added", "room", "used")
            columns = (
                Column(words("col_area"), 3),
                *(Column(words(f"col_{h}"), 1.3, "right") for h in heads),
                Column(words("col_basis"), 1.3),
            )
            rows = tuple(
                (
                    row["name"] or words("dash"),
                    words.number(row["added_kw"], 0),
                    words.number(row["remaining_kw"] + row["grid_upgrade_kw"], 0),
                    words("dash") if row["use_share"] is None else words.share(row["use_share"], 1),
                    words("is_assumed" if row["is_assumed"] else "is_published"),
                )
                for row in self._found["grid"]
            )
            yield Table(words("t_grid"), columns, rows)

    def _assumptions(self) -> Iterator[Part]:
        words = self._words
        if not self._found["assumptions"]:
            return
        yield Heading(words("h_assumptions"))
        yield Paragraph(words("assumptions_note"))
        yield Bullets(
            tuple(
                sentence(row["code"], row["value"], words.language, self._level_text)
                for row in self._found["assumptions"]
            )
        )

    def _sources(self) -> Iterator[Part]:
        words = self._words
        yield Heading(words("h_sources"))
        columns = (
            Column(words("col_source"), 3.4),
            Column(words("col_rows"), 1.4, "right"),
            Column(words("col_date"), 1.8),
            Column(words("col_licence"), 3),
        )
        rows = tuple(
            (
                row["file_name"],
                words.number(row["row_count"]),
                str(row["data_date"] or words("dash")),
                row["licence"] or words("dash"),
            )
            for row in self._found["sources"]
        )
        yield Table(words("t_sources"), columns, rows)
        yield Bullets(tuple(row["attribution"] for row in self._found["attribution"]))

    def _cards(self) -> Iterator[Part]:
        words = self._words
        if not self._found["projects"]:
            return
        yield PageBreak()
        yield Heading(words("h_cards"))
        for p in self._found["projects"]:
            title = words("card", number=p["project_number"], name=p["name"] or p["address"] or p["site_id"])
            yield Card(title, tuple(self._card(p)))

    def _parameters(self) -> Iterator[Part]:
        yield from annex.parameters(self._found["parameters"], self._words)

    def _card(self, p: Row) -> Iterator[tuple[str, str]]:
        words = self._words
        own = [row for row in self._found["ports"] if row["site_id"] == p["site_id"]]
        before, after = (
            ports(((row[f"port_count_{m}"], Text(en=row["en"], fr=row["fr"])) for row in own), words.language)
            if p[f"port_count_{m}"]
            else words("none")
            for m in ("before", "after")
        )
        yield words("card_action"), self._named("action", p["action"])
        yield words("card_ports"), words("card_ports_value", before=before, after=after)
        kw: dict[str, Any] = {m: words.number(p[f"kw_{m}"], 0) for m in ("before", "after")}
        yield words("card_power"), words("card_power_value", **kw)
        place = ", ".join(t for t in (p["address"], p["planning_area"] or p["city"]) if t)
        yield words("card_address"), place or words("no_address")
        yield words("card_land"), words(f"land_{p['owner_class'] or 'unknown'}")
        yield words("card_when"), words("card_when_value", phase=p["phase"], year=p["year"])
        for d in self._found["schedule"]:
            if d["site_id"] == p["site_id"]:
                days = [
                    words(f"card_{key}", day=day(d[key], words.language))
                    for key in ("connection_from", "permit_from", "construction_from")
                    if d[key] is not None
                ]
                yield words("card_begin"), "\n".join(days)
        money: dict[str, Any] = {"gross": words.money(p["capex_cad"]), "net": words.money(p["net_capex_cad"])}
        yield words("card_cost"), words("card_cost_value", **money)
        running = words.money(p["opex_change_cad_per_year"])
        yield words("card_running"), words("per_year", money=running)
        yield words("card_grants"), self._grants(p)
        yield words("card_people"), self._gain(p)
        if p["sessions_per_h"] is not None:
            sessions = words.number(p["sessions_per_h"], 1)
            yield words("card_sessions"), words("sessions_value", found=sessions)
        yield words("card_reason"), self._reason(p)
        if p["run_count"] is not None:
            counts: dict[str, Any] = {
                "found": words.number(p["chosen_count"]),
                "all": words.number(p["run_count"]),
            }
            yield words("card_sure"), words("sure_of", **counts)
        yield words("card_place"), words("place", lat=f"{p['lat']:.5f}", lon=f"{p['lon']:.5f}")

    def _grants(self, p: Row) -> str:
        words = self._words
        own = [row for row in self._found["grants"] if row["site_id"] == p["site_id"]]
        paid = [
            words("grant_paid", program=self._program(row), money=words.money(row["granted_cad"]))
            for row in own
            if row["status"] == "paid"
        ]
        if paid:
            return words.between(";").join(paid)
        if not own:
            return words("grant_no_program")
        why = []
        for row in own:
            clauses = [self._named("clause", code) for code in row["broken_clauses"] or ()]
            said = ", ".join(clauses) or self._named("status", row["status"])
            why.append(f"{self._program(row)} ({said})")
        return words("grant_none", programs=words.between(";").join(why))

    def _gain(self, p: Row) -> str:
        if not p["gain_population"]:
            return self._words("people_none")
        return self._words(
            "people_alone",
            found=self._people_number(p["gain_population"]),
            level=self._titles[p["gain_level"]],
            alone=self._people_number(p["only_population"] or 0),
        )

    def _reason(self, p: Row) -> str:
        words = self._words
        said = f"{self._named('reason', p['reason'])}."
        if p["loss_if_dropped"] is not None and self._run["objective"]:
            share = p["loss_if_dropped"] / abs(self._run["objective"])
            said += f" {words('reason_loss', share=words.share(share, 2))}"
        return said


def _png(figure: Figure) -> bytes:
    # names are untrusted, and a dollar sign would begin a formula
    with mpl.rc_context({"text.parse_math": False, "font.family": "DejaVu Sans"}):
        file = io.BytesIO()
        figure.savefig(file, format="png", dpi=_DPI)
    return file.getvalue()
