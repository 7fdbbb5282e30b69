"""One solver on one instance, in a process of its own, whose memory can be measured.

`python -m tests.benchmark.solver write CASE FOLDER` writes the instance of a case for all of them and prints
its size; `python -m tests.benchmark.solver ours|sequence|highs|highs_start|scip|cbc FOLDER SECONDS GAP` solves it, and
prints what the solver knows, whenever that changes, as lines of JSON.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path

from tests.benchmark import peers
from tests.benchmark.instance import Folder, write
from tests.benchmark.recorder import Recorder


def _ours(folder: Folder, recorder: Recorder, limit_s: float, mip_gap: float) -> None:
    from tests.benchmark.ours import ours

    ours(folder, recorder, limit_s, mip_gap)


def _in_sequence(folder: Folder, recorder: Recorder, limit_s: float, mip_gap: float) -> None:
    from tests.benchmark.ours import in_sequence

    in_sequence(folder, recorder, limit_s, mip_gap)


SOLVERS: dict[str, Callable[[Folder, Recorder, float, float], None]] = {
    "ours": _ours,
    "sequence": _in_sequence,
    "highs": partial(peers.highs, has_start=False),
    "highs_start": partial(peers.highs, has_start=True),
    "scip": peers.scip,
    "cbc": peers.cbc,
}


def main(arguments: list[str]) -> None:
    """Do what the arguments say."""
    if arguments[0] == "write":
        from tests.benchmark.case import CASES

        began = time.monotonic()
        instance = CASES[arguments[1]].instance()
        read_s = time.monotonic() - began
        size = write(instance.inputs, Folder(Path(arguments[2])), read_s, instance.demand_nodes)
        print(json.dumps(asdict(size) | {"known": instance.known}))  # noqa: T201 - its whole purpose
        return
    name, folder, limit_s, mip_gap = arguments
    SOLVERS[name](Folder(Path(folder)), Recorder(), float(limit_s), float(mip_gap))


if __name__ == "__main__":
    main(sys.argv[1:])
