"""The tables of the duty lists view. A list's rows come from its own stream (the index), a revision's from its own."""

from typing import Any

from sqlalchemy import Column, Date, DateTime, Index, Integer, MetaData, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

NAME = "duty_lists"
VERSION = 1

METADATA = MetaData(schema=f"{NAME}_v{VERSION}")
_MOMENT = DateTime(timezone=True)


def _stream() -> "Column[Any]":
    return Column("stream_id", Uuid, primary_key=True)


LISTS = Table(
    "lists",
    METADATA,
    _stream(),
    Column("kind", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("keeper", Uuid, nullable=False),
    Column("keeper_name", Text, nullable=False),
    Column("opened_at", _MOMENT, nullable=False),
    Index("lists_kind", "kind"),
)

LISTED_REVISIONS = Table(
    "listed_revisions",
    METADATA,
    _stream(),
    Column("place", Integer, primary_key=True),
    Column("revision", Uuid, nullable=False),
    Column("number", Integer, nullable=False),
    Column("document_number", Text, nullable=False),
    Column("published_on", Date, nullable=False),
    Column("effective_from", Date, nullable=False),
    Column("applies_to", JSONB, nullable=False),
    Column("content_hash", Text, nullable=False),
    Column("listed_at", _MOMENT, nullable=False),
)
"""清单索引: one row a published revision, `place` counting from 0 in the order they were listed."""

REVISIONS = Table(
    "revisions",
    METADATA,
    _stream(),
    Column("version", Integer, nullable=False),
    Column("list", Uuid, nullable=False),
    Column("kind", Text, nullable=False),
    Column("list_title", Text, nullable=False),
    Column("keeper", Uuid, nullable=False),
    Column("keeper_name", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("based_on", Uuid),
    Column("based_on_number", Integer),
    Column("stage", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("item_count", Integer, nullable=False),
    Column("opened_at", _MOMENT, nullable=False),
    Column("changed_at", _MOMENT, nullable=False),
    Column("document_number", Text, nullable=False),
    Column("published_on", Date),
    Column("effective_from", Date),
    Column("applies_to", JSONB),
    Column("content_hash", Text),
    Index("revisions_list", "list", "number"),
)

ITEMS = Table(
    "items",
    METADATA,
    _stream(),
    Column("code", Text, primary_key=True),
    Column("number", Integer, nullable=False),
    Column("field", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("content", JSONB, nullable=False),
    Column("change", Text, nullable=False),
    Column("change_reason", Text, nullable=False),
    Column("suspended_from", Date),
    Column("suspended_by_law", Text),
    Column("title_key", Text, nullable=False),
    Column("field_key", Text, nullable=False),
    Column("duty_key", Text, nullable=False),
    Index("items_place", "stream_id", "number"),
    Index("items_code", "code"),
)
"""One row an item of a revision. `content` is the item as the event says it; the keys are what is searched in."""

REMOVALS = Table(
    "removals",
    METADATA,
    _stream(),
    Column("code", Text, primary_key=True),
    Column("title", Text, nullable=False),
    Column("reason", Text, nullable=False),
)

REVISION_STEPS = Table(
    "revision_steps",
    METADATA,
    _stream(),
    Column("version", Integer, primary_key=True),
    Column("stage", Text, nullable=False),
    Column("recorded_at", _MOMENT, nullable=False),
    Column("person", Uuid),
    Column("post", Text, nullable=False),
    Column("organization", Uuid, nullable=False),
    Column("organization_name", Text, nullable=False),
    Column("words", Text, nullable=False),
)
"""版本办理记录: who opened, submitted, sent back, reviewed, approved, published or discarded it."""
