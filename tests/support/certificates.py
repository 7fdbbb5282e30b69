"""Certificates of small worlds without a database, and the checker as its users call it, in this process."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import io
import sys
import warnings
from dataclasses import dataclass
from pathlib import Path
from types import CodeType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from db.environment import CHECKOUT
from model.analysis.certificate import Certificate, Stated, certify, name_of, sealed
from model.analysis.past_run import PastRun
from model.data.inputs import Inputs, Option, Phase, Price, Site, Step
from model.formulation.build import build, grid_upgrades_of
from model.solver import objective_mode
from model.solver.objective_mode import Limits
from model.solver.watch import Watch
from tests.support.worlds import STRUCTURAL

CHECKER = CHECKOUT / "tools" / "check_certificate.py"


@functools.cache
def program() -> CodeType:
    return compile(CHECKER.read_text(encoding="utf-8"), CHECKER, "exec")


def powered_world() -> Inputs:
    """Three sites of which the budget pays two, and none has power without a grid upgrade."""
    sites = range(3)
    return Inputs(
        phases=(Phase(1, 24.0),),
        levels=("L2",),
        sites={s: Site(s, grid_node_ids=(1,)) for s in sites},
        options={
            f"{s}:build": Option(
                f"{s}:build", s, "build", frozenset({"L2"}), (1,), {1: Price(8.0 + s)}, added_kw=40.0
            )
            for s in sites
        },
        covering_sites={(0, "L2"): (0, 1), (1, "L2"): (1, 2), (2, "L2"): (0, 2), (3, "L2"): (2,)},
        weight={(0, "L2"): 0.3, (1, "L2"): 0.1, (2, "L2"): 0.2, (3, "L2"): 0.3},
        always_covered_share={"L2": 0.1},
        rules=STRUCTURAL | {"budget", "grid_area_power"},
        objective_weight={"coverage.L2": 1.0, "capex": 0.1, "grid_upgrade": 0.1},
        remaining_kw={1: 0.0},
        coincidence_share={1: 0.5},
        steps={(1, 0): Step(50.0, 3.0)},
    )


def certificate_of(inputs: Inputs) -> Certificate | None:
    """Solve a world and certify its plan; None where it has none."""
    m = build(inputs)
    outcome = objective_mode.solve(m, Limits(mip_gap=0.0))
    if outcome.objective is None or outcome.dual_bound is None:
        return None
    bought = grid_upgrades_of(m, outcome.plan)
    past = PastRun(1, "small", inputs, outcome.plan, outcome.objective, outcome.dual_bound, bought)
    decisions: dict[str, dict[str, Any]] = {name_of("x", *key): {} for key in sorted(outcome.plan)}
    decisions |= {name_of("grid_upgraded", *key): {} for key in sorted(bought)}
    said = Stated(outcome.objective, outcome.dual_bound, decisions)
    return certify(past, said, Watch(60.0, 0.0), time_limit_s=60.0, threads=1)


def with_array(certificate: Certificate, name: str, array: NDArray[Any]) -> Certificate:
    return dataclasses.replace(certificate, arrays=certificate.arrays | {name: array})


def with_fact(certificate: Certificate, name: str, fact: Any) -> Certificate:
    return dataclasses.replace(certificate, facts=certificate.facts | {name: fact})


def forged(certificate: Certificate, **fields: Any) -> Certificate:
    """Change fields, and the hashes with them."""
    for name, value in fields.items():
        change = with_array if name in certificate.arrays else with_fact
        certificate = change(certificate, name, np.asarray(value) if change is with_array else value)
    return sealed(certificate)


@dataclass(frozen=True)
class Judged:
    """What the checker says: its exit code, the sentence of a refusal, and the lines before."""

    exit_code: int
    sentence: str
    told: str


def judged(file: Certificate | Path, folder: Path) -> Judged:
    """Run the checker as a program on a file."""
    path = file if isinstance(file, Path) else folder / "judged.npz"
    if isinstance(file, Certificate):
        file.write(path)
    told, said = io.StringIO(), io.StringIO()
    code: str | int | None = 0
    arguments = sys.argv
    sys.argv = [str(CHECKER), str(path)]
    try:
        with contextlib.redirect_stdout(told), contextlib.redirect_stderr(said), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            exec(program(), {"__name__": "__main__"})  # noqa: S102 - the program under test
    except SystemExit as end:
        code = end.code
    finally:
        sys.argv = arguments
    if isinstance(code, str):
        return Judged(1, code, told.getvalue())
    return Judged(code or 0, said.getvalue(), told.getvalue())
