"""身份表: the tables of `infra/migrations` that this room reads and writes."""

from sqlalchemy import ARRAY, Boolean, Column, DateTime, LargeBinary, MetaData, Table, Text, Uuid

_metadata = MetaData()

credentials = Table(
    "credentials",
    _metadata,
    Column("person_id", Uuid, primary_key=True),
    Column("login", Text, nullable=False, unique=True),
    Column("password_hash", Text, nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    Column("must_change", Boolean, nullable=False),
)

sessions = Table(
    "sessions",
    _metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("person_id", Uuid, nullable=False),
    Column("appointment_id", Uuid),
    Column("csrf_secret", Text, nullable=False),
    Column("opened_at", DateTime(timezone=True), nullable=False),
    Column("seen_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
)

api_tokens = Table(
    "api_tokens",
    _metadata,
    Column("token_id", Uuid, primary_key=True),
    Column("token_hash", LargeBinary, nullable=False, unique=True),
    Column("person_id", Uuid, nullable=False),
    Column("appointment_id", Uuid, nullable=False),
    Column("scopes", ARRAY(Text), nullable=False),
    Column("label", Text, nullable=False),
    Column("issued_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("revoked_at", DateTime(timezone=True)),
)

sign_in_failures = Table(
    "sign_in_failures",
    _metadata,
    Column("attempt", Uuid, nullable=False),
    Column("subject", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)
