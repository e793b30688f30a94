"""体检: page, API and doctor say the same, name what is wrong, and say nothing more once it is mended."""

from datetime import datetime
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from typer.testing import CliRunner

from domain.shared.calendar import LOCAL
from infra.command_line import app
from infra.doctor import findings
from infra.services.problems import ServiceUnavailable
from tests.adapters.kafka.bench import wait_until
from tests.conftest import Databases
from tests.journeys.county_over_http import SetClock, open_county


def test_page_api_and_doctor_say_the_same_of_what_is_wrong_and_it_goes_away_after_the_cure(
    databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The doctor on the server reads the time of day: to it nothing of this county may have become due long ago.
    today = SetClock(f"{datetime.now(LOCAL):%Y-%m-%d %H:%M}")
    with databases() as dsn, open_county(dsn, tmp_path, today) as county:
        house, caller, operator = county.house, county.person("cd-01"), county.person("pt-01")
        changed, poisoned = (
            caller.submit(text="路灯不亮", place="府前路"),
            caller.submit(text="井盖缺失", place="学前街"),
        )
        secret = house.settings.master_key
        assert secret is not None
        for name, value in (
            ("DATABASE_URL", dsn),
            ("FOLDER", str(tmp_path)),
            ("MASTER_KEY", secret.get_secret_value()),
            ("DEMONSTRATION", "1"),
        ):
            monkeypatch.setenv(f"HUYING_{name}", value)
        run = CliRunner()
        well = run.invoke(app, ["doctor", "--views"])
        assert (well.exit_code, "全部正常" in well.output) == (0, True), well.output

        with psycopg.connect(dsn, autocommit=True) as connection:
            connection.execute("UPDATE calls_v6.calls SET text = '改过' WHERE stream_id = %s", (changed,))
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
