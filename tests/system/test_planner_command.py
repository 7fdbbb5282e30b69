"""`planner` in a process of its own: quick to say what there is, and known to shells."""

from __future__ import annotations

import subprocess
import sys


def test_help_imports_no_command() -> None:
    code = (
        "import sys\nfrom db.command import planner\n"
        "try: planner.app(['--help'])\nexcept SystemExit: pass\n"
        "print('imported', sorted(m for m in sys.modules if m.split('.')[0] in "
        "('numpy', 'pandas', 'psycopg', 'pyomo', 'osmnx', 'etl', 'model', 'report', 'distributed')))"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.splitlines()[-1] == "imported []"


def test_completion_knows_commands_and_their_options() -> None:
    def completed(words: str) -> str:
        return subprocess.run(
            [sys.executable, "-c", "from db.command.planner import app; app(prog_name='planner')"],
            env={
                "_PLANNER_COMPLETE": "complete_bash",
                "COMP_WORDS": words,
                "COMP_CWORD": str(len(words.split()) - 1),
            },
            capture_output=True,
            text=True,
            check=False,
        ).stdout

    assert {"solve", "sweep", "simulate", "serve", "summary"} <= set(completed("planner s").split())
    assert "--scenario" in completed("planner solve --sc").split()
