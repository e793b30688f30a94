"""提醒与抄送: a township that called urges who is late, now and then; a copy lets somebody read who owes nothing."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from domain.calls import events as e
from domain.calls import rights
from domain.calls.around import attention_events as ate
from domain.calls.around import attention_refusals as refusals
from domain.calls.around.confidentiality import kept_away
from domain.calls.asking import CallCommand, begin
from domain.calls.call import Call
from domain.calls.rights import Step
from domain.calls.words import FINAL_STAGES
from domain.obligations.obligation import Obligation
from domain.rules.rulebook import LimitKind
from domain.shared.commands import Desk, Handlers
from domain.shared.events import Event
from domain.shared.refusals import Refusal


class RemindParty(CallCommand):
    """催办, by a township that called."""

    wire: ClassVar[str] = "calls.remind"
    title: ClassVar[str] = "催办"

    reminded: UUID = Field(title="催哪个单位")
    text: str = Field(default="", title="催办内容", max_length=500)


def remind_party(command: RemindParty, desk: Desk) -> list[Event]:
    """乡镇催办 of somebody late, about what it is latest with; each organization has a limit of its own, for each
    township that urges it (decision 0066). Refuses NothingOverdue, RemindedAlready."""
    setting, call = begin(REMIND, command, desk)
    now, own = desk.envelope.recorded_at, setting.own
    late = [owed for owed in overdue(call, own.id, now) if owed.organization == command.reminded]
    if not late:
        raise refusals.NothingOverdue(field="reminded")
    if not any(owed.organization == command.reminded for owed in remindable(call, own.id, now)):
        raise refusals.RemindedAlready(field="reminded")
    latest = min(late, key=lambda owed: owed.deadline.due)
    return [
        call.next(
            ate.CallerReminded,
            desk.envelope,
            organization=e.OrganizationRef(id=latest.organization, name=latest.organization_name),
            task=latest.action.value,
            task_text=latest.action.label,
            due=latest.deadline.due,
            again=setting.deadline(LimitKind.REMIND_AGAIN, call.urgency).due,
            township=None if own.id == call.township else own,
            text=command.text,
        )
    ]


def overdue(call: Call, township: UUID, now: datetime) -> list[Obligation]:
    """What others than a township are late with now, by their own fault as far as is known."""
    late = (o for o in call.open_obligations if o.owed and o.overdue_at(now) and not o.justified_at(now))
    return [o for o in late if o.organization != township]


def remindable(call: Call, township: UUID, now: datetime) -> list[Obligation]:
    """The same, of those that the township may urge now: it has not urged them a short while ago."""
    urged = {one.organization for one in call.reminders if one.township == township and now < one.again}
    return [owed for owed in overdue(call, township, now) if owed.organization not in urged]


class SendCopy(CallCommand):
    """抄送."""

    wire: ClassVar[str] = "calls.send_copy"
    title: ClassVar[str] = "抄送"

    copied: UUID = Field(title="抄送给")
    text: str = Field(default="", title="说明", max_length=500)


def send_copy(command: SendCopy, desk: Desk) -> list[Event]:
    """抄送, for information: no step and no clock comes of it. Refuses ReadsAlready, ComplaintAboutItsStaff."""
    setting, call = begin(SEND_COPY, command, desk)
    kept_away(call, command.copied, field="copied")
    to = setting.organization(command.copied)
    if to.id in call.readers:
        raise refusals.ReadsAlready(field="copied")
    return [
        call.next(
            ate.CopySent,
            desk.envelope,
            organization=e.OrganizationRef(id=to.id, name=to.name),
            sender=setting.own,
            text=command.text,
        )
    ]


def _owed_by_others(call: Call, organization: UUID) -> bool:
    return call.stage not in FINAL_STAGES and any(o.organization != organization for o in call.open_obligations)


def _not_yet(call: Call, organization: UUID, now: datetime) -> Refusal | None:
    if not overdue(call, organization, now):
        return refusals.NothingOverdue()
    return None if remindable(call, organization, now) else refusals.RemindedAlready()


REMIND = Step(RemindParty, rights.TOWNSHIP_POSTS, rights.caller, _owed_by_others, untimely=_not_yet)


SEND_COPY = Step(
    SendCopy,
    rights.TOWNSHIP_POSTS | rights.INTAKE_POSTS,
    lambda call, organization: rights.township(call, organization) or rights.intake(call, organization),
    lambda call, organization: call.platform is not None and rights.not_final(call, organization),
)

STEPS: tuple[Step, ...] = (REMIND, SEND_COPY)

HANDLERS: Handlers = {RemindParty: remind_party, SendCopy: send_copy}
