"""主线之外: what is known of a call's slow work, consultation and evaluation, beside parties and obligations."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.calls.words import Grade
from domain.shared.changes import changed
from domain.shared.deadlines import Instant


@dataclass(frozen=True)
class Interim:
    """阶段性办结: proposed by the lead, `resolved` once the platform agreed; `milestones` are their days."""

    organization: UUID
    organization_name: str
    file_number: str
    statute: str
    statutory_days: int
    filed_on: date
    statutory_until: date
    proposed_at: Instant
    milestones: tuple[date, ...]
    texts: tuple[str, ...] = ()
    resolved: bool = False

    def text(self, milestone: int) -> str:
        """What a milestone (counted from 1) is; empty once the content was withdrawn."""
        return self.texts[milestone - 1] if len(self.texts) >= milestone else ""

    def succeeded(self, was: UUID, now: UUID, name: str) -> "Interim":
        """The same of whoever stands in the place of an organization that is no more."""
        return changed(self, organization=now, organization_name=name) if self.organization == was else self


@dataclass(frozen=True)
class Consultation:
    """会商: convened; `starts` is when, `held_at` when it was recorded as held."""

    number: int
    convener: UUID
    convener_name: str
    starts: Instant
    invited: tuple[tuple[UUID, str], ...]
    held_at: Instant | None = None

    def succeeded(self, was: UUID, now: UUID, name: str) -> "Consultation":
        """The same with its successor in the place of an organization that is no more."""
        invited = dict.fromkeys((now, name) if one[0] == was else one for one in self.invited)
        convener = (now, name) if self.convener == was else (self.convener, self.convener_name)
        return changed(self, convener=convener[0], convener_name=convener[1], invited=tuple(invited))


@dataclass(frozen=True)
class AgreedAction:
    """会商议定事项: what one organization does after a consultation. Its clock is the obligation with this number."""

    number: int
    consultation: int
    organization: UUID
    organization_name: str
    text: str

    def succeeded(self, was: UUID, now: UUID, name: str) -> "AgreedAction":
        """The same of whoever stands in the place of an organization that is no more."""
        return changed(self, organization=now, organization_name=name) if self.organization == was else self


@dataclass(frozen=True)
class Escalation:
    """提级上报: what was put before a body above the list's reach. `waiter`: whose work waits for the answer, if any's.

    `receipt` and `received_at` are the upper body's own number and time, `promised` by when it will answer. `over` once
    it has answered, or the platform took it back.
    """

    number: int
    upper: str
    letter: str
    at: Instant
    waiter: UUID | None = None
    waiter_name: str = ""
    receipt: str = ""
    received_at: Instant | None = None
    promised: Instant | None = None
    over: bool = False

    def succeeded(self, was: UUID, now: UUID, name: str) -> "Escalation":
        """The same of whoever stands in the place of an organization that is no more."""
        return changed(self, waiter=now, waiter_name=name) if self.waiter == was else self


@dataclass(frozen=True)
class Confidential:
    """举报人保密. Who the informant is stays with the township and the platform.

    `since`: what they wrote before that version of the call is kept back as well, and an edited text shown; 0 where
    only the informant is kept back. `about`: whose staff the call complains about, if anybody's.
    """

    since: int = 0
    about: UUID | None = None
    about_name: str = ""


@dataclass(frozen=True)
class Evaluation:
    """评价 of one township as it stands: `contested` by the lead, `excluded` from figures.

    `version` is the fact that made it. `number` counts the call's evaluations since it was last resolved; what is owed
    about one has it as its entry.
    """

    number: int
    township: UUID
    township_name: str
    version: int
    grade: Grade
    at: Instant
    contested: bool = False
    excluded: bool = False
    exclusion_proposed_by: UUID | None = None
    exclusion_proposed_for: UUID | None = None
    contest_until: Instant | None = None
    change_until: Instant | None = None
