"""由承接单位继续办理, by hand: offered for whom the command would accept, and for nobody else; and where the heir may
not step in, another is named."""

from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from re import DOTALL, findall, search
from uuid import UUID, uuid4

import pytest

from domain.directory.identity import organization_stream
from domain.directory.kinds import Management, OrganizationKind
from domain.directory.organization_commands import (
    DeclareSuccession,
    DissolveOrganization,
    EstablishOrganization,
    RenameOrganization,
)
from domain.shared.commands import Ask, Command
from infra.actors import system_actor
from tests.conftest import Databases
from tests.journeys.county_over_http import BEGINNING, County, Person, SetClock, open_county
from tests.journeys.shown_forms import form_to

DOCUMENT = "示编发〔2026〕9号"
LETTER = "示编函〔2026〕3号"
STEP = "succeed-party"


@pytest.fixture(scope="module")
def county(counties: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    """A county of its own: bodies of it are dissolved."""
    with counties() as dsn, open_county(dsn, tmp_path_factory.mktemp("county"), SetClock(BEGINNING)) as running:
        yield running


def by_the_directory(county: County, *commands: Command) -> None:
    """Recorded by the platform itself, and a minute passes; the clock does not look."""
    for command in commands:
        county.house.bus.execute(command, Ask(uuid4(), system_actor(county.node)))
    county.clock.later(minutes=1)
    county.await_views()


def dissolving(county: County, was: str, heir: str) -> DissolveOrganization:
    body, successor = (organization_stream(county.node, code) for code in (was, heir))
    return DissolveOrganization(organization=body, successor=successor, document=DOCUMENT)


def dispatched(county: County, lead: str, *assistants: str) -> str:
    call = county.person("cd-01").submit(text="河道垃圾", place="沙河大桥东头")
    county.person("cd-03").do(call, "endorse")
    operator = county.person("pt-01")
    operator.do(call, "accept")
    others = [county.organization(code) for code in assistants]
    named = {"lead": county.organization(lead), "assistants": others}
    operator.do(call, "dispatch", basis="powers", reference="三定规定", **named)
    return call


def offered(person: Person, call: str, field: str = "dissolved") -> dict[str, str]:
    """What the step's picker offers on the page, by the organization's id; nothing where there is no such form."""
    form = search(rf'<form[^>]*action="/calls/{call}/{STEP}".*?</form>', person.page(f"/calls/{call}"), DOTALL)
    picker = search(rf'<select[^>]*name="{field}".*?</select>', form[0], DOTALL) if form else None
    pairs = findall(r'<option value="([^"]+)"[^>]*>(.*?)</option>', picker[0], DOTALL) if picker else []
    return {value: unescape(label).strip() for value, label in pairs}


@pytest.fixture(scope="module")
def team(county: County) -> str:
    """A body whose time runs out on the last of June, 市场监管局 having succeeded it."""
    county.clock.set("2026-06-01 09:00")
    ends = county.clock() + timedelta(days=29)
    establishing = EstablishOrganization(
        code="zhuanban",
        name="河道整治专班",
        kind=OrganizationKind.TEMPORARY_BODY,
        management=Management.COUNTY,
        ends_at=ends,
    )
    body, heir = (organization_stream(county.node, code) for code in ("zhuanban", "shichangju"))
    by_the_directory(county, establishing, DeclareSuccession(organization=body, successor=heir, document=DOCUMENT))
    return str(body)


def test_the_picker_offers_what_the_command_accepts_and_nothing_else(county: County, team: str) -> None:
    """Renamed: the same body. Succession declared: it stands until it is dissolved or its time is over."""
    operator = county.person("pt-01")
    call = dispatched(county, "shuiwuju", "zhuanban", "wenlvju", "jiaotiju")
    renamed, declared = (organization_stream(county.node, code) for code in ("wenlvju", "jiaotiju"))
    by_the_directory(
        county,
        RenameOrganization(organization=renamed, name="文化体育和旅游局", aliases=(), document=DOCUMENT),
        DeclareSuccession(organization=declared, successor=UUID(county.organization("shichangju")), document=DOCUMENT),
    )
    assert offered(operator, call) == {}
    assert STEP not in operator.call(call)["possible_steps"]
    for standing in ("shuiwuju", "wenlvju", "jiaotiju", "zhuanban"):
        assert operator.refused(call, STEP, dissolved=county.organization(standing))["code"] == "not-succeeded"

    by_the_directory(county, dissolving(county, "shuiwuju", "shengtai"), dissolving(county, "shengtai", "zhzfj"))
    by_the_directory(county, dissolving(county, "chengdong", "chengxi"))
    lead, township = county.organization("shuiwuju"), county.organization("chengdong")
    assert offered(operator, call) == {
        lead: "水务局(由综合行政执法局承接)",
        township: "城东镇(由城西镇承接)",
    }
    assert offered(operator, call, "instead") == {}, "the heirs may take it: nobody else is to be named"
    assert STEP in operator.call(call)["possible_steps"]
    county.clock.later(days=30)
    assert set(offered(operator, call)) == {lead, township, team}
    for gone in (lead, township, team):
        operator.do(call, STEP, dissolved=gone)
    assert offered(operator, call) == {}
    assert STEP not in operator.call(call)["possible_steps"]
    assert STEP not in county.person("zhzfj-z").call(call)["possible_steps"]


def test_a_call_about_the_heirs_own_staff_is_given_to_another(county: County, team: str) -> None:
    operator, caller = county.person("pt-01"), county.person("cx-01")
    call = caller.submit(text="窗口人员态度恶劣", place="政务大厅")
    county.person("cx-03").do(call, "endorse")
    operator.do(call, "accept")
    operator.do(call, "dispatch", basis="powers", reference="三定规定", lead=county.organization("zhujianju"))
    operator.do(call, "mark-confidential", about=county.organization("yingjiju"), reason="举报人怕被报复")
    by_the_directory(county, dissolving(county, "zhujianju", "yingjiju"))
    county.clock.later(minutes=2)
    county.tick()
    county.await_notices()
    assert "请另行确定承接单位:原单位已撤销" in operator.page("/inbox")
    assert operator.queue()[call]["action"] == "name_successor"
    assert "由谁另定" in operator.page(f"/calls/{call}")
    place = len(operator.call(call)["obligations"]) - 1
    assert "另定承接单位" in operator.page(f"/calls/{call}/obligations/{place}")
    assert "另定承接单位" in operator.page("/record?period=2026")
    county.clock.later(days=5)
    county.tick()
    county.await_notices()
    assert "催办:已超期,请立即办理" in operator.page("/inbox")
    body = county.organization("zhujianju")
    assert offered(operator, call) == {body: "住房和城乡建设局(请另选承接单位)"}
    others = offered(operator, call, "instead")
    assert county.organization("zhzfj") in others
    assert not {county.organization(code) for code in ("yingjiju", "zhujianju")} & set(others)
    form = form_to(operator.page(f"/calls/{call}"), f"/calls/{call}/{STEP}")
    refused = operator.browser.post(form.action, data=form.fields)
    assert "本事项反映的是承接单位的工作人员" in refused.text
    typed = {"instead": county.organization("zhzfj"), "basis": LETTER}
    assert operator.browser.post(form.action, data=form.fields | typed).status_code == 303
    record = operator.page(f"/calls/{call}")
    assert LETTER in record
    county.await_notices()
    assert county.person("zhzfj-z").queue().keys() >= {call}
    assert offered(operator, call) == {}
    assert county.person("zhzfj-z").call(call)["confidential"]
