"""实时提示: a change reaches the page that waits for it, also after the listening connection was killed."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any

from adapters.live.hub import LiveHub
from domain.calls.intake import acceptance
from tests.adapters.kafka.bench import wait_until
from tests.conftest import Databases
from tests.county_store import CountyStore, county_store

SOON = 20.0


@asynccontextmanager
async def hub(dsn: str) -> AsyncIterator[LiveHub]:
    hub = LiveHub(dsn)
    hub.start(asyncio.get_running_loop())
    try:
        yield hub
    finally:
        await asyncio.to_thread(hub.stop)


async def listening(house: CountyStore) -> None:
    """Until the hub's connection listens."""
    await asyncio.to_thread(wait_until, lambda: bool(_listeners(house)), SOON)


def _listeners(house: CountyStore) -> list[int]:
    return [
        pid
        for (pid,) in house.sql(
            "SELECT pid FROM pg_stat_activity WHERE query = 'LISTEN huying_views' AND datname = current_database()"
        )
    ]


def told(story: Coroutine[Any, Any, None]) -> None:
    """Run a story on a loop of its own: a browser that other tests left open holds this thread's."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, story).result()


async def next_change(changes: AsyncIterator[bool]) -> bool:
    async with asyncio.timeout(SOON):
        return await anext(changes)


def test_a_change_reaches_the_page_that_waits_for_it_and_no_other(databases: Databases) -> None:
    async def story(house: CountyStore) -> None:
        async with hub(house.dsn) as live:
            await listening(house)
            first = await asyncio.to_thread(house.placed)
            second = await asyncio.to_thread(house.placed)
            await asyncio.to_thread(house.fold)
            watching = live.changes([f"call:{first}"])
            elsewhere = live.changes([f"call:{second}"], beat_seconds=0.5)
            while await next_change(elsewhere):
                pass  # what the first fold said may come late; then it is quiet
            waiting = asyncio.ensure_future(next_change(watching))
            beating = asyncio.ensure_future(next_change(elsewhere))
            await asyncio.to_thread(house.say, acceptance.AcceptCall(call_id=first), "li")
            await asyncio.to_thread(house.fold)
            assert await waiting is True
            assert await beating is False, "a heartbeat, not a change"

    with databases() as dsn, county_store(dsn) as house:
        told(story(house))


def test_a_desk_hears_of_new_work(databases: Databases) -> None:
    async def story(house: CountyStore) -> None:
        async with hub(house.dsn) as live:
            await listening(house)
            desk = live.changes([f"desk:{house.county.orgs['platform']}"])
            waiting = asyncio.ensure_future(next_change(desk))
            await asyncio.to_thread(house.placed)
            await asyncio.to_thread(house.fold)
            assert await waiting is True

    with databases() as dsn, county_store(dsn) as house:
        told(story(house))


def test_a_killed_listener_comes_back_and_wakes_everybody_once(databases: Databases) -> None:
    async def story(house: CountyStore) -> None:
        async with hub(house.dsn) as live:
            await listening(house)
            (old,) = _listeners(house)
            call = await asyncio.to_thread(house.placed)
            page = live.changes([f"call:{call}"])
            waiting = asyncio.ensure_future(next_change(page))
            await asyncio.sleep(0)  # let the page begin to wait
            await asyncio.to_thread(house.sql, "SELECT pg_terminate_backend(%s)", old)
            assert await waiting is True, "whatever was missed meanwhile is looked at"
            await listening(house)
            assert old not in _listeners(house)
            again = asyncio.ensure_future(next_change(page))
            await asyncio.to_thread(house.fold)
            assert await again is True

    with databases() as dsn, county_store(dsn) as house:
        told(story(house))


def test_stopping_ends_the_open_pages(databases: Databases) -> None:
    async def story(dsn: str) -> None:
        live = LiveHub(dsn)
        live.start(asyncio.get_running_loop())
        page = asyncio.ensure_future(_until_end(live))
        await asyncio.sleep(0)
        await asyncio.to_thread(live.stop)
        async with asyncio.timeout(SOON):
            await page
        assert live.stopping
        assert live._watching == {}

    with databases() as dsn:
        told(story(dsn))


async def _until_end(live: LiveHub) -> None:
    async for _ in live.changes(["call:1", "call:1"]):
        pass
