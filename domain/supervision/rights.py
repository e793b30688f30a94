"""督办权限: who may take which step on what. Handlers refuse by it and pages show by it."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from domain.directory.kinds import OrganizationKind
from domain.shared.commands import Command
from domain.shared.labels import Labelled
from domain.shared.posts import Post
from domain.shared.refusals import NotFound, Refusal
from domain.supervision.matter import Matter
from domain.supervision.refusals import NotYourSupervision, WrongSupervisionStage
from domain.supervision.words import CircularStage, OrderStage, SuspicionState

SUPERVISING_KINDS = frozenset({OrganizationKind.SUPERVISION_BODY, OrganizationKind.CITY_PLATFORM})
"""Who supervises a county's cases: its 督查机构, and the city."""

SUPERVISING_POSTS = frozenset({Post.SUPERVISOR, Post.LEADER})
ANSWERING_POSTS = frozenset({Post.LIAISON, Post.LEADER, Post.OPERATOR})
"""Who answers for an addressee: its 专管员, its 分管负责人 (to whom it is copied), at the platform the 受理员."""
CHECKING_POSTS = frozenset({Post.SUPERVISOR, Post.LEADER, Post.TOWNSHIP_LEADER})


class Subject(Labelled):
    """督办的对象: what a step is about."""

    MATTER = "matter", "督办事项"
    ORDER = "order", "督办通知单"
    CIRCULAR = "circular", "通报"
    SUSPICION = "suspicion", "疑似情形"


@dataclass(frozen=True, slots=True)
class Seat:
    """席位: where somebody acts from."""

    post: Post
    organization: UUID
    kind: str


Who = Callable[[Matter, int, Seat], bool]


@dataclass(frozen=True, slots=True)
class SupervisionStep:
    """One step on a matter, or on an order, circular or suspicion of it (by its number; 0 for the matter itself)."""

    command: type[Command]
    subject: Subject
    posts: frozenset[Post]
    who: Who
    stages: frozenset[str] = frozenset()
    primary: bool = False

    def refusal(self, matter: Matter, number: int, seat: Seat) -> Refusal | None:
        """Why they can't take the step now, or None when they may."""
        if seat.post not in self.posts or not self.who(matter, number, seat):
            return NotYourSupervision()  # before anything else: strangers don't learn what is there
        stage = stage_of(matter, self.subject, number)
        if stage is None:
            return NotFound()
        if self.stages and stage not in self.stages:
            return WrongSupervisionStage(stage.label, self.command.title)
        return None


def stage_of(matter: Matter, subject: Subject, number: int) -> Labelled | None:
    """At which stage it is; None where there is no such order, circular or suspicion."""
    found: OrderStage | CircularStage | SuspicionState | Subject | None
    match subject:
        case Subject.MATTER:
            found = Subject.MATTER
        case Subject.ORDER:
            order = matter.order(number)
            found = order.stage if order else None
        case Subject.CIRCULAR:
            circular = matter.circular(number)
            found = circular.stage if circular else None
        case Subject.SUSPICION:
            suspicion = matter.suspicion(number)
            found = suspicion.state if suspicion else None
    return found


def supervises(matter: Matter, number: int, seat: Seat) -> bool:
    """督查机构 of the county, or the city."""
    return seat.kind in SUPERVISING_KINDS


def supervises_here(matter: Matter, number: int, seat: Seat) -> bool:
    """督查机构 of the county."""
    return seat.kind == OrganizationKind.SUPERVISION_BODY


def calling_township(matter: Matter, number: int, seat: Seat) -> bool:
    """镇街 that called."""
    return seat.organization == matter.about.township.id


def order_issuer(matter: Matter, number: int, seat: Seat) -> bool:
    """In whose name the order stands."""
    order = matter.order(number)
    return order is not None and seat.organization == order.issuer


def order_addressee(matter: Matter, number: int, seat: Seat) -> bool:
    """To whom the order is."""
    order = matter.order(number)
    return order is not None and seat.organization == order.addressee


def circular_issuer(matter: Matter, number: int, seat: Seat) -> bool:
    """In whose name the circular stands."""
    circular = matter.circular(number)
    return circular is not None and seat.organization == circular.issuer


def circular_addressee(matter: Matter, number: int, seat: Seat) -> bool:
    """On whom the circular is."""
    circular = matter.circular(number)
    return circular is not None and seat.organization == circular.addressee
