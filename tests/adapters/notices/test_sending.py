"""通知发送 to real receivers: what arrives, what is tried again, what is given up and said so."""

from uuid import uuid4

from adapters.notices.composing import NO_ADDRESS
from adapters.notices.desk import UNKNOWN, sending_desk
from adapters.notices.sender import NOT_DELIVERED
from domain.directory.events import Shift
from domain.directory.organization_commands import SetDutyRoster
from domain.rules.notice_rule import Channel
from domain.shared.commands import Ask
from domain.shared.urgency import Urgency
from infra.services.ports import free_ports
from tests.adapters.notices.town import ORIGIN, NoticeTown
from tests.domain.memory import PLATFORM_ITSELF
from tests.notice_doubles import SECRET, HttpDouble, mail_double


def test_a_mail_says_what_is_owed_by_when_and_where_and_nothing_of_the_matter(town: NoticeTown) -> None:
    town.wish("li", Channel.EMAIL, email="li@example.gov.cn")
    call = town.store.placed(text="门口有人占道摆摊", place="人民路12号")
    town.plan()
    with mail_double() as box:
        assert town.mail(box.address).send_due() == 1
        (mail,) = box.shown.values()
    number = town.store.call(call).number
    text = mail.get_content()
    assert mail["To"] == "li@example.gov.cn"
    assert mail["Subject"] == f"【呼应】请受理:新的呼叫({number})"
    assert mail["Auto-Submitted"] == "auto-generated"
    for said in (number, "期限:5月11日11时", "由 城东镇 于 5月11日9时 记录", f"{ORIGIN}/calls/{call}"):
        assert said in text, text
    assert not any(typed in text for typed in ("占道", "人民路"))
    assert town.states(Channel.EMAIL) == {"sent": 1}


def test_a_mailbox_that_does_not_exist_is_given_up_at_once_without_naming_it(town: NoticeTown) -> None:
    town.wish("li", Channel.EMAIL, email="li@example.gov.cn")
    town.wish("zhao", Channel.EMAIL, email="zhao@example.gov.cn")
    town.store.placed()
    town.plan()
    with mail_double() as box:
        box.box.refused = frozenset({"li@example.gov.cn"})
        town.mail(box.address).send_due()
        assert [mail["To"] for mail in box.box.came] == ["zhao@example.gov.cn"]
    (left,) = town.standing.given_up()
    assert (left.code, left.person) == ("notice-refused", town.person("li"))
    assert "550" in left.reason
    assert "li@example" not in left.reason


def test_what_cannot_go_now_is_tried_again_with_the_same_number_until_the_limit(town: NoticeTown) -> None:
    town.wish("li", Channel.EMAIL, email="li@example.gov.cn")
    town.store.placed()
    town.plan()
    (port,) = free_ports(1)
    away = town.mail(f"smtp://127.0.0.1:{port}")
    assert away.send_due() == 1
    assert away.send_due() == 0, "not before its wait is over"
    town.store.county.pass_time(minutes=1)
    with mail_double(port) as box:
        box.box.later = 1
        assert away.send_due() == 1
        assert box.box.came == []
        town.store.county.pass_time(minutes=1)
        assert away.send_due() == 1
        assert len(box.box.came) == 1
    assert town.store.sql("SELECT state, attempts FROM notice_deliveries") == [("sent", 3)]


def test_after_a_day_of_trying_it_is_given_up_and_can_be_sent_again_or_settled(town: NoticeTown) -> None:
    town.wish("li", Channel.EMAIL, email="li@example.gov.cn")
    town.store.placed()
    town.plan()
    (port,) = free_ports(1)
    away = town.mail(f"smtp://127.0.0.1:{port}")
    town.store.county.pass_time(hours=1)
    assert [one.channel for one in town.standing.stalled(town.clock())] == [Channel.EMAIL]
    town.store.county.pass_time(hours=24)
    away.send_due()
    (left,) = town.standing.given_up()
    assert left.code == NOT_DELIVERED
    assert town.standing.send_again(town.clock(), [left.id]) == 1
    with mail_double(port) as box:
        away.send_due()
        assert list(box.shown) == [f"<{left.id}@example.gov.cn>"]
    assert town.standing.settle() == 0


def test_somebody_without_an_address_is_listed_as_such(town: NoticeTown) -> None:
    town.wish("li", Channel.EMAIL)
    town.store.placed()
    town.plan()
    with mail_double() as box:
        town.mail(box.address).send_due()
    (left,) = town.standing.given_up()
    assert left.code == NO_ADDRESS
    assert town.standing.settle([left.id]) == 1
    assert town.standing.given_up() == []


def test_an_organizations_system_gets_a_signed_post_that_the_public_library_accepts(town: NoticeTown) -> None:
    platform = town.store.county.orgs["platform"]
    with HttpDouble({"/oa": SECRET}) as system:
        system.secrets["/oa"] = town.webhooks.register(platform, system.url("/oa"))
        call = town.store.placed()
        town.plan()
        town.post().send_due()
        assert system.forged == []
        (content,) = system.contents()
        system.secrets["/oa"] = SECRET  # another secret: what comes now is no longer genuine
        town.store.placed()
        town.plan()
        town.post().send_due()
        assert len(system.forged) == 1
    assert content["type"] == "huying.notice"
    assert (content["data"]["call"], content["data"]["topic"], content["data"]["owed"]) == (str(call), "accept", True)
    assert content["data"]["organization"] == {"id": str(platform), "name": "呼应平台"}
    assert "占道" not in repr(content)
    assert town.states(Channel.WEBHOOK) == {"sent": 1, "given_up": 1}


def test_an_emergency_at_night_rings_and_texts_who_is_on_duty_at_once(town: NoticeTown) -> None:
    county = town.store.county
    county.at("2026-05-12", "02:00")
    shift = Shift(person=town.person("duty"), starts_at=county.now, ends_at=county.now.replace(hour=23))
    roster = SetDutyRoster(
        organization=county.orgs["duty_room"], starts_at=shift.starts_at, ends_at=shift.ends_at, shifts=(shift,)
    )
    town.store.bus.execute(roster, Ask(uuid4(), PLATFORM_ITSELF))
    town.fold()
    town.wish("li", Channel.EMAIL, email="li@example.gov.cn", daily=True, only_owed=True)
    call = town.store.submitted(urgency=Urgency.EMERGENCY)
    town.plan()
    with HttpDouble({"/notices": SECRET}) as gateway, mail_double() as box:
        for channel in (Channel.PHONE, Channel.SMS):
            town.gateway(channel, gateway.url()).send_due()
        town.mail(box.address).send_due()
        assert [mail["To"] for mail in box.box.came] == ["li@example.gov.cn"], "an emergency waits for no digest"
        assert box.box.came[0]["Importance"] == "high"
        assert gateway.forged == []
        said = gateway.contents()
    assert sorted((one["channel"], one["to"]["phone"], one["urgent"]) for one in said) == [
        *[("phone", "13800001234", True)] * 3,
        *[("sms", "13800001234", True)] * 3,
    ]
    number = town.store.call(call).number
    text = next(one["text"] for one in said if one["channel"] == "sms")
    assert text.startswith(f"特急事项{number},请受理:新的呼叫,期限5月12日2时10分。")


def test_ordinary_notices_keep_the_quiet_hours_and_go_when_they_are_over(town: NoticeTown) -> None:
    town.store.county.at("2026-05-11", "22:30")
    town.wish("li", Channel.SMS)
    town.store.placed()
    town.plan()
    with HttpDouble({"/notices": SECRET}) as gateway:
        sender = town.gateway(Channel.SMS, gateway.url())
        for day, time, sent in (("2026-05-11", "22:31", 0), ("2026-05-12", "06:59", 0), ("2026-05-12", "07:00", 1)):
            town.store.county.at(day, time)
            assert sender.send_due() == sent
        assert len(gateway.taken) == 1
    assert town.told("li") == ["accept"], "the inbox has it at once"


def test_a_digest_goes_once_a_day_with_everything_in_it(town: NoticeTown) -> None:
    town.wish("li", Channel.EMAIL, email="li@example.gov.cn", daily=True)
    calls = [town.store.placed() for _ in range(3)]
    town.plan()
    with mail_double() as box:
        sender = town.mail(box.address)
        assert sender.send_due() == 0
        town.store.county.at("2026-05-12", "08:00")
        assert sender.send_due() == 1
        late = town.store.placed()
        town.plan()
        assert sender.send_due() == 0
        town.store.county.at("2026-05-13", "08:00")
        assert sender.send_due() == 1
        first, second = box.box.came
    assert first["Subject"] == "【呼应】5月12日通知汇总(3 条)"
    for call in calls:
        assert town.store.call(call).number in first.get_content()
        assert town.store.call(call).number not in second.get_content()
    assert town.store.call(late).number in second.get_content()


def test_a_digest_that_is_being_sent_takes_nothing_more_in(town: NoticeTown) -> None:
    """Its content is settled when it is taken; what comes then goes with the next."""
    town.wish("li", Channel.EMAIL, email="li@example.gov.cn", daily=True)
    town.store.placed()
    town.plan()
    tomorrow = town.store.sql("SELECT next_at FROM notice_deliveries")[0][0]
    with sending_desk(town.store.engine, town.store.dsn, Channel.EMAIL) as desk:
        assert desk.take(tomorrow) is not None
        town.store.placed()
        town.plan()
    held = town.store.sql(
        "SELECT state, count(i) FROM notice_deliveries d JOIN notice_delivery_items i"
        " USING (delivery_id) GROUP BY delivery_id ORDER BY state"
    )
    assert held == [("sending", 1), ("waiting", 1)]


def test_a_gateway_that_gives_no_clear_answer_is_asked_again_only_where_it_takes_a_number_once(
    town: NoticeTown,
) -> None:
    town.wish("li", Channel.SMS, Channel.ZWWX)
    town.store.placed()
    town.plan()
    with HttpDouble({"/notices": SECRET}, status=500) as gateway:
        once = town.gateway(Channel.SMS, gateway.url(), deduplicates=False)
        again = town.gateway(Channel.ZWWX, gateway.url())
        once.send_due()
        again.send_due()
        town.store.county.pass_time(minutes=5)
        gateway.status = 200
        assert (once.send_due(), again.send_due()) == (0, 1)
        assert sorted(gateway.times.values()) == [1, 2]
        assert [one["channel"] for one in gateway.contents()] == ["zwwx"]
    (left,) = town.standing.given_up()
    assert (left.channel, left.code) == (Channel.SMS, UNKNOWN)


def test_one_system_that_is_away_does_not_hold_up_the_others(town: NoticeTown) -> None:
    with HttpDouble({"/oa": SECRET}) as system:
        (port,) = free_ports(1)
        town.webhooks.register(town.store.county.orgs["chengdong"], f"http://127.0.0.1:{port}/")
        system.secrets["/oa"] = town.webhooks.register(town.store.county.orgs["platform"], system.url("/oa"))
        for _ in range(3):
            town.store.placed()
        town.plan()
        tried = town.post().send_due()
        assert len(system.taken) == 3
    assert tried == 4, "of three to the system that is away one was tried: it speaks for the others"
    assert town.states(Channel.WEBHOOK) == {"sent": 3, "waiting": 3}


def test_the_telephone_is_read_out_in_words_without_a_link(town: NoticeTown) -> None:
    town.store.submitted(urgency=Urgency.EMERGENCY)
    town.plan()
    with HttpDouble({"/notices": SECRET}) as gateway:
        town.gateway(Channel.PHONE, gateway.url()).send_due()
        text = gateway.contents()[0]["text"]
    assert text.startswith("呼应平台特急通知。请受理:新的呼叫。事项编号HY20260511-")
    assert text.endswith("期限5月11日9时10分。请立即登录呼应平台办理。")
