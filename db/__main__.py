"""`python -m db`: up, down, url, upgrade, refresh, check."""

import typer

from db.errors import run_app

app = typer.Typer(no_args_is_help=True, add_completion=False, help="The database: start it, bring it up to date, check it.")


@app.command()
def upgrade() -> None:
    """Migrate the tables and rebuild the views, in one transaction."""
    from db.upgrade import upgrade as run  # noqa: PLC0415

    run()
    typer.echo("database is up to date")


@app.command()
def refresh() -> None:
    """Fill the materialized views again."""
    from db import build, connection  # noqa: PLC0415

    with connection.connect() as conn:
        build.refresh(conn, progress=typer.echo)


if __name__ == "__main__":
    run_app(app)
