"""Reads files of one type of source in a process of its own, beside the others.

What it needed of memory goes back to the system when it ends. The rows come back in a file without a name,
which both processes hold, and the rest of what was read in another, so that nothing is left of either. If the
command ends in any way, the process sees the end of its input and ends too.
"""

from __future__ import annotations

import gc
import os
import pickle
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import warnings
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

import shapely

from db.common.errors import UsageError
from db.environment import CHECKOUT
from etl.region.sources import Source
from etl.sources.base import Batch, Frame
from etl.sources.registry import source_types
from etl.sources.stored import RowFile

# A process takes about a second to begin: files that are read in less are not worth it.
LARGE_BYTES = 2**18
_ROWS = "rows"
# Type of source, files, where records may lie, and when they were asked for.
_Asked = tuple[str, Sequence[tuple[Path, Source]], Frame, float]
# Not `-m`: what it gives back must be of the classes that the command knows.
_BEGIN = f"import sys; from {__name__} import main; main(*sys.argv[1:])"


@dataclass(frozen=True)
class Outcome:
    """What was read of each file up to the first that cannot be used, its fault, and the time it took."""

    batches: list[Batch]
    error: Exception | None
    elapsed_s: float
    loader_s: float


class ReaderProcess:
    """A process that reads files of a type of source, from now on."""

    def __init__(self, source_type: str, files: Sequence[tuple[Path, Source]], frame: Frame) -> None:
        self._source_type = source_type
        self._rows, self._outcome = RowFile(), tempfile.TemporaryFile()  # noqa: SIM115 - closed by `end`
        numbers = self._rows.fileno(), self._outcome.fileno()
        self._process = subprocess.Popen(  # noqa: S603 - this program
            [sys.executable, "-c", _BEGIN, *map(str, numbers)],
            stdin=subprocess.PIPE,
            pass_fds=numbers,
            cwd=CHECKOUT,
            process_group=0,  # Ctrl-C is for the command, which ends it
        )
        assert self._process.stdin is not None  # noqa: S101 - it is a pipe
        try:
            asked: _Asked = source_type, [(path.absolute(), of) for path, of in files], frame, time.time()
            pickle.dump(asked, self._process.stdin)
            self._process.stdin.flush()
        except BrokenPipeError:
            pass  # it has ended already, as `result` will tell
        except BaseException:
            self.end()
            raise

    def is_running(self) -> bool:
        """Return whether it still reads."""
        return self._process.poll() is None

    def result(self) -> Outcome:
        """Wait for the end, and return what was read.

        Raises:
            UsageError: the system ended the process, as it does where memory is short.
            RuntimeError: it ended by a fault of the program, which it has printed.
        """
        status = self._process.wait()
        if status < 0:
            raise UsageError(
                f"The process that read {self._source_type} was ended by the system (signal {-status}).",
                "free some memory, or load a smaller region; nothing was changed.",
            )
        if status:
            raise RuntimeError(f"the process that read {self._source_type} ended with {status}")
        self._outcome.seek(0)
        found: Outcome = _Unpickler(self._outcome, self._rows).load()
        return found

    def end(self) -> None:
        """End the process if it still runs, and let go of its files; rows that were read stay."""
        self._process.kill()
        self._process.wait()
        if self._process.stdin is not None:
            with suppress(BrokenPipeError):
                self._process.stdin.close()
        self._outcome.close()


class _Pickler(pickle.Pickler):
    """Leaves out the file that both processes have."""

    def __init__(self, file: IO[bytes], rows: IO[bytes]) -> None:
        super().__init__(file)
        self._rows = rows

    def persistent_id(self, obj: Any) -> str | None:
        return _ROWS if obj is self._rows else None


class _Unpickler(pickle.Unpickler):
    """Puts the file that both processes have in its place."""

    def __init__(self, file: IO[bytes], rows: IO[bytes]) -> None:
        super().__init__(file)
        self._rows = rows

    def persistent_load(self, pid: Any) -> IO[bytes]:
        assert pid == _ROWS  # noqa: S101 - there is no other
        return self._rows


def _end_with_the_command() -> None:
    """End when the command does, which holds the other end of the input."""
    while os.read(0, 1):
        pass
    os._exit(1)


def _read(asked: _Asked, rows: IO[bytes]) -> Outcome:
    source_type, files, frame, asked_at = asked
    if frame.outline is not None:
        shapely.prepare(frame.outline)
    (read,) = [each.read for each in source_types() if each.name == source_type]
    batches: list[Batch] = []
    error: Exception | None = None
    try:
        for path, source in files:
            batch = read(path, source, frame)
            moved = [replace(table, rows=table.rows.move_to(rows)) for table in batch.tables]
            batches.append(replace(batch, tables=moved))
    except Exception as found:  # noqa: BLE001 - it is raised in the command
        error = _portable(found)
    return Outcome(batches, error, time.time() - asked_at, time.process_time())


def _portable(error: Exception) -> Exception:
    """Return an error as another process can have it, with where it came from."""
    error.add_note("".join(traceback.format_exception(error)))
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 - our own
    except Exception:  # noqa: BLE001 - whatever the class of the error cannot do
        return RuntimeError("".join(traceback.format_exception(error)))
    return error


def main(rows_number: str, outcome_number: str) -> None:
    """Read what the command asks for."""
    if not sys.warnoptions:
        warnings.simplefilter("ignore")
    gc.disable()  # see `etl.loading.read`
    asked: _Asked = pickle.load(sys.stdin.buffer)  # noqa: S301 - from the command
    threading.Thread(target=_end_with_the_command, daemon=True).start()
    with os.fdopen(int(rows_number), "r+b") as rows, os.fdopen(int(outcome_number), "r+b") as outcome:
        _Pickler(outcome, rows).dump(_read(asked, rows))
