"""A private PostgreSQL cluster in a folder: made once, started and stopped, never trusting.

The folder holds `cluster.json` (port, passwords; mode 0600), `lock` and the cluster's home: data, log, socket.
The home belongs to the account that runs the server. Where root owns a checkout that this account cannot enter,
the home is a folder of its own under /var/lib, and `cluster.json` says which.
"""

from __future__ import annotations

import fcntl
import json
import os
import random
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path

from db import postgresql
from db.errors import UsageError

SUPERUSER = "postgres"
# Unix socket addresses end at 104 (macOS) or 108 (Linux) bytes; the file's own name takes up to 18.
_SOCKET_FOLDER_LENGTH = 84
_OUTSIDE = Path("/var/lib/ev-charging-planner")
_TRIES = 6
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_permissions": "0700",
    "password_encryption": "scram-sha-256",
    "max_connections": "60",
    "shared_buffers": "256MB",
    "work_mem": "64MB",
    "maintenance_work_mem": "256MB",
    "effective_cache_size": "1GB",
    "random_page_cost": "1.1",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "jit": "off",
}
_THROWAWAY_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}
_HBA = "local all all scram-sha-256\nhost all all 127.0.0.1/32 scram-sha-256\n"


@dataclass
class State:
    """What a cluster remembers from one command to the next."""

    home: str = ""
    socket_folder: str = ""
    port: int = 0
    passwords: dict[str, str] = field(default_factory=dict)
    is_furnished: bool = False
    """Whether the roles and the database have been made."""


def _free_port() -> int:
    """Return a port nobody listens on, below those that outgoing connections take."""
    for _ in range(200):
        port = random.randint(20_000, 32_000)  # noqa: S311 - not a secret
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise UsageError("No free port was found on 127.0.0.1.", "set DATABASE_URL to a server that runs already.")


class Cluster:
    """A PostgreSQL cluster in `folder`; `is_throwaway` trades safety for speed, for tests."""

    def __init__(self, folder: Path, *, is_throwaway: bool = False) -> None:
        self.folder = folder.absolute()
        self.is_throwaway = is_throwaway

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
            raise UsageError(f"{path} belongs to another account.", "run as that account, or set DATABASE_URL.") from None

    def remember(self, state: State) -> None:
        """Write the state, readable by its owner alone."""
        part = self.folder / "cluster.json.part"
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
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
    def account(self) -> postgresql.Account:
        """The account that runs the server."""
        return postgresql.Account.choose(self.data)

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Let one process at a time start, stop or furnish the cluster."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            handle = (self.folder / "lock").open("a")
        except PermissionError:
            raise UsageError(f"{self.folder} cannot be written by this account.", "run as its owner, or set DATABASE_URL.") from None
        with handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield

    def server_pid(self) -> int | None:
        """Return the process id of our running server; None for a stale or foreign pid file."""
        lines = self._pid_file()
        if not lines or not lines[0].isdigit():
            return None
        pid = int(lines[0])
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return None
        except PermissionError:
            return None
        if Path("/proc/self").exists():
            # A server works in its data directory: neither a recycled pid nor a copied checkout can pretend that.
            with suppress(OSError):
                return pid if Path(f"/proc/{pid}/cwd").samefile(self.data) else None
            return None
        command = subprocess.run(["/bin/ps", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False)
        return pid if str(self.data) in command.stdout else None

    def is_running(self) -> bool:
        """Whether our server runs and takes connections."""
        lines = self._pid_file()
        return len(lines) > 7 and lines[7].strip() == "ready" and self.server_pid() is not None  # noqa: PLR2004 - its eighth line

    def _pid_file(self) -> list[str]:
        try:
            return (self.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except OSError:
            return []

    def start(self) -> None:
        """Make the cluster if need be, and start it if it does not run. Call it under `lock`.

        Raises:
            UsageError: PostgreSQL is missing, or does not start.
        """
        lines = self._pid_file()
        if self.is_running() and lines[1] == str(self.data):
            return
        if self.server_pid():
            self.stop()  # a checkout that moved under a running server, or a server that hangs in its start
        self._settle()
        if not self.data.exists():
            self._create()
        if lines and self.server_pid() is None and self._pid_is_alive(lines[0]):
            # The number belongs to another process by now; PostgreSQL would not dare to start.
            (self.data / "postmaster.pid").unlink(missing_ok=True)
        self._launch()

    @staticmethod
    def _pid_is_alive(pid: str) -> bool:
        try:
            os.kill(int(pid), 0)
        except (ProcessLookupError, ValueError):
            return False
        except PermissionError:
            return True
        return True

    def _settle(self) -> None:
        """Find a home that the server's account can enter, and move what is there already."""
        self.folder.chmod(0o711 if os.geteuid() == 0 else 0o700)
        state = self.state
        home = self.home
        mark = home / "checkout"
        if Path(state.home).is_absolute() and mark.exists() and mark.read_text(encoding="utf-8") != str(self.folder):
            rightful = Path(mark.read_text(encoding="utf-8")) / "cluster.json"
            if rightful.exists() and json.loads(rightful.read_text(encoding="utf-8"))["home"] == state.home:
                state, home = State(), self.folder / "server"  # a copy of a checkout gets a cluster of its own
        if not self.account.can_enter(home.parent if not home.exists() else home):
            outside = _OUTSIDE / secrets.token_hex(4)
            outside.parent.mkdir(parents=True, exist_ok=True)
            if home.exists():
                shutil.move(home, outside)
            home = outside
            state.home = str(home)
        elif not state.home:
            state.home = "server"
        home.mkdir(exist_ok=True)
        self.account.own(home, 0o700)
        (home / "checkout").write_text(str(self.folder), encoding="utf-8")
        state.port = state.port or _free_port()
        self.remember(state)

    def _create(self) -> None:
        """Run initdb beside the final place, so that a half-made cluster is never taken for a whole one."""
        server = postgresql.find()
        state = self.state
        state.passwords[SUPERUSER] = secrets.token_urlsafe(24)
        state.is_furnished = False
        part = self.home / "data.part"
        shutil.rmtree(part, ignore_errors=True)
        word = self.home / "password"
        word.touch(0o600)
        self.account.own(word, 0o600)
        word.write_text(state.passwords[SUPERUSER], encoding="utf-8")
        options = ["--auth=scram-sha-256", "--encoding=UTF8", f"--locale={_locale()}", "--lc-messages=C", f"--username={SUPERUSER}"]
        if self.is_throwaway:
            options.append("--no-sync")
        result = self.account.run(server.bin_dir / "initdb", "-D", part, f"--pwfile={word}", *options)
        word.unlink()
        if result.returncode:
            raise UsageError(f"PostgreSQL could not make a cluster: {_last_line(result.stderr)}", f"look at {self.home}.")
        (part / "pg_hba.conf").write_text(_HBA, encoding="utf-8")
        with (part / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write("include 'planner.conf'\n")
        (part / "planner.conf").touch()
        self.account.own(part / "planner.conf", 0o600)
        self.remember(state)
        part.rename(self.data)

    def _write_settings(self, state: State) -> None:
        settings = _SETTINGS | {"port": str(state.port), "unix_socket_directories": state.socket_folder}
        if self.is_throwaway:
            settings |= _THROWAWAY_SETTINGS
        # Containers often give little shared memory; parallel queries then fail unless it is taken from files.
        if Path("/dev/shm").exists() and shutil.disk_usage("/dev/shm").total < 1 << 30:  # noqa: S108 - looked at only
            settings["dynamic_shared_memory_type"] = "mmap"
        lines = [f"{name} = '{value}'" for name, value in settings.items()]
        (self.data / "planner.conf").write_text("\n".join(lines) + "\n", encoding="utf-8")

    def _socket_folder(self, state: State) -> Path:
        inside = self.home / "socket"
        if len(os.fsencode(inside)) <= _SOCKET_FOLDER_LENGTH:
            inside.mkdir(exist_ok=True)
            self.account.own(inside, 0o700)
            return inside
        known = Path(state.socket_folder)
        if known.name.startswith("ev-planner-") and known.is_dir() and not known.is_symlink():
            facts = known.stat()
            if facts.st_uid == self.account.uid and facts.st_mode & 0o777 == 0o700:  # noqa: PLR2004 - drwx------
                return known
        made = Path(tempfile.mkdtemp(prefix="ev-planner-", dir="/tmp"))  # noqa: S108 - mkdtemp makes it ours alone
        self.account.own(made, 0o700)
        return made

    def _launch(self) -> None:
        state = self.state
        state.socket_folder = str(self._socket_folder(state))
        major = int((self.data / "PG_VERSION").read_text(encoding="utf-8"))
        pg_ctl = postgresql.find(major).bin_dir / "pg_ctl"
        for _ in range(_TRIES):
            self._write_settings(state)
            self.remember(state)
            start = self.log.stat().st_size if self.log.exists() else 0
            if self.account.run(pg_ctl, "-D", self.data, "-l", self.log, "-w", "-t", "120", "start").returncode == 0:
                return
            said = self.log.read_bytes()[start:].decode(errors="replace") if self.log.exists() else ""
            if "could not bind" in said or "could not create any TCP" in said:
                state.port = _free_port()
            elif "still in use" in said:
                time.sleep(1)  # children of a killed server are on their way out
            else:
                break
        fatal = [line for line in said.splitlines() if "FATAL" in line or "PANIC" in line]
        raise UsageError(f"PostgreSQL did not start: {_last_line(fatal[-1] if fatal else said)}", f"read {self.log}.")

    def stop(self) -> bool:
        """Stop the server; return whether there was one to stop. Call it under `lock`."""
        if self.server_pid() is None:
            return False
        major = int((self.data / "PG_VERSION").read_text(encoding="utf-8"))
        pg_ctl = postgresql.find(major).bin_dir / "pg_ctl"
        for mode in ("fast", "immediate"):
            if self.account.run(pg_ctl, "-D", self.data, "-m", mode, "-w", "-t", "60", "stop").returncode == 0:
                return True
        raise UsageError(f"PostgreSQL (process {self.server_pid()}) does not stop.", f"read {self.log}.")

    def destroy(self) -> None:
        """Stop the server and delete the cluster with all its data."""
        with self.lock():
            self.stop()
            state = self.state
            shutil.rmtree(self.home, ignore_errors=True)
            if state.socket_folder and Path(state.socket_folder).name.startswith("ev-planner-"):
                shutil.rmtree(state.socket_folder, ignore_errors=True)
        shutil.rmtree(self.folder)


def _locale() -> str:
    try:
        known = subprocess.run(["locale", "-a"], capture_output=True, text=True, check=False).stdout.split()
    except FileNotFoundError:
        return "C"
    return "C.UTF-8" if {"C.utf8", "C.UTF-8"} & set(known) else "C"


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "it gave no reason"
