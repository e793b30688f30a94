"""撤除内容: the command on the server leaves no text of the call in any view and no file of it on the disk."""

from io import BytesIO
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from PIL import Image
from sqlalchemy import text
from sqlalchemy.exc import DataError
from typer.testing import CliRunner

from domain.shared.events import WITHDRAWN
from infra.command_line import app
from infra.services.problems import ServiceUnavailable
from projections.engine.projection import live_schema
from tests.conftest import Databases
from tests.journeys.county_over_http import BEGINNING, County, SetClock, open_county

SECRETS = ("赵家门前的事", "子丑寅卯巷七号", "张三丰", "13911112222", "宇宙洪荒", "家门口照片", "日月盈昃")
ORDER = ("--order", "撤〔2026〕1号", "--office", "县委办公室", "--office", "县政府办公室")


def shown(county: County) -> str:
    """Every row of every view as text."""
    with psycopg.connect(county.house.dsn) as connection:
        return "\n".join(
            str(row)
            for view in county.house.views
            for table in view.metadata.sorted_tables
            for row in connection.execute(f'SELECT t::text FROM "{live_schema(view)}"."{table.name}" t'.encode())
        )


def _supervise(county: County, call: str) -> None:
    """A supervisor writes on it too."""
    county.person("cd-03").do(call, "endorse")
    county.person("pt-01").do(call, "accept")
    lead = county.organization("zhzfj")
    county.person("pt-01").do(call, "dispatch", basis="powers", reference="三定规定", lead=lead)
    county.person("dc-01").do(
        call, "supervision/suspect-failure", organization=lead, kind="inaction", reason="日月盈昃"
    )
    county.await_views()


def picture() -> bytes:
    """A small photo."""
    kept = BytesIO()
    Image.effect_noise((60, 40), 40).convert("RGB").save(kept, "JPEG")
    return kept.getvalue()


def files_on_disk(county: County) -> list[Path]:
    return [path for path in (county.house.settings.folder / "attachments").rglob("*") if path.is_file()]


def test_the_command_takes_every_text_and_file_of_one_call_and_of_no_other(
    counties: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with counties() as dsn, open_county(dsn, tmp_path, SetClock(BEGINNING)) as county:
        caller = county.person("cd-01")
        other = caller.submit(text="另一件事", place="府前路")
        call = caller.submit(
            text="赵家门前的事", place="子丑寅卯巷七号", informant_name="张三丰", informant_phone="13911112222"
        )
        kept = county.house.attachments.take(UUID(call), "家门口照片.jpg", [picture()])
        caller.do(
            call,
            "attach-evidence",
            text="宇宙洪荒",
            attachments=[{"sha256": kept.sha256, "size": kept.size, "media_type": kept.media_type, "thumbnail": True}],
            attachment_names=[kept.name],
        )
        _supervise(county, call)
        number = caller.call(call)["number"]
        before = shown(county)
        assert [secret for secret in SECRETS if secret not in before] == []
        assert files_on_disk(county)

        secret = county.house.settings.master_key
        assert secret is not None
        for name, value in (
            ("DATABASE_URL", dsn),
            ("FOLDER", str(tmp_path)),
            ("MASTER_KEY", secret.get_secret_value()),
            ("DEMONSTRATION", "1"),
        ):
            monkeypatch.setenv(f"HUYING_{name}", value)
        runner = CliRunner()
        assert runner.invoke(app, ["withdraw-content", number, *ORDER], input="n\n").exit_code == 1
        assert shown(county) == before

        done = runner.invoke(app, ["withdraw-content", number, *ORDER], input="y\n", catch_exceptions=False)
        assert done.exit_code == 0, done.output
        assert "删除附件 1 个" in done.output
        after = shown(county)
        assert [text for text in SECRETS if text in after] == []
        assert files_on_disk(county) == []
        assert "另一件事" in after
        assert caller.call(call)["text"] == WITHDRAWN
        assert caller.call(other)["text"] == "另一件事"
        assert caller.told(call)[-1] == "ContentWithdrawn"

        again = runner.invoke(app, ["withdraw-content", number, *ORDER, "--yes"], catch_exceptions=False)
        assert again.exit_code == 0
        assert caller.told(call).count("ContentWithdrawn") == 1

        wrong = runner.invoke(app, ["withdraw-content", "HY20260120-22222", *ORDER, "--yes"])
        assert isinstance(wrong.exception, ServiceUnavailable)
        assert "对应 0 件" in str(wrong.exception)
        one_office = runner.invoke(app, ["withdraw-content", number, *ORDER[:4], "--yes"])
        assert isinstance(one_office.exception, ServiceUnavailable)


def test_what_the_database_refuses_is_reported_without_the_words_it_was_given(
    counties: Databases, tmp_path: Path
) -> None:
    """The fault is logged, and kept beside a parked record: neither may hold a call's texts in clear."""
    with counties() as dsn, open_county(dsn, tmp_path, SetClock(BEGINNING)) as county:
        with pytest.raises(DataError) as fault, county.house.engine.begin() as connection:
            connection.execute(text("SELECT 1 / 0, CAST(:words AS text)"), {"words": SECRETS[0]})
        assert "division by zero" in str(fault.value)
        assert SECRETS[0] not in str(fault.value)
