"""The tables of the supervision view. Texts stand here decrypted: the view can be dropped and built again."""

from sqlalchemy import BigInteger, Boolean, Column, DateTime, Index, Integer, MetaData, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

VERSION = 7
metadata = MetaData(schema=f"supervision_v{VERSION}")

matters = Table(
    "matters",
    metadata,
    Column("stream_id", Uuid, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("call", Uuid, nullable=False),
    Column("concerned", ARRAY(Uuid), nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    Column("state", JSONB, nullable=False),
    Index("matters_of_call", "call"),
)
"""督办事项: one row a call. `state` is the folded matter as JSON, `concerned` whom it concerns."""

ladders = Table(
    "ladders",
    metadata,
    Column("stream_id", Uuid, primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("action", Text, primary_key=True),
    Column("call", Uuid, nullable=False),
    Column("own", Boolean, nullable=False),
    Column("organization", Uuid, nullable=False),
    Column("due_at", DateTime(timezone=True), nullable=False),
    Column("rung", Text),
    Column("reached_at", DateTime(timezone=True)),
    Column("standing", Text, nullable=False),
    Column("next_rung", Text),
    Column("next_at", DateTime(timezone=True)),
    Column("next_provisional", Boolean, nullable=False),
    Column("version", BigInteger, nullable=False),
    Index("ladders_next", "next_at", "call", "place", postgresql_where=text("standing = 'climbing'")),
    Index("ladders_of_call", "call", "place"),
    Index("ladders_provisional", "call", postgresql_where="next_provisional"),
)
"""督办阶梯: one row an obligation, by its place in the call; `own`: in the matter. The clock asks by `next_at`."""

obligations = Table(
    "obligations",
    metadata,
    Column("stream_id", Uuid, primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("call", Uuid, nullable=False),
    Column("number", Text, nullable=False),
    Column("township", Uuid, nullable=False),
    Column("township_name", Text, nullable=False),
    Column("urgency", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("organization", Uuid, nullable=False),
    Column("organization_name", Text, nullable=False),
    Column("entry", Integer, nullable=False),
    Column("document", Text, nullable=False),
    Column("performance", Text, nullable=False),
    Column("is_open", Boolean, nullable=False),
    Column("opened_at", DateTime(timezone=True), nullable=False),
    Column("due_soon_at", DateTime(timezone=True), nullable=False),
    Column("due_at", DateTime(timezone=True), nullable=False),
    Column("performed_at", DateTime(timezone=True)),
    Column("ended_at", DateTime(timezone=True)),
    Column("state", JSONB, nullable=False),
    Index("supervision_to_do", "organization", "action", "due_at", "stream_id", "place", postgresql_where="is_open"),
    Index("supervision_due", "due_soon_at", "call", "place", postgresql_where="is_open"),
    Index("supervision_recorded", "due_at", "stream_id", "place"),
    Index("supervision_borne", "organization", "due_at", "stream_id", "place"),
)
"""督办应履责事项: what orders and circulars ask for: to sign, to reply, to check, to rectify; `document` is which."""

orders = Table(
    "orders",
    metadata,
    Column("stream_id", Uuid, primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("call", Uuid, nullable=False),
    Column("call_number", Text, nullable=False),
    Column("number", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("issuer", Uuid, nullable=False),
    Column("issuer_name", Text, nullable=False),
    Column("addressee", Uuid, nullable=False),
    Column("addressee_name", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("is_open", Boolean, nullable=False),
    Column("drafted_at", DateTime(timezone=True), nullable=False),
    Column("issued_at", DateTime(timezone=True)),
    Column("places", ARRAY(Integer), nullable=False),
    Index("orders_open", "drafted_at", "stream_id", "place", postgresql_where="is_open"),
    Index("orders_to", "addressee", "drafted_at", "stream_id", "place"),
)
"""督办通知单和通报. A circular stands beside the orders as a kind of its own; `place` tells them apart (see view).
`places`: of the call's obligations that it names."""

suspicions = Table(
    "suspicions",
    metadata,
    Column("stream_id", Uuid, primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("call", Uuid, nullable=False),
    Column("call_number", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("township", Uuid, nullable=False),
    Column("organization", Uuid, nullable=False),
    Column("organization_name", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("suspected_at", DateTime(timezone=True), nullable=False),
    Column("places", ARRAY(Integer), nullable=False),
    Index("suspicions_of_call", "call"),
    Index("suspicions_open", "suspected_at", "stream_id", "place", postgresql_where=text("state = 'suspected'")),
    Index("suspicions_unanswered", "suspected_at", postgresql_where=text("kind = 'no_response'")),
)
"""疑似情形, to be confirmed or dismissed. `place` is its number in the matter, `places` those of the obligations in the
call that it rests on."""

record = Table(
    "record",
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
    Column("fact", JSONB, nullable=False),
    info={"put_only": True},
)
"""督办记录: one row a fact."""
