"""阶段性办结的事实: slow statutory work is followed up milestone by milestone, each on its own clock."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from domain.calls.events import CallEvent, Files, JustifiedClock, OrganizationRef
from domain.shared.deadlines import Deadline, Instant
from domain.shared.events import Sealed, SealedText


class Milestone(BaseModel):
    """办理节点: its number (from 1), the day the lead named for it, and its clock once the platform agreed."""

    model_config = ConfigDict(frozen=True)

    number: int = Field(ge=1)
    day: date
    deadline: Deadline | None = None


class InterimProposed(CallEvent, Files, wire="calls.InterimProposed"):
    """申请阶段性办结, by the lead: the file, the statutory limit (days from the day it was filed), the milestones.

    The clock of the handling runs on. The platform answers until `answer`.
    """

    organization: OrganizationRef
    file_number: str
    statute: str
    statutory_days: int
    filed_on: date
    statutory_until: date
    milestones: tuple[Milestone, ...]
    milestone_texts: Annotated[tuple[str, ...], Sealed()] = ()
    answer: Deadline
    text: SealedText


class InterimRefused(CallEvent, wire="calls.InterimRefused"):
    """不同意阶段性办结. Answered late, being late is justified for as long as the answer was."""

    organization: OrganizationRef
    justified: tuple[JustifiedClock, ...] = ()
    reason: SealedText


class InterimResolved(CallEvent, wire="calls.InterimResolved"):
    """阶段性办结: discharges the handling as of its proposal, and opens every milestone on a clock of its own."""

    organization: OrganizationRef
    file_number: str
    statute: str
    statutory_days: int
    filed_on: date
    statutory_until: date
    proposed_at: Instant
    milestones: tuple[Milestone, ...]
    milestone_texts: Annotated[tuple[str, ...], Sealed()] = ()
    remark: SealedText = ""


class MilestoneMet(CallEvent, Files, wire="calls.MilestoneMet"):
    """办理节点完成. With the last one the lead owes the final result until `final`."""

    organization: OrganizationRef
    milestone: int = Field(ge=1)
    final: Deadline | None = None
    text: SealedText
