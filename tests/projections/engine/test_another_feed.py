"""Changing what a view is fed from: nothing is folded twice, and a rebuild from the new feed ends."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

import pytest

from domain.calls.intake import submission as i
from domain.calls.work.records import AddNote
from projections.engine.feed import FeedStandsStill, RawEvent, ViewFromAnotherFeed
from projections.engine.projector import Projector
from tests.county_store import CountyStore


class TwoLines:
    """The stored facts on two channels by stream, as partitions would carry them, up to a position."""

    def __init__(self, house: CountyStore, up_to: int = 10**9) -> None:
        self._house = house
        self._up_to = up_to

    def channels(self) -> Sequence[str]:
        return ("two/0", "two/1")

    def read(self, next_offsets: Mapping[str, int], limit: int, wait_seconds: float) -> Sequence[RawEvent]:
        return [raw for raw in self._all() if raw.offset >= next_offsets.get(raw.channel, 0)][:limit]

    def ends(self) -> Mapping[str, int]:
        ends = dict.fromkeys(self.channels(), 0)
        return ends | {raw.channel: raw.offset + 1 for raw in self._all()}

    def refuse_if_rewritten(self, places: Mapping[str, tuple[int, int]]) -> None:
        return

    def places_after(self, position: int, standing: Mapping[str, tuple[int, int]]) -> Mapping[str, tuple[int, int]]:
        return {channel: standing.get(channel, (0, 0)) for channel in self.channels()}

    def subject_of(self, channel: str) -> str | None:
        return None

    def obstacle(self, subjects: Collection[str]) -> Exception | None:
        return None

    def close(self) -> None:
        return

    def _all(self) -> list[RawEvent]:
        places: dict[str, int] = defaultdict(int)
        lines = []
        with self._house.feed() as feed:
            for raw in feed.read({}, 10_000, 0):
                if raw.position > self._up_to:
                    break
                channel = f"two/{raw.stream.int % 2}"
                lines.append(raw._replace(channel=channel, offset=places[channel]))
                places[channel] += 1
        return lines


def projector(house: CountyStore, feed: TwoLines) -> Projector:
    return Projector(house.engine, feed, house.decoder, house.streams, [house.view])


def channels(house: CountyStore) -> set[str]:
    return {row[0] for row in house.sql("SELECT channel FROM projection_checkpoints")}


def test_a_view_fed_by_one_feed_refuses_to_go_on_with_another_and_folds_nothing_twice(house: CountyStore) -> None:
    house.placed()
    house.fold()
    before = house.rows()
    other = projector(house, TwoLines(house))
    with pytest.raises(ViewFromAnotherFeed, match="huying rebuild calls"):
        other.step(0)
    with pytest.raises(ViewFromAnotherFeed):
        other.catch_up()
    assert house.rows() == before
    assert channels(house) == {"store"}


def test_a_running_projector_stops_when_the_view_was_built_anew_from_another_feed(house: CountyStore) -> None:
    call = house.submitted()
    with house.projector() as running:
        running.catch_up()
        house.rebuild(TwoLines(house))
        rows = house.rows()
        house.say(i.EndorseCall(call_id=call), "mayor")
        running.step(0)  # finds the places changed, and writes nothing
        with pytest.raises(ViewFromAnotherFeed):
            running.step(0)
    assert house.rows() == rows


def test_a_rebuild_from_another_feed_ends_with_the_same_rows_and_the_new_feed_goes_on(house: CountyStore) -> None:
    calls = [house.submitted() for _ in range(4)]
    house.fold()
    before = house.rows()
    feed = TwoLines(house)
    house.rebuild(feed)
    assert house.rows() == before
    assert channels(house) == {"two/0", "two/1"}
    for call in calls:
        house.say(i.EndorseCall(call_id=call), "mayor")
    projector(house, feed).catch_up()
    piecewise = house.rows()
    house.rebuild()  # and back
    assert house.rows() == piecewise
    assert channels(house) == {"store"}
    house.fold()
    assert house.rows() == piecewise


def test_a_rebuild_has_what_the_feed_does_not_bring_yet_and_folds_nothing_twice_when_it_does(
    house: CountyStore,
) -> None:
    call = house.placed()
    short = house.last_position()
    house.say(AddNote(call_id=call, text="来源里还没有的一条"), "li")
    house.fold()
    before = house.rows()
    house.rebuild(TwoLines(house, short))
    assert house.rows() == before
    assert house.freshness.worst_delay() == 0
    assert house.freshness.standings()[0].behind == 0
    house.say(AddNote(call_id=call, text="又一条"), "li")
    projector(house, TwoLines(house)).catch_up()
    piecewise = house.rows()
    assert len(piecewise["timeline"]) == len(before["timeline"]) + 1
    house.rebuild()
    assert house.rows() == piecewise


def test_a_rebuild_gives_up_when_its_feed_never_brings_what_is_shown_meanwhile(house: CountyStore) -> None:
    house.placed()
    house.fold()
    short = house.last_position()

    def shown_meanwhile(taken: int) -> None:
        house.placed()
        house.fold()

    with pytest.raises(FeedStandsStill, match="huying relay"):
        house.rebuild(TwoLines(house, short), progress=shown_meanwhile, patience_seconds=0.3)
    house.placed()
    house.fold()
    assert channels(house) >= {"store"}
    assert len(house.rows()["calls"]) == 3
