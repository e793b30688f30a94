"""What random people ask: every command on a call, with contents right and wrong drawn from a seeded source."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from domain.calls import acceptance, completion, late_entries, objections, part_dispatching
from domain.calls import dispatching as d
from domain.calls import events as e
from domain.calls import handling as h
from domain.calls import intake as i
from domain.calls import records as r
from domain.calls.call import Call
from domain.calls.words import BasisKind, ClockPolicy, Grade, LateFact, NoteReach
from domain.shared.commands import Command
from domain.shared.urgency import Urgency
from tests.domain.calls.county import CallCounty

ADDRESSEES = ("zhifa", "shichang", "zhujian", "huanjing", "yancao", "chengdong", "chengxi", "jiwei")
AGO = (-1, 0, 0, 1, 10, 29, 31, 55, 240, 900, 1_500, 3_000)
"""How many minutes ago something is said to have happened."""

Draw = Callable[[Random, CallCounty, Call], dict[str, Any]]


def drawn(kind: type[Command], random: Random, county: CallCounty, call: Call) -> Command:
    """The command about this call."""
    return kind(call_id=call.id, **CONTENTS[kind](random, county, call))


def _of(**fields: Any) -> Draw:
    """Fields that are fixed, or drawn by a function of (random, county, call)."""
    return lambda random, county, call: {
        name: value(random, county, call) if callable(value) else value for name, value in fields.items()
    }


def _one_of(*values: Any) -> Callable[[Random, CallCounty, Call], Any]:
    return lambda random, county, call: random.choice(values)


def _organization(random: Random, county: CallCounty, call: Call) -> UUID:
    return county.orgs[random.choice(ADDRESSEES)]


def _party(random: Random, county: CallCounty, call: Call) -> UUID:
    parties = [party.organization for party in call.current_parties]
    return random.choice(parties) if parties and random.random() < 0.9 else county.orgs["zhifa"]


def _earlier(random: Random, county: CallCounty, call: Call) -> datetime:
    """Some minutes ago, or just when a clock ran out: the moment that decides."""
    dues = [owed.deadline.due for owed in call.open_obligations if owed.deadline.due <= county.now]
    if dues and random.random() < 0.3:
        return random.choice(dues).replace(second=0, microsecond=0) + timedelta(minutes=random.choice((-1, 0, 1)))
    return county.now - timedelta(minutes=random.choice(AGO))


def _earlier_or_now(random: Random, county: CallCounty, call: Call) -> datetime | None:
    return None if random.random() < 0.5 else _earlier(random, county, call)


def _entry(random: Random, county: CallCounty, call: Call) -> int:
    waiting = [late.entry for late in call.late_entries if late.confirmed is None]
    return random.choice(waiting) if waiting else 1


def _dispatch(random: Random, county: CallCounty, call: Call) -> dict[str, Any]:
    by_list = random.random() < 0.4
    assistants = random.sample(ADDRESSEES, random.choice((0, 0, 1, 1, 2)))
    designated = call.designated if call.designated is not None and random.random() < 0.9 else None
    return {
        "basis": BasisKind.LIST_ITEM if by_list else random.choice((BasisKind.POWERS, BasisKind.STATUTE)),
        "reference": "" if by_list else "三定规定",
        "item": random.choice(("territorial-0001", "territorial-0002", "territorial-0004")) if by_list else None,
        "revision": random.choice((county.revision, county.revision, county.later_revision)) if by_list else None,
        "lead": designated or (county.orgs["zhifa"] if by_list else _organization(random, county, call)),
        "assistants": tuple(county.orgs[name] for name in assistants),
        "complex": random.random() < 0.2,
        "by_phone_at": _earlier(random, county, call) if random.random() < 0.15 else None,
    }


CONTENTS: Mapping[type[Command], Draw] = {
    i.EndorseCall: _of(),
    i.RefuseEndorsement: _of(reason="请补充地点"),
    acceptance.AcceptCall: _of(),
    acceptance.SendCallBack: _of(gaps="缺照片"),
    i.SupplementCall: _of(text="已补充", place="人民路12号"),
    acceptance.DeclineCall: _of(ground="in_proceedings", reason="已诉讼"),
    acceptance.ContestDecline: _of(reason="并未诉讼"),
    acceptance.DecideContest: _of(upheld=_one_of(True, False), reason="复核"),
    acceptance.HandCallOver: _of(target="petition", receipt="XF-1", reason="信访事项"),
    i.WithdrawCall: _of(reason="已解决", asked_by=_one_of("", "本镇", "本镇")),
    d.DispatchCall: _dispatch,
    part_dispatching.DispatchPart: _of(
        objector=_party, part="油烟部分", handler=_organization, basis=BasisKind.POWERS, reference="三定规定"
    ),
    objections.RaiseObjection: _of(
        whole=_one_of(True, False), ground="another_bearer", cited="清单第3项", reason="不属本单位"
    ),
    objections.UpholdObjection: _of(organization=_party, reason="派错"),
    objections.RejectObjection: _of(organization=_party, reason="属其职责"),
    objections.RequestOpinion: _of(question="由谁承办", complex=_one_of(True, False)),
    objections.GiveOpinion: _of(proposed=_organization, reference="编办函〔2026〕3号", text="属住建职责"),
    objections.DesignateHandler: _of(handler=_organization, reference="会议纪要〔2026〕5号", reason="依三定规定"),
    h.Respond: _of(handler="郑某", contact="13900000000", first_step="今日到场"),
    h.RecordArrival: _of(organization=_party, occurred_at=_earlier_or_now),
    h.ReportProgress: _of(first_result=_one_of(True, False), text="已约谈"),
    h.ReportAssistance: _of(done=_one_of(True, True, False), text="已核查"),
    h.ReportCooperation: _of(text="已劝导"),
    h.ReportResult: _of(text="已清理"),
    completion.ConfirmResult: _of(on_site=_one_of(True, False)),
    completion.OrderRework: _of(policy=_one_of(*ClockPolicy), reason="没有解决"),
    completion.ResolveCall: _of(spot_checked=_one_of(True, False)),
    completion.EvaluateCall: _of(grade=_one_of(*Grade)),
    completion.CloseCall: _of(),
    r.RecordPhoneCall: _of(called=_party, occurred_at=_earlier_or_now, text="催问"),
    late_entries.MakeLateEntry: _of(
        fact=_one_of(*LateFact), occurred_at=_earlier, text="已到现场", reason="现场无信号", proof="执法记录仪"
    ),
    late_entries.ConfirmLateEntry: _of(entry=_entry),
    late_entries.ContestLateEntry: _of(entry=_entry, reason="没有到场"),
    r.CorrectFact: _of(field="place", is_now=_one_of("人民路21号", "人民路22号"), reason="看错"),
    r.ChangeUrgency: _of(urgency=_one_of(*Urgency), policy=_one_of(*ClockPolicy), reason="情况有变"),
    r.AddNote: _of(reach=NoteReach.INTERNAL, text="备查"),
    r.AttachEvidence: _of(attachments=(e.Attachment(sha256="d" * 64, size=1, media_type="image/png"),)),
}
