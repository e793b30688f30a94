"""待办 of whoever signs and answers: what supervision asks of them counts, stands first and is told late when it is."""

import re
from collections.abc import Iterator

import pytest

from tests.conftest import Databases
from tests.journeys.county_over_http import BEGINNING, County, SetClock, open_county

_EMPTY = "没有待办。有新事项时,这一页会自己更新。"


@pytest.fixture(scope="module")
def county(counties: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    """One of its own: everything that waits for its leader is of this story."""
    with counties() as dsn, open_county(dsn, tmp_path_factory.mktemp("county"), SetClock(BEGINNING)) as running:
        yield running


@pytest.fixture(scope="module")
def silent(county: County) -> str:
    """Two departments stay silent: an order to each waits for the same signature, since Monday evening."""
    county.clock.set("2026-07-22 09:00")
    call = county.person("cd-01").submit(text="废弃围挡倒伏,占压人行道", place="工业路北段")
    county.person("cd-03").do(call, "endorse")
    operator = county.person("pt-01")
    operator.do(call, "accept")
    parties = {"lead": county.organization("zhzfj"), "assistants": [county.organization("shichangju")]}
    operator.do(call, "dispatch", basis="powers", reference="三定规定", **parties)
    for moment in ("2026-07-24 09:31", "2026-07-27 17:31"):
        county.clock.set(moment)
        county.tick()
    return call


def _numbers(page: str) -> dict[str, str]:
    return {label: number for number, label in re.findall(r"<b>([^<]+)</b>(\S+?)</a>", page)}


def _tabs(page: str) -> dict[str, str]:
    return dict(re.findall(r'>([^<>]+)<span class="hy-count">(\d+)</span>', page))


def test_the_first_page_and_the_queue_count_what_waits_for_a_signature(county: County, silent: str) -> None:
    leader = county.person("dc-04")
    home, queue = leader.page("/"), leader.page("/queue/to-do")
    assert (_numbers(home)["待办"], _numbers(home)["其中超期"]) == ("2", "0")
    assert _tabs(queue) == {"待办": "2", "其中超期": "0", "已办": "0"}
    for page in (home, queue):
        assert _EMPTY not in page
        assert page.count("签发督办通知单</a>") == 2
        assert "综合行政执法局" in page, "to whom the paper goes"
        assert "市场监督管理局" in page


def test_a_signature_that_is_overdue_is_counted_and_found_among_what_is(county: County, silent: str) -> None:
    county.clock.set("2026-07-29 09:00")
    leader = county.person("dc-04")
    assert _numbers(leader.page("/"))["其中超期"] == "2"
    overdue = leader.browser.get("/queue/to-do?only=overdue").text
    assert _tabs(overdue)["其中超期"] == "2"
    assert overdue.count("签发督办通知单</a>") == 2
    assert "没有超期的待办。" not in overdue


def test_who_has_nothing_to_do_is_still_told_so(county: County, silent: str) -> None:
    page = county.person("bb-02").page("/queue/to-do")
    assert _EMPTY in page


def test_a_ladder_tells_no_next_rung_of_what_is_done_or_at_its_top(county: County) -> None:
    """Also between two turns of the clock, which has not looked at it again."""
    county.clock.set("2026-08-10 09:00")
    call = county.person("cd-01").submit(text="泵站停机", place="沙河泵站")
    county.person("cd-03").do(call, "endorse")
    operator, water = county.person("pt-01"), county.person("shuiwuju-z")
    operator.do(call, "accept")
    operator.do(call, "dispatch", basis="powers", reference="三定规定", lead=water.organization)
    county.clock.set("2026-08-11 16:00")
    county.tick()
    assert "接下来 8月11日(周二) 17:30 超期" in water.page(f"/calls/{call}")
    water.do(call, "respond", handler="林工", contact="199 0000 0202", first_step="今日检修")
    done = water.page(f"/calls/{call}")
    assert "接下来 8月11日" not in done
    assert " · 已办理" in done
    assert "8月11日(周二) 17:30 超期" not in water.page(f"/calls/{call}/supervision")
