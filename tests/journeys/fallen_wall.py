"""Story 9 as it happened: 城东镇 reports the same wall three times; the third call is never finished, and it falls."""

from collections.abc import Sequence

from tests.journeys.county_over_http import County

JUNE = "2026-06"
ANSWER = {"handler": "林工", "contact": "199 0000 0202", "first_step": "今日到场查看"}


def three_reports(county: County) -> list[str]:
    """Three reports of 城东镇. The third is dispatched on Monday, 15 June, with 消防 beside; nobody ends it."""
    housing, town = county.person("zhujianju-z"), county.person("cd-01")
    first = _called(county, "2026-06-01", "围墙出现裂缝", "已拉警戒线")
    housing.do(first, "respond", **ANSWER)
    _done(county, first)
    second = _called(county, "2026-06-08", "围墙裂缝变宽,向外倾斜", "已拉警戒线,劝离停车")
    housing.do(second, "respond", **ANSWER)
    _done(county, second)
    third = _called(county, "2026-06-15", "围墙倾斜加重,随时可能倒", "已封闭通道,24 小时值守", ["xiaofang"])
    housing.do(third, "respond", **ANSWER)
    county.person("xiaofang-z").do(third, "respond", **ANSWER)
    town.do(third, "add-note", text="已封闭通道,疏散墙边三户", reach="parties")
    county.clock.set("2026-06-23 08:30")
    housing.do(
        third,
        "request-waiting",
        on=county.organization("xiaofang"),
        own_step="确定拆除方案",
        request="请就消防车通道改线提出书面意见",
    )
    county.clock.set("2026-06-25 08:30")
    county.person("xiaofang-z").do(third, "report-assistance", text="书面意见已送住建局")
    county.clock.set("2026-07-03 09:00")  # the wall has fallen in the night
    town.do(third, "add-note", text="围墙于昨夜倒塌,无人受伤", reach="parties")
    return [first, second, third]


def _called(county: County, day: str, text: str, measures: str, assistants: Sequence[str] = ()) -> str:
    """A call of 城东镇 about the same wall, dispatched by the list to 住建局 on the same morning."""
    county.clock.set(f"{day} 09:00")
    town, operator = county.person("cd-01"), county.person("pt-01")
    (found,) = operator.get("/items", words="居民自建房", township=town.organization)
    call = town.submit(text=text, place="惠民小区东侧围墙", own_measures=measures)
    county.person("cd-03").do(call, "endorse")
    operator.do(call, "accept")
    county.clock.set(f"{day} 09:30")
    operator.do(
        call,
        "dispatch",
        basis="list_item",
        revision=found["revision"]["id"],
        item=found["item"]["code"],
        lead=county.organization("zhujianju"),
        assistants=[county.organization(code) for code in assistants],
    )
    return call


def _done(county: County, call: str) -> None:
    county.person("zhujianju-z").do(call, "report-result", text="已设警示标志,加临时支撑")
    county.person("cd-01").do(call, "confirm-result")
    county.person("pt-01").do(call, "resolve")
    county.person("cd-01").do(call, "evaluate", grade="satisfied")
