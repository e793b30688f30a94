"""Appending together: one transaction for the commands of several askers, each of which stands or falls alone."""

from alembic import op

revision = "0003"
down_revision = "0002"

APPEND = """
-- One round trip and one flush for several members (the events of one command each): take the lock that makes the
-- order of positions the order of commits, then member by member insert the events and note the command. A member
-- whose versions or command id stand already is passed over, its positions are NULL: nobody else writes while the lock
-- is held, so what this looks up is what an insert would find, and the other members need not be tried again.
-- The arrays of events hold the members' events one after the other; `sizes` says how many belong to each.
CREATE FUNCTION append_together(
    sizes int[], ids uuid[], versions bigint[], topics text[], states bytea[],
    command_ids uuid[], command_names text[], command_fingerprints bytea[]
) RETURNS bigint[] LANGUAGE plpgsql AS $body$
DECLARE
    positions bigint[] := '{}';
    placed bigint[];
    position bigint;
    taken boolean;
    first int := 1;
    last int;
BEGIN
    SET LOCAL lock_timeout = '10s';
    SET LOCAL enable_seqscan = off;  -- the plans outlive the small table that they were made for
    LOCK TABLE stored_events IN EXCLUSIVE MODE;
    NOTIFY stored_events;
    FOR member IN 1 .. cardinality(sizes) LOOP
        last := first + sizes[member] - 1;
        taken := EXISTS (SELECT FROM commands WHERE command_id = command_ids[member]);
        FOR place IN first .. last LOOP
            EXIT WHEN taken;
            taken := EXISTS (
                SELECT FROM stored_events WHERE originator_id = ids[place] AND originator_version = versions[place]
            );
        END LOOP;
        placed := '{}';
        FOR place IN first .. last LOOP
            position := NULL;
            IF NOT taken THEN
                INSERT INTO stored_events (originator_id, originator_version, topic, state)
                VALUES (ids[place], versions[place], topics[place], states[place])
                RETURNING notification_id INTO position;
            END IF;
            placed := placed || position;
        END LOOP;
        IF NOT taken AND command_ids[member] IS NOT NULL THEN
            INSERT INTO commands (command_id, name, fingerprint, positions)
            VALUES (command_ids[member], command_names[member], command_fingerprints[member], placed);
        END IF;
        positions := positions || placed;
        first := last + 1;
    END LOOP;
    RETURN positions;
END;
$body$;
"""


def upgrade() -> None:
    """Add the function that appends several commands. `append_events` stays: a process of the release before, still
    running while this one starts, goes on appending through it under the same lock."""
    op.get_bind().exec_driver_sql(APPEND)
