"""折叠: decoded facts of one stream into its rows, up to the first that cannot be folded."""

from collections.abc import Callable, Sequence
from itertools import compress
from typing import NamedTuple

from sqlalchemy.exc import DataError, IntegrityError

from domain.shared.events import Event
from projections.engine.feed import Decoder, RawEvent
from projections.engine.projection import Fact, Facts, Projection
from projections.engine.reasons import VIEW_FAILED, code_of
from projections.engine.rows import Rows


class Decoded(NamedTuple):
    """A raw event with what it says, or why it could not be read."""

    raw: RawEvent
    event: Event | Exception | None
    """None where no view wants it: it only moves the place."""


class Poison(NamedTuple):
    """The fact at which a stream must be parked, and why. `unread`: it could not even be read."""

    raw: RawEvent
    reason: Exception
    unread: bool = False

    @property
    def code(self) -> str:
        """The stable name of what parks the stream."""
        if isinstance(self.reason, DataError | IntegrityError):
            return "row-refused"
        if not self.unread:
            return "event-not-foldable"
        code = code_of(self.reason)
        return "event-unreadable" if code == VIEW_FAILED else code


def subject_of(raw: RawEvent) -> str:
    """The subject a fact belongs to, by its wire name."""
    return raw.wire.partition(".")[0]


def decode_batch(
    decoder: Decoder,
    batch: Sequence[RawEvent],
    wanted: Callable[[RawEvent], bool] | None = None,
    *,
    fresh: bool = False,
) -> list[Decoded]:
    """Decode each event once, for all views; only those that are wanted, if it is said which.

    `fresh` trusts no content key that was read before.
    """
    if wanted is None:
        return list(map(Decoded, batch, decoder.decode(batch, fresh=fresh)))
    chosen = [wanted(raw) for raw in batch]
    events = iter(decoder.decode(list(compress(batch, chosen)), fresh=fresh))
    return [Decoded(raw, next(events) if is_wanted else None) for raw, is_wanted in zip(batch, chosen, strict=True)]


class Readable(NamedTuple):
    """The facts up to the first that can't be read, and that one."""

    facts: Facts
    poison: Poison | None


def readable(decoded: Sequence[Decoded]) -> Readable:
    """What of successive facts of one stream can be folded."""
    facts = Facts()
    for raw, event in decoded:
        if event is None or isinstance(event, Exception):
            return Readable(facts, Poison(raw, event or LookupError(f"{raw.wire} was not decoded"), unread=True))
        facts.append(Fact(event, raw.position))
    return Readable(facts, None)


def fold(projection: Projection, decoded: Sequence[Decoded], rows: Rows, read: Readable | None = None) -> Poison | None:
    """Fold successive facts of one stream. Gives the first that can't be: the rows then stand as before it.

    `read`: the same facts, where several views fold them.
    """
    facts, poison = read or readable(decoded)
    if not facts:
        return poison
    rows.begin()
    try:
        projection.apply(facts, rows)
    except Exception as problem:  # a fold that fails stops its stream only, whatever the failure
        rows.take_back()
        if len(facts) == 1:
            return Poison(decoded[0].raw, problem)
        return _fold_singly(projection, decoded[: len(facts)], rows) or poison
    return poison


def _fold_singly(projection: Projection, decoded: Sequence[Decoded], rows: Rows) -> Poison | None:
    """To find the one: all those before it are kept."""
    for fact in decoded:
        if (poison := fold(projection, [fact], rows)) is not None:
            return poison
    return None
