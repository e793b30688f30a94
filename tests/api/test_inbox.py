"""消息和通知设置 as people use them, in pages and forms without scripts."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.security.scopes import Scope
from tests.adapters.kafka.bench import wait_until
from tests.api.channels_down import channels_down
from tests.conftest import Databases
from tests.journeys.county_over_http import County, Person, SetClock, client_of, open_county, problem_in
from tests.journeys.shown_forms import ShownForm, form_to, forms_in


@pytest.fixture(scope="module")
def county(counties: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    """A county of its own, whose inboxes nobody else fills."""
    with (
        counties() as dsn,
        open_county(dsn, tmp_path_factory.mktemp("inbox"), SetClock("2026-03-18 09:00")) as running,
    ):
        yield running


def unread(person: Person) -> int:
    """The number at the bell."""
    shown = re.search(r'id="bell".*?</a>', person.page("/"), re.DOTALL)
    assert shown is not None
    count = re.search(r'hy-count">(\d+)', shown.group())
    return int(count.group(1)) if count else 0


def send(person: Person, form: ShownForm, **typed: str) -> str:
    """Send a form and give where it leads."""
    answer = person.browser.post(form.action, data=form.with_typed(**typed))
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def form_of(person: Person, action: str, call: str) -> ShownForm:
    """The form of the notice about a call."""
    page = person.page("/inbox")
    number = person.call(call)["number"]
    entry = next(part for part in re.split(r'<li id="notice-', page) if number in part)
    return form_to(entry, action)


def told(person: Person, call: str, words: str) -> None:
    """Wait until the inbox says so of the call."""
    number = person.call(call)["number"]
    wait_until(lambda: any(number in part and words in part for part in person.page("/inbox").split("<li ")), 20)


def test_a_call_is_told_to_who_must_act_and_opening_it_reads_it(county: County) -> None:
    caller, leader, operator = county.person("cd-01"), county.person("cd-03"), county.person("pt-01")
    before = unread(leader)
    call = caller.submit(text="路灯不亮", place="府前路")
    told(leader, call, "请签发:本镇街新的呼叫")
    assert unread(leader) == before + 1
    assert "路灯不亮" in leader.page("/inbox"), "inside the product one sees what it is about"
    assert send(leader, form_of(leader, "/inbox/open", call)) == f"/calls/{call}"
    assert unread(leader) == before
    leader.do(call, "endorse")
    told(operator, call, "请受理:新的呼叫")
    assert send(operator, form_of(operator, "/inbox/read", call)) == "/inbox"
    assert "标为已读" not in re.split("<li ", operator.page("/inbox"))[1]


def test_everything_read_at_once_leaves_what_came_after_one_looked(county: County) -> None:
    caller, leader = county.person("cd-01"), county.person("cd-03")
    first = caller.submit(text="井盖缺失", place="学前街")
    told(leader, first, "请签发")
    looked = form_to(leader.page("/inbox"), "/inbox/read-all").fields["up_to"]
    county.clock.later(minutes=5)
    later = caller.submit(text="护栏破损", place="滨河路")
    told(leader, later, "请签发")
    send(leader, form_to(leader.page("/inbox"), "/inbox/read-all"), up_to=looked)
    assert "条已标为已读" in leader.page("/inbox")
    assert unread(leader) == 1


def test_what_is_only_to_know_is_left_out_of_what_is_asked(county: County) -> None:
    caller, leader, operator = county.person("cd-01"), county.person("cd-03"), county.person("pt-01")
    call = caller.submit(text="桥下积水", place="涵洞")
    leader.do(call, "endorse")
    operator.do(call, "accept")
    told(caller, call, "呼叫已受理")
    assert "呼叫已受理" not in caller.page("/inbox?only=owed")


def test_nobody_reads_or_opens_the_notice_of_another(county: County) -> None:
    caller, leader, stranger = county.person("cd-01"), county.person("cd-03"), county.person("zhujianju-z")
    call = caller.submit(text="树枝压线", place="环城路")
    told(leader, call, "请签发")
    notice = form_of(leader, "/inbox/open", call).fields["notice"]
    token = form_to(stranger.page("/inbox"), "/sign-out").fields["csrf_token"]
    for action in ("/inbox/open", "/inbox/read"):
        answer = stranger.browser.post(action, data={"csrf_token": token, "notice": notice})
        assert answer.status_code == 404
    assert problem_in(stranger.api.get("/live", params={"topics": f"inbox:{leader.viewer.person}"}))


def test_settings_show_what_the_rule_demands_with_its_document_and_keep_what_one_wishes(county: County) -> None:
    liaison = county.person("zhzfj-z")
    page = liaison.page("/account/notices")
    assert "特急事项要求办理的:短信、电话" in page
    assert "22:00 至 07:00" in page
    assert "依据:本县办法(示例) 通知" in page
    form = form_to(page, "/account/notices")
    assert send(liaison, form, channels="email", email="zf@example.gov.cn", daily="true") == "/account/notices"
    kept = form_to(liaison.page("/account/notices"), "/account/notices").fields
    assert (kept["channels"], kept["email"], kept["daily"]) == ("email", "zf@example.gov.cn", "true")
    assert "only_owed" not in kept
    send(liaison, form, email="")
    assert form_to(liaison.page("/account/notices"), "/account/notices").fields["email"] == ""


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"email": "nobody"}, "电子邮件地址不正确"),
        ({"email": "a@b.cn\r\nBcc: c@d.cn"}, "电子邮件地址不正确"),
        ({"email": "a@b.cn, c@d.cn"}, "电子邮件地址不正确"),
        ({"channels": "email", "email": ""}, "请填写电子邮件地址"),
        ({"zwwx": "a b"}, "政务微信账号不正确"),
    ],
)
def test_an_address_nothing_can_be_sent_to_is_refused_and_shown_again(
    county: County, typed: dict[str, str], says: str
) -> None:
    liaison = county.person("shichangju-z")
    form = form_to(liaison.page("/account/notices"), "/account/notices")
    answer = liaison.browser.post(form.action, data=form.with_typed(**typed))
    assert answer.status_code == 422
    assert says in answer.text


def test_the_telephone_cannot_be_wished_for_and_the_demanded_cannot_be_switched_off(county: County) -> None:
    liaison = county.person("shichangju-z")
    page = liaison.page("/account/notices")
    assert [form.action for form in forms_in(page)].count("/account/notices") == 1
    assert 'value="phone"' not in page
    form = form_to(page, "/account/notices")
    send(liaison, form, channels="phone")
    assert "channels" not in form_to(liaison.page("/account/notices"), "/account/notices").fields


def test_commands_succeed_while_every_channel_is_down(counties: Databases, tmp_path: Path) -> None:
    """Nothing listens where mail and gateway should be, and the platform's own system hangs up."""
    with counties() as dsn, channels_down(dsn, tmp_path) as county:
        caller = county.person("cd-01")
        call = caller.submit(text="燃气泄漏", place="学前街", urgency="emergency")
        county.person("pt-01").do(call, "accept")
        assert caller.call(call)["stage"] == "accepted"

        def tried() -> bool:
            with county.house.pool.connection() as connection:
                rows = connection.execute(
                    "SELECT channel, bool_or(attempts > 0), bool_or(state = 'sent') FROM notice_deliveries GROUP BY 1"
                ).fetchall()
            return {row[0] for row in rows if row[1] and not row[2]} >= {"phone", "sms", "webhook", "email"}

        wait_until(tried, 60)
        told(county.person("pt-02"), call, "请派发")


def test_a_program_reads_its_holders_own_and_marks_them(county: County) -> None:
    caller, leader, other = county.person("cd-01"), county.person("cd-03"), county.person("pt-01")
    call = caller.submit(text="护坡塌方", place="北山路")
    told(leader, call, "请签发")
    (entry,) = [one for one in leader.get("/inbox", owed=True)["items"] if one["about"] == call]
    assert (entry["topic"], entry["title"]) == ("endorse", "请签发:本镇街新的呼叫")
    assert (entry["number"], entry["text"], entry["read_at"]) == (leader.call(call)["number"], "护坡塌方", None)
    assert entry["due"] == leader.obligation(call, "endorse")["deadline"]["due"]
    assert not any(one["about"] == call for one in other.get("/inbox")["items"]), "what another was told"
    assert problem_in(other.api.post(f"/api/v1/inbox/{entry['id']}/read"))["status"] == 404

    narrow = client_of(county.app, authorization=f"Bearer {county.token(leader.viewer, Scope.NOTICES_READ)}")
    (untold,) = [one for one in narrow.get("/api/v1/inbox").json()["items"] if one["about"] == call]
    assert untold["text"] == "", "a token that may not read calls is not told what one is about"
    refused = problem_in(narrow.post(f"/api/v1/inbox/{entry['id']}/read"))
    assert (refused["status"], refused["code"]) == (403, "scope-missing")

    before = unread(leader)
    assert leader.api.post(f"/api/v1/inbox/{entry['id']}/read").json() == {"read": 1}
    assert unread(leader) == before - 1
    without_zone = problem_in(leader.api.post("/api/v1/inbox/read-all", json={"up_to": "2026-03-18T09:00:00"}))
    assert (without_zone["status"], without_zone["field"]) == (422, "up_to")
    marked = leader.api.post("/api/v1/inbox/read-all", json={"up_to": county.clock().isoformat()}).json()
    assert marked == {"read": before - 1}
    assert unread(leader) == 0
    assert all(one["read_at"] for one in leader.get("/inbox")["items"])
    assert problem_in(leader.api.get("/api/v1/inbox", params={"after": "昨天"}))["field"] == "after"
