"""An instance in a folder, for every solver the same: inputs, LP file, greedy start, size."""

from __future__ import annotations

import json
import pickle
import time
from dataclasses import dataclass
from pathlib import Path

from model.data.inputs import Inputs


@dataclass(frozen=True)
class Size:
    """How large an instance is, and the seconds to get it; nodes are aggregated by level."""

    sites: int
    options: int
    demand_nodes: int
    aggregated_nodes: int
    phases: int
    rows: int
    columns: int
    nonzeros: int
    read_s: float
    build_s: float
    lp_write_s: float


@dataclass(frozen=True)
class Folder:
    """Where an instance lies."""

    path: Path

    @property
    def lp(self) -> Path:
        """The model as an LP file, by short names."""
        return self.path / "plan.lp"

    def inputs(self) -> Inputs:
        """Return the inputs of the instance."""
        with (self.path / "inputs.pickle").open("rb") as file:
            found: Inputs = pickle.load(file)  # noqa: S301 - written here
        return found

    def start(self) -> dict[str, float]:
        """Return the greedy start by the names of the LP file; empty where it breaks a rule."""
        found: dict[str, float] = json.loads((self.path / "start.json").read_text(encoding="utf-8"))
        return found


_DEMAND_NODES = "select count(*) from model.demand where scenario_id = %s"


def read_from_database(scenario_name: str) -> tuple[Inputs, int]:
    """Return the inputs of a scenario on the region that is loaded, as a run reads them; and its demand nodes."""
    from db.session import connection
    from model.data import scenario, scenario_store
    from model.data.read import read_inputs

    name, parameters = scenario.resolve(scenario_name)
    with connection.connect(autocommit=True) as conn:
        scenario_id = scenario_store.store(conn, name, parameters)
        inputs = read_inputs(conn, scenario_id)
        ((demand_nodes,),) = conn.execute(_DEMAND_NODES, (scenario_id,)).fetchall()
        return inputs, demand_nodes


def write(inputs: Inputs, folder: Folder, read_s: float, demand_nodes: int | None = None) -> Size:
    """Write an instance; return its size. It has as many demand nodes as aggregated ones unless told."""
    import pyomo.environ  # noqa: F401 - it has the writer of LP files

    from model.formulation.build import build
    from model.solver import greedy, whole_model
    from model.solver.compiled import compiled
    from model.solver.watch import Watch

    with (folder.path / "inputs.pickle").open("wb") as file:
        pickle.dump(inputs, file)
    began = time.monotonic()
    m = build(inputs)
    build_s = time.monotonic() - began
    began = time.monotonic()
    _, symbols = m.write(str(folder.lp), io_options={"symbolic_solver_labels": False})
    lp_write_s = time.monotonic() - began
    form = compiled(m)
    start = whole_model.complete(form, greedy.greedy(inputs), Watch(None, 0.0), threads=None)
    values = {} if start is None else dict(zip(map(id, form.variables), start.tolist(), strict=True))
    named = m.solutions.symbol_map[symbols]
    begin = {symbol: values[id(v)] for symbol, v in named.bySymbol.items() if id(v) in values}
    (folder.path / "start.json").write_text(json.dumps(begin), encoding="utf-8")
    return Size(
        sites=len(inputs.sites),
        options=len(inputs.options),
        demand_nodes=len({node for node, _ in inputs.covering_sites})
        if demand_nodes is None
        else demand_nodes,
        aggregated_nodes=len(inputs.covering_sites),
        phases=len(inputs.phases),
        rows=form.matrix.rows.shape[0],
        columns=form.matrix.rows.shape[1],
        nonzeros=int(form.matrix.rows.nnz),
        read_s=round(read_s, 1),
        build_s=round(build_s, 1),
        lp_write_s=round(lp_write_s, 1),
    )
