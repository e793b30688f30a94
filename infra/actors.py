"""平台自动办理: who acts where no person does."""

from collections.abc import Callable

from domain.rules.refusals import OfficeNotCharged
from domain.rules.rulebook import Office, Rulebook
from domain.shared.events import Actor
from domain.shared.identifiers import stream_id
from domain.shared.posts import Post


def system_actor(node: str) -> Actor:
    """The platform itself, at set-up and imports on the server, and while no organization is charged with it."""
    return Actor(
        person=None,
        post=Post.SYSTEM.value,
        organization=stream_id(node, "organization", "system"),
        organization_name="呼应平台",
    )


def platform_actor(rulebook: Callable[[], Rulebook], otherwise: Actor) -> Callable[[], Actor]:
    """平台自动办理, in the name of who is charged with the platform; before anybody is, as `otherwise` says."""

    def actor() -> Actor:
        try:
            holder = rulebook().office(Office.PLATFORM)
        except OfficeNotCharged:
            return otherwise
        return Actor(
            person=None, post=Post.SYSTEM.value, organization=holder.organization, organization_name=holder.name
        )

    return actor
