"""The store of record: events, commands, content keys, projection bookkeeping, credentials."""

from alembic import op

revision = "0001"
down_revision = None

EVENTS = """
CREATE TABLE stored_events (
    originator_id uuid NOT NULL,
    originator_version bigint NOT NULL,
    topic text NOT NULL,
    state bytea NOT NULL,
    notification_id bigserial NOT NULL,
    PRIMARY KEY (originator_id, originator_version)
);
CREATE UNIQUE INDEX stored_events_notification_id ON stored_events (notification_id);


CREATE TABLE commands (
    command_id uuid PRIMARY KEY,
    name text NOT NULL,
    fingerprint bytea NOT NULL,
    positions bigint[] NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now()
);

-- One round trip: take the lock that makes the order of positions the order of commits, insert, note the command.
CREATE FUNCTION append_events(
    ids uuid[], versions bigint[], topics text[], states bytea[],
    command uuid, command_name text, command_fingerprint bytea
) RETURNS bigint[] LANGUAGE plpgsql AS $body$
DECLARE
    positions bigint[];
BEGIN
    SET LOCAL lock_timeout = '10s';
    LOCK TABLE stored_events IN EXCLUSIVE MODE;
    NOTIFY stored_events;
    WITH inserted AS (
        INSERT INTO stored_events (originator_id, originator_version, topic, state)
        SELECT e.id, e.version, e.topic, e.state
        FROM unnest(ids, versions, topics, states) WITH ORDINALITY AS e(id, version, topic, state, place)
        ORDER BY e.place
        RETURNING notification_id
    )
    SELECT array_agg(notification_id ORDER BY notification_id) INTO positions FROM inserted;
    IF command IS NOT NULL THEN
        INSERT INTO commands (command_id, name, fingerprint, positions)
        VALUES (command, command_name, command_fingerprint, coalesce(positions, '{}'));
    END IF;
    RETURN coalesce(positions, '{}');
END;
$body$;

-- Facts are only ever added: an accident in a console is refused by the database itself.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    RAISE EXCEPTION 'stored events are never changed or removed';
END;
$body$;
CREATE TRIGGER stored_events_only_grow BEFORE UPDATE OR DELETE OR TRUNCATE ON stored_events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""

KEYS = """
CREATE TABLE content_keys (
    key_id text PRIMARY KEY,
    wrapped bytea,
    created_at timestamptz NOT NULL DEFAULT now(),
    destroyed_at timestamptz,
    destroyed_by text,
    CHECK ((wrapped IS NULL) = (destroyed_at IS NOT NULL))
);
"""

PROJECTIONS = """
CREATE TABLE projections (
    name text NOT NULL,
    version int NOT NULL,
    generation int NOT NULL DEFAULT 0,
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (name, version)
);
CREATE TABLE projection_checkpoints (
    schema_name text NOT NULL,
    channel text NOT NULL,
    next_offset bigint NOT NULL,
    position bigint NOT NULL,
    recorded_at timestamptz,
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (schema_name, channel)
);
CREATE TABLE projection_parked (
    schema_name text NOT NULL,
    stream_id uuid NOT NULL,
    position bigint NOT NULL,
    topic text NOT NULL,
    reason text NOT NULL,
    parked_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (schema_name, stream_id)
);
"""

DEMONSTRATION = """
-- One row once the invented county was loaded: such a database never serves a real one.
CREATE TABLE demonstration_marks (marked boolean PRIMARY KEY DEFAULT true CHECK (marked), at timestamptz DEFAULT now());
"""

IDENTITY = """
CREATE TABLE credentials (
    person_id uuid PRIMARY KEY,
    login text NOT NULL UNIQUE,
    password_hash text NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT now(),
    must_change boolean NOT NULL DEFAULT false
);
CREATE TABLE sessions (
    token_hash bytea PRIMARY KEY,
    person_id uuid NOT NULL,
    appointment_id uuid,
    csrf_secret text NOT NULL,
    opened_at timestamptz NOT NULL DEFAULT now(),
    seen_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL
);
CREATE INDEX sessions_person ON sessions (person_id);
CREATE TABLE api_tokens (
    token_id uuid PRIMARY KEY,
    token_hash bytea NOT NULL UNIQUE,
    person_id uuid NOT NULL,
    appointment_id uuid NOT NULL,
    scopes text[] NOT NULL,
    label text NOT NULL,
    issued_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz
);
CREATE TABLE sign_in_failures (
    attempt uuid NOT NULL,
    subject text NOT NULL,
    at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX sign_in_failures_subject ON sign_in_failures (subject, at);
CREATE INDEX sign_in_failures_attempt ON sign_in_failures (attempt);
"""


def upgrade() -> None:
    """Create everything."""
    for statements in (EVENTS, KEYS, PROJECTIONS, IDENTITY, DEMONSTRATION):
        op.get_bind().exec_driver_sql(statements)
