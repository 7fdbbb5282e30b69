"""Checks a certificate of `python -m model.certify`: `python tools/check_certificate.py FILE`.

A plan is values x with row_lower <= A x <= row_upper and lower <= x <= upper, some whole; its objective is
gain x + constant. Whatever the prices y of the rows, no plan has a greater one than (weak duality)
    constant + sum of max(y row_lower, y row_upper) + sum of max(d lower, d upper),    d = gain - A'y
Sums are rounded once, and the bound upwards. Exit codes: 0 it holds, 1 it does not, 2 it is no certificate.
"""

import hashlib
import json
import math
import sys
from typing import Any

import numpy as np

TOLERANCE = 1e-6  # by which a column may pass a bound; a row by that times its greatest factor, or 1
LEAST, GREATEST = 1e-60, 1e60  # a product of two numbers between these is exactly the sum of two numbers
OF_ROWS, OF_COLUMNS = ("row_lower", "row_upper", "price"), ("lower", "upper", "gain", "value", "is_whole")
TYPES = dict.fromkeys((*OF_ROWS, *OF_COLUMNS, "constant", "row_factor"), "<f8")
TYPES |= {"is_whole": "|b1", "row_start": "<i8", "row_column": "<i4"}
MODEL = ("row_name", "column_name", *sorted(TYPES.keys() - {"value", "price"}))


def read(path: str) -> dict[str, Any]:
    """Return the fields of a file, each as it was written; refuse those that do not fit together."""
    with np.load(path, allow_pickle=False) as file:
        arrays = {name: file[name] for name in file.files if name != "certificate_1"}
        f: dict[str, Any] = arrays | json.loads(file["certificate_1"].tobytes())
    text = {n: v.tobytes() if n in arrays else json.dumps(v, sort_keys=True).encode() for n, v in f.items()}
    found = {name: hashlib.sha256(part).hexdigest() for name, part in text.items() if name != "sha256"}
    for name in sorted(name for name, _ in found.items() ^ f["sha256"].items()):
        sys.exit(f"{name} is missing, or not as it was written: its SHA-256 is another.")
    if f["model_sha256"] != hashlib.sha256("".join(found[name] for name in MODEL).encode()).hexdigest():
        sys.exit("model_sha256 is not that of the model in this file.")
    size = dict.fromkeys(OF_ROWS, len(f["row_name"])) | dict.fromkeys(OF_COLUMNS, len(f["column_name"]))
    size |= {"constant": 1, "row_start": len(f["row_name"]) + 1}
    for name, kind in TYPES.items():
        if f[name].shape != (count := size.get(name, len(f["row_factor"])),) or f[name].dtype != kind:
            sys.exit(f"{name} is not a list of {count} numbers of type {kind}.")
        is_end = (f[name] == 0) | (f[name] == {"lower": -math.inf, "upper": math.inf}.get(name[-5:], 0))
        if kind == "<f8" and not (is_end | (abs(f[name]) >= LEAST) & (abs(f[name]) <= GREATEST)).all():
            sys.exit(f"{name} holds what is no number, or none between {LEAST} and {GREATEST}.")
    if (np.diff(f["row_start"]) < 0).any() or [*f["row_start"][[0, -1]]] != [0, len(f["row_factor"])]:
        sys.exit("row_start does not lead from 0 to the last factor.")
    if ((f["row_column"] < 0) | (f["row_column"] >= len(f["column_name"]))).any():
        sys.exit("row_column names a column that is not there.")
    return f | {"row": np.repeat(np.arange(len(f["row_name"])), np.diff(f["row_start"]))}


def totals(a: Any, b: Any, start: Any, own: Any) -> Any:
    """Return the sum of a * b (as Dekker 1971) over each stretch and a number of its own, rounded once."""
    a1, b1 = (134217729.0 * v - (134217729.0 * v - v) for v in (a, b))
    rest = ((a1 * b1 - a * b) + a1 * (b - b1) + (a - a1) * b1) + (a - a1) * (b - b1)
    parts, ends = np.stack([a * b, rest], axis=1).ravel().tolist(), (2 * start).tolist()
    spans = zip(ends[:-1], ends[1:], own.tolist(), strict=True)
    return np.array([math.fsum((*parts[first:last], n)) for first, last, n in spans])


def check_plan(f: dict[str, Any]) -> None:
    """Refuse values that are not the plan stated, or break a bound or a row; print a line for each rule."""
    x, low, high, names = f["value"], f["lower"], f["upper"], f["column_name"]
    for n in np.flatnonzero((x < low - TOLERANCE) | (x > high + TOLERANCE) | f["is_whole"] & (x % 1 != 0)):
        sys.exit(f"value of column {names[n]} is {x[n]}: beyond a bound, or not whole.")
    decided = {names[n] for n in np.flatnonzero(x) if names[n].startswith(("x[", "grid_upgraded["))}
    for name in sorted(decided ^ f["plan"].keys()):
        sys.exit(f"plan and value differ in what they say of column {name}.")
    rows, factor, at, start = f["row_name"], f["row_factor"], x[f["row_column"]], f["row_start"]
    off = np.maximum(totals(factor, at, start, -f["row_upper"]), totals(factor, -at, start, f["row_lower"]))
    np.maximum.at(allowed := np.full(len(rows), TOLERANCE), f["row"], TOLERANCE * abs(factor))
    rule_of, worst = np.array([name.partition("[")[0] for name in rows]), np.argmax(off / allowed)
    for rule in dict.fromkeys(rule_of.tolist()):
        slack, (unit, title) = 0.0 - off[rule_of == rule], f["rules"][rule]
        print(f"{rule:<28}{len(slack):>9,} rows, least slack {slack.min():>12.6g} {unit:<8} {title}")
    by = f"row {rows[worst]} is off by {max(off[worst], 0):.6g} {f['rules'][rule_of[worst]][0]}".rstrip()
    print(f"Of all rows, {by} where {allowed[worst]:.1g} is allowed: none is worse.")
    if off[worst] > allowed[worst]:
        sys.exit(f"rule {rule_of[worst]} is broken: {by}, and {allowed[worst]:.1g} is allowed.")


def bound(f: dict[str, Any]) -> float:
    """Return what the prices prove that no plan is above, rounded up."""
    y, by_column = f["price"].copy(), np.argsort(f["row_column"], kind="stable")
    y[np.isinf(np.where(y > 0, f["row_upper"], f["row_lower"]))] = 0.0  # there is no such limit
    start = np.searchsorted(f["row_column"][by_column], np.arange(len(f["gain"]) + 1))
    d = totals(-f["row_factor"][by_column], y[f["row"][by_column]], start, f["gain"])
    sides = ((y, f["row_lower"], f["row_upper"]), (d, f["lower"], f["upper"]))
    end = np.concatenate([np.where(v > 0, high, np.where(v < 0, low, 0.0)) for v, low, high in sides])
    if np.isinf(end).any():
        return math.inf
    both = np.append(y, np.nextafter(d, np.copysign(math.inf, end[len(y) :])))
    return float(np.nextafter(totals(both, end, np.array([0, len(both)]), f["constant"])[0], math.inf))


def check(path: str) -> None:
    """Refuse a file that does not hold what it states, or say what it proves."""
    check_plan(f := read(path))
    objective = totals(f["gain"], f["value"], np.array([0, len(f["gain"])]), f["constant"])[0]
    proven, rounding = bound(f), 1e-9 * (abs(f["gain"] * f["value"]).sum() + abs(f["constant"][0]))
    if not abs(f["objective"] - objective) <= rounding:
        sys.exit(f"objective is {f['objective']}, but the plan comes to {objective}.")
    if not proven <= f["bound_by_prices"]:
        sys.exit(f"bound_by_prices is {f['bound_by_prices']}, but the prices prove no less than {proven}.")
    for by in ("prices", "search"):
        above, size = f[f"bound_by_{by}"] - f["objective"], max(abs(f["objective"]), 1e-10)
        if above < 0 or f[f"gap_by_{by}"] != above / size:
            sys.exit(f"gap_by_{by} does not follow from bound_by_{by} and objective.")
    more = math.ceil(1e6 * max(proven - objective, 0.0) / size) / 1e4
    print(f"run {f['run']} of {f['scenario']}, inputs {f['input_sha256']}, model {f['model_sha256']}")
    print(f"objective {objective}; the search stated a gap of {f['gap_by_search']:.4%}, not proven here")
    print(f"This plan keeps all rules, and no plan can be better by more than {more:.4f} %.")


if __name__ == "__main__":
    try:
        check(*sys.argv[1:])
    except Exception as error:  # noqa: BLE001 - whatever a file may hold
        print("This is no certificate:", f"{type(error).__name__}: {error}", file=sys.stderr)
        sys.exit(2)
