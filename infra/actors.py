"""平台自动办理: who acts where no person does."""

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
