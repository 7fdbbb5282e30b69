"""What the council report says, in its order: from the rows of a plan to the parts of a document."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from db.common.language import LOCALES, Language, Words, day
from report.brief import annex, certainty, money, people, programme, sites, summary
from report.brief.material import Material
from report.brief.parts import Document, Part
from report.catalogue import NAMES, PARAMETER_WORDS
from report.figures.read import Findings
from report.run import Row

_WORDS = Path(__file__).with_name("words.toml")


def brief_words(language: Language, currency: str) -> Words:
    """Return the words of the council report in a language, about sums in a currency (ISO 4217)."""
    return Words(language, currency, (NAMES, PARAMETER_WORDS, _WORDS))


def document(run: Row, found: dict[str, list[Row]], figures: Findings, language: Language) -> Document:
    """Return the report of a run (a row of report.run_summary) from its rows by name and its figures."""
    words = brief_words(language, run["currency"])
    name = {"region": run["region_title"], "scenario": run["scenario_name"], "run": run["run_id"]}
    finished = run["finished_at"] or run["started_at"]
    adopted = words("adopted" if run["is_adopted"] else "not_adopted")
    return Document(
        title=words("title", **name),
        subtitle=words("subtitle", **name, adopted=adopted, day=day(finished.date(), words.language)),
        language=str(LOCALES[words.language]).replace("_", "-"),
        footer=words("footer", **name),
        figure=words("figure", number="{number}"),
        table=words("table", number="{number}"),
        page=words("page", number="{number}", pages="{pages}"),
        between=words.between(":") if words.language == Language.FR else ". ",
        parts=tuple(_parts(Material(run, found, figures, words))),
    )


def _parts(m: Material) -> Iterator[Part]:
    yield from summary.summary(m)
    yield from sites.plan_map(m)
    yield from sites.projects(m)
    yield from programme.programme(m.run["run_id"], m.found, m.words)
    yield from money.money(m)
    yield from people.people(m)
    yield from people.equity(m)
    yield from certainty.certainty(m)
    yield from certainty.assumptions(m)
    yield from certainty.sources(m)
    yield from sites.cards(m)
    yield from annex.parameters(m.found["parameters"], m.words)
