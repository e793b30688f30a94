"""名录视图的表: one table a sort of thing, each row owned by one stream."""

from typing import Any

from sqlalchemy import ARRAY, Boolean, Column, DateTime, Index, Integer, MetaData, String, Table, Uuid

NAME = "directory"
VERSION = 1

METADATA = MetaData(schema=f"{NAME}_v{VERSION}")
_MOMENT = DateTime(timezone=True)


def _stream() -> "Column[Any]":
    return Column("stream_id", Uuid, primary_key=True)


DIVISIONS = Table(
    "divisions",
    METADATA,
    _stream(),
    Column("code", String, nullable=False),
    Column("name", String, nullable=False),
    Column("level", String, nullable=False),
    Column("parent_id", Uuid),
    Column("parent_code", String),
    Column("valid_from", _MOMENT, nullable=False),
    Column("valid_to", _MOMENT),
    Index("divisions_code", "code"),
    Index("divisions_parent", "parent_code", "code"),
)

ORGANIZATIONS = Table(
    "organizations",
    METADATA,
    _stream(),
    Column("code", String, nullable=False),
    Column("name", String, nullable=False),
    Column("aliases", ARRAY(String), nullable=False),
    Column("kind", String, nullable=False),
    Column("management", String, nullable=False),
    Column("division_id", Uuid),
    Column("division_code", String),
    Column("division_name", String),
    Column("parent_id", Uuid),
    Column("established_at", _MOMENT, nullable=False),
    Column("ends_at", _MOMENT),
    Column("dissolved_at", _MOMENT),
    Column("successor_id", Uuid),
    Column("succeeded_at", _MOMENT),
    Index("organizations_kind", "kind", "code"),
    Index("organizations_name", "name"),
    Index("organizations_aliases", "aliases", postgresql_using="gin"),
    Index("organizations_successor", "successor_id"),
)

ORGANIZATION_PERIODS = Table(
    "organization_periods",
    METADATA,
    _stream(),
    Column("version", Integer, primary_key=True),
    Column("name", String, nullable=False),
    Column("aliases", ARRAY(String), nullable=False),
    Column("kind", String, nullable=False),
    Column("management", String, nullable=False),
    Column("division_id", Uuid),
    Column("parent_id", Uuid),
    Column("valid_from", _MOMENT, nullable=False),
    Column("valid_to", _MOMENT),
)
"""机构沿革: what an organization was called and was, from when until before when."""

PEOPLE = Table(
    "people",
    METADATA,
    _stream(),
    Column("code", String, nullable=False),
    Column("name", String, nullable=False),
    Column("masked_phone", String),
    Index("people_code", "code"),
)

APPOINTMENTS = Table(
    "appointments",
    METADATA,
    _stream(),
    Column("appointment_id", Uuid, primary_key=True),
    Column("post", String, nullable=False),
    Column("organization_id", Uuid, nullable=False),
    Column("starts_at", _MOMENT, nullable=False),
    Column("ends_at", _MOMENT),
    Column("handed_to", Uuid),
    Column("handed_at", _MOMENT),
    Index("appointments_organization", "organization_id", "post"),
    Index("appointments_appointment", "appointment_id"),
)

DELEGATIONS = Table(
    "delegations",
    METADATA,
    _stream(),
    Column("delegation_id", Uuid, primary_key=True),
    Column("appointment_id", Uuid, nullable=False),
    Column("post", String, nullable=False),
    Column("organization_id", Uuid, nullable=False),
    Column("delegate_id", Uuid, nullable=False),
    Column("starts_at", _MOMENT, nullable=False),
    Column("ends_at", _MOMENT, nullable=False),
    Index("delegations_delegate", "delegate_id"),
)

SHIFTS = Table(
    "shifts",
    METADATA,
    _stream(),
    Column("starts_at", _MOMENT, primary_key=True),
    Column("person_id", Uuid, primary_key=True),
    Column("ends_at", _MOMENT, nullable=False),
    Column("in_charge", Boolean, nullable=False),
    Index("shifts_time", "stream_id", "ends_at"),
)
