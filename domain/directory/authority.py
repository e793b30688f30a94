"""在岗核验: whether the actor may act in the post and organization they name, decided from the directory's facts."""

from uuid import UUID

from domain.directory.organization import Organization
from domain.directory.person import Person
from domain.directory.policies import keeps_whole_directory
from domain.directory.refusals import (
    NotAdministrator,
    NotDelegated,
    NotInPost,
    PersonMissing,
    UnknownOrganization,
    UnknownPerson,
)
from domain.directory.register import organization_known, person_known
from domain.shared.commands import Streams
from domain.shared.events import Actor, Envelope
from domain.shared.posts import Post


def check_authority(streams: Streams, envelope: Envelope) -> None:
    """Asked for every command, at `recorded_at`: two stream reads, three when acting for somebody.

    Refuses PersonMissing (nobody named outside Post.SYSTEM), NotInPost, NotDelegated (`acting_for` gave no delegation
    of the post, or the delegate holds no post of their own there any more), OrganizationGone. The platform's own acts
    (person None, Post.SYSTEM) pass: they are wired inside, never taken from a request.
    """
    actor, at = envelope.actor, envelope.recorded_at
    if actor.person is None:
        if actor.post != Post.SYSTEM:
            raise PersonMissing
        return
    if actor.post == Post.SYSTEM or actor.post not in set(Post):
        raise NotInPost
    post = Post(actor.post)
    organization, person = _actor_in_directory(streams, actor.organization, actor.person)
    organization.check_standing(at)
    if actor.acting_for is None:
        if not person.holds(post, organization.id, at):
            raise NotInPost
        return
    try:
        holder = person_known(streams, actor.acting_for)
    except UnknownPerson:
        raise NotDelegated from None
    if not person.is_in(organization.id, at) or not holder.delegates(post, organization.id, person.id, at):
        raise NotDelegated


def require_directory_keeper(streams: Streams, actor: Actor) -> None:
    """县级系统管理员: refuses NotAdministrator. The platform itself (set-up, import) may."""
    if actor.person is None and actor.post == Post.SYSTEM:
        return
    if actor.post == Post.ADMINISTRATOR and keeps_whole_directory(
        Post.ADMINISTRATOR, organization_known(streams, actor.organization).kind
    ):
        return
    raise NotAdministrator


def require_keeper_of(streams: Streams, actor: Actor, organization: UUID) -> None:
    """Administrator of the county or of this organization. Refuses NotAdministrator."""
    if actor.post == Post.ADMINISTRATOR and actor.organization == organization:
        return
    require_directory_keeper(streams, actor)


def _actor_in_directory(streams: Streams, organization: UUID, person: UUID) -> tuple[Organization, Person]:
    """Both, or NotInPost: who is not in the directory holds no post."""
    try:
        return organization_known(streams, organization), person_known(streams, person)
    except (UnknownOrganization, UnknownPerson):
        raise NotInPost from None
