"""What the sections of a council report are made from: the rows of a run, its figures, and the words."""

from __future__ import annotations

from db.common.language import Text, Words
from report.catalogue import catalogue
from report.figures.read import Findings
from report.run import Row


class Material:
    """A run (a row of report.run_summary), its rows by name, its figures and the words of a language."""

    def __init__(self, run: Row, found: dict[str, list[Row]], figures: Findings, words: Words) -> None:
        self.run, self.found, self.figures, self.words = run, found, figures, words
        self.titles = {row["level"]: row[words.language] for row in found["levels"]}
        self.level_text = {row["level"]: Text(en=row["en"], fr=row["fr"]) for row in found["levels"]}
        self._known = catalogue()

    def named(self, column: str, value: str | None) -> str:
        """Return what people call a value of a column."""
        return self._known.values_of(column, self.words.language).get(value or "", value or "")

    def people_number(self, value: float | None) -> str:
        """Return a number of people, or a dash where it is not known."""
        return self.words("dash") if value is None else self.words.number(round(value))

    def robust(self) -> str:
        """Return how many projects are chosen in all runs, or that nothing was varied."""
        words, projects = self.words, self.found["projects"]
        if projects[0]["run_count"] is None:
            return words("not_varied")
        robust = sum(p["chosen_count"] == p["run_count"] for p in projects)
        return words("of_all", found=words.number(robust), all=words.number(len(projects)))

    def program(self, row: Row) -> str:
        """Return the name of a grant program, with its stream."""
        stream = row[self.words.language]
        return f"{row['program']} ({stream})" if stream else str(row["program"])
