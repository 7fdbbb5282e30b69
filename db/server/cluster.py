"""A private PostgreSQL cluster: made once, started and stopped, never trusting."""

from __future__ import annotations

import os
import random
import secrets
import shutil
import socket
import subprocess
import time
from contextlib import suppress
from pathlib import Path

from db.common.errors import UsageError
from db.server import postgresql
from db.server.folder import ClusterFolder, State

SUPERUSER = "postgres"
_TRIES = 6
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_permissions": "0700",
    "password_encryption": "scram-sha-256",
    "max_connections": "60",
    # a load replaces all views in one transaction: db.schema.checks.LOAD_LOCK_COUNT
    "max_locks_per_transaction": "256",
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
_THROWAWAY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_wal_size": "512MB",
}
_HBA = "local all all scram-sha-256\nhost all all 127.0.0.1/32 scram-sha-256\n"


class Cluster(ClusterFolder):
    """A PostgreSQL cluster in `folder`; `is_throwaway` trades safety for speed, for tests."""

    def __init__(self, folder: Path, *, is_throwaway: bool = False) -> None:
        super().__init__(folder)
        self.is_throwaway = is_throwaway

    def _pid_file(self) -> list[str]:
        try:
            return (self.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except OSError:
            return []

    def server_pid(self) -> int | None:
        """Return the process id of our running server; None for a stale or foreign pid file."""
        lines = self._pid_file()
        if not lines or not lines[0].isdigit() or not _is_alive(lines[0]):
            return None
        pid = int(lines[0])
        if Path("/proc/self").exists():
            # A server works in its data directory: neither a recycled pid nor a copied checkout has that.
            with suppress(OSError):
                return pid if Path(f"/proc/{pid}/cwd").samefile(self.data) else None
            return None
        command = subprocess.run(  # noqa: S603 - a fixed program and a number
            ["/bin/ps", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False
        )
        return pid if str(self.data) in command.stdout else None

    def is_running(self) -> bool:
        """Whether our server runs where the checkout stands now, and takes connections."""
        lines = self._pid_file()
        is_ready = len(lines) > 7 and lines[7].strip() == "ready"  # noqa: PLR2004 - the eighth line of that file
        return is_ready and lines[1] == str(self.data) and self.server_pid() is not None

    def start(self) -> None:
        """Make the cluster if need be, and start it if it does not run. Call it under `lock`.

        Raises:
            UsageError: PostgreSQL is missing, or does not start.
        """
        if self.is_running():
            return
        if self.server_pid():
            self.stop()  # a checkout that moved under a running server, or a server that hangs in its start
        self.settle()
        if not self.data.exists():
            self._create()
        if _is_alive(*self._pid_file()[:1]):
            # Rubbish, or a number that belongs to another process by now: PostgreSQL would not dare to start.
            (self.data / "postmaster.pid").unlink(missing_ok=True)
        self._launch()

    def _create(self) -> None:
        """Run initdb beside the final place, so that a half-made cluster is never taken for a whole one."""
        server = postgresql.find()
        password = secrets.token_urlsafe(24)
        part = self.home / "data.part"
        shutil.rmtree(part, ignore_errors=True)
        word = self.home / "password"
        word.unlink(missing_ok=True)
        word.touch(0o600)
        self.account.own(word, 0o600)
        word.write_text(password, encoding="utf-8")
        options = ["--auth=scram-sha-256", "--encoding=UTF8", f"--locale={_locale()}", "--lc-messages=C"]
        if self.is_throwaway:
            options.append("--no-sync")
        result = self.account.run(
            server.bin_dir / "initdb", f"--username={SUPERUSER}", f"--pwfile={word}", *options, "-D", part
        )
        word.unlink()
        if result.returncode:
            reason = _last_line(result.stderr)
            raise UsageError(f"PostgreSQL could not make a cluster: {reason}", f"look at {self.home}.")
        (part / "pg_hba.conf").write_text(_HBA, encoding="utf-8")
        with (part / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write("include 'planner.conf'\n")
        (part / "planner.conf").touch()
        self.account.own(part / "planner.conf", 0o600)
        state = self.state
        state.passwords = {SUPERUSER: password}
        state.furnishing = 0
        self.remember(state)
        part.rename(self.data)

    def _write_settings(self, state: State) -> None:
        settings = _SETTINGS | {"port": str(state.port), "unix_socket_directories": state.socket_folder}
        if self.is_throwaway:
            settings |= _THROWAWAY
        # Containers often have little shared memory; parallel queries then fail, unless they take files.
        shared_memory = Path("/dev/shm")  # noqa: S108 - looked at only
        if shared_memory.exists() and shutil.disk_usage(shared_memory).total < 1 << 30:
            settings["dynamic_shared_memory_type"] = "mmap"
        quoted = {name: value.replace("'", "''") for name, value in settings.items()}
        text = "".join(f"{name} = '{value}'\n" for name, value in quoted.items())
        (self.data / "planner.conf").write_text(text, encoding="utf-8")

    def _pg_ctl(self, *arguments: str | Path) -> str | None:
        """Run pg_ctl; return None if it succeeds, else what it says."""
        major = int((self.data / "PG_VERSION").read_text(encoding="utf-8"))
        pg_ctl = postgresql.find(major).bin_dir / "pg_ctl"
        result = self.account.run(pg_ctl, "-D", self.data, "-w", *arguments)
        return result.stdout + result.stderr if result.returncode else None

    def _launch(self) -> None:
        state = self.state
        state.port = state.port or _free_port()
        state.socket_folder = str(self.socket_folder())
        said = ""
        for _ in range(_TRIES):
            self._write_settings(state)
            self.remember(state)
            start = self.log.stat().st_size if self.log.exists() else 0
            failure = self._pg_ctl("-l", self.log, "-t", "120", "start")
            if failure is None:
                return
            said = self.log.read_bytes()[start:].decode(errors="replace") if self.log.exists() else failure
            if "could not bind" in said:
                state.port = _free_port()
            elif "still in use" in said:
                time.sleep(1)  # children of a killed server are on their way out
            else:
                break
        fatal = [line for line in said.splitlines() if "FATAL" in line or "PANIC" in line]
        reason = _last_line(fatal[-1] if fatal else said)
        raise UsageError(f"PostgreSQL did not start: {reason}", f"read {self.log}.")

    def stop(self) -> bool:
        """Stop the server; return whether there was one to stop. Call it under `lock`.

        Raises:
            UsageError: it does not stop.
        """
        if self.server_pid() is None:
            return False
        for mode in ("fast", "immediate"):
            if self._pg_ctl("-m", mode, "-t", "60", "stop") is None:
                return True
        raise UsageError(f"PostgreSQL (process {self.server_pid()}) does not stop.", f"read {self.log}.")

    def destroy(self) -> None:
        """Stop the server and delete the cluster with all its data."""
        with self.lock():
            self.stop()
            self.delete()


def _is_alive(pid: str = "") -> bool:
    """Whether there is such a process, a zombie included; what is not a number counts as one."""
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except (PermissionError, ValueError):
        return True
    return True


def _free_port() -> int:
    """Return a port on which nothing listens, below those that outgoing connections take."""
    for _ in range(200):
        port = random.randint(20_000, 32_000)  # noqa: S311 - not a secret
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise UsageError(
        "No free port was found on 127.0.0.1.", "set DATABASE_URL to a server that runs already."
    )


def _locale() -> str:
    try:
        known = subprocess.run(["/usr/bin/locale", "-a"], capture_output=True, text=True, check=False).stdout
    except FileNotFoundError:
        return "C"
    return "C.UTF-8" if {"C.utf8", "C.UTF-8"} & set(known.split()) else "C"


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "it gave no reason"
