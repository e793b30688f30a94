"""会商的事实: who was convened when and where, who came, what was agreed and who did it."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from domain.calls.events import CallEvent, Files, JustifiedClock, OrganizationRef
from domain.shared.deadlines import Deadline, Instant
from domain.shared.events import Sealed, SealedText


class AgreedActionRef(BaseModel):
    """议定事项: its number in the call (from 1), who does it and until when. Its text stands sealed beside it."""

    model_config = ConfigDict(frozen=True)

    number: int = Field(ge=1)
    organization: OrganizationRef
    deadline: Deadline


class LeadUnclear(CallEvent, wire="calls.LeadUnclear"):
    """承办单位不明: whoever owes the dispatch convenes until `convene`; the dispatch waits for the consultation."""

    organization: OrganizationRef
    convene: Deadline
    reason: SealedText


class ConsultationConvened(CallEvent, wire="calls.ConsultationConvened"):
    """召集会商. Every invited organization owes its attendance at `starts`; `attend` is that moment as a clock.

    The convener records what came of it until `record`.
    """

    consultation: int = Field(ge=1)
    convener: OrganizationRef
    starts: Instant
    invited: tuple[OrganizationRef, ...]
    attend: Deadline
    record: Deadline
    place: SealedText
    subject: SealedText


class InvitationAnswered(CallEvent, wire="calls.InvitationAnswered"):
    """回复参会: whom an invited organization sends. It does not yet fulfil the attendance."""

    consultation: int = Field(ge=1)
    organization: OrganizationRef
    attendee: SealedText
    remark: SealedText = ""


class ConsultationHeld(CallEvent, Files, wire="calls.ConsultationHeld"):
    """会商结果: who came and who did not, the minutes, the agreed actions. `dispatch` goes on where it had waited;
    `justified`: until when being late with it is no fault."""

    consultation: int = Field(ge=1)
    convener: OrganizationRef
    attended: tuple[OrganizationRef, ...]
    absent: tuple[OrganizationRef, ...] = ()
    actions: tuple[AgreedActionRef, ...] = ()
    action_texts: Annotated[tuple[str, ...], Sealed()] = ()
    dispatch: Deadline | None = None
    justified: tuple[JustifiedClock, ...] = ()
    minutes: SealedText


class AgreedActionDone(CallEvent, Files, wire="calls.AgreedActionDone"):
    """议定事项落实."""

    organization: OrganizationRef
    action: int = Field(ge=1)
    text: SealedText
