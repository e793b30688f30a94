"""情景: a morning's work in the demonstration county, so that its pages have something to show."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw
from playwright.sync_api import Browser, expect

from tests.journeys import acts
from tests.journeys.browser import Person, people_at

_MATTER = "学前街小学门口七八个流动摊贩占道经营,堵住消防通道"
_PLACE = "学前街东口,实验小学门前"


_WAITING = (
    ("村口垃圾堆积没人清运,气味大", "城东镇小王庄村口"),
    ("河道内有人私自采砂,岸坡塌了一段", "白沙河小王庄段"),
    ("小区电动车进楼充电,劝阻无效", "惠民小区5号楼"),
)


@dataclass(frozen=True, slots=True)
class Scene:
    """Paths of what was played."""

    handled: str
    """占道经营, responded to, with a photo."""
    closed: str
    """路灯, from the call to its evaluation."""
    dispatching: str
    """油烟, with its item chosen, not yet dispatched."""
    objected: str
    """外墙脱落, objected to by the lead, waiting for the platform's ruling."""
    item: str
    revision: str
    organization: str


def play(browser: Browser, address: str) -> Scene:
    """Several calls, each at another point of its way."""
    with people_at(browser, address) as people:
        with tempfile.TemporaryDirectory() as folder:
            handled = _handled(people, _photo(Path(folder)))
        closed = _closed(people)
        for text, place in _WAITING:
            _placed(people, text, place)
        _emergency(people)
        _endorsing(people)
        operator = people().sign_in(*acts.OPERATOR)
        oily = acts.accepted_call(people, "饭店油烟直排居民楼,楼上住户反映强烈", "惠民路18号楼下川菜馆")
        acts.choose_item(operator, oily, "油烟", "餐饮")
        return Scene(
            handled=handled,
            closed=closed,
            dispatching=operator.page.url.removeprefix(address).split("#")[0],
            objected=_objected(people),
            item=_link(people, handled, "/items/"),
            revision=_from_lists(people),
            organization=_organization(people),
        )


People = Callable[..., Person]


def _handled(people: People, photo: Path) -> str:
    call = acts.accepted_call(people, _MATTER, _PLACE, photo)
    operator = people().sign_in(*acts.OPERATOR)
    acts.choose_item(operator, call, "占道经营", "占道经营(无证无照)联合整治")
    operator.take("派发", {"办理要求": "上学放学两个时段优先清理,先通消防通道。"})
    expect(operator.page.locator("#call")).to_contain_text("办理中")
    liaison = people().sign_in(*acts.liaison_of("综合行政执法局")).open(call)
    acts.respond(liaison, "陈中队长", "199 0000 0101", "半小时内到场劝离,同时疏通消防通道")
    return call


def _closed(people: People) -> str:
    call = acts.accepted_call(people, "府前路路灯成片不亮,夜间行人摔伤", "府前路与育才街交叉口向东200米")
    operator = people().sign_in(*acts.OPERATOR)
    acts.dispatch_off_list(operator, call, "住房和城乡建设局")
    liaison = people().sign_in(*acts.liaison_of("住房和城乡建设局")).open(call)
    acts.respond(liaison, "赵科长", "199 0000 0102", "今晚排查线路,更换损坏灯具")
    liaison.take("报告办理结果", {"办理结果": "更换灯具14盏,修复电缆一处,全线复亮"})
    caller = people().sign_in(*acts.CALLER).open(call)
    caller.take("现场确认", {"确认情况": "晚上看过,全亮了"})
    operator.open(call).press("核实办结")
    caller.open(call).take("评价", {"评价": "满意"})
    expect(caller.page.locator("#call")).to_contain_text("已办结归档")
    return call


def _objected(people: People) -> str:
    call = acts.accepted_call(people, "老旧小区外墙瓷砖成片脱落,砸坏两辆车", "惠民小区3号楼")
    acts.dispatch_off_list(people().sign_in(*acts.OPERATOR), call, "住房和城乡建设局")
    liaison = people().sign_in(*acts.liaison_of("住房和城乡建设局")).open(call)
    typed = {
        "异议范围": "全部不属于本单位职责",
        "异议理由": "清单、三定规定或法律明确由其他单位承担主体责任",
        "引用的清单事项或依据": "清单“物业服务纠纷与业主大会指导”",
        "具体说明": "该小区由街道主管,维修资金由业主大会使用",
    }
    liaison.take("提出承办异议", typed)
    expect(liaison.page.locator("#call")).to_contain_text("异议处理中")
    return call


def _emergency(people: People) -> None:
    caller = people().sign_in(*acts.CALLER).open("/calls/new")
    typed = {
        "什么事": "施工挖断燃气管道,大量泄漏,已疏散周边住户",
        "在哪里": "建设路与人民街交叉口工地",
        "紧急程度": "特急",
    }
    caller.fill(caller.form("发出呼叫"), typed).press("发出呼叫")
    expect(caller.page.locator("#call")).to_contain_text("待受理")


def _placed(people: People, text: str, place: str) -> None:
    call = acts.place_call(people().sign_in(*acts.CALLER), text, place)
    leader = people().sign_in(*acts.TOWN_LEADER).open(call).press("签发")
    expect(leader.page.locator("#call")).to_contain_text("待受理")


def _endorsing(people: People) -> None:
    acts.place_call(people().sign_in(*acts.CALLER), "自来水发黄三天了,村民不敢喝", "城东镇北李村")


def _link(people: People, page: str, beginning: str) -> str:
    reader = people().sign_in(*acts.CALLER).open(page)
    return str(reader.page.locator(f"a[href^='{beginning}']").first.get_attribute("href"))


def _from_lists(people: People) -> str:
    reader = people().sign_in(*acts.CALLER).open("/lists")
    reader.page.locator("th a[href^='/lists/']").first.click()
    return str(reader.page.locator("a[href^='/revisions/']").first.get_attribute("href"))


def _organization(people: People) -> str:
    reader = people().sign_in(*acts.CALLER).open("/directory")
    return str(reader.page.get_by_role("link", name="综合行政执法局").first.get_attribute("href"))


def _photo(folder: Path) -> Path:
    """A street, drawn: the demonstration shows no real place."""
    picture = Image.new("RGB", (1200, 900), "#b9cbd9")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 560, 1200, 900), fill="#8b8f93")
    draw.rectangle((60, 180, 520, 560), fill="#c9b79c")
    for place, colour in ((120, "#a43b32"), (430, "#2e6b8a"), (760, "#3c7a4c")):
        draw.rectangle((place, 470, place + 250, 510), fill=colour)
        draw.rectangle((place + 15, 510, place + 235, 680), fill="#e8dcc4")
    path = folder / "现场照片.jpg"
    picture.save(path, "JPEG")
    return path
