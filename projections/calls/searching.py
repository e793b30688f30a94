"""查找: the statements behind a search of calls, made so that it costs no more when the history grows.

A word that many calls hold is found among the newest ones, read in the order in which they are shown; a word that few
hold is found by the index of character pairs, and the few are sorted. Each way would be slow for the other's words
(decision 0027).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Text, cast, desc, func, literal_column, select, tuple_
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.selectable import FromClause

from projections.calls.sight import visible
from projections.calls.tables import PAIRS, SAID, calls
from projections.scope import Viewer

NEWEST = 10_000
"""So many of the newest calls are looked through. Where they do not fill a page, about one call in two hundred holds
what is looked for: at a million calls, five thousand to be sorted."""

_MOST_WORDS = 5
_said: ColumnElement[str] = literal_column(SAID, Text)
_pairs: ColumnElement[Any] = literal_column(f"({PAIRS})", ARRAY(Text))

Place = tuple[datetime, UUID]
"""Behind which call a page begins: when it was submitted, and its id."""


def words_of(typed: str) -> list[str]:
    """What is looked for: the words between the spaces, in small letters."""
    return typed.lower().split()[:_MOST_WORDS]


def newest_first(wanted: Select[Any], after: Place | None, table: FromClause = calls) -> Select[Any]:
    """In the order of every list of calls, beginning behind a place."""
    if after is not None:
        wanted = wanted.where(tuple_(table.c.submitted_at, table.c.stream_id) < after)
    return wanted.order_by(desc(table.c.submitted_at), desc(table.c.stream_id))


def among_newest(
    columns: Sequence[str], viewer: Viewer, words: Sequence[str], stage: str, after: Place | None, page: int, of: int
) -> Select[Any]:
    """The matches among the newest `of` calls (of the stage) behind the place."""
    newest = newest_first(_of_stage(select(calls), stage), after).limit(of).subquery("newest")
    wanted = select(*(newest.c[name] for name in columns)).where(visible(viewer, newest), *map(_holds, words))
    return newest_first(wanted, None, newest).limit(page)


def in_all(
    columns: Sequence[str], viewer: Viewer, words: Sequence[str], stage: str, after: Place | None, page: int
) -> Select[Any]:
    """The matches in the whole history behind the place."""
    shown = select(*(calls.c[name] for name in columns))
    pairs = sorted({pair for word in words for pair in _telling_pairs(word)})
    if not pairs and viewer.sees_all:
        # Nothing an index could narrow down: read in order until the page is full.
        return newest_first(_of_stage(shown.where(visible(viewer), *map(_holds, words)), stage), after).limit(page)
    wanted = select(calls.c.stream_id, calls.c.submitted_at).where(visible(viewer))
    if pairs:
        # A word of two characters is one pair: the index answers for it alone.
        wanted = wanted.where(_pairs.op("@>")(cast(pairs, ARRAY(Text))), *(_holds(w) for w in words if len(w) != 2))
    else:
        wanted = wanted.where(*map(_holds, words))
    # Found first and sorted then: the other way round the planner would read the calls in order, hoping for many.
    found = newest_first(_of_stage(wanted, stage), after).order_by(None).cte("found").prefix_with("MATERIALIZED")
    first = newest_first(select(found), None, found).limit(page).subquery("first")
    return newest_first(shown.join(first, first.c.stream_id == calls.c.stream_id), None, first)


def _telling_pairs(word: str) -> list[str]:
    """Up to three pairs side by side at the word's end: enough to narrow down, and numbers differ at their ends."""
    return [word[place - 2 : place] for place in range(len(word), 1, -2)][:3]


def _of_stage(wanted: Select[Any], stage: str) -> Select[Any]:
    return wanted.where(calls.c.stage == stage) if stage else wanted


def _holds(word: str) -> ColumnElement[bool]:
    """Chinese has no small letters: where a word has none either, writing each call small is saved."""
    said = _said if word == word.upper() else func.lower(_said)
    return said.contains(word, autoescape=True)
