"""举报人保密: the informant and the original stay with the township and the platform; others read an edited text."""

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from domain.calls import rights
from domain.calls.around import confidentiality_refusals as refusals
from domain.calls.around.confidentiality_events import ConfidentialityMarked
from domain.calls.asking import TEXT, CallCommand, begin
from domain.calls.call import Call
from domain.calls.events import OrganizationRef
from domain.calls.rights import Step
from domain.calls.setting import Setting
from domain.shared.commands import Desk, Handlers
from domain.shared.events import Event


class MarkConfidential(CallCommand):
    """标记举报人保密: the informant alone, or the original text with it."""

    wire: ClassVar[str] = "calls.mark_confidential"
    title: ClassVar[str] = "标记举报人保密"

    text: str = Field(
        default="",
        title="给承办单位看的内容",
        description="去掉能认出举报人的情况。不填的,原文照常显示,只隐去举报人。",
        max_length=TEXT,
    )
    place: str = Field(
        default="", title="给承办单位看的地点", description="地点也能认出举报人的才填,写大概位置。", max_length=500
    )
    about: UUID | None = Field(default=None, title="反映的是哪个单位的工作人员")
    reason: str = Field(title="标记理由(只有镇街和平台看得到)", min_length=2, max_length=TEXT)


def mark_confidential(command: MarkConfidential, desk: Desk) -> list[Event]:
    """标记举报人保密, by the township or the platform, at any time; what others have read by then they have read.

    A mark is never taken back. Refuses ComplaintIsThere, NothingEdited, MarkedAlready.
    """
    setting, call = begin(MARK_CONFIDENTIAL, command, desk)
    edits = bool(command.text or command.place)
    if edits and (command.text or call.text) == call.text and (command.place or call.place) == call.place:
        raise refusals.NothingEdited(field="text" if command.text else "place")
    if call.confidential is not None and not edits and command.about in (None, call.confidential.about):
        raise refusals.MarkedAlready
    return [
        call.next(
            ConfidentialityMarked,
            desk.envelope,
            about=_about(command.about, call, setting),
            text=(command.text or call.text) if edits else None,
            place=(command.place or call.place) if edits else None,
            reason=command.reason,
        )
    ]


def _about(organization: UUID | None, call: Call, setting: Setting) -> OrganizationRef | None:
    """Whose staff it is about: nobody who has still a part in it."""
    if organization is None:
        return None
    at_work = {owed.organization for owed in call.obligations if owed.open}
    at_work |= {party.organization for party in call.current_parties}
    if organization in call.keepers | at_work or organization == call.duty_room:
        raise refusals.ComplaintIsThere(field="about")
    found = setting.organization(organization)
    return OrganizationRef(id=found.id, name=found.name)


def kept_away(call: Call, organization: UUID, *, field: str) -> None:
    """A confidential call never goes to whom it complains about. Refuses ComplaintAboutItsStaff (at `field`)."""
    if organization == call.complained_of:
        raise refusals.ComplaintAboutItsStaff(field=field)


MARK_CONFIDENTIAL = Step(
    MarkConfidential,
    rights.TOWNSHIP_POSTS | rights.PLATFORM_POSTS,
    lambda call, organization: organization in call.keepers,
    lambda call, organization: True,
)

STEPS: tuple[Step, ...] = (MARK_CONFIDENTIAL,)

HANDLERS: Handlers = {MarkConfidential: mark_confidential}
