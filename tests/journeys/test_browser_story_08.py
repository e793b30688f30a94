"""Story 8 in Chromium: nobody responds; an order and a circular are signed, answered and confirmed on their pages."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.conftest import Databases
from tests.journeys import acts
from tests.journeys.browser import Person, people_at
from tests.journeys.county_over_http import SetClock
from tests.journeys.served_county import ServedCounty, served_county

SUPERVISOR, SIGNER = ("督办员", "督查室"), ("负责同志", "督查室")
DEPARTMENT = "综合行政执法局"


@pytest.fixture
def served(databases: Databases, tmp_path: Path) -> Iterator[ServedCounty]:
    with databases() as dsn, served_county(dsn, tmp_path, SetClock("2026-07-22 08:40")) as running:
        yield running


@pytest.fixture
def come(browser: Browser, served: ServedCounty) -> Iterator[Callable[..., Person]]:
    with people_at(browser, served.address) as people:
        yield people


def test_no_reply_leads_from_a_light_to_a_confirmed_rectification(
    served: ServedCounty, come: Callable[..., Person]
) -> None:
    call = acts.accepted_call(come, "废弃围挡倒伏,占压人行道", "工业路北段")
    served.clock.set("2026-07-22 09:00")
    operator = come().sign_in(*acts.OPERATOR)
    acts.dispatch_off_list(operator, call, DEPARTMENT)

    served.set("2026-07-23 15:50")
    liaison = come().sign_in(*acts.liaison_of(DEPARTMENT)).open(call)
    expect(liaison.page.locator(".hy-party.is-lead")).to_contain_text("临期")
    expect(liaison.page.locator("#supervision")).to_contain_text("临期提醒")
    served.set("2026-07-24 09:31")
    liaison = come().sign_in(*acts.liaison_of(DEPARTMENT)).open(call)
    expect(liaison.page.locator(".hy-party.is-lead")).to_contain_text("超期")
    expect(liaison.page.locator("#supervision")).to_contain_text("催办")

    served.set("2026-07-27 17:31")
    supervisor = come().sign_in(*SUPERVISOR).open("/supervision")
    late = supervisor.page.locator("#late .hy-party").filter(has_text="废弃围挡倒伏")
    expect(late).to_contain_text(DEPARTMENT)
    expect(late).to_contain_text("已到督办")
    expect(supervisor.page.locator("#documents")).to_contain_text("待签发")
    supervisor.for_the_album("board-1440")

    signer = come().sign_in(*SIGNER).open("/queue/to-do")
    signer.page.locator("#supervision-queue").get_by_role("link", name="签发督办通知单").click()
    expect(signer.page.locator("#letter")).to_contain_text("现予督办")
    signer.take("签发督办通知单", {"督办要求": "请立即到场"})
    expect(signer.page.locator("#document")).to_contain_text("签发人")
    signer.for_the_album("order-1440")

    liaison = come(phone=True).sign_in(*acts.liaison_of(DEPARTMENT)).open("/queue/to-do")
    expect(liaison.page.locator("#supervision-queue")).to_contain_text(DEPARTMENT)
    width = liaison.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert width <= 0, "from whom to whom a paper goes is longer than a phone is wide"
    liaison.page.locator("#supervision-queue").get_by_role("link", name="答复督办").click()
    liaison.for_the_album("order-390")
    liaison.take("答复督办", {"未按期办理的原因、现在的进展和下一步": "人员调整漏看,今日到场"})
    expect(liaison.page.locator("#answer")).to_contain_text("今日到场")
    supervisor.open("/queue/to-do")
    supervisor.page.locator("#supervision-queue").get_by_role("link", name="审核督办答复").click()
    supervisor.take("认可答复")
    expect(supervisor.page.locator(".hy-head")).to_contain_text("答复已认可")

    served.set("2026-07-30 17:31")
    supervisor = come().sign_in(*SUPERVISOR).open("/supervision")
    supervisor.page.locator("#suspicions").get_by_role("link", name="不响应").click()
    supervisor.take("认定属实", {"认定理由": "催办、督办后仍未响应"})
    expect(supervisor.page.locator("#s1")).to_contain_text("已认定")
    supervisor.for_the_album("matter-1440")
    signer = come().sign_in(*SIGNER).open("/queue/to-do")
    signer.page.locator("#supervision-queue").get_by_role("link", name="签发通报").click()
    signer.take("签发通报", {"整改要求": "三个工作日内整改到位"})
    liaison = come().sign_in(*acts.liaison_of(DEPARTMENT)).open("/queue/to-do")
    liaison.page.locator("#supervision-queue").get_by_role("link", name="整改").click()
    liaison.take("报告整改", {"整改情况": "已清理并安排专人巡查"})
    supervisor.open("/queue/to-do")
    supervisor.page.locator("#supervision-queue").get_by_role("link", name="确认整改").click()
    supervisor.take("确认整改到位")
    expect(supervisor.page.locator(".hy-head")).to_contain_text("整改已确认")

    town = come().sign_in(*acts.CALLER).open(call)
    expect(town.page.locator("#supervision")).to_contain_text("不响应")
    expect(town.page.locator("#supervision")).not_to_contain_text("城东镇")
    town.for_the_album("call-1440")
    with town.page.expect_download() as downloading:
        town.page.locator("#supervision").get_by_role("link", name="督办通知单").first.click()
        town.page.get_by_role("link", name="PDF").click()
    assert Path(downloading.value.path()).read_bytes().startswith(b"%PDF-")
