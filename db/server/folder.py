"""The folder of a private PostgreSQL cluster: what it remembers, and where its parts stand.

It holds `cluster.json` (port, passwords; mode 0600), `lock` and the cluster's home: data, log, socket. The
home belongs to the account that runs the server. Where root owns a checkout that this account cannot enter,
the home is a folder of its own under /var/lib, and `cluster.json` says which.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path

from db.common.errors import UsageError
from db.server.postgresql import Account

# Unix socket addresses end at 104 (macOS) or 108 (Linux) bytes; the file's own name takes up to 18.
_SOCKET_FOLDER_LENGTH = 84
_SOCKET_PREFIX = "ev-planner-"
_OUTSIDE = Path("/var/lib/ev-charging-planner")


@dataclass
class State:
    """What a cluster remembers from one command to the next."""

    home: str = ""
    socket_folder: str = ""
    port: int = 0
    passwords: dict[str, str] = field(default_factory=dict)
    is_furnished: bool = False
    """What former versions wrote of a cluster whose roles and database had been made."""
    furnishing: int = 0
    """Which roles, rights and database have been made: `embedded.FURNISHING` of that version; 0 for none."""


class ClusterFolder:
    """The folder of a cluster."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()

    @property
    def state(self) -> State:
        """What is remembered; empty while there is no cluster.

        Raises:
            UsageError: another account made the cluster.
        """
        path = self.folder / "cluster.json"
        try:
            return State(**json.loads(path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return State()
        except PermissionError:
            hint = "run as that account, or set DATABASE_URL."
            raise UsageError(f"{path} belongs to another account.", hint) from None

    def remember(self, state: State) -> None:
        """Write the state, readable by its owner alone."""
        part = self.folder / "cluster.json.part"
        part.unlink(missing_ok=True)
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(asdict(state), file, indent=1)
        part.replace(self.folder / "cluster.json")

    @property
    def home(self) -> Path:
        """Folder of data, log and socket; it moves with the checkout unless it stands elsewhere."""
        return self.folder / (self.state.home or "server")

    @property
    def data(self) -> Path:
        """The data directory."""
        return self.home / "data"

    @property
    def log(self) -> Path:
        """The server's log."""
        return self.home / "log"

    @cached_property
    def account(self) -> Account:
        """The account that runs the server."""
        return Account.choose(self.data)

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Let one process at a time start, stop or furnish the cluster."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            handle = (self.folder / "lock").open("a")
        except PermissionError:
            hint = "run as its owner, or set DATABASE_URL."
            raise UsageError(f"{self.folder} cannot be written by this account.", hint) from None
        with handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield

    def settle(self) -> None:
        """Find a home that the server's account can enter, and move what is there already."""
        self.folder.chmod(0o711 if os.geteuid() == 0 else 0o700)
        if self._is_copy():
            # Two checkouts must not share one cluster: the copy starts afresh.
            self.remember(State())
        state = self.state
        home = self.home
        if not self.account.can_enter(home if home.exists() else self.folder):
            home = _OUTSIDE / secrets.token_hex(4)
            home.parent.mkdir(parents=True, exist_ok=True)
            if self.home.exists():
                shutil.move(self.home, home)
            state.home = str(home)
        elif not state.home:
            state.home = "server"
        home.mkdir(exist_ok=True)
        self.account.own(home, 0o700)
        (home / "checkout").write_text(str(self.folder), encoding="utf-8")
        self.remember(state)

    def _is_copy(self) -> bool:
        """Whether the home stands elsewhere and the checkout that it was made for still uses it."""
        home = self.state.home
        mark = Path(home) / "checkout"
        if not Path(home).is_absolute() or not mark.exists():
            return False
        maker = ClusterFolder(Path(mark.read_text(encoding="utf-8")))
        return maker.folder != self.folder and maker.state.home == home

    def socket_folder(self) -> Path:
        """Return the private folder of the server's socket, made if need be; its path is short enough.

        Call it while no server runs: what a former one left there goes.
        """
        inside = self.home / "socket"
        if len(os.fsencode(inside)) <= _SOCKET_FOLDER_LENGTH:
            shutil.rmtree(inside, ignore_errors=True)
            inside.mkdir()
            self.account.own(inside, 0o700)
            return inside
        known = Path(self.state.socket_folder)
        if known.name.startswith(_SOCKET_PREFIX) and known.is_dir() and not known.is_symlink():
            facts = known.stat()
            if facts.st_uid == self.account.uid and facts.st_mode & 0o777 == 0o700:  # noqa: PLR2004 - drwx------
                return known
        # Not the folder for temporary files, which may have a long path, too; mkdtemp makes it ours alone.
        made = Path(tempfile.mkdtemp(prefix=_SOCKET_PREFIX, dir="/tmp"))
        self.account.own(made, 0o700)
        return made

    def delete(self) -> None:
        """Delete the folder and the home, wherever it stands."""
        socket_folder = Path(self.state.socket_folder)
        if socket_folder.name.startswith(_SOCKET_PREFIX):
            shutil.rmtree(socket_folder, ignore_errors=True)
        shutil.rmtree(self.home, ignore_errors=True)
        shutil.rmtree(self.folder)
