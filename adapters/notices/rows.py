"""通知的行: from a row of the table to a notice."""

from typing import Any

from sqlalchemy import RowMapping, Select, select

from adapters.notices.tables import notices
from domain.notices.records import Notice
from domain.notices.words import Topic
from domain.shared.urgency import Urgency


def select_notices() -> "Select[Any]":
    """Every column a notice needs, and when it was read."""
    return select(notices)


def notice_of(row: RowMapping) -> Notice:
    """The notice of a row."""
    return Notice(
        row["notice_id"],
        row["call_id"],
        row["version"],
        row["position"],
        row["number"],
        Topic(row["topic"]),
        Urgency(row["urgency"]),
        row["due"],
        row["person_id"],
        row["organization_id"],
        row["organization_name"],
        row["by_organization"],
        row["recorded_at"],
        row["page"],
    )
