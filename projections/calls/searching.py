"""查找: the statements behind a search of calls, made so that it costs no more when the history grows.

A word that many calls hold is found among the newest ones, read in the order in which they are shown; a word that few
hold is found by the index of character pairs, and the few are sorted. Each way would be slow for the other's words
(decision 0027).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Text, cast, desc, literal_column, select, tuple_
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.selectable import FromClause

from projections.calls.sight import visible
from projections.calls.tables import PAIRS, WORDS, calls
from projections.scope import Viewer

NEWEST = 5_000
"""So many of the newest calls are looked through. Where they do not fill a page, at most one call in a hundred holds
what is looked for, unless it was looked for in the past only."""

_MOST_WORDS = 5
_words: ColumnElement[str] = literal_column(WORDS, Text)
_pairs: ColumnElement[Any] = literal_column(f"({PAIRS})", ARRAY(Text))

Place = tuple[datetime, UUID]
"""Behind which call a page begins: when it was submitted, and its id."""


def words_of(typed: str) -> list[str]:
    """What is looked for: the words between the spaces, written as the index writes them."""
    return typed.lower().split()[:_MOST_WORDS]


def newest_first(wanted: Select[Any], after: Place | None, table: FromClause = calls) -> Select[Any]:
    """In the order of every list of calls, beginning behind a place."""
    if after is not None:
        wanted = wanted.where(tuple_(table.c.submitted_at, table.c.stream_id) < after)
    return wanted.order_by(desc(table.c.submitted_at), desc(table.c.stream_id))


def among_newest(
    columns: Sequence[str], viewer: Viewer, words: Sequence[str], stage: str, after: Place | None
) -> Select[Any]:
    """The matches among the newest calls (of the stage) behind the place."""
    newest = newest_first(_of_stage(select(calls), stage), after).limit(NEWEST).subquery("newest")
    wanted = select(*(newest.c[name] for name in columns)).where(visible(viewer, newest), *map(_holds, words))
    return newest_first(wanted, None, newest)


def in_all(
    columns: Sequence[str], viewer: Viewer, words: Sequence[str], stage: str, after: Place | None
) -> Select[Any]:
    """The matches in the whole history behind the place."""
    pairs = sorted({word[place : place + 2] for word in words for place in range(len(word) - 1)})
    wanted = _of_stage(select(*(calls.c[name] for name in columns)), stage)
    wanted = wanted.where(visible(viewer), *map(_holds, words))
    if not pairs and viewer.sees_all:
        # Nothing the index could narrow down: in order, until the page is full.
        return newest_first(wanted, after)
    if pairs:
        wanted = wanted.where(_pairs.op("@>")(cast(pairs, ARRAY(Text))))
    # Found first and sorted then: the other way round the planner would read the calls in order, hoping for many.
    found = newest_first(wanted, after).order_by(None).cte("found").prefix_with("MATERIALIZED")
    return newest_first(select(found), None, found)


def _of_stage(wanted: Select[Any], stage: str) -> Select[Any]:
    return wanted.where(calls.c.stage == stage) if stage else wanted


def _holds(word: str) -> ColumnElement[bool]:
    return _words.contains(word, autoescape=True)
