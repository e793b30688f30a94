"""The tables of the rates view. No text of a call that somebody typed stands here."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

VERSION = 7
metadata = MetaData(schema=f"rates_v{VERSION}")

matters = Table(
    "matters",
    metadata,
    Column("stream_id", Uuid, primary_key=True),
    Column("number", Text, nullable=False),
    Column("township", Uuid, nullable=False),
    Column("township_name", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("state", JSONB, nullable=False),
    Column("trail", JSONB, nullable=False),
    Column("first_position", BigInteger, nullable=False),
    Column("last_position", BigInteger, nullable=False),
    Index("matters_by_last_position", "last_position", "first_position"),
)
"""One row a call: its folded state without texts, to go on from; and where its first and its last fact stand."""

counted = Table(
    "counted",
    metadata,
    Column("stream_id", Uuid, primary_key=True),
    Column("place", SmallInteger, primary_key=True),
    Column("marks", Integer, nullable=False),
    Column("action", Text, nullable=False),
    Column("organization", Uuid, nullable=False),
    Column("organization_name", Text, nullable=False),
    Column("township", Uuid, nullable=False),
    Column("item", Text, nullable=False),
    Column("item_title", Text, nullable=False),
    Column("field", Text, nullable=False),
    Column("performance", Text, nullable=False),
    Column("owed", Boolean, nullable=False),
    Column("pending", Boolean, nullable=False),
    Column("moment", DateTime(timezone=True), nullable=False),
    Column("opened_at", DateTime(timezone=True), nullable=False),
    Column("performed_at", DateTime(timezone=True)),
    Column("ended_at", DateTime(timezone=True)),
    Column("evidence", SmallInteger, nullable=False),
    Column("statements", SmallInteger, nullable=False),
    Column("excuses", Text, nullable=False),
    Index("counted_by_bearer", "organization", "moment", "stream_id", "place"),
    Index("counted_by_township", "township", "moment", "stream_id", "place"),
    Index("counted_by_time", "moment", "stream_id", "place", postgresql_where=text("owed")),
    Index("counted_by_action", "action", "moment", "stream_id", "place"),
    Index("counted_by_item", "item", "moment", "stream_id", "place", postgresql_where=text("item <> ''")),
    Index("counted_pending", "moment", "stream_id", "place", postgresql_where=text("pending")),
)
"""计数项: one row for each obligation, and one (place -1) for the call. `moment` is when it falls into a period.
A narrow right reads its own rows; the county's figures are read from the sums beside it (cells.py)."""

periods = Table(
    "periods",
    metadata,
    Column("stream_id", Uuid, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
    Column("since", DateTime(timezone=True), nullable=False),
    Column("until", DateTime(timezone=True), nullable=False),
    Column("state", Text, nullable=False),
    Column("scheme", JSONB, nullable=False),
    Column("frozen", JSONB),
    Column("frozen_at", DateTime(timezone=True)),
    Column("document", Text, nullable=False),
    Column("withdrawn", Text, nullable=False),
)
"""考核周期. `frozen`: what the facts of the freeze said, as they were recorded. `withdrawn`: why, if it was."""

exclusions = Table(
    "exclusions",
    metadata,
    Column("stream_id", Uuid, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("call", Uuid, nullable=False),
    Column("call_number", Text, nullable=False),
    Column("organization", Uuid, nullable=False),
    Column("organization_name", Text, nullable=False),
    Column("ground", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("proposed_by", Uuid),
    Column("proposed_at", DateTime(timezone=True), nullable=False),
    Column("since", DateTime(timezone=True), nullable=False),
    Column("until", DateTime(timezone=True), nullable=False),
    Column("reason", Text, nullable=False),
    Column("decision", Text, nullable=False),
    Column("decided_position", BigInteger),
    Index("exclusions_of_call", "call", "organization"),
)
"""剔除: since and until are its period's. `reason` and `decision` are typed: decrypted here, gone with their key.
`decided_position`: where the decision stands."""
