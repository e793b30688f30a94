"""视图: building them anew."""

from adapters.event_store.feed import StoreFeed
from infra.composition import projections
from projections.engine.builds import rebuild
from tests.benchmarks.figures import Figure, per_second
from tests.benchmarks.synthetic import store_calls
from tests.county_store import CountyStore


def rebuild_figure(house: CountyStore, calls: int) -> Figure:
    """All views of this release from the store, one process, against reading the same rows and doing nothing."""
    store_calls(house.dsn, house.county, calls)
    (events,) = house.sql("SELECT count(*) FROM stored_events")[0]
    taken = 0

    def count(more: int) -> None:
        nonlocal taken
        taken += more

    def build_all() -> None:
        for view in projections():
            feed = StoreFeed(house.dsn)
            rebuild(house.engine, view, feed, house.decoder, house.streams, count)
            feed.close()

    rate = per_second(events, build_all)
    assert taken == events * len(projections())
    return Figure(
        "rebuild_all_views",
        rate,
        "events/s",
        "higher",
        f"{events:,} stored events ({calls:,} calls decided by the real handlers and copied, sealed parts decrypted)"
        f" folded into {len(projections())} views one after the other in one process, then switched in. Every event is"
        " read once a view and decoded where the view reads its subject; the rate counts it once.",
        goal=36_000,
        peer="library ProjectionRunner, measured earlier (design notes)",
        peer_value=842,
        limit="reading the same rows through the feed, once",
        limit_value=per_second(events, lambda: _read_all(house.dsn)),
    )


def _read_all(dsn: str) -> None:
    feed, place = StoreFeed(dsn), 0
    while batch := feed.read({"store": place}, 5_000, 0):
        place = batch[-1].offset + 1
    feed.close()
