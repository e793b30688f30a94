"""通知的装配: settings that can't be used are named, commands do what they say, the doctor says what is wrong."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from pydantic import SecretStr
from typer.testing import CliRunner

from adapters.notices.preferences import Webhooks
from adapters.notices.standing import NoticeStanding
from domain.directory.identity import organization_stream
from domain.rules.notice_rule import Channel
from domain.shared.commands import Ask
from infra.actors import system_actor
from infra.clock import now
from infra.command_line import app
from infra.composition import House
from infra.cures import CURES
from infra.defaults.shipped_rules import shipped_rules
from infra.notice_findings import notice_findings
from infra.notices import channel_ports, make_notifier
from infra.services.problems import ServiceUnavailable
from infra.set_up import adopt_shipped_rules
from infra.settings import Settings
from tests.conftest import Databases
from tests.journeys.county_over_http import BEGINNING, County, SetClock, open_county
from tests.notice_doubles import SECRET

MAIL: dict[str, Any] = {"mail_server": SecretStr("smtp://127.0.0.1:25"), "mail_from": "呼应 <huying@example.gov.cn>"}
GATEWAY: dict[str, Any] = {
    "notice_gateway": "http://127.0.0.1:8700/notices",
    "notice_gateway_secret": SecretStr(SECRET),
}


def test_an_installation_offers_the_channels_that_are_set() -> None:
    assert channel_ports(Settings(), now).keys() == {Channel.WEBHOOK}
    everything = channel_ports(Settings(**MAIL, **GATEWAY), now)
    assert everything.keys() == set(Channel)
    assert all(port.deduplicates for port in everything.values())
    some = Settings(**GATEWAY, notice_gateway_channels="sms", notice_gateway_deduplicates=False)
    ports = channel_ports(some, now)
    assert ports.keys() == {Channel.WEBHOOK, Channel.SMS}
    assert not ports[Channel.SMS].deduplicates


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({**MAIL, "mail_from": ""}, "HUYING_MAIL_FROM"),
        ({**MAIL, "mail_server": SecretStr("mail.example.gov.cn")}, "HUYING_MAIL_SERVER"),
        ({**MAIL, "mail_server": SecretStr("smtp://:0")}, "HUYING_MAIL_SERVER"),
        ({**GATEWAY, "notice_gateway_secret": None}, "HUYING_NOTICE_GATEWAY_SECRET"),
        ({**GATEWAY, "notice_gateway_secret": SecretStr("whsec_短")}, "HUYING_NOTICE_GATEWAY_SECRET"),
        ({**GATEWAY, "notice_gateway": "ftp://127.0.0.1/"}, "HUYING_NOTICE_GATEWAY "),
        ({**GATEWAY, "notice_gateway_channels": "sms,fax"}, "HUYING_NOTICE_GATEWAY_CHANNELS"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(wrong: dict[str, Any], named: str) -> None:
    with pytest.raises(ServiceUnavailable, match=named):
        channel_ports(Settings(**wrong), now)


@pytest.fixture
def county(counties: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[County]:
    """A county of its own, and an environment in which the commands find it."""
    with counties() as dsn, open_county(dsn, tmp_path, SetClock(BEGINNING)) as running:
        secret = running.house.settings.master_key
        assert secret is not None
        for name, value in {
            "DATABASE_URL": dsn,
            "FOLDER": str(tmp_path),
            "MASTER_KEY": secret.get_secret_value(),
            "DEMONSTRATION": "1",
        }.items():
            monkeypatch.setenv(f"HUYING_{name}", value)
        yield running


def codes(county: County) -> set[str]:
    return {one.code for one in notice_findings(county.house) if not one.well}


def test_a_system_is_connected_and_disconnected_by_its_organizations_code(county: County) -> None:
    run, house = CliRunner(), county.house
    connected = run.invoke(app, ["notices", "connect", "zhzfj", "https://oa.example.gov.cn/in"])
    assert connected.exit_code == 0, connected.output
    organization = organization_stream(house.settings.node, "zhzfj")
    kept = Webhooks(house.engine, house.keys, now).of(organization)
    assert kept is not None
    assert (kept.url, kept.secret in connected.output) == ("https://oa.example.gov.cn/in", True)
    for wrong in (["notices", "connect", "nobody", "https://x.cn/"], ["notices", "connect", "zhzfj", "x.cn"]):
        assert isinstance(run.invoke(app, wrong).exception, ServiceUnavailable)
    assert run.invoke(app, ["notices", "disconnect", "zhzfj"]).exit_code == 0
    assert isinstance(run.invoke(app, ["notices", "disconnect", "zhzfj"]).exception, ServiceUnavailable)


def test_a_county_sets_its_own_rule_from_a_file(county: County, tmp_path: Path) -> None:
    file = tmp_path / "rule.json"
    rule = json.loads((Path(__file__).parents[2] / "infra" / "defaults" / "notice_rule.json").read_text())
    rule["rule"]["quiet_from"] = "21:00"
    file.write_text(json.dumps(rule, ensure_ascii=False))
    run = CliRunner()
    assert run.invoke(app, ["import", "notice-rule", str(file)]).exit_code == 0
    assert f"{county.house.rulebook().notice_rule().quiet_from:%H:%M}" == "21:00"
    rule["rule"]["quiet_from"] = "07:00"
    for wrong in (json.dumps(rule), "{}", "no json"):
        file.write_text(wrong)
        assert isinstance(run.invoke(app, ["import", "notice-rule", str(file)]).exception, ServiceUnavailable)


def test_the_doctor_says_what_could_not_be_told_until_it_is_settled(county: County) -> None:
    run, standing = CliRunner(), NoticeStanding(county.house.engine)
    assert codes(county) == set()
    with county.house.pool.connection() as connection:
        connection.execute(
            "INSERT INTO notices SELECT gen_random_uuid(), gen_random_uuid(), 1, 1, 'HY20260120-AAAAA', 'accept',"
            " 'ordinary', NULL, gen_random_uuid(), gen_random_uuid(), '呼应平台', '城东镇', now()"
        )
        connection.execute(
            "INSERT INTO notice_deliveries (delivery_id, channel, organization_id, urgency, demanded, gathered, state,"
            " should_go_at, next_at, code, answer, ended_at) SELECT gen_random_uuid(), 'sms', organization_id,"
            " 'ordinary', false, false, 'given_up', now(), now(), 'notice-not-delivered', 'HTTP 503', now()"
            " FROM notices"
        )
        connection.execute(
            "INSERT INTO notice_delivery_items SELECT delivery_id, notice_id FROM notice_deliveries, notices"
        )
    assert codes(county) == {"notice-not-delivered"}
    told = run.invoke(app, ["doctor"])
    assert "HY20260120-AAAAA" in told.output
    assert CURES["notice-not-delivered"] in told.output
    assert "HY20260120-AAAAA" in run.invoke(app, ["notices", "list"]).output
    (left,) = standing.given_up()
    assert "1 条已注明" in run.invoke(app, ["notices", "settle", str(left.id)]).output
    assert codes(county) == set()


def test_the_doctor_of_a_real_installation_names_what_is_lacking_one_after_the_other(
    databases: Databases, tmp_path: Path
) -> None:
    settings = Settings(folder=tmp_path, master_key=SecretStr("ab" * 32), **GATEWAY)
    with databases() as dsn, House.open(settings, now, dsn=dsn) as house:

        def lacking() -> set[str]:
            return {one.code for one in notice_findings(house) if not one.well}

        assert lacking() == set(), "before the first fact there is nothing to be told"
        house.bus.execute(shipped_rules()[0], Ask(uuid4(), system_actor(settings.node)))
        assert lacking() == {"notice-rule-missing"}
        adopt_shipped_rules(house)
        assert lacking() == {"notice-not-running"}
        planner = make_notifier(house, now).planner
        planner.begin()
        assert lacking() == set()
        with house.pool.connection() as connection:
            connection.execute("UPDATE notice_places SET seen_at = now() - interval '1 hour', next_offset = 1")
            assert lacking() == {"notice-not-running"}
        while planner.step(0):
            pass
        planner.close()
        assert lacking() == set()
        house.settings.notice_gateway = ""
        assert lacking() == {"notice-channel-missing"}
        house.settings.mail_server = SecretStr("mail")
        assert lacking() == {"notice-settings"}


def test_what_waits_too_long_is_said_with_the_last_answer(county: County) -> None:
    with county.house.pool.connection() as connection:
        connection.execute(
            "INSERT INTO notice_deliveries (delivery_id, channel, organization_id, urgency, demanded, gathered,"
            " should_go_at, next_at, answer) VALUES (gen_random_uuid(), 'email', gen_random_uuid(), 'ordinary', false,"
            " false, now() - interval '1 hour', now(), '连接不上')"
        )
    assert codes(county) == {"notice-stalled"}
