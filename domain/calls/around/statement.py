"""陈述: the bearer of an obligation says something about it, at any time, also when the call is over."""

from typing import ClassVar

from pydantic import Field

from domain.calls import events as e
from domain.calls import rights
from domain.calls.around.statement_events import StatementAdded
from domain.calls.asking import TEXT, CallCommand, WithFiles, begin
from domain.calls.call import Call
from domain.calls.rights import Step
from domain.calls.setting import Setting
from domain.rules.rulebook import Office
from domain.shared.commands import Desk, Handlers
from domain.shared.events import Event
from domain.shared.posts import Post
from domain.shared.refusals import Invalid, NotYours


class NotYourObligation(NotYours):
    """A statement on what another organization owed."""

    code = "not-your-obligation"
    rule = "只能对本单位的应履责事项作陈述。其他单位的情况,可用“备注”说明。"


class AddStatement(CallCommand, WithFiles):
    """陈述: 对本单位的一项应履责事项."""

    wire: ClassVar[str] = "calls.add_statement"
    title: ClassVar[str] = "提交陈述"

    obligation: int = Field(title="对哪一项", ge=0, lt=10_000)
    text: str = Field(title="陈述内容", min_length=2, max_length=TEXT)


def add_statement(command: AddStatement, desk: Desk) -> list[Event]:
    """陈述. Refuses NotYourObligation, Invalid for what the call does not have."""
    setting, call = begin(ADD_STATEMENT, command, desk)
    if command.obligation >= len(call.obligations):
        raise Invalid("没有这一项应履责事项,请在履责台账或期限说明页重新选择。", field="obligation")
    owed = call.obligations[command.obligation]
    if owed.organization != setting.own.id:
        raise NotYourObligation(field="obligation")
    return [
        call.next(
            StatementAdded,
            desk.envelope,
            organization=e.OrganizationRef(id=owed.organization, name=owed.organization_name),
            obligation=command.obligation,
            action=owed.action,
            opened_by=owed.opened_by,
            text=command.text,
            supervision=_supervision(call, setting),
            **command.files,
        )
    ]


def _supervision(call: Call, setting: Setting) -> e.OrganizationRef | None:
    """督查机构, unless it is the one whose staff the call is about in confidence."""
    body = setting.charged(Office.SUPERVISION_BODY)
    return body if body is not None and body.id != call.complained_of else None


def _bears_something(call: Call, organization: object) -> bool:
    return any(owed.organization == organization for owed in call.obligations)


ADD_STATEMENT = Step(
    AddStatement,
    rights.PARTICIPANT_POSTS - {Post.GRID_WORKER},
    _bears_something,
    lambda call, organization: True,
)

STEPS: tuple[Step, ...] = (ADD_STATEMENT,)

HANDLERS: Handlers = {AddStatement: add_statement}
