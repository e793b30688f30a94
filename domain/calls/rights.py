"""办理权限: who may take which step on a call, and when. Handlers refuse by it and pages show by it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.calls.call import Call
from domain.calls.refusals import NotYourCall, NotYourPost, WrongStage
from domain.calls.words import FINAL_STAGES, Role, Stage
from domain.obligations.words import Action
from domain.shared.commands import Command
from domain.shared.posts import Post
from domain.shared.refusals import Refusal

Bar = Callable[[Call, UUID], Refusal | None]
Who = Callable[[Call, UUID], bool]
When = Callable[[Call, UUID], bool]
Untimely = Callable[[Call, UUID, datetime], Refusal | None]

TOWNSHIP_POSTS = frozenset({Post.CALLER, Post.TOWNSHIP_LEADER})
CALLING_POSTS = frozenset({Post.CALLER, Post.TOWNSHIP_LEADER, Post.GRID_WORKER})
PLATFORM_POSTS = frozenset({Post.OPERATOR})
INTAKE_POSTS = frozenset({Post.OPERATOR, Post.DUTY_OFFICER})
HANDLING_POSTS = frozenset({Post.LIAISON, Post.LEADER}) | TOWNSHIP_POSTS
"""A township that was dispatched to has no 专管员: those who call for it handle for it."""
PARTICIPANT_POSTS = CALLING_POSTS | INTAKE_POSTS | HANDLING_POSTS | {Post.LIST_KEEPER, Post.SUPERVISOR}


@dataclass(frozen=True, slots=True)
class Step:
    """One step on a call: the command, the posts, the part in the call it needs and the situation it fits.

    The platform itself (平台自动办理, `Post.SYSTEM`), where it is among the posts, needs no part: it acts whoever took
    the call in.
    """

    command: type[Command]
    posts: frozenset[Post]
    who: Who
    when: When
    primary: bool = False
    bar: Bar = lambda call, organization: None
    """A rule that forbids the step in a situation it would fit, in its own words: it is said instead of the offer."""
    untimely: Untimely = lambda call, organization, now: None
    """The same for a rule of time: outside its window the step is not offered, and asked all the same it is refused."""

    def refusal(self, call: Call, post: Post, organization: UUID) -> Refusal | None:
        """Why this person can't take the step now, or None when they may."""
        if post not in self.posts:
            return NotYourPost()
        if post is not Post.SYSTEM and not self.who(call, organization):
            return NotYourCall()
        if not self.when(call, organization):
            return WrongStage(call.stage, self.command.title)
        return None


def township(call: Call, organization: UUID) -> bool:
    """镇街 that called."""
    return organization == call.township


def caller(call: Call, organization: UUID) -> bool:
    """镇街 that called, or whose call about the same matter goes on in this one."""
    return organization in call.callers


def platform(call: Call, organization: UUID) -> bool:
    """平台 that takes it in."""
    return organization == call.platform


def intake(call: Call, organization: UUID) -> bool:
    """平台, or the duty room for an emergency."""
    return organization in (call.platform, call.duty_room)


def lead(call: Call, organization: UUID) -> bool:
    """主办 of the running round."""
    return call.lead is not None and call.lead.organization == organization


def party(call: Call, organization: UUID) -> bool:
    """主办 or 协办 of the running round."""
    return call.party(organization) is not None


def assistant(call: Call, organization: UUID) -> bool:
    """协办 of the running round."""
    mine = call.party(organization)
    return mine is not None and mine.role is Role.ASSISTANT


def confirmer(call: Call, organization: UUID) -> bool:
    """Who confirms a result on site: the township that called, but never its own work; then the platform."""
    return organization == (call.platform if call.own_work else call.township)


def establishment_office(call: Call, organization: UUID) -> bool:
    """编办 that was asked."""
    return organization == call.establishment_office


def designator(call: Call, organization: UUID) -> bool:
    """Who designates."""
    return organization == call.designator


def concerned(call: Call, organization: UUID) -> bool:
    """Anybody with a part in the call."""
    return organization in call.concerned or organization == call.platform


def at(*stages: Stage) -> When:
    """At one of these stages."""
    return lambda call, organization: call.stage in stages


def not_final(call: Call, organization: UUID) -> bool:
    """Before it is over."""
    return call.stage not in FINAL_STAGES


def owes(*kinds: Action) -> When:
    """This organization has an obligation of one of these kinds open."""
    return lambda call, organization: any(call.owing(kind, organization) is not None for kind in kinds)


def check(step: Step, call: Call, post: Post, organization: UUID) -> None:
    """Refuse unless the person may take the step now."""
    refusal = step.refusal(call, post, organization)
    if refusal is not None:
        raise refusal
