"""Which assessment periods were opened is asked before another is: by an index of these few facts."""

from alembic import op

revision = "0007"
down_revision = "0006"

OPENED = """
CREATE INDEX stored_events_opened_periods ON stored_events (notification_id)
    WHERE topic = 'assessment.PeriodOpened';
"""


def upgrade() -> None:
    """Add it."""
    op.get_bind().exec_driver_sql(OPENED)
