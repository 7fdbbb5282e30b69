"""Alembic's entry: one connection, given by `db.schema.upgrade`: migrations and views share a transaction."""

from alembic import context

from db.schema import build, upgrade

given = context.config.attributes.get("connection")


def _migrate(bind: object) -> None:
    context.configure(connection=bind, version_table="alembic_version", version_table_schema="plan")  # type: ignore[arg-type]
    with context.begin_transaction():
        context.run_migrations()


if given is not None:
    _migrate(given)
else:
    with upgrade.engine().begin() as bind:
        build.drop_views(bind.connection.driver_connection)  # type: ignore[arg-type]
        bind.exec_driver_sql("create schema if not exists plan")
        _migrate(bind)
