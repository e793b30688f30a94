"""内容撤除: destroys the keys of a call's contents and records that it was done, by whose order."""

from uuid import UUID, uuid5

from adapters.event_store.key_ring import KeyRing
from adapters.event_store.store import EventStore
from domain.calls.fold import evolve
from domain.calls.refusals import NotYourPost
from domain.calls.work.records import WithdrawContent, content_keys
from domain.shared.commands import Ask, CommandPort, Receipt
from domain.shared.events import Actor
from domain.shared.posts import Post
from domain.shared.refusals import Invalid


def withdraw_content(
    store: EventStore, keys: KeyRing, commands: CommandPort, actor: Actor, command: WithdrawContent
) -> Receipt:
    """Destroy, then record. Stopped in between, the same order can be given again: it ends what is missing.

    The keys go first: a view that hears of the fact folds the call anew, and must then find nothing to read. So what
    the command would refuse is refused before. Refuses NotFound, Invalid, NotYourPost.
    """
    if actor.person is not None or actor.post != Post.SYSTEM:
        raise NotYourPost("撤除内容由系统管理员在服务器上凭两个机关的决定办理。")
    if len(set(command.offices)) != 2:
        raise Invalid("撤除内容须由两个不同的机关共同决定。", field="offices")
    call = store.get(command.call_id, evolve)
    for key in content_keys(call):
        keys.destroy(key, command.order_number)
    return commands.execute(command, Ask(_command_id(command.call_id, command.order_number), actor))


def _command_id(call: UUID, order_number: str) -> UUID:
    return uuid5(call, f"content withdrawn by {order_number}")
