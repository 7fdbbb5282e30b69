"""Finds the machine's PostgreSQL with PostGIS and pgRouting, and the account that may run it."""

from __future__ import annotations

import os
import pwd
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from db import environment
from db.common.errors import UsageError

EXTENSIONS = ("postgis", "pgrouting")
_PROGRAMS = ("initdb", "pg_ctl", "postgres")
_PLACES = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
)


@dataclass(frozen=True)
class Installation:
    """A PostgreSQL server on this machine."""

    bin_dir: Path
    major: int
    missing: tuple[str, ...]
    """Extensions without a control file."""


def output(program: Path, argument: str) -> str:
    """Return what a program prints; nothing where it cannot be run."""
    try:
        result = subprocess.run(  # noqa: S603 - programs of PostgreSQL, found above
            [program, argument],
            capture_output=True,
            text=True,
            check=False,
            env=environment.child_environment(),
        )
    except OSError:
        return ""
    return result.stdout.strip()


def _bin_dirs() -> list[Path]:
    found = [folder for pattern in _PLACES for folder in Path("/").glob(pattern.lstrip("/"))]
    pg_config, pg_ctl = shutil.which("pg_config"), shutil.which("pg_ctl")
    if pg_config:
        found.append(Path(output(Path(pg_config), "--bindir") or "/nowhere"))
    if pg_ctl:
        found.append(Path(pg_ctl).resolve().parent)
    return [
        folder for folder in dict.fromkeys(found) if all((folder / program).exists() for program in _PROGRAMS)
    ]


def _control_folders(bin_dir: Path, major: int) -> list[Path]:
    folders = [
        Path(f"/usr/share/postgresql/{major}"),
        bin_dir.parent / "share",
        bin_dir.parent / "share/postgresql",
    ]
    if (bin_dir / "pg_config").exists():
        folders.insert(0, Path(output(bin_dir / "pg_config", "--sharedir")))
    return [folder / "extension" for folder in folders]


def installations() -> list[Installation]:
    """Return the servers of this machine: complete ones first, newest first."""
    found = []
    for bin_dir in _bin_dirs():
        version = re.search(r"\) (\d+)", output(bin_dir / "postgres", "--version"))
        if not version:
            continue
        major = int(version[1])
        folders = _control_folders(bin_dir, major)
        missing = tuple(
            e for e in EXTENSIONS if not any((folder / f"{e}.control").exists() for folder in folders)
        )
        found.append(Installation(bin_dir, major, missing))
    return sorted(found, key=lambda i: (len(i.missing), -i.major))


def install_hint(major: int | None = None) -> str:
    """Return the command that installs what is missing on this kind of machine."""
    other = "or set DATABASE_URL to a server that has them."
    if sys.platform == "darwin":
        return f"brew install postgresql@17 postgis pgrouting, {other}"
    if shutil.which("apt-get"):
        if major:
            names = (f"postgresql-{major}{part}" for part in ("", "-postgis-3", "-pgrouting"))
            return f"apt-get install {' '.join(names)}, {other}"
        return f"db/install_system_packages.sh, which installs them with apt-get, {other}"
    return f"install PostgreSQL, PostGIS and pgRouting with the system's package manager, {other}"


def find(major: int | None = None) -> Installation:
    """Return the server to use, of one major version if an existing cluster asks for it.

    Raises:
        UsageError: there is none, or it lacks PostGIS or pgRouting.
    """
    found = [i for i in installations() if major in (None, i.major)]
    if not found:
        what = f"PostgreSQL {major}, which made the cluster in .pg," if major else "PostgreSQL"
        raise UsageError(f"{what} is not installed.", install_hint(major))
    if found[0].missing:
        names = " and ".join({"postgis": "PostGIS", "pgrouting": "pgRouting"}[e] for e in found[0].missing)
        raise UsageError(
            f"PostgreSQL {found[0].major} is installed without {names}.", install_hint(found[0].major)
        )
    return found[0]


@dataclass(frozen=True)
class Account:
    """The account that runs the server; PostgreSQL refuses to run as root."""

    uid: int
    gid: int

    @classmethod
    def choose(cls, data: Path) -> Account:
        """Return oneself, or for root whoever owns the data, or else `postgres` or `nobody`.

        Raises:
            UsageError: root finds no such account.
        """
        if os.geteuid() != 0:
            return cls(os.geteuid(), os.getegid())
        if data.exists() and data.stat().st_uid != 0:
            return cls(data.stat().st_uid, data.stat().st_gid)
        for name in ("postgres", "nobody"):
            try:
                entry = pwd.getpwnam(name)
            except KeyError:
                continue
            return cls(entry.pw_uid, entry.pw_gid)
        raise UsageError(
            "PostgreSQL does not run as root, and there is no account postgres or nobody.",
            "adduser --system postgres",
        )

    def run(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        """Run a program as this account, from the root folder, which every account may enter."""
        switch = {"user": self.uid, "group": self.gid, "extra_groups": []} if os.geteuid() == 0 else {}
        return subprocess.run(  # type: ignore[call-overload,no-any-return] # noqa: S603 - programs of the installation found above
            [*command],
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            env=environment.child_environment(),
            stdin=subprocess.DEVNULL,
            **switch,
        )

    def own(self, path: Path, mode: int) -> None:
        """Give a path to this account."""
        path.chmod(mode)
        if os.geteuid() == 0:
            os.chown(path, self.uid, self.gid)

    def can_enter(self, folder: Path) -> bool:
        """Whether this account may enter a folder, which asks for all folders above it, too."""
        return self.run("/usr/bin/env", "test", "-x", folder).returncode == 0
