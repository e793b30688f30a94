"""Notices: what people are told, the outbox from which it is sent, what each wishes, and how far planning has come."""

from alembic import op

revision = "0005"
down_revision = "0004"

NOTICES = """
-- One row a fact and recipient: the key is computed from both, so that nothing is told twice, however often planned.
CREATE TABLE notices (
    notice_id uuid PRIMARY KEY,
    call_id uuid NOT NULL,
    version bigint NOT NULL,
    position bigint NOT NULL,
    number text NOT NULL,
    topic text NOT NULL,
    urgency text NOT NULL,
    due timestamptz,
    person_id uuid,
    organization_id uuid NOT NULL,
    organization_name text NOT NULL,
    by_organization text NOT NULL,
    recorded_at timestamptz NOT NULL,
    read_at timestamptz
);
CREATE INDEX notices_inbox ON notices (person_id, recorded_at DESC, notice_id) WHERE person_id IS NOT NULL;
CREATE INDEX notices_unread ON notices (person_id) WHERE person_id IS NOT NULL AND read_at IS NULL;

CREATE TABLE notice_deliveries (
    delivery_id uuid PRIMARY KEY,
    channel text NOT NULL,
    person_id uuid,
    organization_id uuid NOT NULL,
    urgency text NOT NULL,
    demanded boolean NOT NULL,
    gathered boolean NOT NULL,
    state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sending', 'sent', 'given_up')),
    should_go_at timestamptz NOT NULL,
    next_at timestamptz NOT NULL,
    attempts int NOT NULL DEFAULT 0,
    sender int,
    code text NOT NULL DEFAULT '',
    answer text NOT NULL DEFAULT '',
    ended_at timestamptz,
    settled_at timestamptz,
    CHECK ((state = 'sending') = (sender IS NOT NULL))
);
CREATE INDEX notice_deliveries_waiting ON notice_deliveries (channel, (urgency = 'emergency') DESC, next_at)
    WHERE state = 'waiting';
CREATE INDEX notice_deliveries_sending ON notice_deliveries (channel) WHERE state = 'sending';
CREATE INDEX notice_deliveries_given_up ON notice_deliveries (ended_at) WHERE state = 'given_up' AND settled_at IS NULL;

CREATE TABLE notice_delivery_items (
    delivery_id uuid NOT NULL REFERENCES notice_deliveries,
    notice_id uuid NOT NULL REFERENCES notices,
    PRIMARY KEY (delivery_id, notice_id)
);
CREATE INDEX notice_delivery_items_notice ON notice_delivery_items (notice_id);
"""

PLANNING = """
CREATE TABLE notice_places (
    channel text PRIMARY KEY,
    next_offset bigint NOT NULL,
    stream_id uuid,
    version bigint,
    recorded_at timestamptz,
    silent_until timestamptz,
    seen_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE notice_unplanned (
    position bigint PRIMARY KEY,
    stream_id uuid NOT NULL,
    version bigint NOT NULL,
    wire text NOT NULL,
    code text NOT NULL,
    reason text NOT NULL,
    since timestamptz NOT NULL DEFAULT now()
);
CREATE SEQUENCE notice_senders AS int CYCLE;
"""

SETTINGS = """
-- Addresses are sealed under the person's own key.
CREATE TABLE notice_preferences (
    person_id uuid PRIMARY KEY,
    channels text[] NOT NULL,
    daily boolean NOT NULL,
    only_owed boolean NOT NULL,
    addresses bytea,
    changed_at timestamptz NOT NULL
);
CREATE TABLE notice_webhooks (
    organization_id uuid PRIMARY KEY,
    url text NOT NULL,
    secret bytea NOT NULL,
    registered_at timestamptz NOT NULL
);
"""


def upgrade() -> None:
    """Add them."""
    for statements in (NOTICES, PLANNING, SETTINGS):
        op.get_bind().exec_driver_sql(statements)
