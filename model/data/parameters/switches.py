"""Rules that are on or off, and weights of the terms of the objective, by name.

The rules and terms themselves stand in `model/formulation`, a room above this one. What a scenario may name
are the keys of `base.toml`; `tests/unit/test_contributing.py` holds that both are the same.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BeforeValidator, ConfigDict, TypeAdapter

from db.common.text_file import parse_toml, read
from model.data.parameters import LevelName, NonNegative

FOLDER = Path(__file__).resolve().parents[2] / "scenarios"
COUNTING_RULES = frozenset({"min_served"})
COUNTING_TERMS = frozenset({"served", "efficiency"})
"""Rules and terms where charging sessions are counted: those whose objects need `demand_balance`."""
Value = TypeVar("Value")


@cache
def base() -> dict[str, Any]:
    """Return the content of `base.toml`, which has every key that there is."""
    path = FOLDER / "base.toml"
    return parse_toml(read(path), path.name)


def _all_of(*keys: str) -> Callable[[dict[str, Value]], dict[str, Value]]:
    def checked(given: dict[str, Value]) -> dict[str, Value]:
        known = base()
        for key in keys:
            known = known[key]
        wrong = [f"there is no key '{name}'" for name in given if name not in known]
        wrong += [f"the key '{name}' is missing" for name in known if name not in given]
        if wrong:
            raise ValueError("\n".join(wrong))
        return given

    return checked


def _weights(given: Any) -> Any:
    """Tell terms by level from others by what `base.toml` has, so that a fault is told at its own key."""
    if not isinstance(given, dict):
        return given
    known = base()["objective"]["weight"]
    by_level = {term: weight for term, weight in given.items() if isinstance(known.get(term), dict)}
    plain = {term: weight for term, weight in given.items() if term not in by_level}
    return {**_BY_LEVEL.validate_python(by_level), **_PLAIN.validate_python(plain)}


_STRICT = ConfigDict(strict=True)
_PLAIN = TypeAdapter(dict[str, NonNegative], config=_STRICT)
_BY_LEVEL = TypeAdapter(dict[str, dict[LevelName, NonNegative]], config=_STRICT)
Switches = Annotated[dict[str, bool], AfterValidator(_all_of("rule"))]
"""Which rules are on."""
Weights = Annotated[
    dict[str, float | dict[str, float]],
    BeforeValidator(_weights),
    AfterValidator(_all_of("objective", "weight")),
]
"""What each term of the objective weighs; a term by level weighs 0 at levels that it does not name."""
