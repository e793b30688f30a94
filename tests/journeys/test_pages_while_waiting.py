"""What people see while the projector stands still, Kafka is down, or the database is away: real stopped processes."""

import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from infra.services.postgres import Postgres
from tests.adapters.kafka.bench import wait_until
from tests.journeys.all_pages import ROLES, Matters, look, pages_of, pieces_of, send, send_form
from tests.journeys.browser import Person, people_at
from tests.journeys.kafka_shape import AtWork, Shape, production_shape
from tests.journeys.shown_forms import form_to, forms_in
from tests.journeys.test_http_rates import OPENING
from tests.servers import kafka_server, postgres_server

pytestmark = pytest.mark.long

AGE = re.compile(r"页面资料截至 \d+月\d+日\(周.\) \d\d:\d\d:\d\d\(.+前\),尚有 \d+ 条记录待更新")
RESPONSE = {"handler": "陈中队长", "contact": "199 0000 0101", "first_step": "半小时内到场劝离"}


@dataclass
class Town:
    """The installation with its people at work."""

    shape: Shape
    postgres: Postgres
    people: dict[str, AtWork]

    def accepted(self) -> str:
        """A call of 城东镇 up to 受理."""
        call = self.people["cd-01"].submit(text="学前街小学门口流动摊贩占道经营", place="学前街东口")
        self.people["cd-03"].do(call, "endorse")
        self.people["pt-01"].do(call, "accept")
        return call

    def item(self) -> tuple[str, str]:
        """The item of the list that such calls are dispatched by, and the revision it stands in."""
        township = self.shape.organization("chengdong")
        found = self.people["pt-01"].get("/items", words="占道经营", township=township)[0]
        return found["item"]["code"], found["revision"]["id"]

    def dispatched(self) -> str:
        """A call of 城东镇 up to 派发, shown everywhere."""
        call, (item, revision) = self.accepted(), self.item()
        self.people["pt-01"].do(
            call,
            "dispatch",
            basis="list_item",
            revision=revision,
            item=item,
            lead=self.shape.organization("zhzfj"),
            assistants=[self.shape.organization("shichangju")],
        )
        self.shape.wait_until_shown(60)
        return call

    @cached_property
    def matters(self) -> Matters:
        """What the pages are about, shown everywhere."""
        call, (item, revision), lead = self.dispatched(), self.item(), self.shape.organization("zhzfj")
        step = "supervision/supervise-as-township"
        self.people["cd-03"].do(call, step, addressee=lead, demands="请每日巡查并反馈")
        period = self.people["dc-01"].ask("/periods", 201, **OPENING)["id"]
        accepted = self.accepted()
        self.shape.wait_until_shown(60)
        return Matters(call, accepted, item, revision, lead, period)

    def pages(self) -> Iterator[tuple[str, str]]:
        """Every page of every role."""
        for role in ROLES:
            for path in pages_of(role, self.matters):
                yield role, path

    def pieces(self) -> Iterator[tuple[str, str]]:
        """What pages fetch into themselves."""
        for role in ROLES:
            for path in pieces_of(role, self.matters):
                yield role, path

    def assert_every_page_says_its_age(self) -> None:
        """Open all of them."""
        wait_until(lambda: AGE.search(look(self.people["cd-01"], "/").text) is not None, 20)
        silent = []
        for role, path in self.pages():
            answer = look(self.people[role], path)
            assert answer.status_code == 200, (ROLES[role], path, answer.status_code)
            if not AGE.search(answer.text):
                silent.append((ROLES[role], path))
        assert silent == []
        for role, path in self.pieces():
            assert look(self.people[role], path).status_code == 200, (ROLES[role], path)

    def assert_every_page_is_fresh(self) -> None:
        """Nothing waits any more, and nobody's page speaks of it."""
        self.shape.wait_until_shown(60)
        assert [role for role, person in self.people.items() if "待更新" in look(person, "/").text] == []

    @contextmanager
    def without(self, stop: Callable[[], None], start: Callable[[], object]) -> Iterator[None]:
        """Something is stopped, and started again whatever happens meanwhile."""
        stop()
        try:
            yield
        finally:
            start()

    @contextmanager
    def stopped_database(self) -> Iterator[None]:
        """The database is away; afterwards its pages come again."""
        with self.without(self.postgres.stop, self.postgres.start):
            yield
        wait_until(lambda: look(self.people["cd-01"], "/").status_code == 200, 60)
        self.shape.bench.connect_again()

    @contextmanager
    def stopped_projector(self) -> Iterator[None]:
        """The projector's process is away."""
        with self.without(lambda: self.shape.stop("project"), lambda: self.shape.start("project")):
            yield


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """One installation for the whole file, over a database of its own: it is stopped here."""
    with (
        tempfile.TemporaryDirectory(prefix="huying-", ignore_cleanup_errors=True) as place,
        postgres_server(Path(place) / "pg") as postgres,
        kafka_server(tmp_path_factory.mktemp("kafka")) as kafka,
        production_shape(tmp_path_factory.mktemp("shape"), postgres.make_database("waiting"), kafka) as shape,
    ):
        town = Town(shape, postgres, {role: AtWork(shape, role) for role in ROLES})
        assert town.matters  # made while everything runs
        yield town
        for person in town.people.values():
            person.close()


@pytest.fixture
def person(town: Town, browser: Browser) -> Iterator[Callable[..., Person]]:
    """People at real browsers."""
    with people_at(browser, town.shape.address) as people:
        yield people


def test_while_the_projector_stands_still_every_page_opens_and_says_how_old_it_is(town: Town) -> None:
    """A call just made shows as recorded, with its receipt; nobody else learns of it; then it is simply there."""
    caller = town.people["cd-01"]
    with town.stopped_projector():
        sent = send(caller, look(caller, "/calls/new").text, "/calls/new", text="路灯不亮", place="府前路3号")
        assert sent.status_code == 303, sent.text
        there = sent.headers["location"]
        receipt = look(caller, there)
        assert receipt.status_code == 200
        assert "已记录在案,页面待更新" in receipt.text
        assert re.search(r"HY\d{8}-\w{5}", receipt.text)
        assert re.search(r"\d\d:\d\d:\d\d</span> 记录,回执:第 \d+ 号记录", receipt.text)
        assert "没有找到" not in receipt.text
        assert "已记录在案" in look(caller, there.partition("?")[0]).text
        assert look(town.people["zhzfj-z"], there).status_code == 404
        town.assert_every_page_says_its_age()
        assert "提交呼叫" in look(caller, "/queue/mine").text
    wait_until(lambda: "路灯不亮" in look(caller, there).text, 60)
    assert "已记录在案" not in look(caller, there).text
    town.assert_every_page_is_fresh()


def test_a_lead_goes_on_step_by_step_while_no_page_is_brought_up_to_date(town: Town) -> None:
    """The call's page offers the next step by the facts, and lists what one did as waiting."""
    call, lead = town.dispatched(), town.people["zhzfj-z"]
    page = f"/calls/{call}"
    with town.stopped_projector():
        answered = send(lead, look(lead, page).text, f"{page}/respond", **RESPONSE)
        assert answered.status_code == 303, answered.text
        assert "已记录在案" in look(lead, answered.headers["location"]).text
        shown = look(lead, page).text
        assert "下列办理已记录在案" in shown
        assert "已响应,办理中" in shown
        assert not any(form.action == f"{page}/respond" for form in forms_in(shown)), "not offered a second time"
        reported = send(lead, shown, f"{page}/report-result", text="摊贩已全部劝离")
        assert reported.status_code == 303, reported.text
        assert "待镇街现场确认" in look(lead, page).text
        wait_until(lambda: "报告办理结果" in look(lead, "/queue/to-do").text, 20)
        assert "您已办理,待更新" in look(lead, "/queue/to-do").text
    town.shape.wait_until_shown(60)
    after = look(lead, page).text
    assert "摊贩已全部劝离" in after
    assert "待更新" not in after


def test_an_operator_accepts_and_dispatches_while_no_page_is_brought_up_to_date(town: Town) -> None:
    """The page of the dispatch goes by the facts too; the lead learns of it afterwards."""
    operator, lead = town.people["pt-01"], town.people["zhzfj-z"]
    call = town.people["cd-01"].submit(text="学前街小学门口流动摊贩占道经营", place="学前街东口")
    town.people["cd-03"].do(call, "endorse")
    town.shape.wait_until_shown(60)
    page, (item, revision) = f"/calls/{call}", town.item()
    with town.stopped_projector():
        accepted = send(operator, look(operator, page).text, f"{page}/accept")
        assert accepted.status_code == 303, accepted.text
        chosen = look(operator, f"{page}/triage?item={item}&revision={revision}")
        assert chosen.status_code == 200, chosen.text
        forms = [one for one in forms_in(chosen.text) if one.action == f"{page}/triage" and "csrf_token" in one.fields]
        dispatched = send_form(operator, forms[0])
        assert dispatched.status_code == 303, dispatched.text
        assert "已记录在案" in look(operator, dispatched.headers["location"]).text
        assert look(operator, f"{page}/triage").headers["location"] == page, "there is nothing left to dispatch"
    wait_until(lambda: look(lead, page).status_code == 200, 60)


def test_with_kafka_down_pages_open_commands_are_taken_and_all_of_it_is_shown_afterwards(town: Town) -> None:
    """The relay and the projector find their way back by themselves."""
    call, lead = town.dispatched(), town.people["zhzfj-z"]
    page = f"/calls/{call}"
    with town.without(town.shape.kafka.stop, town.shape.kafka.start):
        answered = send(lead, look(lead, page).text, f"{page}/respond", **RESPONSE)
        assert answered.status_code == 303, answered.text
        assert "已记录在案" in look(lead, answered.headers["location"]).text
        town.assert_every_page_says_its_age()
    wait_until(lambda: "陈中队长" in look(lead, page).text, 90)
    town.assert_every_page_is_fresh()


def test_without_the_database_every_page_says_so_and_what_was_written_comes_back(town: Town) -> None:
    """A plain page, 503; the form whole in it, to be sent again by one button; recorded once, however often."""
    call, lead = town.dispatched(), town.people["zhzfj-z"]
    page, step = f"/calls/{call}", f"/calls/{call}/respond"
    shown = look(lead, page).text
    with town.stopped_database():
        for role, path in [*town.pages(), *town.pieces(), ("cd-01", "/sign-in")]:
            answer = look(town.people[role], path)
            assert answer.status_code == 503, (ROLES[role], path, answer.status_code)
            assert "服务暂时不可用" in answer.text
            assert "text/html" in answer.headers["content-type"]
            assert "psycopg" not in answer.text
        refused = send(lead, shown, step, **RESPONSE)
        assert refused.status_code == 503
        assert RESPONSE["first_step"] in refused.text
        again = form_to(refused.text, step)
        assert {name: again.fields[name] for name in RESPONSE} == RESPONSE
        assert "现场.txt" in send(lead, shown, step, attached="现场.txt", **RESPONSE).text
    assert send_form(lead, again).status_code == 303
    assert send_form(lead, again).status_code == 303
    town.shape.wait_until_shown(60)
    told = [entry["type"] for entry in lead.get(f"/calls/{call}/record")]
    assert told.count("calls.PartyResponded") == 1


def test_a_caller_on_a_phone_sees_the_receipt_and_then_the_call_without_doing_anything(
    town: Town, person: Callable[..., Person]
) -> None:
    caller = person(phone=True).sign_in("王呼叫", "城东镇").open("/calls/new")
    with town.stopped_projector():
        form = caller.form("发出呼叫")
        caller.fill(form, {"什么事": "村口桥面塌了一个洞", "在哪里": "小王庄桥"}).press("发出呼叫")
        expect(caller.page.locator("#recorded")).to_contain_text("已记录在案")
        expect(caller.page.locator("#recorded")).to_contain_text("号记录")
        caller.ready().open("/calls/new")
        expect(caller.page.get_by_label("什么事")).to_have_value("")  # recorded: its draft is gone
        caller.page.go_back()
    expect(caller.page.locator("#call")).to_contain_text("村口桥面塌了一个洞", timeout=60_000)


def test_a_liaison_s_words_survive_an_absent_database_in_the_browser(town: Town, person: Callable[..., Person]) -> None:
    """Sent into the void, the words stand on the page that says so, and in the form once one goes back."""
    page = f"/calls/{town.dispatched()}"
    liaison = person().sign_in("专管员", "综合行政执法局").open(page)
    with town.stopped_database():
        liaison.take("响应", {"承办人": "陈中队长", "联系电话": "199 0000 0101", "第一步怎么办": "半小时内到场𠮷"})
        expect(liaison.page.get_by_role("heading", name="服务暂时不可用")).to_be_visible()
        expect(liaison.page.locator(".hy-kept").filter(has_text="半小时内到场𠮷")).to_be_visible()
    liaison.open(page)
    expect(liaison.page.locator("[data-draft-note]").first).to_contain_text("再次提交不会重复办理")
    expect(liaison.page.get_by_label("第一步怎么办")).to_have_value("半小时内到场𠮷")
    liaison.press("响应")
    expect(liaison.page.locator(".hy-timeline")).to_contain_text("半小时内到场𠮷", timeout=30_000)
