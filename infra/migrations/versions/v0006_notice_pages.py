"""A notice says where under the call's page it stands: an order, a circular, the supervision of the call."""

from alembic import op

revision = "0006"
down_revision = "0005"

PAGES = """
-- A constant default: nothing is rewritten, however many notices stand.
ALTER TABLE notices ADD COLUMN page text NOT NULL DEFAULT '';
"""


def upgrade() -> None:
    """Add it."""
    op.get_bind().exec_driver_sql(PAGES)
