"""Switches that scenario files had before: what they switched is now part of what served sessions mean."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from db.common.errors import UsageError

FORMER = ("demand_balance", "port_capacity")
Found = dict[str, tuple[Path, bool]]
"""The former switches that files still have, by name: the last file that sets each, and its value."""


def taken_out(layer: Mapping[str, Any], path: Path, found: Found) -> dict[str, Any]:
    """Return a scenario file's content without former switches, which are added to `found`.

    Raises:
        UsageError: one is neither true nor false.

    """
    rules = layer.get("rule")
    if not isinstance(rules, Mapping):
        return dict(layer)
    for name in FORMER:
        if name in rules and not isinstance(rules[name], bool):
            raise UsageError(f"{path.name}: rule.{name}: it must be true or false.", "leave the line out.")
        if name in rules:
            found[name] = path, rules[name]
    return {**layer, "rule": {name: value for name, value in rules.items() if name not in FORMER}}


def count_where_on(parameters: dict[str, Any], found: Found) -> None:
    """Count sessions where a former switch is on, as it did."""
    if any(is_on for _, is_on in found.values()) and isinstance(parameters.get("session"), Mapping):
        parameters["session"] = {**parameters["session"], "is_counted": True}


def refuse_where_off(found: Found, *, is_counting: bool) -> None:
    """Refuse a former switch that is off in a scenario that counts sessions.

    Raises:
        UsageError: one is.

    """
    for name, (path, is_on) in found.items():
        if is_counting and not is_on:
            raise UsageError(
                f"{path.name}: rule.{name} cannot be false where charging sessions are counted: more would be"
                " served than is asked for, or than ports can serve.",
                "leave the line out; rule min_served and the terms served and efficiency count sessions.",
            )
