"""时限重算 from the command line: after an outage, after a notice; for every call concerned, and once."""

from html import unescape
from pathlib import Path

import pytest
from typer.testing import CliRunner

from domain.shared.calendar_days import HolidayNotice
from infra.command_line import app
from infra.services.problems import ServiceUnavailable
from infra.set_up import load_notices
from tests.conftest import Databases
from tests.journeys.county_over_http import BEGINNING, County, SetClock, at, due, open_county, when

OUTAGE = ("declare-outage", "--from", "2026-01-21T09:30", "--to", "2026-01-21T11:30", "--description", "机房断电")
NOTICE = "年度,文号,放假日,调休上班日\n2027,国办发明电〔2026〕99号(虚构),2027-01-01 2027-01-04,2027-01-09\n"


def _dispatched(county: County, moment: str) -> str:
    county.clock.set(moment)
    operator = county.person("pt-01")
    call = county.person("cd-01").submit(text="河道内倾倒建筑垃圾", place="沙河大桥下")
    county.person("cd-03").do(call, "endorse")
    operator.do(call, "accept")
    operator.do(call, "dispatch", basis="powers", reference="三定规定", lead=county.organization("zhujianju"))
    return call


def test_an_outage_and_a_notice_reach_every_call_they_concern_once(
    counties: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with counties() as dsn, open_county(dsn, tmp_path, SetClock(BEGINNING)) as county:
        call = _dispatched(county, "2026-01-20 09:00")
        later = _dispatched(county, "2026-12-28 09:00")
        liaison = county.person("zhujianju-z")
        liaison.call(later)  # the view has what stands
        settings = county.house.settings
        assert settings.master_key is not None
        for name, value in {
            "DATABASE_URL": dsn,
            "FOLDER": str(tmp_path),
            "NODE": settings.node,
            "MASTER_KEY": settings.master_key.get_secret_value(),
        }.items():
            monkeypatch.setenv(f"HUYING_{name}", value)
        runner = CliRunner()

        done = runner.invoke(app, list(OUTAGE), catch_exceptions=False)
        assert "1 件事项的时限已按此重算" in done.stderr
        assert when(liaison.obligation(call, "respond")["justified_until"]) == at("2026-01-22 10:30")
        again = runner.invoke(app, list(OUTAGE), catch_exceptions=False)
        assert "0 件事项的时限已按此重算" in again.stderr
        backwards = ["declare-outage", "--from", "2026-01-21T11:30", "--to", "2026-01-21T09:30"]
        assert isinstance(runner.invoke(app, backwards).exception, ServiceUnavailable)
        assert isinstance(
            runner.invoke(app, ["declare-outage", "--from", "昨天", "--to", "今天"]).exception, ServiceUnavailable
        )

        notice = tmp_path / "2027.csv"
        notice.write_text(NOTICE)
        assert due(liaison.obligation(later, "handle")) == at("2027-01-04 17:30")
        loaded = runner.invoke(app, ["import", "notices", str(notice)], catch_exceptions=False)
        assert "重算了 1 件事项的暂定期限" in loaded.stderr
        assert due(liaison.obligation(later, "handle")) == at("2027-01-06 17:30")
        assert "重算" not in runner.invoke(app, ["import", "notices", str(notice)], catch_exceptions=False).stderr


def test_what_an_order_asks_for_follows_the_notice_and_says_so(counties: Databases, tmp_path: Path) -> None:
    """On its paper, in its record and to whom it concerns; found by the clock, once."""
    with counties() as dsn, open_county(dsn, tmp_path, SetClock(BEGINNING)) as county:
        call = _dispatched(county, "2026-12-21 09:00")
        supervisor, leader, liaison = (county.person(code) for code in ("dc-01", "dc-04", "zhujianju-z"))
        county.clock.set("2026-12-28 17:00")
        step = f"/calls/{call}/supervision"
        assert supervisor.ask(f"{step}/draft-order", {"addressee": liaison.organization}).status_code == 200
        assert leader.ask(f"{step}/issue-order", {"order": 1}).status_code == 200
        assert "2027-01-04\N{NO-BREAK SPACE}17:30(暂定)" in unescape(liaison.page(f"{step}/orders/1"))
        notice = HolidayNotice.model_validate(
            {"year": 2027, "number": "国办发明电〔2026〕99号(虚构)", "off_days": ["2027-01-01", "2027-01-04"]}
        )
        load_notices(county.house, [notice], "虚构")
        assert county.tick().recomputed > 0
        assert county.tick().recomputed == 0
        paper = unescape(liaison.page(f"{step}/orders/1"))
        assert "2027-01-06\N{NO-BREAK SPACE}17:30" in paper
        assert "(暂定)" not in paper
        assert liaison.get(step)["record"][-1] == "supervision.ClocksRecomputed"
        assert "放假通知公布,暂定期限重算" in liaison.page(step)
        county.await_notices()
        assert "有关期限已重新计算,以页面为准" in liaison.page("/inbox")


def test_the_next_rung_of_what_is_late_at_the_turn_of_the_year_follows_the_notice(
    counties: Databases, tmp_path: Path
) -> None:
    """Its own due time stands: it is the rung alone that was counted into a year without a notice."""
    with counties() as dsn, open_county(dsn, tmp_path, SetClock(BEGINNING)) as county:
        call = _dispatched(county, "2026-12-30 09:00")
        supervisor = county.person("dc-01")
        step = f"/calls/{call}/supervision"
        county.clock.set("2026-12-31 17:31")
        county.tick()
        assert "(暂定) 催办" in unescape(supervisor.page(step))
        notice = HolidayNotice.model_validate(
            {"year": 2027, "number": "国办发明电〔2026〕99号(虚构)", "off_days": ["2027-01-01", "2027-01-04"]}
        )
        load_notices(county.house, [notice], "虚构")
        assert county.tick().recomputed > 0
        assert county.tick().recomputed == 0
        page = unescape(supervisor.page(step))
        assert "(暂定) 催办" not in page
        assert "催办" in page
        assert supervisor.get(step)["record"][-1] == "supervision.LadderRested"
