"""The tables of the calls view. Texts stand here decrypted: the view can be dropped and built again without them."""

from sqlalchemy import BigInteger, Boolean, Column, DateTime, Index, Integer, MetaData, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

VERSION = 10
metadata = MetaData(schema=f"calls_v{VERSION}")

SAID = "(number || E'\\n' || text || E'\\n' || place || E'\\n' || item_title || E'\\n' || township_name)"
"""What a call can be found by, as one text. No word that somebody looks for reaches over a line."""

PAIRS = (
    f"string_to_array(regexp_replace(lower{SAID}, '(..)', E'\\\\1\\t', 'g') || E'\\t'"
    f" || regexp_replace(substr(lower{SAID}, 2), '(..)', E'\\\\1\\t', 'g'), E'\\t') COLLATE \"C\""
)
"""Every two neighbouring characters of it: Chinese has no spaces to split at, and its words are too short for the
trigrams of pg_trgm. Only functions that every PostgreSQL brings (decision 0027)."""

REFUSED_TWICE = "(ledger->>'reworks')::int > 1"
"""Whose bearer said twice that it was done, and it was not."""

calls = Table(
    "calls",
    metadata,
    Column("stream_id", Uuid, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("number", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("urgency", Text, nullable=False),
    Column("township", Uuid, nullable=False),
    Column("township_name", Text, nullable=False),
    Column("submitted_by", Uuid),
    Column("submitted_at", DateTime(timezone=True), nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    Column("lead", Uuid),
    Column("lead_name", Text),
    Column("item", Text),
    Column("item_title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("concerned", ARRAY(Uuid), nullable=False),
    Column("kept_from", Uuid),
    Column("state", JSONB, nullable=False),
    Index("calls_number", "number"),  # not unique: a row must depend on nothing but its own call's facts
    Index("calls_kept_from", "kept_from", postgresql_where=text("kept_from IS NOT NULL")),
    Index("calls_by_time", "submitted_at", "stream_id"),
    Index("calls_by_stage", "stage", "submitted_at", "stream_id"),
    Index("calls_by_township", "township", "submitted_at", "stream_id"),
    Index(
        "calls_by_words",
        "concerned",
        text(f"({PAIRS})"),
        postgresql_using="gin",
        postgresql_with={"gin_pending_list_limit": 512},
    ),
)
"""One row a call. `state` is the folded call as JSON; `concerned` every organization that may read it;
`kept_from` the one that does not, however far it sees: a confidential call is about its own staff."""

obligations = Table(
    "obligations",
    metadata,
    Column("stream_id", Uuid, primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("action", Text, nullable=False),
    Column("organization", Uuid, nullable=False),
    Column("organization_name", Text, nullable=False),
    Column("urgency", Text, nullable=False),
    Column("is_open", Boolean, nullable=False),
    Column("done", Boolean, nullable=False),
    Column("owed", Boolean, nullable=False),
    Column("performance", Text, nullable=False),
    Column("owed_to", Uuid),
    Column("owed_to_name", Text, nullable=False),
    Column("round", Integer, nullable=False),
    Column("performed_at", DateTime(timezone=True)),
    Column("justified_until", DateTime(timezone=True)),
    Column("paused_since", DateTime(timezone=True)),
    Column("opened_at", DateTime(timezone=True), nullable=False),
    Column("due_at", DateTime(timezone=True), nullable=False),
    Column("due_soon_at", DateTime(timezone=True), nullable=False),
    Column("ended_at", DateTime(timezone=True)),
    Column("ledger", JSONB, nullable=False),
    Index("obligations_to_do", "organization", "action", "due_at", "stream_id", "place", postgresql_where="is_open"),
    Index("obligations_by_time", "due_soon_at", "stream_id", "place", postgresql_where=text("is_open AND owed")),
    Index(
        "obligations_lapsing",
        "due_at",
        "stream_id",
        postgresql_where=text("is_open AND action IN ('evaluate', 'contest_decline')"),
    ),
    Index("obligations_refused", "ended_at", "stream_id", "place", postgresql_where=text(REFUSED_TWICE)),
    Index("obligations_of_bearer", "organization", "opened_at", "stream_id", "place", postgresql_where="owed"),
    Index("obligations_done", "organization", "action", "ended_at", "stream_id", "place", postgresql_where="done"),
    info={"put_only": True},
)
"""应履责事项: one row each. `place` is its number within the call; `owed` is false for what merely may be done,
`ledger` as JSON what
else the folded obligation holds, as far as it differs from what is usual (projections.calls.obligation_rows)."""

timeline = Table(
    "timeline",
    metadata,
    Column("stream_id", Uuid, primary_key=True),
    Column("version", BigInteger, primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("wire", Text, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    Column("occurred_at", DateTime(timezone=True), nullable=False),
    Column("person", Uuid),
    Column("post", Text, nullable=False),
    Column("organization", Uuid, nullable=False),
    Column("organization_name", Text, nullable=False),
    Column("only_for", Uuid),
    Column("fact", JSONB, nullable=False),
    Index("timeline_opinions", text("(fact->>'item')"), postgresql_where=text("wire = 'calls.OpinionGiven'")),
    info={"put_only": True},
)
"""办理记录: one row a fact. `only_for` is set for notes that only one organization reads."""

attachments = Table(
    "attachments",
    metadata,
    Column("stream_id", Uuid, primary_key=True),
    Column("sha256", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("thumbnail", Boolean, nullable=False),
    Column("only_for", Uuid),
    info={"put_only": True},
)
"""附件: which call a stored file belongs to, so that whoever may read the call may read the file."""
