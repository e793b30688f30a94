"""通知的表: those of `infra/migrations` (0005, 0006) that this room reads and writes."""

from sqlalchemy import ARRAY, BigInteger, Boolean, Column, DateTime, Integer, LargeBinary, MetaData, Table, Text, Uuid

_metadata = MetaData()
_MOMENT = DateTime(timezone=True)

notices = Table(
    "notices",
    _metadata,
    Column("notice_id", Uuid, primary_key=True),
    Column("call_id", Uuid, nullable=False),  # or the period's, by the topic (`Notice.call`)
    Column("version", BigInteger, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("number", Text, nullable=False),
    Column("topic", Text, nullable=False),
    Column("urgency", Text, nullable=False),
    Column("due", _MOMENT),
    Column("person_id", Uuid),
    Column("organization_id", Uuid, nullable=False),
    Column("organization_name", Text, nullable=False),
    Column("by_organization", Text, nullable=False),
    Column("recorded_at", _MOMENT, nullable=False),
    Column("read_at", _MOMENT),
    Column("page", Text, nullable=False),
)

deliveries = Table(
    "notice_deliveries",
    _metadata,
    Column("delivery_id", Uuid, primary_key=True),
    Column("channel", Text, nullable=False),
    Column("person_id", Uuid),
    Column("organization_id", Uuid, nullable=False),
    Column("urgency", Text, nullable=False),
    Column("demanded", Boolean, nullable=False),
    Column("gathered", Boolean, nullable=False),
    Column("state", Text, nullable=False),
    Column("should_go_at", _MOMENT, nullable=False),
    Column("next_at", _MOMENT, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("sender", Integer),
    Column("code", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("ended_at", _MOMENT),
    Column("settled_at", _MOMENT),
)

items = Table(
    "notice_delivery_items",
    _metadata,
    Column("delivery_id", Uuid, primary_key=True),
    Column("notice_id", Uuid, primary_key=True),
)

places = Table(
    "notice_places",
    _metadata,
    Column("channel", Text, primary_key=True),
    Column("next_offset", BigInteger, nullable=False),
    Column("stream_id", Uuid),
    Column("version", BigInteger),
    Column("recorded_at", _MOMENT),
    Column("silent_until", _MOMENT),
    Column("seen_at", _MOMENT, nullable=False),
)

unplanned = Table(
    "notice_unplanned",
    _metadata,
    Column("position", BigInteger, primary_key=True),
    Column("stream_id", Uuid, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("wire", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("since", _MOMENT, nullable=False),
)

preferences = Table(
    "notice_preferences",
    _metadata,
    Column("person_id", Uuid, primary_key=True),
    Column("channels", ARRAY(Text), nullable=False),
    Column("daily", Boolean, nullable=False),
    Column("only_owed", Boolean, nullable=False),
    Column("addresses", LargeBinary),
    Column("changed_at", _MOMENT, nullable=False),
)

webhooks = Table(
    "notice_webhooks",
    _metadata,
    Column("organization_id", Uuid, primary_key=True),
    Column("url", Text, nullable=False),
    Column("secret", LargeBinary, nullable=False),
    Column("registered_at", _MOMENT, nullable=False),
)
