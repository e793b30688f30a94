"""上级督办 and 镇街督办 over HTTP: the city supervises a case of the county, a township one of its own."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from uuid import UUID, uuid4

import pytest
from docx import Document
from pypdf import PdfReader

from domain.directory.identity import person_stream
from domain.directory.kinds import OrganizationKind
from domain.directory.organization_commands import DissolveOrganization, EstablishOrganization
from domain.directory.person_commands import AppointPerson, RegisterPerson
from domain.shared.commands import Ask
from domain.shared.posts import Post
from infra.actors import system_actor
from tests.conftest import Databases
from tests.journeys.county_over_http import BEGINNING, County, SetClock, open_county, problem_in
from tests.journeys.supervision_acts import refused, supervise, supervision, told

AUGUST = "2026-08"
NOT_YOURS = (403, "not-your-supervision")
ORDER = "/supervision/orders/1"
STAND_IN = "王呼叫(受镇街负责同志张秀兰委托代签)"


@pytest.fixture(scope="module")
def county(counties: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    """A county of its own: its clock is turned."""
    with counties() as dsn, open_county(dsn, tmp_path_factory.mktemp("county"), SetClock(BEGINNING)) as running:
        yield running


def _dispatched(county: County, day: str, text: str, lead: str, *assistants: str) -> str:
    """Dispatched at nine; the response is due on the next day at 17:30."""
    county.clock.set(f"{day} 08:40")
    call = county.person("cd-01").submit(text=text, place="沙河大桥东头")
    county.person("cd-03").do(call, "endorse")
    county.person("pt-01").do(call, "accept")
    county.clock.set(f"{day} 09:00")
    parties = {"lead": county.organization(lead), "assistants": [county.organization(code) for code in assistants]}
    county.person("pt-01").do(call, "dispatch", basis="powers", reference="三定规定", **parties)
    return call


def _answer(county: County, code: str, call: str) -> None:
    county.person(code).do(call, "respond", handler="林工", contact="199 0000 0202", first_step="今日到场查看")


@pytest.fixture(scope="module")
def ordered(county: County) -> str:
    """水务局 does not respond; the city drafts, signs, refuses one reply and accepts the next."""
    call = _dispatched(county, "2026-08-05", "河堤护栏缺失三十米", "shuiwuju")
    supervisor, leader, liaison = county.person("cs-02"), county.person("cs-03"), county.person("shuiwuju-z")
    addressee = county.organization("shuiwuju")
    assert refused(supervisor, call, "draft-order", addressee=addressee)[1] == "nothing-overdue"
    county.clock.set("2026-08-07 09:31")
    county.tick()
    assert call in {line["call"] for line in supervisor.get("/supervision")["late"]}
    for nobody in ("cs-01", "cd-03", "pt-01", "shuiwuju-f"):
        assert refused(county.person(nobody), call, "draft-order", addressee=addressee) == NOT_YOURS, nobody
    supervise(supervisor, call, "draft-order", addressee=addressee)

    (drafted,) = supervision(supervisor, call)["orders"]
    assert (drafted["level"], drafted["issuer"], drafted["stage"]) == ("city", supervisor.organization, "drafted")
    assert supervision(county.person("dc-01"), call)["orders"], "who supervises the county knows what is drafted above"
    assert supervision(liaison, call)["orders"] == supervision(county.person("cd-01"), call)["orders"] == []
    for nobody in ("dc-04", "cs-02", "shuiwuju-f"):
        assert refused(county.person(nobody), call, "issue-order", order=1) == NOT_YOURS, nobody
    assert [line["action"] for line in leader.get("/supervision")["to_do"]] == ["sign_order"]
    supervise(leader, call, "issue-order", order=1, demands="请立即加装临时护栏")

    county.clock.set("2026-08-10 17:31")
    county.tick()
    assert len(supervision(supervisor, call)["orders"]) == 1, "the county's machine drafts no second one"
    supervise(liaison, call, "reply-to-order", order=1, text="人员调整,正在安排")
    for nobody in ("dc-01", "dc-04", "cs-01", "cd-03"):
        assert refused(county.person(nobody), call, "accept-reply", order=1) == NOT_YOURS, nobody
    supervise(supervisor, call, "refuse-reply", order=1, reason="没有说明谁办、何时办")
    county.clock.set("2026-08-11 10:30")
    _answer(county, "shuiwuju-z", call)
    supervise(liaison, call, "reply-to-order", order=1, text="已到场,临时护栏今日装好")
    supervise(supervisor, call, "accept-reply", order=1)
    return call


def test_the_city_supervises_a_case_of_the_county_to_its_end(county: County, ordered: str) -> None:
    order = supervision(county.person("shuiwuju-z"), ordered)["orders"][0]
    assert (order["stage"], order["signed_by"]) == ("closed", str(county.person("cs-03").viewer.person))
    assert order["signed_for"] is None
    assert supervision(county.person("cs-02"), ordered)["obligations"] == []
    suspected = {"organization": county.organization("shuiwuju"), "kind": "late_response", "reason": "迟了两天"}
    assert refused(county.person("cs-02"), ordered, "suspect-failure", **suspected) == NOT_YOURS, "the county judges"
    for reader in ("shuiwuju-z", "shuiwuju-f", "cd-01", "pt-01", "dc-01", "cs-01"):
        page = county.person(reader).page(f"/calls/{ordered}{ORDER}")
        for said in ("市级督办通知单", "示范市社会治理呼应平台 · 签发人 程守业", "请立即加装临时护栏", "督查室"):
            assert said in page, (reader, said)
    for stranger in ("zhujianju-z", "cx-01"):
        person = county.person(stranger)
        assert person.browser.get(f"/calls/{ordered}{ORDER}").status_code == 404
        assert problem_in(person.api.get(f"/api/v1/calls/{ordered}/supervision"))["status"] == 404
        assert not person.get("/supervision")["documents"]


def test_what_the_city_did_is_told_to_whom_it_concerns(county: County, ordered: str) -> None:
    county.await_notices()
    of_the_department = [("请答复:督办通知单", ORDER), ("请重新答复:督办答复被退回", ORDER), ("督办已销号", ORDER)]
    copied = Counter([("督办通知单已签发", ORDER), ("督办已销号", ORDER)])
    for code, said in {
        "cs-03": Counter([("请审签:督办通知单草稿", ORDER)]),
        "cs-02": Counter([("督办通知单已签发", ORDER), ("请审核:督办答复", ORDER), ("请审核:督办答复", ORDER)]),
        "shuiwuju-z": Counter(of_the_department),
        "dc-01": copied,
        "cd-01": copied,
        "pt-01": copied,
        "zhujianju-z": Counter(),
        "cs-01": Counter(),
    }.items():
        found = told(county, code, ordered)
        assert Counter({what: n for what, n in found.items() if what[1] == ORDER}) == said, code


def test_the_record_holds_what_was_late_and_what_the_order_asked_for(county: County, ordered: str) -> None:
    """Of the department its answers, of the city what it had to sign and to check."""
    number = supervision(county.person("cs-02"), ordered)["orders"][0]["number"]
    for reader, organization, owed in (
        ("shuiwuju-z", "shuiwuju", {"respond": "late", "handle": "pending", "order_reply": "met"}),
        ("dc-01", "shuiwuju", {"respond": "late", "handle": "pending", "order_reply": "met"}),
        ("cs-02", "shipingtai", {"sign_order": "met", "check_reply": "met"}),
    ):
        asked = {"period": AUGUST, "organization": county.organization(organization)}
        lines = [
            line for line in county.person(reader).get("/obligations", **asked)["items"] if line["call"] == ordered
        ]
        assert {one["action"]: one["performance"] for one in lines} == owed, reader
        papers = {one["document"] for one in lines if one["action"] not in ("respond", "handle")}
        assert papers == {f"督办通知单 {number}"}, reader
    assert all(line["document"] == "" for line in lines if line["action"] == "respond")
    # Due on Thursday at 17:30, done on Tuesday at 10:30: two working days of seven hours, and two hours.
    pages = [
        county.person("shuiwuju-z").page(path)
        for path in (f"/calls/{ordered}", f"/record?period={AUGUST}", f"/calls/{ordered}/obligations/3")
    ]
    for page in pages:
        assert "2.29 个工作日" in page
    for line in county.person("cd-01").get("/obligations", period=AUGUST)["items"]:
        assert line["performance"] in ("met", "pending"), "a clean sheet for the town"
        assert not line["suspicions"]


@pytest.fixture(scope="module")
def comprehensive(county: County) -> str:
    """Two departments handle it; the town's leader is away, and who stands in for her signs."""
    call = _dispatched(county, "2026-08-19", "夜市油烟扰民,摊点占道", "zhzfj", "shichangju")
    leader, caller = county.person("cd-03"), county.person("cd-01")
    granted = leader.ask(
        "/delegations",
        {
            "person": str(leader.viewer.person),
            "appointment": str(leader.viewer.appointment),
            "delegate": str(person_stream(county.node, "cd-01")),
            "ends_at": (county.clock() + timedelta(days=1)).isoformat(),
            "reason": "外出培训",
        },
        uuid4(),
    )
    assert granted.status_code == 201, granted.text
    county.await_views()
    stand_in = county.person("cd-01", Post.TOWNSHIP_LEADER)
    addressee = county.organization("shichangju")
    said = {"addressee": addressee, "demands": "请派员参加今晚联合整治"}
    for nobody in (caller, county.person("cx-03"), county.person("dc-04"), county.person("cs-03")):
        assert refused(nobody, call, "supervise-as-township", **said) == NOT_YOURS
    no_party = {**said, "addressee": county.organization("zhujianju")}
    assert refused(stand_in, call, "supervise-as-township", **no_party)[1] == "not-a-party"
    assert "镇街督办(综合性事项)" in stand_in.page(f"/calls/{call}")
    assert "镇街督办(综合性事项)" not in caller.page(f"/calls/{call}") + county.person("zhzfj-z").page(f"/calls/{call}")
    supervise(stand_in, call, "supervise-as-township", **said)
    assert refused(stand_in, call, "supervise-as-township", **said)[1] == "open-order-stands"

    liaison = county.person("shichangju-z")
    assert [line["action"] for line in liaison.get("/supervision")["to_do"]] == ["order_reply"]
    supervise(liaison, call, "reply-to-order", order=1, text="今晚人手不足")
    for code in ("dc-01", "cs-02", "pt-01", "cx-03"):
        assert refused(county.person(code), call, "accept-reply", order=1) == NOT_YOURS, code
    county.clock.set("2026-08-21 09:00")
    supervise(leader, call, "refuse-reply", order=1, reason="可由城东所派两人")
    _answer(county, "shichangju-z", call)
    supervise(liaison, call, "reply-to-order", order=1, text="城东所两人今晚到场")
    supervise(leader, call, "accept-reply", order=1)
    return call


def test_a_township_supervises_a_comprehensive_matter_and_checks_the_reply_itself(
    county: County, comprehensive: str
) -> None:
    order = supervision(county.person("shichangju-z"), comprehensive)["orders"][0]
    assert (order["kind"], order["stage"]) == ("township", "closed")
    for reader in ("shichangju-f", "cd-03", "dc-01", "cs-02"):
        assert "请派员参加今晚联合整治" in county.person(reader).page(f"/calls/{comprehensive}{ORDER}"), reader
    for stranger in ("zhujianju-z", "cx-03"):
        assert county.person(stranger).browser.get(f"/calls/{comprehensive}{ORDER}").status_code == 404, stranger
    simple = _dispatched(county, "2026-08-24", "路面塌陷", "jiaotongju")
    said = {"addressee": county.organization("jiaotongju"), "demands": "请尽快"}
    assert refused(county.person("cd-03"), simple, "supervise-as-township", **said)[1] == "not-comprehensive"
    assert "镇街督办(综合性事项)" not in county.person("cd-03").page(f"/calls/{simple}")


def test_who_signed_for_somebody_says_for_whom_on_the_page_and_on_paper(county: County, comprehensive: str) -> None:
    liaison = county.person("shichangju-z")
    order = supervision(liaison, comprehensive)["orders"][0]
    assert order["signed_by"] == str(person_stream(county.node, "cd-01"))
    assert order["signed_for"] == str(person_stream(county.node, "cd-03"))
    assert STAND_IN in liaison.page(f"/calls/{comprehensive}{ORDER}")
    pdf, docx = (liaison.browser.get(f"/calls/{comprehensive}{ORDER}/document.{form}") for form in ("pdf", "docx"))
    read = "".join(page.extract_text() for page in PdfReader(BytesIO(pdf.content)).pages)
    assert f"签发人:{STAND_IN}" in "".join(read.split())
    assert any(f"签发人:{STAND_IN}" in one.text for one in Document(BytesIO(docx.content)).paragraphs)


def test_what_a_township_supervised_is_told_and_stands_in_the_record(county: County, comprehensive: str) -> None:
    county.await_notices()
    for code, said in {
        "shichangju-z": Counter(
            [("请答复:镇街督办通知单", ORDER), ("请重新答复:督办答复被退回", ORDER), ("督办已销号", ORDER)]
        ),
        "dc-01": Counter([("镇街督办通知单已签发", ORDER), ("督办已销号", ORDER)]),
        "cd-03": Counter({("请审核:督办答复", ORDER): 2}),
        "zhzfj-z": Counter(),
        "pt-01": Counter(),
        "cs-02": Counter(),
    }.items():
        found = told(county, code, comprehensive)
        assert Counter({what: n for what, n in found.items() if what[1] == ORDER}) == said, code
    lines = county.person("shichangju-z").get("/obligations", period=AUGUST)["items"]
    of_it = {one["action"]: (one["performance"], one["suspicions"]) for one in lines if one["call"] == comprehensive}
    assert of_it == {"respond": ("late", []), "assist": ("pending", []), "order_reply": ("met", [])}


def test_a_dissolved_departments_order_is_answered_by_its_successor_and_reads_as_it_was_signed(county: County) -> None:
    call = _dispatched(county, "2026-09-02", "景区厕所长期停用", "wenlvju")
    county.clock.set("2026-09-07 17:31")
    county.tick()
    supervise(county.person("dc-04"), call, "issue-order", order=1)
    reader, heir = county.person("wenlvju-z"), county.person("jiaotiju-z")
    assert reader.browser.get(f"/calls/{call}{ORDER}").status_code == 200
    assert heir.browser.get(f"/calls/{call}{ORDER}").status_code == 404
    dissolving = DissolveOrganization(
        organization=UUID(county.organization("wenlvju")),
        successor=UUID(county.organization("jiaotiju")),
        document="示编发〔2026〕9号",
    )
    county.house.bus.execute(dissolving, Ask(uuid4(), system_actor(county.node)))
    county.clock.later(minutes=2)
    assert county.tick().succeeded == 2, "the order, and the call"
    county.await_notices()
    assert told(county, "jiaotiju-z", call)["请答复:督办通知单", ORDER] == 1

    page = heir.page(f"/calls/{call}{ORDER}")
    assert "<strong>文化和旅游局</strong>:" in page, "as it was signed"
    assert "文化和旅游局已撤销,由教育和体育局承接。" in page
    for row in ("督办承接", "教育和体育局"):
        assert row in heir.page(f"/calls/{call}/supervision")
    paper = Document(BytesIO(heir.browser.get(f"/calls/{call}{ORDER}/document.docx").content))
    assert "文化和旅游局:" in [paragraph.text for paragraph in paper.paragraphs]
    assert supervision(heir, call)["orders"][0]["addressee"] == heir.organization
    assert [line["action"] for line in heir.get("/supervision")["to_do"]] == ["order_reply"]
    supervise(heir, call, "reply-to-order", order=1, text="机构改革后已接手,明日到场")
    _answer(county, "jiaotiju-z", call)
    supervise(county.person("dc-01"), call, "accept-reply", order=1)
    assert supervision(heir, call)["orders"][0]["stage"] == "closed"


def test_a_dissolved_platforms_calls_go_on_with_the_new_one(county: County) -> None:
    """The last of this county: from here on its platform is another one."""
    by_hand, left = (_dispatched(county, "2026-09-09", text, "zhujianju") for text in ("井盖缺失", "路灯不亮"))
    itself, new, operator = system_actor(county.node), county.organization("xinpingtai"), "xpt-01"
    for command in (
        EstablishOrganization(code="xinpingtai", name="示范县呼应中心", kind=OrganizationKind.PLATFORM),
        RegisterPerson(code=operator, name="尹受理", phone="19900009999"),
        AppointPerson(person=person_stream(county.node, operator), organization=UUID(new), post=Post.OPERATOR),
        DissolveOrganization(
            organization=UUID(county.organization("pingtai")), successor=UUID(new), document="示编发〔2026〕10号"
        ),
    ):
        county.house.bus.execute(command, Ask(uuid4(), itself))
    county.clock.later(minutes=2)
    county.await_views()
    heir, instruction = county.person(operator), {"source": "leader", "number": "批1号", "text": "从速办理"}
    assert heir.refused(by_hand, "record-instruction", **instruction)["code"] == "not-your-call"
    assert county.person("zhujianju-z").refused(by_hand, "succeed-party", dissolved=new)["status"] == 403
    heir.do(by_hand, "succeed-party", dissolved=county.organization("pingtai"))
    heir.do(by_hand, "record-instruction", **instruction)
    turn = county.tick()
    assert (turn.succeeded > 1, turn.failed) == (True, 0), "every open call of the county, by itself"
    heir.do(left, "record-instruction", **instruction)
    assert heir.told(by_hand).count("PartySucceeded") == heir.told(left).count("PartySucceeded") == 1
    fresh = county.person("cd-01").submit(text="河堤塌方", place="沙河大桥东头")
    county.person("cd-03").do(fresh, "endorse")
    heir.do(fresh, "accept")
