"""All faults of a scenario file at once: unknown keys, values out of range, what does not fit together."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from db.common.errors import UsageError
from model.data import former_keys

Tree = dict[str, Any]
Layers = list[tuple[Path, Tree]]
Key = tuple[str | int, ...]
Model = TypeVar("Model", bound=BaseModel)
ROUNDS_MAX = 10
ROWS = {"level": "level", "charger": "charger type", "grant.program": "grant program"}
"""Tables whose keys are names that a scenario may add to, and what such a name is."""
HINT = "see base.toml for units and ranges."


@dataclass(frozen=True)
class Fault:
    """What is wrong with a key of a file, in words, and what to do.

    `kind` is what pydantic calls it, with the limits that the value does not keep; both are empty where
    nothing but the words tells.
    """

    file: str
    words: str
    hint: str = HINT
    unknown_key: str = ""
    key: str = ""
    kind: str = ""
    limits: tuple[tuple[str, str], ...] = ()


class ScenarioError(UsageError):
    """A scenario that is not as it must be, with each of its faults."""

    def __init__(self, message: str, hint: str, faults: Sequence[Fault]) -> None:
        super().__init__(message, hint)
        self.faults = tuple(faults)


def leaves(tree: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    """Return the dotted keys of all values and tables."""
    for key, value in tree.items():
        yield f"{prefix}{key}"
        if isinstance(value, Mapping):
            yield from leaves(value, f"{prefix}{key}.")


def without_unknown_keys(
    path: Path, layer: Tree, known: Tree, *, levels: Mapping[str, Any]
) -> tuple[Tree, list[Fault]]:
    """Return a file's content without the keys that `base.toml` does not have, and a fault for each.

    `base.toml` holds every key there is; a phase of any number has the keys of phase 1, a new level,
    charger type or grant program those of the first one, and a table by level the levels of this file and of
    those below it.
    """
    has = set(leaves(known))
    own = layer.get("level")
    names = {*levels, *(own if isinstance(own, Mapping) else ())}
    faults = []
    kept = deepcopy(layer)
    for key in leaves(layer):
        unknown = [k for k in _prefixes(key) if _as_in_base(k, known, names) not in has]
        if unknown == [key]:  # its table is known, or it is a table
            former = [k for k in leaves(layer) if f"{k}.".startswith(f"{key}.") and former_keys.renamed(k)]
            faults += [_renamed(path, k) for k in former] or [_unknown(path, key, has)]
            _drop(kept, key.split("."))
    return kept, faults


def _renamed(path: Path, key: str) -> Fault:
    now = former_keys.renamed(key)
    return Fault(path.name, f"the key '{key}' is now '{now}'", f"write '{now}'.", key, key)


def _unknown(path: Path, key: str, has: set[str]) -> Fault:
    near = difflib.get_close_matches(key, has, n=1)
    hint = f"the nearest known key is '{near[0]}'." if near else "base.toml has all keys that there are."
    return Fault(path.name, f"there is no key '{key}'", hint, key, key, "extra_forbidden")


def _as_in_base(key: str, known: Tree, levels: Set[str]) -> str:
    """Return the key of `base.toml` whose place a key of another phase, level, type or program takes."""
    *table, last = re.sub(r"^phase\.\d+", "phase.1", key).split(".")
    for rows in ROWS:
        if key.startswith(f"{rows}."):
            name, *rest = key.removeprefix(f"{rows}.").split(".")
            has = _at(known, rows)
            return ".".join((rows, name if name in has else next(iter(has)), *rest))
    is_by_level = last in levels and _keys(known, table) <= set(known["level"])
    return ".".join((*table, next(iter(known["level"])) if is_by_level else last))


def _at(tree: Any, rows: str) -> Any:
    """Return the table of rows, such as `grant.program`; what stands there may be none."""
    for part in rows.split("."):
        tree = tree.get(part) if isinstance(tree, Mapping) else None
    return tree


def _keys(tree: Any, table: Sequence[str]) -> set[str]:
    """Return the keys of a table; a value that is none, or no table at all, is one key that no level has."""
    for part in table:
        tree = tree.get(part) if isinstance(tree, Mapping) else None
    return set(tree) if isinstance(tree, Mapping) and tree else {""}


def without_incomplete_rows(tree: Tree, layers: Layers) -> tuple[Tree, list[Fault]]:
    """Return the values without new levels, types and programs that lack keys, and a fault for each."""
    faults = []
    base = layers[0][1]
    kept = deepcopy(tree)
    for kind, what in ROWS.items():
        known, rows = _at(base, kind), _at(tree, kind)
        needed = next(iter(known.values()))
        new = [] if not isinstance(rows, Mapping) else sorted(set(rows) - set(known))
        for name in new:
            lacking = [key for key in needed if isinstance(rows[name], Mapping) and key not in rows[name]]
            if lacking:
                file = next(
                    path.name for path, layer in reversed(layers) if _sets(layer, (*kind.split("."), name))
                )
                near = difflib.get_close_matches(name, known, n=1, cutoff=0.0)[0]
                words = (
                    f"{kind}.{name} is no {what} of base.toml, and a new one needs {', '.join(lacking)} too"
                )
                faults.append(
                    Fault(file, words, f"the nearest known {what} is '{near}'.", key=f"{kind}.{name}")
                )
                _drop(kept, [*kind.split("."), name])
    return kept, faults


def _prefixes(key: str) -> list[str]:
    parts = key.split(".")
    return [".".join(parts[: n + 1]) for n in range(len(parts))]


def _drop(tree: Tree, parts: list[str]) -> None:
    *path, last = parts
    for part in path:
        tree = tree.get(part, {})
    tree.pop(last, None)


def validated(model: type[Model], tree: Tree, layers: Layers, faults: list[Fault]) -> Model:
    """Return a tree of values as a model.

    What is found wrong takes the value of `base.toml`, the first layer, and all is looked at again: so a
    fault hides no other one.

    Raises:
        UsageError: there are faults; all are named.

    """
    faults, tree, found = list(faults), deepcopy(tree), None
    for _ in range(ROUNDS_MAX):
        try:
            found = model.model_validate(tree)
            break
        except ValidationError as error:
            new = error.errors(include_url=False)
            faults += [fault for item in new for fault in _faults(item, layers)]
            mended = [_mend(tree, layers[0][1], item["loc"]) for item in new]
            if not any(mended):
                break
    raise_all(faults, layers[-1][0].name)
    assert found is not None  # noqa: S101 - without faults it was validated
    return found


def _faults(item: Any, layers: Layers) -> Iterator[Fault]:
    """Name the last file that sets the key at fault, the key and what is wrong with it."""
    key = ".".join(str(part) for part in item["loc"])
    path = next((p for p, layer in reversed(layers) if _sets(layer, item["loc"])), layers[-1][0])
    if item["type"] == "extra_forbidden" and former_keys.renamed(key):
        yield _renamed(path, key)
        return
    example = _table_in(layers[0][1], item["loc"]) if item["type"] == "dict_type" else ""
    limits = tuple(sorted((name, str(value)) for name, value in item.get("ctx", {}).items()))
    for message in item["msg"].removeprefix("Value error, ").split("\n"):
        words = f"{key}: {message}{example}" if key else message
        yield Fault(path.name, words, key=key, kind=item["type"], limits=limits)


def _table_in(base: Any, loc: Key) -> str:
    """Show the table of plain values that `base.toml` has at a key, if it has one."""
    for part in loc:
        base = base[0] if isinstance(base, list) and base else base
        base = base.get(str(part)) if isinstance(base, Mapping) and not isinstance(part, int) else base
    base = base[0] if isinstance(base, list) and base else base
    if not isinstance(base, Mapping) or any(isinstance(value, Mapping | list) for value in base.values()):
        return ""
    return f", such as {{ {', '.join(f'{key} = {json.dumps(value)}' for key, value in base.items())} }}"


def _sets(tree: Any, loc: Key) -> bool:
    if not loc:
        return False
    for part in loc:
        if isinstance(tree, list):
            return True  # a file sets a list whole
        if not isinstance(tree, Mapping) or str(part) not in tree:
            return False
        tree = tree[str(part)]
    return True


def _mend(tree: Any, base: Any, loc: Key) -> bool:
    """Give the key at fault the value that the base has; False where that changes nothing."""
    if not loc:
        return False
    for n, part in enumerate(loc):
        name = "1" if loc[:n] == ("phase",) else str(part)
        is_last = n == len(loc) - 1
        if isinstance(tree, list) or not isinstance(base, Mapping) or name not in base:
            return False
        key = str(part)
        below = tree.get(key) if isinstance(tree, dict) else None
        if is_last or not isinstance(below, dict):
            if below == base[name]:
                return False
            tree[key] = deepcopy(base[name])
            return True
        tree, base = below, base[name]
    return False


def raise_all(faults: Iterable[Fault], file: str) -> None:
    """Raise what was found wrong as one error; the file is named once, another file with its own fault.

    Raises:
        ScenarioError: there is a fault.

    """
    found = list(dict.fromkeys(faults))
    if not found:
        return
    is_one = len(found) == 1
    said = [f"for '{f.unknown_key}' {f.hint}" if f.unknown_key and not is_one else f.hint for f in found]
    hints = "; ".join(dict.fromkeys(hint.removesuffix(".") for hint in said)) + "."
    if len({f.file for f in found}) == 1:
        file = found[0].file
    words = "; ".join(f.words if f.file == file else f"{f.words} (in {f.file})" for f in found)
    raise ScenarioError(f"{file}: {words}.", hints, found)
