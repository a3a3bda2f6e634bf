"""Runs revisions on the connection that `storage.migration` hands over, each in a transaction of its own."""

from typing import Any, cast

from alembic import context
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection

from deepracer_desk.domain.errors import DamagedDataError


def check_references(ctx: MigrationContext, **_about: object) -> None:
    """Roll the revision back when it left a row pointing nowhere; foreign keys are off meanwhile."""
    connection = ctx.connection
    if connection is None or connection.dialect.name != "sqlite":
        return
    loose = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if loose is not None:
        raise DamagedDataError(
            f"Rows of “{loose[0]}” belong to rows of “{loose[2]}” that are missing.",
            hint="Restore the newest backup from the backups folder.",
        )


connection: Connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    transaction_per_migration=True,
    transactional_ddl=True,  # true for SQLite too, because our connections say their own BEGIN
    on_version_apply=cast("Any", check_references),  # called by keyword; the stub says by position
)
with context.begin_transaction():
    context.run_migrations()
