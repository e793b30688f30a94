"""体检: page, API and doctor say the same, name what is wrong, and say nothing more once it is mended."""

from datetime import datetime
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from pydantic import SecretStr
from typer.testing import CliRunner

from domain.shared.calendar import LOCAL
from infra.command_line import app
from infra.composition import House
from infra.doctor import findings
from infra.services.problems import ServiceUnavailable
from infra.settings import Settings
from projections.calls.view import CallsView
from tests.adapters.kafka.bench import wait_until
from tests.conftest import Databases
from tests.county_store import MASTER, county_store
from tests.domain.memory import NODE
from tests.journeys.county_over_http import SetClock, open_county


def told_to_the_command_line(
    monkeypatch: pytest.MonkeyPatch, dsn: str, folder: Path, key: str, node: str = "demo"
) -> None:
    """The settings of an installation, as an operator gives them."""
    for name, value in (
        ("DATABASE_URL", dsn),
        ("FOLDER", str(folder)),
        ("MASTER_KEY", key),
        ("NODE", node),
        ("DEMONSTRATION", "1"),
    ):
        monkeypatch.setenv(f"HUYING_{name}", value)


def test_page_api_and_doctor_say_the_same_of_what_is_wrong_and_it_goes_away_after_the_cure(
    counties: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The doctor on the server reads the time of day: to it nothing of this county may have become due long ago.
    today = SetClock(f"{datetime.now(LOCAL):%Y-%m-%d %H:%M}")
    with counties() as dsn, open_county(dsn, tmp_path, today) as county:
        house, caller, operator = county.house, county.person("cd-01"), county.person("pt-01")
        changed, poisoned = (
            caller.submit(text="路灯不亮", place="府前路"),
            caller.submit(text="井盖缺失", place="学前街"),
        )
        secret = house.settings.master_key
        assert secret is not None
        told_to_the_command_line(monkeypatch, dsn, tmp_path, secret.get_secret_value())
        run = CliRunner()
        well = run.invoke(app, ["doctor", "--views"])
        assert (well.exit_code, "全部正常" in well.output) == (0, True), well.output

        with psycopg.connect(dsn, autocommit=True) as connection:
            connection.execute("UPDATE calls_v10.calls SET text = '改过' WHERE stream_id = %s", (changed,))
            connection.execute("ALTER TABLE duty_lists_v1.items DROP COLUMN content")
            connection.execute(
                "SELECT append_events(ARRAY[%s]::uuid[], ARRAY[9]::bigint[], ARRAY['calls.FromTheFuture'],"
                ' ARRAY[\'{"v":1,"recorded_at":"2026-01-20T01:00:00Z"}\'::bytea], NULL, NULL, NULL)',
                (poisoned,),
            )
        house.catch_up()
        expected = {"view-differs", "event-type-unknown", "view-tables-altered", "notice-unplanned"}
        wait_until(lambda: {one.code for one in findings(house) if not one.well} == expected, 20)
        problems = [one for one in findings(house) if not one.well]
        told = run.invoke(app, ["doctor"])
        assert told.exit_code == 1
        page, body = operator.browser.get("/status").text, operator.api.get("/api/v1/status").json()
        for one in problems:
            for said in (one.text, one.cure, one.code):
                assert said in told.output
                assert said in page
            assert [one.text] == [f["text"] for f in body["findings"] if f["subject"] == one.subject]
        assert f"huying refold calls {changed}" in told.output
        assert "改过" not in told.output, "what stands in a row is nobody's business"
        assert caller.call(caller.submit(text="桥下积水", place="涵洞"))["text"] == "桥下积水", "work goes on"
        step = county.person("cd-03").ask(f"/calls/{poisoned}/endorse", {}, uuid4())
        assert (step.status_code, step.json()["code"]) == (503, "event-type-unknown"), "only that call waits"
        assert "huying doctor" in step.json()["detail"]
        shown = caller.browser.get(f"/calls/{poisoned}")
        assert shown.status_code == 200, "as it stood before"
        assert "井盖缺失" in shown.text
        assert run.invoke(app, ["refold", "calls", changed]).exit_code == 0
        assert run.invoke(app, ["rebuild", "duty_lists"]).exit_code == 0
        still = run.invoke(app, ["unpark"])
        assert isinstance(still.exception, ServiceUnavailable)
        assert "仍有 2 件停在一旁" in str(still.exception), "in each view that reads calls"
        left = [one for one in findings(house) if not one.well]
        assert {one.code for one in left} == {"event-type-unknown", "notice-unplanned"}


@pytest.mark.parametrize("place", ["position", "built_to"])
def test_a_view_ahead_of_the_store_is_named_even_while_no_projector_looks_at_it(
    databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    """As after the restore of an older backup, whether the view came there fact by fact or by a rebuild."""
    today = SetClock(f"{datetime.now(LOCAL):%Y-%m-%d %H:%M}")
    with databases() as dsn, county_store(dsn) as county:
        settings = Settings(
            folder=tmp_path,
            node=NODE,
            database_url=dsn,
            kafka="",
            master_key=SecretStr(MASTER.hex()),
            demonstration=True,
        )
        told_to_the_command_line(monkeypatch, dsn, tmp_path, MASTER.hex(), node=NODE)
        with House.open(settings, today, dsn=dsn) as house:
            county.placed()
            house.catch_up()
            before = {one.code for one in findings(house) if not one.well}
            last = county.last_position()
            ahead = f"UPDATE projection_checkpoints SET {place} = %s WHERE schema_name = 'calls_v10'"
            county.sql(ahead, last)
            assert {one.code for one in findings(house) if not one.well} == before, "the last fact is not beyond"

            county.sql(ahead, last + 1)
            (found,) = (one for one in findings(house) if not one.well and one.code not in before)
            assert (found.subject, found.code) == (f"页面资料:{CallsView.title}", "view-ahead-of-store")
            assert found.text == f"进度(第 {last + 1} 号记录)超过事实库的最后一条"
            assert "事实库是否由较旧的备份恢复" in found.cure
            assert found.cure.endswith("huying rebuild calls")
            run = CliRunner()
            told = run.invoke(app, ["doctor"])
            assert told.exit_code == 1
            for said in (found.text, found.cure, found.code):
                assert said in told.output
            assert run.invoke(app, ["rebuild", "calls"]).exit_code == 0
            assert {one.code for one in findings(house) if not one.well} == before
