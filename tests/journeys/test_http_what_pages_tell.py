"""What a page tells beside the bare fact: whence a time is, what was started, that nothing was counted; long texts."""

from tests.journeys.county_over_http import County

_LONG = "拆除方案已报批,须按规定公示五日;公示期间现场由两人值守,每两小时巡查一次并拍照留存。" * 10


def _placed(county: County, text: str, **how: str) -> str:
    call = county.person("cd-01").submit(text=text, place="学府路南口", **how)
    if how.get("urgency") != "emergency":
        county.person("cd-03").do(call, "endorse")
    county.person("pt-01").do(call, "accept")
    return call


def _dispatched(county: County, moment: str, text: str, **how: str) -> str:
    county.clock.set(moment)
    call = _placed(county, text, **how)
    lead = county.organization("shuiwuju")
    county.person("pt-01").do(call, "dispatch", basis="powers", reference="三定规定", lead=lead)
    return call


def _place_of(county: County, call: str, action: str) -> int:
    owed = county.person("shuiwuju-z").call(call)["obligations"]
    return next(place for place, one in enumerate(owed) if one["action"] == action)


def test_a_long_statement_is_folded_beside_its_line_and_where_its_limit_is_explained(county: County) -> None:
    call = _dispatched(county, "2026-03-16 09:00", "井盖缺失")
    water, place = county.person("shuiwuju-z"), _place_of(county, call, "handle")
    water.do(call, "add-statement", obligation=place, text=_LONG)
    number = water.call(call)["number"]
    for page in (f"/record?period=2026-03&number={number}", f"/calls/{call}/obligations/{place}"):
        assert f"展开全文(共 {len(_LONG)} 字)" in water.page(page), page


def test_what_was_done_before_its_clock_ran_was_not_counted_at_all(county: County) -> None:
    """Dispatched in the evening, answered at once: no working time had passed, and none will."""
    call = _dispatched(county, "2026-03-16 19:00", "水管爆裂")
    place = _place_of(county, call, "respond")
    waiting = county.person("jw-01").page(f"/calls/{call}/obligations/{place}")
    assert "尚未开始计时。" in waiting
    water = county.person("shuiwuju-z")
    water.do(call, "respond", handler="林工", contact="199 0000 0202", first_step="连夜抢修")
    done = county.person("jw-01").page(f"/calls/{call}/obligations/{place}")
    assert "尚未开始计时" not in done
    assert "在开始计时前已了结,没有计入的时间。" in done


def test_the_dispatch_of_an_emergency_tells_all_three_limits_it_started(county: County) -> None:
    call = _dispatched(county, "2026-03-17 09:00", "河堤管涌", urgency="emergency")
    page = county.person("shuiwuju-z").page(f"/calls/{call}")
    assert "主办响应期限 3月17日(周二) 09:30,首次反馈期限 3月17日(周二) 11:00,办理期限 3月18日(周三) 09:00" in page
