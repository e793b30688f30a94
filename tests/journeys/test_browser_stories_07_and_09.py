"""Stories 7 and 9 in Chromium, on one installation: 五一 and an unpublished year; a wall that fell, and its record."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from domain.shared.calendar_days import HolidayNotice
from infra.set_up import load_notices
from tests.conftest import Databases
from tests.journeys import acts
from tests.journeys.acts import People
from tests.journeys.browser import Person, people_at
from tests.journeys.county_over_http import BEGINNING, SetClock
from tests.journeys.fallen_wall import JUNE, three_reports
from tests.journeys.served_county import ServedCounty, served_county

HOUSING = "住房和城乡建设局"
SUPERVISOR = ("督办员", "督查室")
NOTICE = HolidayNotice.model_validate(
    {
        "year": 2027,
        "number": "国办发明电〔2026〕99号(虚构)",
        "off_days": ["2027-01-01", "2027-01-04"],
        "make_up_days": ["2027-01-09"],
    }
)


@pytest.fixture(scope="module")
def served(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedCounty]:
    folder = tmp_path_factory.mktemp("served")
    with databases() as dsn, served_county(dsn, folder, SetClock(BEGINNING)) as running:
        yield running


@pytest.fixture
def come(browser: Browser, served: ServedCounty) -> Iterator[Callable[..., Person]]:
    with people_at(browser, served.address) as people:
        yield people


def _dispatched(served: ServedCounty, moment: str, text: str) -> str:
    """The path of a call that lies with 住建局 from this moment on."""
    served.clock.set(moment)
    county, operator = served.county, served.county.person("pt-01")
    call = county.person("cd-01").submit(text=text, place="沙河大桥下")
    county.person("cd-03").do(call, "endorse")
    operator.do(call, "accept")
    operator.do(call, "dispatch", basis="powers", reference="三定规定", lead=county.organization("zhujianju"))
    served.shown()
    return f"/calls/{call}"


def test_the_first_of_may_is_stepped_over_and_its_saturday_is_worked(served: ServedCounty, come: People) -> None:
    """Asked for on a phone on the bridge, granted at the platform's desk, explained day by day."""
    call = _dispatched(served, "2026-04-28 09:00", "河道内倾倒建筑垃圾")
    housing = come(phone=True).sign_in(*acts.liaison_of(HOUSING)).open(call)
    handle = housing.page.locator(".hy-party.is-lead .hy-clocks > li").filter(has_text="办理").last
    expect(handle).to_contain_text("5月8日(周五) 17:30")
    handle.get_by_text("怎么算的").click()
    expect(handle.locator(".hy-how")).to_contain_text("节假日按国务院办公厅放假通知,调休上班日计入")
    housing.for_the_album("story-7-call-390")
    housing.take("申请延期", {"延长几个工作日": "2", "延期理由": "事实复杂", "具体说明": "需查清来源"})
    operator = come().sign_in(*acts.OPERATOR).owing("河道内倾倒建筑垃圾")
    operator.take("同意延期", {"同意延长几个工作日": "2"})
    housing.open(call)
    expect(handle).to_contain_text("5月11日(周一) 17:30")

    served.clock.set("2026-05-11 10:00")
    served.shown()
    supervisor = come().sign_in(*SUPERVISOR).open(call)
    lead = supervisor.page.locator(".hy-party.is-lead .hy-clocks > li").filter(has_text="办理").last
    lead.get_by_text("怎么算的").click()
    lead.locator(".hy-how a").click()
    explained = supervisor.page.locator("main")
    for days in supervisor.page.get_by_text("逐日").all():
        days.click()
    for said in ("2026-05-01 非工作日", "2026-05-05 非工作日", "2026-05-09 7小时", "2026-05-10 非工作日"):
        expect(explained).to_contain_text(said)
    expect(explained).to_contain_text("与记录一致")
    supervisor.for_the_album("story-7-explained-1440")


def test_the_record_of_a_fallen_wall_is_read_by_each_on_their_own_page(served: ServedCounty, come: People) -> None:
    """The department's on a phone, with its statement; the supervisor's at a desk; nothing for who need not know."""
    *_, third = three_reports(served.county)
    served.shown()
    housing = come(phone=True).sign_in(*acts.liaison_of(HOUSING)).open(f"/record?period={JUNE}")
    filters = housing.page.locator("details.hy-filters")
    expect(filters).not_to_have_attribute("open", "")
    expect(housing.page.get_by_label("履行情况", exact=True)).to_be_hidden()
    rows = housing.page.locator("tbody tr")
    open_row = rows.filter(has_text="已超期")
    expect(open_row).to_have_count(1)
    box = open_row.bounding_box()
    assert box is not None
    assert box["y"] < 2 * 844, "the first lines stand on the first screens"
    housing.for_the_album("story-9-record-390")
    housing.page.keyboard.press("Tab")
    filters.locator("summary").focus()
    housing.page.keyboard.press("Enter")
    housing.page.get_by_label("履行情况", exact=True).select_option(label="待履行")
    housing.press("查看")
    expect(filters).to_have_attribute("open", "")
    expect(rows).to_have_count(1)
    housing.for_the_album("story-9-filtered-390")
    open_row.get_by_role("link", name="办理").click()
    explained = housing.page.locator("main")
    expect(explained).to_contain_text("正当事由")
    late = explained.locator(".hy-facts > div").filter(has_text="超出工作时间")
    expect(late).to_contain_text("个工作日(")
    counted = explained.locator("td[data-label=计入]").first.bounding_box()
    assert counted is not None
    assert counted["width"] > 200, "a span is a card on a phone, no column of single words"
    housing.take("提交陈述", {"陈述内容": "拆除方案 6 月 25 日已报批"})
    expect(explained).to_contain_text("拆除方案 6 月 25 日已报批")
    housing.for_the_album("story-9-explained-390")

    supervisor = come().sign_in(*SUPERVISOR).open(f"/calls/{third}")
    for words in ("已封闭通道,24 小时值守", "已封闭通道,疏散墙边三户", "围墙于昨夜倒塌"):
        expect(supervisor.page.locator("main")).to_contain_text(words)
    handle = supervisor.page.locator(".hy-party.is-lead .hy-clocks > li").filter(has_text="办理").last
    expect(handle).to_contain_text("已超期 7")
    supervisor.for_the_album("story-9-call-1440")
    supervisor.open(f"/record?period={JUNE}")
    expect(supervisor.page.get_by_label("履行情况", exact=True)).to_be_visible()
    supervisor.page.get_by_label("单位", exact=True).select_option(label=HOUSING)
    supervisor.press("查看")
    expect(supervisor.page.locator("main")).to_contain_text("拆除方案 6 月 25 日已报批")
    supervisor.for_the_album("story-9-record-1440")
    with supervisor.page.expect_download() as downloading:
        supervisor.page.get_by_role("link", name="履责情况说明").click()
    assert Path(downloading.value.path()).read_bytes().startswith(b"%PDF-")

    town = come(phone=True).sign_in(*acts.CALLER).open(f"/record?period={JUNE}")
    expect(town.page.locator("tbody tr").first).to_be_visible()
    expect(town.page.locator("tbody .is-overdue")).to_have_count(0)
    town.for_the_album("story-9-town-390")
    stranger = come().sign_in(*acts.liaison_of("水务局")).open(f"/calls/{third}")
    expect(stranger.page.locator("main")).not_to_contain_text("围墙")


def test_a_due_date_in_an_unpublished_year_is_provisional_until_its_notice_comes(
    served: ServedCounty, come: People
) -> None:
    call = _dispatched(served, "2026-12-28 09:00", "桥下又有建筑垃圾")
    housing = come(phone=True).sign_in(*acts.liaison_of(HOUSING)).open(call)
    handle = housing.page.locator(".hy-party.is-lead .hy-clocks > li").filter(has_text="办理").last
    expect(handle).to_contain_text("2027年1月4日(周一) 17:30 暂定")
    housing.for_the_album("story-7-provisional-390")
    assert load_notices(served.house, [NOTICE], "虚构") == 1
    recomputing = served.house.recomputing()
    assert recomputing.ask_all(recomputing.by_notices()) > 0
    served.shown()
    housing = come(phone=True).sign_in(*acts.liaison_of(HOUSING)).open(call)
    handle = housing.page.locator(".hy-party.is-lead .hy-clocks > li").filter(has_text="办理").last
    expect(handle).to_contain_text("2027年1月6日(周三) 17:30")
    expect(handle).not_to_contain_text("暂定")
    handle.get_by_text("怎么算的").click()
    expect(handle.locator(".hy-how")).to_contain_text("原期限 2027-01-04 17:30,后经变更")
    expect(housing.page.locator(".hy-timeline")).to_contain_text("放假通知公布,暂定期限重算")
    housing.for_the_album("story-7-recomputed-390")
    supervisor = come().sign_in(*SUPERVISOR).open(call)
    expect(supervisor.page.locator(".hy-timeline")).to_contain_text(NOTICE.number)
