"""Ctrl-C while a command is still importing its packages: the process ends quietly, with its exit code."""

from __future__ import annotations

import os
import signal
import sys
import threading
from types import FrameType

INTERRUPTED = 130


def _leave(_number: int, _frame: FrameType | None) -> None:
    os._exit(INTERRUPTED)  # nothing has been opened or begun


def quiet_imports() -> None:
    """Let Ctrl-C end the process at once until `heed`; only while `python -m` looks for its module."""
    is_command = sys.argv[:1] == ["-m"] and threading.current_thread() is threading.main_thread()
    if is_command and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _leave)


def heed() -> None:
    """Let Ctrl-C raise KeyboardInterrupt again, which commands handle."""
    if signal.getsignal(signal.SIGINT) is _leave:
        signal.signal(signal.SIGINT, signal.default_int_handler)
