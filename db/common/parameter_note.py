"""What `base.toml` says of its parameters, in both languages: unit, source and range stand in its comments.

Their French is in `parameter_note.toml`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from db.common.language import Language, typeset
from db.environment import CHECKOUT

FOLDER = CHECKOUT / "model" / "scenarios"
FRENCH = Path(__file__).with_suffix(".toml")

_TABLE = re.compile(r"^\[+([\w.]+)\]+")
_KEY = re.compile(r"^(\w+)\s*=\s*")
_ABOVE = re.compile(r"^As above\b[.,:;]?\s*")
_AS = re.compile(r"^As (\w+)\.\s*")
_NUMBER = r"-?[\d.,]*\d(?: [kM])?"
_RANGES = {
    Language.EN: re.compile(rf"\bRange ({_NUMBER}) to ({_NUMBER})"),
    Language.FR: re.compile(rf"\bPlage de ({_NUMBER}) à ({_NUMBER})"),
}
_UNITS = (
    *("cad_per_kwh", "cad_per_kw_year", "cad_per_kw_month", "cad_per_port_year", "cad_per_port"),
    *("cad_per_station", "cad_per_session", "cad_per_hour", "cad_per_year", "cad_per_kw", "cad_per_m", "cad"),
    *("kwh_per_ev_day", "kwh_per_session", "km_per_kwh", "g_per_kwh", "g_per_km"),
    *("share_per_year", "share", "probability", "m", "kw", "kwh", "min", "month", "per_year", "year"),
    *("factor", "count", "population"),
)
_BOUNDS = ("_min", "_max")
_ROWS = ("level", "charger", "grant.program", "phase")
"""Tables whose keys are names that a scenario may add to: what is said of one holds for all of its kind."""


@dataclass(frozen=True)
class Note:
    """What is said of a parameter, in both languages."""

    en: str
    fr: str

    def of(self, language: Language) -> str:
        """Return it in one."""
        return self.en if language == Language.EN else self.fr

    @property
    def is_assumption(self) -> bool:
        """Whether no good source was found for the value."""
        return "assumption" in self.en.lower()

    def range(self, language: Language) -> tuple[str, str] | None:
        """Return the range for sensitivity analysis, low and high as written; None where there is none.

        Of a note that has the words of another before its own, its own range counts.
        """
        found = list(_RANGES[language].finditer(self.of(language)))
        return (found[-1][1], found[-1][2]) if found else None


@cache
def notes() -> Mapping[str, Note]:
    """Return the note of each parameter of `base.toml` by its dotted key, empty where none is written.

    A note that refers to another ("As above", or as another row of its table) has the words of that one.
    """
    found = comments()
    return {key: Note(*(_resolved(key, found, language) for language in Language)) for key in found}


@cache
def comments() -> Mapping[str, str]:
    """Return the comment of each parameter of `base.toml` by its dotted key, as it is written."""
    found: dict[str, str] = {}
    table, above, of_table = "", "", ""
    for line in (FOLDER / "base.toml").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            above = f"{above} {line.lstrip('# ')}".strip()
        elif match := _TABLE.match(line):
            table, above, of_table = match[1], "", ""
        elif match := _KEY.match(line):
            key = f"{table}.{match[1]}" if table else match[1]
            of_table = of_table or above
            found[key] = _comment(line[match.end() :]) or above or (of_table if table else "")
            above = ""
        elif not line.strip():
            above = ""
    return found


def note_of(key: str) -> Note:
    """Return the note of a key, that of the same key of another level, type, program or phase if need be.

    A key of a table that is one value in `base.toml`, such as a share by level, has the note of the table.
    """
    known = notes()
    while key:
        if key in known:
            return known[key]
        for rows in _ROWS:
            if match := re.fullmatch(rf"{re.escape(rows)}\.[^.]+\.(.+)", key):
                like = re.compile(rf"{re.escape(rows)}\.[^.]+\.{re.escape(match[1])}")
                kin = next(filter(like.fullmatch, known), None)
                if kin:
                    return known[kin]
        key = key.rpartition(".")[0]
    return Note("", "")


def unit_of(key: str) -> str | None:
    """Return the unit of a parameter, as names end in it: `cad_per_kw` of `price.works.cad_per_kw_min`.

    The last part of the key that has one counts. `_min` and `_max` are bounds, but minutes where the note
    speaks of them.
    """
    is_timed = "minute" in note_of(key).en.lower()
    for part in reversed(key.split(".")):
        names = [part, *(part.removesuffix(bound) for bound in _BOUNDS if part.endswith(bound))]
        for unit in _UNITS:
            if unit == "min" and not is_timed:
                continue
            if any(_ends_in(name, unit) for name in names):
                return unit
    return None


def _ends_in(name: str, unit: str) -> bool:
    """Return whether a name ends in a unit: `km_per_kwh` does not in kWh."""
    return name == unit or (name.endswith(f"_{unit}") and not name.endswith(f"_per_{unit}"))


def _comment(rest: str) -> str:
    """Return what stands behind the value; a sign in quotes begins none."""
    quoted = False
    for place, sign in enumerate(rest):
        if sign == '"':
            quoted = not quoted
        elif sign == "#" and not quoted:
            return rest[place + 1 :].strip()
    return ""


def own_words(comment: str) -> str:
    """Return a comment without the reference to another one that it begins with."""
    return _AS.sub("", _ABOVE.sub("", comment))


@cache
def _french() -> Mapping[str, str]:
    return {own: typeset(text) for own, text in tomllib.loads(FRENCH.read_text(encoding="utf-8")).items()}


def _resolved(key: str, found: Mapping[str, str], language: Language) -> str:
    """Return a comment with the words of the one that it refers to before its own, in a language.

    One that somebody has written anew in `base.toml` stays English until its French is written.
    """
    text = found[key]
    own, other = text, _referred(key, found)
    if other is not None:
        own = own_words(text)
    if own and language == Language.FR:
        own = _french().get(own, own)
    return " ".join(filter(None, (_resolved(other, found, language) if other else "", own)))


def _referred(key: str, found: Mapping[str, str]) -> str | None:
    """Return the key whose comment one refers to ("As above", or as another row of its table)."""
    last = key.rpartition(".")[2]
    if _ABOVE.match(found[key]):
        keys = list(found)
        earlier = [other for other in keys[: keys.index(key)] if other.rpartition(".")[2] == last]
        return earlier[-1] if earlier else None
    if match := _AS.match(found[key]):
        named = f"{key.rsplit('.', 2)[0]}.{match[1]}.{last}"
        return named if named in found and named != key else None
    return None
