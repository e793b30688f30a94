"""督办陈述: whom an order or a circular asked for something says something about that, at any time."""

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from domain.calls.around.statement import NotYourObligation
from domain.calls.events import OrganizationRef
from domain.shared.commands import Desk, Handlers
from domain.shared.events import Event
from domain.shared.refusals import Invalid
from domain.supervision import events as e
from domain.supervision import rights
from domain.supervision.asking import TEXT, SupervisionCommand, Work
from domain.supervision.drafting import supervision_body
from domain.supervision.matter import Matter
from domain.supervision.rights import Seat, Subject, SupervisionStep


class StateInMatter(SupervisionCommand):
    """陈述: 对督办要求本单位办理的一项."""

    wire: ClassVar[str] = "supervision.add_statement"
    title: ClassVar[str] = "提交督办陈述"

    obligation: int = Field(title="对哪一项", ge=0, lt=10_000)
    text: str = Field(title="陈述内容", min_length=2, max_length=TEXT)


def state_in_matter(command: StateInMatter, desk: Desk) -> list[Event]:
    """督办陈述. Refuses NotYourSupervision, NotYourObligation, Invalid for what the matter does not ask for."""
    work = Work(STATE_IN_MATTER, command, desk)
    if command.obligation >= len(work.matter.obligations):
        raise Invalid("没有这一项督办事项,请在履责台账或期限说明页重新选择。", field="obligation")
    owed = work.matter.obligations[command.obligation]
    if owed.organization != work.setting.own.id:
        raise NotYourObligation(field="obligation")
    asked_by = OrganizationRef(id=owed.owed_to, name=owed.owed_to_name) if owed.owed_to is not None else None
    told: dict[UUID, OrganizationRef] = {
        one.id: one
        for one in (asked_by, supervision_body(work.setting, work.call))
        if one is not None and one.id != owed.organization
    }
    return work.fact(
        e.StatementAdded,
        organization=work.setting.own,
        obligation=command.obligation,
        action=owed.action,
        opened_by=owed.opened_by,
        told=tuple(told.values()),
        text=command.text,
    ).facts


def _bears_something(matter: Matter, number: int, seat: Seat) -> bool:
    return any(owed.organization == seat.organization for owed in matter.obligations)


STATE_IN_MATTER = SupervisionStep(
    StateInMatter, Subject.MATTER, rights.ANSWERING_POSTS | rights.CHECKING_POSTS, _bears_something
)

STEPS: tuple[SupervisionStep, ...] = (STATE_IN_MATTER,)

HANDLERS: Handlers = {StateInMatter: state_in_matter}
