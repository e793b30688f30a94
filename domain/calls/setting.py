"""办理依据: what a handler reads besides the call: limits, working time, closed reason lists, organizations."""

from datetime import datetime
from uuid import UUID

from domain.calls import refusals
from domain.calls.call import Call
from domain.calls.events import OrganizationRef
from domain.calls.fold import evolve
from domain.directory.organization import Organization
from domain.directory.organization import evolve as evolve_organization
from domain.directory.register import heir_of
from domain.obligations.counting import with_pauses
from domain.obligations.obligation import Obligation
from domain.rules.rulebook import LimitKind, Office, ReasonList, Rulebook, rulebook_of
from domain.shared.calendar import OutsideCalendar, counting_from
from domain.shared.calendar_days import FIRST_YEAR
from domain.shared.commands import Desk
from domain.shared.deadlines import Deadline, Limit
from domain.shared.events import Envelope
from domain.shared.refusals import Invalid, NotFound
from domain.shared.urgency import Urgency


class Setting:
    """One command's view of the facts it may use. Reads each stream at most once."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.envelope = desk.envelope
        self.rules: Rulebook = rulebook_of(desk.streams, desk.envelope.node)

    @property
    def own(self) -> OrganizationRef:
        """The organization the actor acts for."""
        actor = self.envelope.actor
        return OrganizationRef(id=actor.organization, name=actor.organization_name)

    def call(self, call: UUID) -> Call:
        """The call as it stands. Refuses NotFound."""
        found = self.desk.streams.get(call, evolve)
        if not isinstance(found, Call):  # the id of another sort of stream, folded and kept as what it is
            raise NotFound
        return found

    def deadline(
        self, kind: LimitKind, urgency: Urgency, opened: datetime | None = None, own: Limit | None = None
    ) -> Deadline:
        """When something is due that starts now (or at `opened`); an item's `own` limit beats the default."""
        limit = own or self.rules.limit(kind, urgency)
        return self.rules.calendar.deadline(limit, opened or self.envelope.recorded_at)

    def deadline_if_set(self, kind: LimitKind, urgency: Urgency, opened: datetime) -> Deadline | None:
        """The same for what a county may bound or not; None where it has set no such limit."""
        limit = self.rules.limits().get((kind, urgency))
        return None if limit is None else self.rules.calendar.deadline(limit, opened)

    def resumed(self, owed: Obligation, paused_at: datetime) -> Deadline:
        """The clock of what is owed going on now with the time it had left at `paused_at`; a breach before the pause
        stays.

        Working time for limits in working time, real time for minutes and hours.
        """
        clock = self._known_by_now(owed, paused_at)
        if paused_at > clock.due:
            return clock
        # A budget counted from the next day is not used before that day, paused or not.
        start, rules = counting_from(clock.limit, clock.opened), self.rules.calendar
        paused_at, now = max(paused_at, start), max(self.envelope.recorded_at, start)
        due = rules.go_on(clock.limit, paused_at, clock.due, now).at
        due_soon = clock.due_soon
        if due_soon is not None and due_soon > paused_at:
            due_soon = rules.go_on(clock.limit, paused_at, due_soon, now).at
        resumed = clock.model_copy(update={"due": due, "due_soon": due_soon})
        if not clock.calendar:
            return resumed
        # On the days it now runs into another notice may have its say, or none.
        provisional, calendar = rules.authority(start, due)
        return resumed.model_copy(update={"provisional": provisional, "calendar": calendar})

    def _known_by_now(self, owed: Obligation, paused_at: datetime) -> Deadline:
        """The clock as it stood when it was paused. 暂定: by the notice that may have come since, which nobody asks
        about while it stands still or has ended. Whoever went by the old due time is not late by the new one."""
        if not owed.deadline.provisional:
            return owed.deadline
        fresh = with_pauses(owed.deadline, owed.pauses, self.rules.calendar)
        return owed.deadline if fresh.due < paused_at <= owed.deadline.due else fresh

    def reason(self, reasons: ReasonList, code: str) -> str:
        """The words of a closed ground. Refuses UnknownGround."""
        text = self.rules.reason(reasons, code)
        if text is None:
            raise refusals.UnknownGround
        return text

    def office(self, office: Office) -> OrganizationRef:
        """The organization the county has charged with an office (platform, duty room …), or its successor."""
        ref = self.rules.office(office, self.envelope.recorded_at)
        return OrganizationRef(id=ref.organization, name=ref.name)

    def charged(self, office: Office) -> OrganizationRef | None:
        """The same; None where the county has charged nobody with it."""
        ref = self.rules.holder(office, self.envelope.recorded_at)
        return None if ref is None else OrganizationRef(id=ref.organization, name=ref.name)

    def organization(self, organization: UUID, *, field: str | None = None) -> Organization:
        """An organization that exists and is not dissolved. Refuses Invalid."""
        found = self.desk.streams.find(organization, evolve_organization)
        if not isinstance(found, Organization) or not found.stands_at(self.envelope.recorded_at):
            raise Invalid("所选机构不存在或已撤销,请重新选择。", field=field)
        return found

    def heir(self, organization: UUID) -> Organization | None:
        """To whom the duties of an organization that is no more have passed; None while it stands."""
        return heir_of(self.desk.streams, organization, self.envelope.recorded_at)

    def claimed(self, occurred_at: datetime | None, urgency: Urgency) -> Envelope:
        """The envelope of a fact said to have happened earlier. Refuses FutureClaim, NeedsLateEntry."""
        if occurred_at is None:
            return self.envelope
        self.not_future(occurred_at)
        if self.is_late(occurred_at, urgency):
            raise refusals.NeedsLateEntry
        return self.envelope.model_copy(update={"occurred_at": occurred_at})

    def not_future(self, occurred_at: datetime) -> None:
        """Refuses FutureClaim, and OutsideCalendar: a moment no page could show in the county's time."""
        if occurred_at.year < FIRST_YEAR:
            raise OutsideCalendar
        if occurred_at > self.envelope.recorded_at:
            raise refusals.FutureClaim

    @staticmethod
    def precedes(claimed: datetime, moment: datetime) -> bool:
        """Whether a claimed time lies before a recorded moment. People type it to the minute."""
        return claimed < moment.replace(second=0, microsecond=0)

    def is_late(self, occurred_at: datetime, urgency: Urgency) -> bool:
        """Recorded later than the rule allows (30 min for 特急, 1 working day otherwise)."""
        threshold = self.rules.calendar.deadline(self.rules.limit(LimitKind.LATE_ENTRY, urgency), occurred_at)
        return self.envelope.recorded_at > threshold.due
