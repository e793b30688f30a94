"""Views that stopped say so: state and reason of each, and a stable code for every parked stream."""

from alembic import op

revision = "0004"
down_revision = "0003"

STOPS = """
CREATE TABLE projection_stops (
    schema_name text PRIMARY KEY,
    code text NOT NULL,
    reason text NOT NULL,
    stopped_at timestamptz NOT NULL DEFAULT now(),
    tried_at timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE projection_parked ADD COLUMN code text NOT NULL DEFAULT 'event-not-foldable';
ALTER TABLE IF EXISTS kafka_relay ADD COLUMN IF NOT EXISTS code text NOT NULL DEFAULT '';
"""


def upgrade() -> None:
    """Add them."""
    op.get_bind().exec_driver_sql(STOPS)
