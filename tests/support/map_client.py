"""QGIS as a person has it: the stored project is opened, drawn and edited by QGIS itself."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from db.environment import child_environment
from report.qgis import __main__ as command

PYTHON = "/usr/bin/python3"
CLIENT = Path(__file__).parent / "qgis" / "client.py"


def open_in_qgis(login: dict[str, str], language: str, folder: Path, *more: str) -> dict[str, Any]:
    """Open the project as a person who has the service in pg_service.conf; nothing else is known to QGIS."""
    service = folder / "pg_service.conf"
    service.write_text("[ev_test]\n" + "".join(f"{k}={v}\n" for k, v in login.items()))
    done = subprocess.run(
        [
            PYTHON,
            str(CLIENT),
            command.project_uri({}, language, "ev_test"),
            str(folder / "pictures" / language),
            *more,
        ],
        env=child_environment()
        | {"PGSERVICEFILE": str(service), "QT_QPA_PLATFORM": "offscreen", "HOME": str(folder)},
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    assert found["is_open"], found["error"]
    return found
