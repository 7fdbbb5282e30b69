"""`python -m etl` is `python -m etl.load`."""

from db.command.app import run_app
from etl.load import app

if __name__ == "__main__":
    run_app(app)
