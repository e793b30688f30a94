"""Checkpoints say up to which position a build folded the store itself (decision 0031)."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Views that stand were folded from their channels alone."""
    op.get_bind().exec_driver_sql("ALTER TABLE projection_checkpoints ADD COLUMN built_to bigint NOT NULL DEFAULT 0")
