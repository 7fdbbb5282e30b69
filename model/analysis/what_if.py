"""A scenario with some of its parameters set to other values, as `--set KEY=VALUE` asks for."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from typing import Any

from db.common.errors import UsageError
from db.common.text_file import shown
from model.analysis import variation
from model.data import scenario
from model.data.scenario import SETTINGS, Scenario
from model.data.scenario_faults import Fault, ScenarioError

_HINT = "write --set KEY=VALUE, such as --set budget=5e6 or --set site.power_limit_kw=400."
_NAME_MAX = 200


def resolve(name_or_path: str, settings: Sequence[str] = ()) -> tuple[str, Scenario]:
    """Return a scenario's name and parameters, with `settings` (KEY=VALUE) in place of what its file says.

    A key is one of `base.toml`, with a value as TOML writes it (a word needs no quotes), or a short name that
    variations have, such as `budget`, the sum of all phases. The name tells what is set, so that the plan is
    never taken for that of the scenario itself.

    Raises:
        UsageError: there is no such scenario, no such key, or the value does not fit; a `ScenarioError` has
            the key of each fault.
    """
    given = [_parted(text) for text in settings]
    twice = sorted({key for key, _ in given if sum(key == other for other, _ in given) > 1})
    if twice:
        raise UsageError(f"--set gives {', '.join(twice)} more than one value.", "give each key once.")
    layer: dict[str, Any] = {}
    for key, text in given:
        if key not in variation.SHORT:
            _put(layer, key, _value(text))
    name, parameters = scenario.resolve(name_or_path, layer)
    for key, text in given:
        if key in variation.SHORT:
            try:
                parameters = _varied(parameters, key, text)
            except UsageError as error:
                fault = Fault(SETTINGS.name, error.message, error.hint, key=key)
                raise ScenarioError(error.message, error.hint, [fault]) from None
    return scenario.name_with(name, [f"{key}={text}" for key, text in given]), parameters


def _parted(text: str) -> tuple[str, str]:
    key, sign, value = (part.strip() for part in text.partition("="))
    if not (key and sign and value) or len(text) > _NAME_MAX or not text.isprintable():
        raise UsageError(f"--set '{shown(text)}' is no KEY=VALUE.", _HINT)
    return key, value


def _put(layer: dict[str, Any], key: str, value: Any) -> None:
    *path, last = key.split(".")
    for part in path:
        below = layer.setdefault(part, {})
        if not isinstance(below, dict):
            raise UsageError(f"--set {key}: {part} is given a value, too.", "give one of the two.")
        layer = below
    if isinstance(layer.get(last), dict):
        raise UsageError(f"--set {key}: keys below it are given values, too.", "give one of the two.")
    layer[last] = value


def _value(text: str) -> Any:
    """Return a value as TOML reads it; what TOML does not know is a word."""
    try:
        tree = tomllib.loads(f"value = {text}")
    except (ValueError, RecursionError):
        return text
    return tree["value"] if len(tree) == 1 else text


def _varied(parameters: Scenario, key: str, text: str) -> Scenario:
    if "," in text or ":" in text:
        raise UsageError(f"--set {key}={shown(text)} gives more than one value.", _HINT)
    try:
        found = variation.vary(parameters, f"{key}={text}")
    except variation.NotUnderstoodError:
        raise UsageError(f"--set {key}={shown(text)}: '{shown(text)}' is no number.", _HINT) from None
    return found[0].parameters if found else parameters
