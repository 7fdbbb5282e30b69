"""Parameters that an analysis varies: short names or dotted keys of `base.toml`, with their values.

A value is a number, or a word where the parameter is a choice between words.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic import ValidationError

from db.common.errors import UsageError
from db.common.number import plain
from db.common.text_file import shown
from model.data.scenario import Scenario

Tree = dict[Any, Any]
Value = float | str
STEPS_MAX = 1000
PRICES = (
    "equipment_cost_cad_per_port",
    "installation_cost_cad_per_port",
    "equipment_cost_cad_per_station",
    "civil_works_cost_cad_per_station",
    "make_ready_cost_cad_per_station",
    "dismantling_cost_cad_per_port",
    "dismantling_cost_cad_per_station",
    "fixed_cost_cad",
    "cost_cad_per_kw",
    "transformer_cost_cad",
    "line_cost_cad_per_m",
    "cost_cad",
    "opex_cad_per_port_year",
)


@dataclass(frozen=True)
class Variation:
    """A scenario with one parameter varied: its name as it was given, the new value and the old one."""

    parameter: str
    value: Value
    base_value: Value
    parameters: Scenario

    @property
    def text(self) -> str:
        """The variation as `vary` understands it, to the last digit."""
        return f"{self.parameter}={self.value}"


@dataclass(frozen=True)
class _Parameter:
    read: Callable[[Tree], Value]
    write: Callable[[Tree, Any], None]


def vary(parameters: Scenario, text: str) -> list[Variation]:
    """Return a scenario once for each value of `name=values`, less those that change nothing.

    Values are numbers (`1e6,2e6`), ranges of so many steps (`1e6:3e6:5`) or shares of the value that the
    scenario has (`-20%,+20%`). For costs and service_distance they are factors. Those of a choice are words
    (`growth.path=low,high`).

    Raises:
        UsageError: no such parameter (the nearest is named), no such value, or one out of its range.

    """
    name, _, values = (part.strip() for part in text.partition("="))
    parameter, tree = _find(name, parameters), parameters.model_dump()
    base = parameter.read(tree)
    found = []
    for value in (v for item in values.split(",") for v in _values(text, item.strip(), base)):
        if value != base:
            new = deepcopy(tree)
            parameter.write(new, value)
            found.append(Variation(name, value, base, validated(new, f"{name}={shown_value(value)}")))
    return found


def validated(tree: Tree, what: str) -> Scenario:
    """Return the parameters of a tree; a fault is the user's.

    Raises:
        UsageError: a value is out of its range.

    """
    try:
        return Scenario.model_validate(tree)
    except ValidationError as error:
        words = []
        for fault in error.errors(include_url=False):
            key = ".".join(map(str, fault["loc"]))
            reason = fault["msg"].removeprefix("Value error, ").replace("\n", "; ")
            words.append(f"{key}: {reason}" if key else reason)
        raise UsageError(f"{what}: {'; '.join(words)}.", "see base.toml for units and ranges.") from None


def shown_value(value: Value) -> str:
    """Return a value for people: a number in full where it has no more than 15 digits, or the word."""
    if isinstance(value, str):
        return value
    return plain(value) if not abs(value) >= _IN_FULL else f"{value:g}"


def _values(text: str, item: str, base: Value) -> Iterator[Value]:
    if isinstance(base, str):
        yield item
        return
    try:
        if item.endswith("%"):
            yield base * (1 + float(item[:-1]) / 100)
        elif ":" in item:
            first, last, count = item.split(":")
            low, high, steps = float(first), float(last), max(int(count), 1)
            if steps > STEPS_MAX:
                raise _not_understood(text, item)
            yield from (low + (high - low) * n / max(steps - 1, 1) for n in range(steps))
        else:
            yield float(item)
    except ValueError:
        raise _not_understood(text, item) from None


_IN_FULL = 1e15


class NotUnderstoodError(UsageError):
    """Values that are written in no form that is known."""


def _not_understood(text: str, item: str) -> NotUnderstoodError:
    return NotUnderstoodError(
        f"'{shown(text)}' is not understood at '{shown(item)}'.",
        f"write name=1e6,2e6 or name=1e6:3e6:5 (from:to:how many, up to {STEPS_MAX}) or name=-20%,+20%.",
    )


def _find(name: str, parameters: Scenario) -> _Parameter:
    if name in SHORT:
        return SHORT[name]
    tree = parameters.model_dump()
    keys = list(_leaves(tree))
    if name in keys:
        return _key(name)
    near = difflib.get_close_matches(name, [*SHORT, *keys], n=1, cutoff=0.0)
    raise UsageError(
        f"There is no parameter '{shown(name)}' that is a number or a choice.",
        f"the nearest is '{near[0]}'; short names are {', '.join(SHORT)}, others are keys of base.toml.",
    )


def _leaves(tree: Tree, prefix: str = "") -> Iterator[str]:
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from _leaves(value, f"{prefix}{key}.")
        elif isinstance(value, int | float | StrEnum) and not isinstance(value, bool):
            yield f"{prefix}{key}"


def _key(name: str) -> _Parameter:
    *path, last = name.split(".")

    def place(tree: Tree) -> Tree:
        for part in path:
            tree = tree[int(part) if part.isdigit() else part]
        return tree

    def read(tree: Tree) -> Value:
        value = place(tree)[last]
        return str(value) if isinstance(value, StrEnum) else float(value)

    def write(tree: Tree, value: Value) -> None:
        was = place(tree)[last]
        is_whole = isinstance(was, int) and isinstance(value, float) and value.is_integer()
        place(tree)[last] = int(value) if is_whole else value

    return _Parameter(read, write)


def _budget(tree: Tree) -> float:
    return float(sum(phase["budget_cad"] for phase in tree["phase"].values()))


def _write_budget(tree: Tree, value: float) -> None:
    """Share a sum out over the phases as their budgets are, or evenly where they have none."""
    total, phases = _budget(tree), tree["phase"].values()
    for phase in phases:
        phase["budget_cad"] = value * (phase["budget_cad"] / total if total else 1 / len(phases))


def _write_costs(tree: Any, factor: float) -> None:
    items = tree.items() if isinstance(tree, dict) else enumerate(tree)
    for key, value in items:
        if isinstance(value, dict | list):
            _write_costs(value, factor)
        elif key in PRICES:
            tree[key] = value * factor


def _write_service_distance(tree: Tree, factor: float) -> None:
    for level in tree["level"].values():
        level["service_distance_m"] *= factor


def _fastest_level(tree: Tree) -> str:
    return str(max(tree["level"], key=lambda level: tree["level"][level]["rank"]))


def _weights(tree: Tree) -> float:
    weight = tree["objective"]["weight"]["coverage"]
    return float(weight.get(_fastest_level(tree), 0.0) / (sum(weight.values()) or 1.0))


def _write_weights(tree: Tree, share: float) -> None:
    """Give the fastest level its share; the others keep their ratios, and are alike where they had none."""
    weight, fastest = tree["objective"]["weight"]["coverage"], _fastest_level(tree)
    others = {level: weight.get(level, 0.0) for level in tree["level"] if level != fastest}
    total, rest = sum(weight.values()), sum(others.values())
    for level, before in others.items():
        part = before / rest if rest else 1 / len(others)
        weight[level] = total * (1 - share) * part
    weight[fastest] = total * share


SHORT = {
    "budget": _Parameter(_budget, _write_budget),
    "costs": _Parameter(lambda _: 1.0, _write_costs),
    "growth": _key("growth.five_year_factor"),
    "service_distance": _Parameter(lambda _: 1.0, _write_service_distance),
    "weights": _Parameter(_weights, _write_weights),
    "grid": _key("grid.hosting_capacity_factor"),
}
"""budget: of all phases together. costs: factor on all prices. growth: vehicles in five years against today.
service_distance: factor. weights: share of the fastest level in the weight of coverage. grid: factor on
hosting capacity."""
