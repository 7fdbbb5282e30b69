"""What the process does when it is told to end: a run never stays `running`."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_told: list[int] = []


def is_terminated() -> bool:
    """Tell whether the process was told to end (SIGTERM), which is no wish to keep a plan."""
    return bool(_told)


@contextmanager
def heeding_termination() -> Iterator[None]:
    """Make SIGTERM end what is going on as Ctrl-C does, but keeping no plan; for the main thread only."""

    def end(number: int, _frame: FrameType | None) -> None:
        _told.append(number)
        if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as of a job in the background of a shell
            raise KeyboardInterrupt
        signal.raise_signal(signal.SIGINT)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
        _told.clear()
