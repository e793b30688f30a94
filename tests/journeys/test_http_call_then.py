"""历史时点的呼叫件: a page of a call as it stood, with nothing of what came later and nothing to be done."""

import re
from io import BytesIO

import pytest
from PIL import Image

from domain.calls.words import Stage
from tests.journeys.county_over_http import County, Person


@pytest.fixture(scope="module")
def call(county: County) -> str:
    """Accepted at nine, dispatched to two at ten, answered by one at eleven, with a photo at noon."""
    county.clock.set("2026-05-12 08:30")
    caller, operator = county.person("cd-01"), county.person("pt-01")
    call = caller.submit(text="桥洞积水半米深", place="铁路桥涵洞")
    county.person("cd-03").do(call, "endorse")
    county.clock.set("2026-05-12 09:00")
    operator.do(call, "accept")
    county.clock.set("2026-05-12 10:00")
    parties = {"lead": county.organization("shuiwuju"), "assistants": [county.organization("zhujianju")]}
    operator.do(call, "dispatch", basis="powers", reference="三定规定", **parties)
    county.clock.set("2026-05-12 11:00")
    county.person("shuiwuju-z").do(call, "respond", handler="林工", contact="199 0000 0202", first_step="抽水")
    county.clock.set("2026-05-12 12:00")
    photo = BytesIO()
    Image.new("RGB", (40, 30), "navy").save(photo, "JPEG")
    sent = caller.api.post(f"/api/v1/calls/{call}/attachments", files={"file": ("水位.jpg", photo.getvalue())})
    assert sent.status_code == 201, sent.text
    file = sent.json()
    carried = [{key: file[key] for key in ("sha256", "size", "media_type", "thumbnail")}]
    caller.do(call, "attach-evidence", text="水位已没过膝盖", attachments=carried, attachment_names=[file["name"]])
    county.clock.set("2026-05-13 09:00")
    return call


def _then(person: Person, call: str, moment: str, status: int = 200) -> str:
    answer = person.browser.get(f"/calls/{call}", params={"as_of": moment})
    assert answer.status_code == status, answer.text[:500]
    return answer.text


def test_a_page_as_of_an_earlier_moment_shows_what_was_recorded_by_then_and_no_step(county: County, call: str) -> None:
    operator = county.person("pt-01")
    now = operator.page(f"/calls/{call}")
    for said in ("林工", "水位已没过膝盖", "水位.jpg", "现在等", f'action="/calls/{call}/add-note"'):
        assert said in now, said
    then = _then(operator, call, "2026-05-12T10:30")
    for said in ("以下为 2026-05-12 10:30:59 的情况", "当时等", "水务局", "住房和城乡建设局", "待响应", "派发"):
        assert said in then, said
    assert f'<a href="/calls/{call}">看现在的情况</a>' in then
    for later in ("林工", "水位已没过膝盖", "水位.jpg", "现在等", "已响应"):
        assert later not in then, later
    assert not re.findall(rf'action="/calls/{call}/', then), "nothing is done in the past"
    assert "打印,为 2026-05-12 10:30:59 的情况" in then
    before_dispatch = _then(operator, call, "2026-05-12T09:30")
    assert "水务局" not in before_dispatch
    assert Stage.ACCEPTED.label in before_dispatch
    with_photo = _then(operator, call, "2026-05-12T12:30")
    assert "水位.jpg" in with_photo


def test_the_explanations_it_leads_to_are_of_the_same_moment(county: County, call: str) -> None:
    operator = county.person("pt-01")
    then = _then(operator, call, "2026-05-12T10:30")
    hrefs = re.findall(rf'href="(/calls/{call}/obligations/[^"]+)"', then)
    assert hrefs
    for href in hrefs:
        page = operator.browser.get(href).text
        assert "以下为 2026-05-12 10:30:59 的情况" in page, href
        back = re.search(rf'href="(/calls/{call}\?as_of=[^"]+)"', page)
        assert back is not None, "and back to that moment"
        assert "以下为 2026-05-12 10:30:59 的情况" in operator.browser.get(back.group(1)).text


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        ("2026-05-12T08:00", "这件事项于 2026-05-12 08:30 呼叫,请填写此后的时点。"),
        ("2030-01-01T00:00", "历史时点不能晚于现在,请重新填写。"),
        ("昨天下午", "历史时点无效,请用日历选择"),
    ],
)
def test_a_moment_that_is_refused_is_refused_at_its_form_on_the_page_of_now(
    county: County, call: str, moment: str, said: str
) -> None:
    page = _then(county.person("pt-01"), call, moment, 422)
    assert said in page
    assert f'name="as_of" value="{moment}" aria-invalid="true"' in page
    assert f'action="/calls/{call}/add-note"' in page
    assert "看现在的情况" not in page


def test_who_may_not_read_the_call_reads_nothing_of_any_moment(county: County, call: str) -> None:
    _then(county.person("cx-01"), call, "2026-05-12T10:30", 404)


def test_a_fact_shown_at_a_minute_is_on_the_page_of_that_minute_and_the_light_is_of_its_end(county: County) -> None:
    """Noted thirty seconds into 09:20, and due to be accepted by 11:20: both pages say what that minute ended with."""
    county.clock.set("2026-05-14 09:20")
    caller = county.person("cd-01")
    call = caller.submit(text="路口信号灯不亮", place="府前路口")
    county.person("cd-03").do(call, "endorse")
    county.clock.later(seconds=30)
    caller.do(call, "add-note", text="已有人指挥交通", reach="parties")
    county.clock.set("2026-05-14 13:00")
    assert "已有人指挥交通" in _then(caller, call, "2026-05-14T09:20")
    assert "已有人指挥交通" not in _then(caller, call, "2026-05-14T09:20:29")
    assert "距到期 不到1分钟(自然时间)" in _then(caller, call, "2026-05-14T11:19")
    due = _then(caller, call, "2026-05-14T11:20")
    assert "已超期" in due, "the minute had ended"
    why = re.search(rf'href="(/calls/{call}/obligations/1[^"]+)"', due)
    assert why is not None
    assert "已超期" in caller.browser.get(why.group(1)).text
