"""One solver on one instance, in a process of its own, whose memory can be measured; prints a line of JSON.

`python -m tests.benchmark.solver write SCENARIO FOLDER` writes the instance of a scenario for all of them;
`python -m tests.benchmark.solver highs|highs_start|scip|cbc FOLDER SECONDS` solves it.
"""

from __future__ import annotations

import json
import math
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

Found = tuple[float | None, float | None]


def write(scenario_name: str, folder: Path) -> dict[str, Any]:
    """Write the instance, as an LP file, and the greedy start by the names of that file; return its size."""
    from db.session import connection
    from model.data import read, scenario, scenario_store
    from model.formulation.build import build
    from model.solver import greedy, whole_model
    from model.solver.compiled import compiled
    from model.solver.watch import Watch

    name, parameters = scenario.resolve(scenario_name)
    with connection.connect(autocommit=True) as conn:
        inputs = read.read(conn, scenario_store.store(conn, name, parameters))
    m = build(inputs)
    _, symbols = m.write(str(folder / "plan.lp"), io_options={"symbolic_solver_labels": False})
    form = compiled(m)
    start = whole_model.complete(form, greedy.greedy(inputs), Watch(None, 0.0), threads=None)
    values = {} if start is None else dict(zip(map(id, form.variables), start.tolist(), strict=True))
    named = m.solutions.symbol_map[symbols]
    begin = {symbol: values[id(v)] for symbol, v in named.bySymbol.items() if id(v) in values}
    (folder / "start.json").write_text(json.dumps(begin), encoding="utf-8")
    shape = {"rows": form.matrix.rows.shape[0], "columns": form.matrix.rows.shape[1]}
    return shape | {"sites": len(inputs.sites), "cells": len(inputs.demand) // max(len(inputs.levels), 1)}


def highs(folder: Path, limit_s: float, *, has_start: bool = False) -> Found:
    """HiGHS as it comes, cold or with the greedy plan to begin with."""
    import highspy
    import numpy as np

    from model.solver.highs import must, set_option

    h = highspy.Highs()
    set_option(h, "output_flag", False)  # noqa: FBT003 - the solver's own signature
    set_option(h, "time_limit", limit_s)
    must(h.readModel(str(folder / "plan.lp")), "readModel")
    if has_start:
        begin = json.loads((folder / "start.json").read_text(encoding="utf-8"))
        if not begin:
            return None, None
        places = [h.getColByName(name) for name in begin]
        for name, (status, _) in zip(begin, places, strict=True):
            must(status, f"getColByName({name!r})")
        columns = np.array([column for _, column in places], dtype=np.int32)
        must(h.setSolution(len(columns), columns, np.array(list(begin.values()))), "setSolution")
    must(h.run(), "run", may_warn=True)
    info = h.getInfo()
    has_plan = h.getSolution().value_valid
    return float(info.objective_function_value) if has_plan else None, float(info.mip_dual_bound)


def scip(folder: Path, limit_s: float) -> Found:
    """SCIP as it comes."""
    from pyscipopt import Model

    second = Model()
    second.hideOutput()
    second.readProblem(str(folder / "plan.lp"))
    second.setParam("limits/time", limit_s)
    second.optimize()
    has_plan = second.getNSols() > 0
    return float(second.getPrimalbound()) if has_plan else None, float(second.getDualbound())


def cbc(folder: Path, limit_s: float) -> Found:
    """CBC as it comes; what it says of the objective stands in its log, as a minimum."""
    import pulp

    command = [
        pulp.PULP_CBC_CMD().path,
        str(folder / "plan.lp"),
        "-timeMode",
        "elapsed",
        "-sec",
        str(limit_s),
    ]
    log = subprocess.run([*command, "-solve"], stdout=subprocess.PIPE, text=True, check=True).stdout

    def figure(label: str) -> float | None:
        found = re.search(rf"^{label}:\s+(\S+)$", log, re.MULTILINE)
        return abs(float(found[1])) if found else None

    objective = None if "No feasible solution" in log else figure("Objective value")
    return objective, figure("(?:Lower|Upper) bound") or objective


def main(arguments: list[str]) -> dict[str, Any]:
    """Do what the arguments say; return what to print."""
    if arguments[0] == "write":
        return write(arguments[1], Path(arguments[2]))
    name, folder, limit_s = arguments[0], Path(arguments[1]), float(arguments[2])
    began = time.monotonic()
    solvers = {
        "highs": highs,
        "highs_start": lambda f, s: highs(f, s, has_start=True),
        "scip": scip,
        "cbc": cbc,
    }
    objective, dual_bound = solvers[name](folder, limit_s)
    is_bound = dual_bound is not None and math.isfinite(dual_bound) and abs(dual_bound) < 1e15
    return {
        "objective": objective,
        "dual_bound": dual_bound if is_bound else None,
        "seconds": time.monotonic() - began,
    }


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1:])))  # noqa: T201 - its whole purpose
