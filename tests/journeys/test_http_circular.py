"""运行情况通报(初稿): who stands in it, and who is not circulated because the county can only ask it."""

from collections.abc import Iterator
from io import BytesIO
from uuid import uuid4

import docx
import pytest
from docx.document import Document

from tests.conftest import Databases
from tests.journeys.county_over_http import BEGINNING, County, SetClock, open_county

MONTH = "2026-09"
OPENING = {
    "name": "2026年9月",
    "first_day": "2026-09-01",
    "last_day": "2026-09-30",
    "minimum": 2,
    "participation": 60,
    "aim": 95,
    "calls_low": 1,
    "calls_high": 50,
    "basis": "考核办法(示例)",
}
ANSWER = {"handler": "值班员", "contact": "199 0000 0000", "first_step": "今日到场"}
NOT_CIRCULATED = {"xiaofang": "消防救援大队", "shengtai": "生态环境分局", "gongdian": "示范县供电公司"}
SAID = "垂直管理、市级派出的机构和企业不列入通报,另行商请、函告"


@pytest.fixture(scope="module")
def county(counties: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    """A county of its own: it freezes a month."""
    with counties() as dsn, open_county(dsn, tmp_path_factory.mktemp("county"), SetClock(BEGINNING)) as running:
        yield running


@pytest.fixture(scope="module")
def answered(county: County) -> None:
    """In August a call for 水务局 alone; in September one for it and for each body that the county does not manage."""
    for month, codes in (("2026-08", ("shuiwuju",)), (MONTH, ("shuiwuju", *NOT_CIRCULATED))):
        county.clock.set(f"{month}-03 09:00")
        for code in codes:
            call = county.person("yt-01").submit(text="线缆垂落", place="云台山村")
            county.person("yt-03").do(call, "endorse")
            county.person("pt-01").do(call, "accept")
            lead = county.organization(code)
            county.person("pt-01").do(call, "dispatch", basis="powers", reference="三定规定", lead=lead)
            county.person(f"{code}-z").do(call, "respond", **ANSWER)
    county.clock.set("2026-10-08 09:00")
    county.await_views()


def _circular(county: County, month: str) -> Document:
    return docx.Document(BytesIO(county.person("dc-01").browser.get(f"/rates/circular.docx?period={month}").content))


def _responses(document: Document) -> dict[str, str]:
    headings, *rows = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
    return {row[0]: row[headings.index("响应率")] for row in rows}


def _said(document: Document) -> str:
    return "".join(paragraph.text for paragraph in document.paragraphs)


def test_whom_the_county_can_only_ask_stands_in_no_line_and_in_the_total(county: County, answered: None) -> None:
    document = _circular(county, MONTH)
    assert _responses(document) == {"全县": "4/4", "水务局": "1/1"}
    assert SAID in _said(document)
    shown = {line["name"] for line in county.person("dc-01").get("/rates", period=MONTH, by="department")["lines"]}
    assert shown >= {"水务局", *NOT_CIRCULATED.values()}, "figures are for whoever works with them"
    page = county.person("dc-01").page(f"/rates?period={MONTH}&by=department")
    assert all(name in page for name in NOT_CIRCULATED.values())


def test_a_circular_that_leaves_nobody_out_does_not_say_so(county: County, answered: None) -> None:
    document = _circular(county, "2026-08")
    assert _responses(document) == {"全县": "1/1", "水务局": "1/1"}
    assert "不列入通报" not in _said(document)


def test_the_circular_of_a_frozen_period_leaves_out_the_same(county: County, answered: None) -> None:
    supervisor = county.person("dc-01")
    period = supervisor.ask("/periods", OPENING, uuid4()).json()["id"]
    county.await_views()
    assert supervisor.ask(f"/periods/{period}/freeze", {}, uuid4()).status_code == 200
    county.await_views()
    document = _circular(county, MONTH)
    assert "冻结的数字" in _said(document)
    assert _responses(document) == {"全县": "100%(4/4)", "水务局": "1/1"}
    assert SAID in _said(document)
    assert "消防救援大队" in supervisor.page(f"/periods/{period}?by=department")
