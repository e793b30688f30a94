"""承接: whose successor may step into a call now, as far as the directory's view says; the command decides by facts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from api.services import Services
from domain.calls.call import Call
from domain.calls.commands import possible_steps
from domain.calls.dispatch.passing import SUCCEED_PARTY
from domain.calls.rights import Step
from domain.shared.posts import Post
from projections.scope import Viewer


@dataclass(frozen=True, slots=True)
class Successible:
    """A body that is no more, from which something is still to come, and who has succeeded it. `kept_away`: the call is
    about the heir's own staff, so that another has to be named."""

    body: UUID
    name: str
    heir: UUID
    heir_name: str
    kept_away: bool


def successible(services: Services, viewer: Viewer, call: Call) -> Sequence[Successible]:
    """The bodies the viewer may let be succeeded in the call, by name; none for who may not take the step."""
    if viewer.post not in SUCCEED_PARTY.posts or viewer.post == Post.SYSTEM or not call.awaited:
        return ()
    found = services.directory.succeeded(viewer, call.awaited, services.clock())
    known = {body.id: heir.id for body, heir in found}
    in_whose_place = viewer.organization
    if call.platform is not None and known.get(call.platform) == viewer.organization:
        in_whose_place = call.platform
    if SUCCEED_PARTY.refusal(call, Post(viewer.post), in_whose_place) is not None:
        return ()
    return [Successible(body.id, body.name, heir.id, heir.name, heir.id == call.complained_of) for body, heir in found]


def steps_offered(viewer: Viewer, call: Call, now: datetime, *, successions: bool) -> list[Step]:
    """The steps this person may take now: 承接 where there is somebody to be succeeded, also for the heir of the call's
    platform."""
    steps = possible_steps(call, viewer.post, viewer.organization, now)
    return [*(step for step in steps if step is not SUCCEED_PARTY), *([SUCCEED_PARTY] if successions else [])]
