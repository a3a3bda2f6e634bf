"""A revision that ends half way; only tests know it."""

from alembic import op

revision = "9999"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE TABLE half (id INTEGER)")
    op.execute("DELETE FROM heartbeat")
    op.execute("INSERT INTO no_such_table VALUES (1)")
