"""The planner's desk: change a scenario, lock sites on a map, solve, watch, compare, adopt.

`python -m desk [--port 8090] [--scenario FILE ...] [--jobs N]`
"""

from __future__ import annotations

import getpass
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
import uvicorn

from db.command.app import run_app
from db.environment import CHECKOUT
from db.session import connection
from db.session.dead_run import end_dead_runs_as_owner
from desk.app import make_app
from desk.keys import Keys
from desk.scenarios import known_scenarios
from desk.web import Desk
from report.serve.__main__ import listening
from report.serve.connection import HEADER_S, HeedingServer, timed_protocol

HOST = "127.0.0.1"
CONNECTIONS_MAX = 64
_ANSWER_S = 180.0
_AGAIN_S, _PATIENCE_S = 3.0, 90.0


class Solving:
    """The runner, a process with the rights to solve; one that ends is started again after a while."""

    def __init__(self, scenarios: Sequence[Path], jobs: int) -> None:
        files = [text for path in scenarios for text in ("--scenario", str(path.resolve()))]
        self._command = [sys.executable, "-m", "desk.runner", *files, "--jobs", str(jobs)]
        self._is_over = threading.Event()
        self._process = self._start()
        self._thread = threading.Thread(target=self._keep_up, daemon=True)
        self._thread.start()

    @property
    def is_alive(self) -> bool:
        """Whether the runner runs now."""
        return self._process.poll() is None

    def close(self) -> None:
        """End the runner: what it solves waits for the next desk."""
        self._is_over.set()
        self._thread.join()
        if self._process.stdin:
            self._process.stdin.close()
        try:
            self._process.wait(_PATIENCE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _start(self) -> subprocess.Popen[bytes]:
        # its input is never written to: it ends when this process does, however that comes about
        return subprocess.Popen(  # noqa: S603 - a module of ours
            self._command, cwd=CHECKOUT, stdin=subprocess.PIPE, start_new_session=True
        )

    def _keep_up(self) -> None:
        ended_s = None
        while not self._is_over.wait(0.2):
            if self.is_alive:
                ended_s = None
            elif ended_s is None:
                ended_s = time.monotonic()
            elif time.monotonic() > ended_s + _AGAIN_S:
                self._process = self._start()


def main(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port of 127.0.0.1 to listen on.")] = 8090,
    scenario: Annotated[
        list[Path] | None, typer.Option(help="A scenario file of your own that what-ifs may change, too.")
    ] = None,
    jobs: Annotated[int, typer.Option(min=1, max=64, help="What-ifs that are solved at a time.")] = 1,
) -> None:
    """Open the planner's desk in a browser: what-ifs are asked for, watched, compared and adopted there.

    It listens on this machine alone. The address that it prints lets one browser enter, once; who is in can
    invite others. Ctrl-C ends it: what is being solved waits until the next start.
    """
    files = scenario or []
    known = known_scenarios(files)
    end_dead_runs_as_owner()
    keys = Keys()
    with listening(HOST, port) as listener:
        solving: list[Solving] = []
        desk = Desk(
            connection.database_url("planner"),
            known,
            keys=keys,
            port=port,
            user=getpass.getuser(),
            is_solving=lambda: bool(solving) and solving[0].is_alive,
        )
        desk.store.check()
        solving.append(Solving(files, jobs))
        try:
            typer.echo(f"Open this address in a browser; it works once: {desk.link()}")
            typer.echo("Ctrl+C ends the desk.")
            config = uvicorn.Config(
                make_app(desk),
                log_level="warning",
                limit_concurrency=CONNECTIONS_MAX,
                server_header=False,
                http=timed_protocol(HEADER_S, _ANSWER_S),
            )
            HeedingServer(config).run(sockets=[listener])
        finally:
            solving[0].close()


if __name__ == "__main__":
    run_app(lambda: typer.run(main))
