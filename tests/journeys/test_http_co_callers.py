"""共同呼叫镇街 over HTTP: whose call goes on in another's presses whoever is late, and contests a decline."""

from tests.journeys.county_over_http import County
from tests.journeys.shown_forms import form_to


def _merged(county: County) -> str:
    """城东镇's call, in which 城西镇's goes on."""
    first = county.person("cd-01").submit(text="田家湾渠道被渣土堵住", place="田家湾北渠")
    county.person("cd-03").do(first, "endorse")
    second = county.person("cx-01").submit(text="渣土堵渠,水漫到路上", place="田家湾北渠路边")
    county.person("cx-03").do(second, "endorse")
    county.person("pt-01").do(second, "merge", into=first, reason="同一处渣土")
    return first


def test_each_township_urges_who_is_late_on_its_own_page(county: County) -> None:
    county.clock.set("2026-04-22 09:00")
    call = _merged(county)
    east, west, operator = county.person("cd-01"), county.person("cx-01"), county.person("pt-01")
    operator.do(call, "accept")
    operator.do(call, "dispatch", basis="powers", reference="三定规定", lead=county.organization("zhzfj"))
    assert "remind" not in west.call(call)["possible_steps"]
    county.clock.set("2026-05-06 10:00")
    urged = {"reminded": county.organization("zhzfj"), "text": "请尽快"}
    east.do(call, "remind", **urged)
    assert east.refused(call, "remind", **urged)["code"] == "reminded-already"
    assert "remind" in west.call(call)["possible_steps"]
    form = form_to(west.page(f"/calls/{call}"), f"/calls/{call}/remind")
    assert west.browser.post(form.action, data=form.fields | urged).status_code == 303
    assert west.refused(call, "remind", **urged)["code"] == "reminded-already"
    page = county.person("zhzfj-z").page(f"/calls/{call}")
    assert page.count("乡镇催办") == 2
    assert "提出镇街" in page


def test_each_township_contests_that_the_matter_was_declined(county: County) -> None:
    county.clock.set("2026-04-22 09:00")
    call = _merged(county)
    east, west, operator = county.person("cd-01"), county.person("cx-01"), county.person("pt-01")
    operator.do(call, "decline", ground="not_public_affairs", reason="属民事纠纷")
    assert {person.queue()[call]["action"] for person in (east, west)} == {"contest_decline"}
    assert "也可申请复核" in west.page(f"/calls/{call}")
    east.do(call, "contest-decline", reason="占的是公共道路")
    form = form_to(west.page(f"/calls/{call}"), f"/calls/{call}/contest-decline")
    assert west.browser.post(form.action, data=form.fields | {"reason": "小学门口,学生要走"}).status_code == 303
    assert west.refused(call, "contest-decline", reason="再说一次")["code"] == "wrong-stage"
    assert "contest-decline" not in east.call(call)["possible_steps"]
    asked = [one["owed_to_name"] for one in operator.call(call)["obligations"] if one["action"] == "answer_contest"]
    assert asked == ["城东镇", "城西镇"]
    county.person("pt-02").do(call, "decide-contest", upheld=False, reason="应予受理")
    for township in (east, west):
        known = township.call(call)
        assert known["stage"] == "accepted"
        assert "复核决定" in township.page(f"/calls/{call}")
    county.await_notices()
    assert "不予受理:可申请复核" in west.page("/inbox")


def test_decided_against_one_the_other_can_still_contest(county: County) -> None:
    county.clock.set("2026-04-22 09:00")
    call = _merged(county)
    east, west = county.person("cd-01"), county.person("cx-01")
    county.person("pt-01").do(call, "decline", ground="not_public_affairs", reason="属民事纠纷")
    west.do(call, "contest-decline", reason="小学门口,学生要走")
    county.person("pt-02").do(call, "decide-contest", upheld=True, reason="维持")
    assert (east.call(call)["stage"], east.queue()[call]["action"]) == ("declined", "contest_decline")
    assert call not in west.queue()
    county.clock.set("2026-05-13 09:00")
    assert east.refused(call, "contest-decline", reason="过了期限")["code"] == "deadline-passed"
