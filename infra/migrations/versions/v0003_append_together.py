"""Appending together: one transaction for the commands of several askers, each of which stands or falls alone."""

from alembic import op

revision = "0003"
down_revision = "0001"

APPEND = """
-- One round trip and one flush for several members (the events of one command each): take the lock that makes the
-- order of positions the order of commits, then member by member insert the events and note the command. A member
-- whose versions or command id stand already is passed over, its positions are NULL: nobody else writes while the lock
-- is held, so what this looks up is what an insert would find, and the other members need not be tried again.
-- The arrays of events hold the members' events one after the other; `sizes` says how many belong to each.
CREATE FUNCTION append_together(
    sizes int[], ids uuid[], versions bigint[], topics text[], states bytea[],
    command_ids uuid[], command_names text[], command_fingerprints bytea[]
) RETURNS bigint[] LANGUAGE plpgsql SET lock_timeout = '10s' SET enable_seqscan = off AS $body$
DECLARE
    positions bigint[] := '{}';
    placed bigint[];
    first int := 1;
    last int;
BEGIN
    LOCK TABLE stored_events IN EXCLUSIVE MODE;
    NOTIFY stored_events;
    FOR member IN 1 .. cardinality(sizes) LOOP
        last := first + sizes[member] - 1;
        IF EXISTS (SELECT FROM commands WHERE command_id = command_ids[member])
            OR EXISTS (
                SELECT FROM unnest(ids[first:last], versions[first:last]) AS e(id, version)
                JOIN stored_events ON originator_id = e.id AND originator_version = e.version
            )
        THEN
            placed := array_fill(NULL::bigint, ARRAY[sizes[member]]);
        ELSE
            WITH inserted AS (
                INSERT INTO stored_events (originator_id, originator_version, topic, state)
                SELECT e.id, e.version, e.topic, e.state
                FROM unnest(ids[first:last], versions[first:last], topics[first:last], states[first:last])
                    WITH ORDINALITY AS e(id, version, topic, state, place)
                ORDER BY e.place
                RETURNING notification_id
            )
            SELECT coalesce(array_agg(notification_id ORDER BY notification_id), '{}') INTO placed FROM inserted;
            IF command_ids[member] IS NOT NULL THEN
                INSERT INTO commands (command_id, name, fingerprint, positions)
                VALUES (command_ids[member], command_names[member], command_fingerprints[member], placed);
            END IF;
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
