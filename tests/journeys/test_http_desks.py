"""The first page and the queues: every number opens the list behind it, and no number is shown that means nothing."""

import re

from tests.journeys.county_over_http import County

LATE, FRESH = "第一件:桥头护栏松动", "第二件:路牌被风吹倒"


def test_the_number_of_overdue_tasks_opens_exactly_those(county: County) -> None:
    county.clock.set("2026-06-15 09:00")
    caller, leader = county.person("qs-01"), county.person("qs-03")
    late = caller.submit(text=LATE, place="白沙河桥头")
    county.clock.set("2026-06-16 09:00")
    fresh = caller.submit(text=FRESH, place="府前路")
    leader.get(f"/calls/{fresh}")  # until the views have it
    home = leader.page("/")
    number = re.search(r'href="(/queue/to-do\?only=overdue)"><b>(\d+)</b>其中超期', home)
    assert number is not None
    shown = leader.page(number[1])
    assert (f"/calls/{late}" in shown, f"/calls/{fresh}" in shown) == (True, False)
    assert shown.count('class="what"') == int(number[2])
    everything = leader.page("/queue/to-do")
    assert (f"/calls/{late}" in everything, f"/calls/{fresh}" in everything) == (True, True)


def test_who_only_looks_is_shown_the_newest_calls(county: County) -> None:
    """An auditor has nothing to handle: no 待办 0, no 已办 0, but what there is to look at."""
    county.clock.set("2028-03-01 09:00")  # after everything that other tests call about in this county
    call = county.person("cd-01").submit(text="自来水发黄", place="北李村")
    auditor = county.person("jw-01")
    auditor.get(f"/calls/{call}")
    home = auditor.page("/")
    assert "最近的呼叫" in home
    assert f"/calls/{call}" in home
    assert 'class="hy-number ' not in home


def test_a_text_of_thousands_of_characters_is_a_short_line_in_a_list_and_whole_on_its_page(county: County) -> None:
    county.clock.set("2026-06-18 09:00")
    caller, text = county.person("cd-01"), "𠮷祥巷焚烧电缆皮😷," * 450
    call = caller.submit(text=text, place="𠮷祥巷")
    caller.get(f"/calls/{call}")
    queue = caller.page("/queue/mine")
    assert f"/calls/{call}" in queue
    assert text not in queue
    page = caller.page(f"/calls/{call}")
    assert text in page
    assert f"展开全文(共 {len(text)} 字)" in page
