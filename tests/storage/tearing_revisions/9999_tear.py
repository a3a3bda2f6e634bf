"""A revision that leaves rows pointing nowhere; only tests know it."""

from alembic import op

revision = "9999"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("DELETE FROM racers")
