"""责任清单: lists, revisions and items as people look them up, and which of them is in force."""

from projections.duty_lists.differences import limits_text
from projections.duty_lists.entries import (
    Difference,
    ItemChange,
    ItemEntry,
    ItemHit,
    ItemStep,
    ListEntry,
    RevisionEntry,
    RevisionStep,
)
from projections.duty_lists.queries import DutyListQueries
from projections.duty_lists.view import DutyLists

__all__ = [
    "Difference",
    "DutyListQueries",
    "DutyLists",
    "ItemChange",
    "ItemEntry",
    "ItemHit",
    "ItemStep",
    "ListEntry",
    "RevisionEntry",
    "RevisionStep",
    "limits_text",
]
