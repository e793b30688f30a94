"""历史时点的督办: a matter as it stood, with nothing of what came later, nothing to be done, and nothing kept back."""

import re
from collections.abc import Iterator

import pytest

from tests.conftest import Databases
from tests.journeys.county_over_http import BEGINNING, County, Person, SetClock, open_county, problem_in
from tests.journeys.supervision_acts import supervise, supervision

DRAFTED, SIGNED, NOW = "2026-05-14T18:00", "2026-05-16T10:00", "2026-05-20 09:00"
DEMANDS, REPLY = "请今天到场", "人员调整漏看,已到场"


@pytest.fixture(scope="module")
def county(counties: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    """One of its own: its clock is turned."""
    with counties() as dsn, open_county(dsn, tmp_path_factory.mktemp("county"), SetClock(BEGINNING)) as running:
        yield running


@pytest.fixture(scope="module")
def call(county: County) -> str:
    """Two stay silent from 11 May on. An order to each is drafted on the 14th; the first is signed on the 15th,
    answered and accepted on the 18th; the second is signed by nobody."""
    county.clock.set("2026-05-11 09:00")
    call = county.person("cd-01").submit(text="废弃围挡倒伏", place="工业路北段")
    county.person("cd-03").do(call, "endorse")
    operator = county.person("pt-01")
    operator.do(call, "accept")
    parties = {"lead": county.organization("zhzfj"), "assistants": [county.organization("shichangju")]}
    operator.do(call, "dispatch", basis="powers", reference="三定规定", **parties)
    for moment in ("2026-05-13 09:31", "2026-05-14 17:31"):
        county.clock.set(moment)
        county.tick()
    county.clock.set("2026-05-15 09:00")
    supervise(county.person("dc-04"), call, "issue-order", order=1, demands=DEMANDS)
    county.clock.set("2026-05-18 10:00")
    supervise(county.person("zhzfj-z"), call, "reply-to-order", order=1, text=REPLY)
    county.clock.set("2026-05-18 11:00")
    supervise(county.person("dc-01"), call, "accept-reply", order=1)
    county.clock.set(NOW)
    county.await_views()
    return call


def _then(person: Person, path: str, moment: str, status: int = 200) -> str:
    answer = person.browser.get(path, params={"as_of": moment})
    assert answer.status_code == status, answer.text[:500]
    return answer.text


def test_the_page_shows_papers_and_what_was_owed_as_they_stood_and_no_step(county: County, call: str) -> None:
    supervisor, path = county.person("dc-01"), f"/calls/{call}/supervision"
    now = supervisor.page(path)
    assert f'method="get" action="{path}"' in now
    for said in ("答复已认可", "认可答复", f'action="{path}/'):
        assert said in now, said
    drafted = _then(supervisor, path, DRAFTED)
    for said in ("以下为 2026-05-14 18:00:59 的情况", "当时等", "签发督办通知单", "待签发", "催办"):
        assert said in drafted, said
    waits = drafted.partition('id="waiting"')[2].partition("</section>")[0]
    assert waits.count("签发督办通知单") == waits.count("县委县政府督查室 → ") == 2, "each says which paper it is about"
    assert f'<a href="{path}">看现在的情况</a>' in drafted
    for later in ("答复已认可", "认可答复", REPLY, "答复督办", f'action="{path}/', 'method="post"'):
        assert later not in drafted.split("<main")[1], later
    signed = _then(supervisor, path, SIGNED)
    assert "待答复" in signed
    assert "答复督办" in signed
    assert REPLY not in signed


def test_the_papers_and_explanations_it_leads_to_are_of_the_same_moment(county: County, call: str) -> None:
    supervisor, path = county.person("dc-01"), f"/calls/{call}/supervision"
    drafted, signed = _then(supervisor, path, DRAFTED), _then(supervisor, path, SIGNED)
    hrefs = re.findall(rf'href="(/calls/{call}/(?:supervision/)?(?:orders|obligations)/[^"#]+)"', drafted)
    assert len(hrefs) > 3
    for href in hrefs:
        assert "以下为 2026-05-14 18:00:59 的情况" in supervisor.browser.get(href).text, href
    order = re.search(rf'href="({path}/orders/1[^"]+)"', drafted)
    assert order is not None
    draft = supervisor.browser.get(order.group(1)).text
    assert "草稿,未经签发不生效" in draft
    for later in (DEMANDS, REPLY, "签发人", 'method="post"', "document.pdf"):
        assert later not in draft.split("<main")[1], later
    order = re.search(rf'href="({path}/orders/1[^"]+)"', signed)
    assert order is not None
    paper = supervisor.browser.get(order.group(1)).text
    assert DEMANDS in paper
    assert "签发人" in paper
    assert REPLY not in paper


def test_what_is_kept_back_now_is_kept_back_of_then(county: County, call: str) -> None:
    """The second draft is known to who may sign it alone; the first is signed, and its record open to its addressee."""
    path = f"/calls/{call}/supervision"
    assert _then(county.person("dc-01"), path, DRAFTED).count("/orders/2") == 1
    market = _then(county.person("shichangju-z"), path, DRAFTED)
    assert "督办通知单" in market
    assert "/orders/2" not in market
    second = county.person("shichangju-z").browser.get(f"{path}/orders/2", params={"as_of": DRAFTED})
    assert second.status_code == 404
    assert len(supervision(county.person("shichangju-z"), call)["orders"]) == 1
    for stranger in ("zhujianju-z", "cx-01"):
        assert county.person(stranger).browser.get(path, params={"as_of": DRAFTED}).status_code == 404


@pytest.mark.parametrize(
    ("page", "moment", "said"),
    [
        ("", "2026-05-11T12:00", "这件事项的督办自 2026-05-13 09:31 起,请填写此后的时点。"),
        ("", "2030-01-01T00:00", "历史时点不能晚于现在,请重新填写。"),
        ("", "昨天下午", "历史时点无效,请用日历选择"),
        ("/orders/1", "2026-05-13T12:00", "这份文书在该时点尚未拟制,请填写较晚的时点。"),
        ("/orders/1", "2030-01-01T00:00", "历史时点不能晚于现在,请重新填写。"),
    ],
)
def test_a_moment_that_is_refused_is_refused_at_its_form_on_the_page_of_now(
    county: County, call: str, page: str, moment: str, said: str
) -> None:
    shown = _then(county.person("dc-01"), f"/calls/{call}/supervision{page}", moment, 422)
    assert said in shown
    assert f'name="as_of" value="{moment}" aria-invalid="true"' in shown
    assert "看现在的情况" not in shown
    assert "答复已认可" in shown


def test_where_nothing_was_supervised_no_moment_is_asked_for(county: County) -> None:
    call = county.person("cd-01").submit(text="路灯不亮", place="府前路")
    county.await_views()
    path = f"/calls/{call}/supervision"
    assert 'name="as_of"' not in county.person("dc-01").page(path)
    refused = _then(county.person("dc-01"), path, DRAFTED, 422)
    assert "这件事项还没有督办记录,没有历史时点可看。" in refused


def test_the_api_tells_the_same_as_data(county: County, call: str) -> None:
    supervisor, path = county.person("dc-01"), f"/calls/{call}/supervision"
    now, then = supervisor.get(path), supervisor.get(path, as_of="2026-05-14T18:00:00+08:00")
    assert [one["stage"] for one in then["orders"]] == ["drafted", "drafted"]
    assert [one["demands"] for one in then["orders"]] == ["", ""]
    assert {one["action"] for one in then["obligations"]} == {"sign_order"}
    assert then["record"] == now["record"][: len(then["record"])]
    assert then["possible_steps"] == []
    assert {step for one in then["orders"] for step in one["possible_steps"]} == set()
    assert then["version"] < now["version"]
    assert len(county.person("shichangju-z").get(path, as_of="2026-05-14T18:00:00+08:00")["orders"]) == 1
    before = problem_in(supervisor.api.get(f"/api/v1{path}", params={"as_of": "2026-05-11T12:00:00+08:00"}))
    assert (before["status"], before["detail"]) == (404, "该时点尚无督办。")
    unzoned = problem_in(supervisor.api.get(f"/api/v1{path}", params={"as_of": "2026-05-14T18:00:00"}))
    assert (unzoned["status"], unzoned["field"]) == (422, "as_of")


def test_the_past_page_of_the_call_shows_its_supervision_of_then(county: County, call: str) -> None:
    supervisor = county.person("dc-01")
    then = _then(supervisor, f"/calls/{call}", DRAFTED)
    assert 'id="supervision"' in then
    assert "待签发" in then
    assert "答复已认可" not in then
    href = re.search(rf'href="(/calls/{call}/supervision\?as_of=[^"]+)"', then)
    assert href is not None
    assert "以下为 2026-05-14 18:00:59 的情况" in supervisor.browser.get(href.group(1)).text
    assert 'id="supervision"' not in _then(supervisor, f"/calls/{call}", "2026-05-11T12:00")
