"""`python -m etl` loads a region, as `python -m etl.load` does."""

from db.command.app import run_app
from etl.load import app

if __name__ == "__main__":
    run_app(app)
