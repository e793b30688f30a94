"""督办待办: which posts of an organization wait with what a matter's own obligations ask for."""

from collections.abc import Mapping

from domain.obligations.words import Action
from domain.shared.posts import Post
from domain.supervision import circulars, orders
from domain.supervision.rights import SupervisionStep

STEP_OF: Mapping[Action, SupervisionStep] = {
    Action.SIGN_ORDER: orders.ISSUE_ORDER,
    Action.ORDER_REPLY: orders.REPLY_TO_ORDER,
    Action.CHECK_REPLY: orders.ACCEPT_REPLY,
    Action.SIGN_CIRCULAR: circulars.ISSUE_CIRCULAR,
    Action.RECTIFY: circulars.REPORT_RECTIFICATION,
    Action.CONFIRM_RECTIFICATION: circulars.CONFIRM_RECTIFICATION,
}
"""The step that does what an obligation of a matter asks for."""


def actions_for(post: Post) -> frozenset[Action]:
    """The actions that wait for a post."""
    return frozenset(action for action, step in STEP_OF.items() if post in step.posts)
