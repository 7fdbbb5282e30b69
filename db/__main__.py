"""`python -m db`: up, down, status, url, upgrade, refresh, dump, restore, check."""

import sys

try:
    from db.command.app import run_app
    from db.commands import app
except ModuleNotFoundError as error:
    sys.stderr.write(f"error: the Python package {error.name} is not installed here.\n")
    sys.stderr.write("  next: run `make setup`, then use .venv/bin/python.\n")
    raise SystemExit(2) from None

if __name__ == "__main__":
    run_app(app)
