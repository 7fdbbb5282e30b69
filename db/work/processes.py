"""Workers that are processes of this machine, forked from one that has imported what they need.

To import all that a solve needs takes a processor two seconds. That is done once for all workers, and beside
what the command does first: `begin` returns at once.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import cache
from multiprocessing import forkserver
from typing import TYPE_CHECKING

from db import environment

if TYPE_CHECKING:
    from distributed import Client

_PACKAGES = ("db", "model")
"""Those that pieces of work are made of; each process imports the command's as well."""
_DASK: dict[str, object] = {
    "distributed.worker.multiprocessing-method": "forkserver",
    # Nobody watches these; together they took a tenth of a processor from each worker and from the command
    "distributed.worker.profile.enabled": False,
    "distributed.admin.tick.interval": "1s",
    "distributed.admin.system-monitor.interval": "5s",
}
_HEED_NO_CTRL_C = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)"
"""Done in each process: a terminal sends Ctrl-C to it as well, but that is for the command, which ends it."""


@contextmanager
def client(count: int, *, at_once: bool) -> Iterator[Callable[[], Client]]:
    """Yield what returns the client of so many processes, each of one thread; they end with it.

    They are begun when it is first asked for, or else `at_once`, beside what this process does until then.
    """
    _begin()
    beside = ThreadPoolExecutor(1)
    with ExitStack() as ends:
        beside.submit(_ready_dask)
        begun = cache(lambda: beside.submit(ends.enter_context, _cluster(count)))
        if at_once:
            begun()
        try:
            yield lambda: begun().result()
        finally:
            beside.shutdown(cancel_futures=True)  # where the command ends early, nothing more is begun


def _begin() -> None:
    """Begin the process that workers are forked from; it imports what this one has imported of the planner.

    It ends with this process.
    """
    command: str = getattr(sys.modules["__main__"].__spec__, "name", "")
    packages = {*_PACKAGES, command.partition(".")[0]}
    needed = {name for name in sys.modules if name.partition(".")[0] in packages}
    # the command itself is run anew by each process, which Python warns of where it was imported before
    forkserver.set_forkserver_preload(["db.work.forked", "distributed.nanny", *sorted(needed - {command})])
    # Python 3.11 gives its path to those that are forked, but not to the one that they are forked from,
    # which would look in the folder that the command was begun in
    path = os.pathsep.join(map(os.path.abspath, sys.path))
    with environment.changed(PYTHONPATH=path, PYTHONSAFEPATH="1"):
        forkserver.ensure_running()


def _ready_dask() -> None:
    """Import here what a cluster is made of, and let it fork its workers: half a second of a processor."""
    import dask  # noqa: PLC0415 - for those who ask for workers
    from distributed import utils  # noqa: PLC0415

    dask.config.set(_DASK)
    utils._forkserver_preload_set = True  # else it imports Pandas here, to have it imported there as well


@contextmanager
def _cluster(count: int) -> Iterator[Client]:
    from distributed import Client, LocalCluster  # noqa: PLC0415

    _ready_dask()
    with (
        LocalCluster(
            n_workers=count,
            threads_per_worker=1,
            memory_limit=None,
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",
            silence_logs=logging.CRITICAL,
            preload=[_HEED_NO_CTRL_C],
            env=environment.own_environment(),  # as it is now, not as it was when the process was begun
        ) as cluster,
        Client(cluster, set_as_default=False) as found,
    ):
        yield found
