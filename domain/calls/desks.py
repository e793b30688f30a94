"""谁的待办: which posts of an organization a task waits for."""

from collections.abc import Mapping

from domain.calls.words import TaskKind
from domain.shared.posts import Post

_TOWNSHIP = frozenset({Post.CALLER, Post.TOWNSHIP_LEADER})
_HANDLER = frozenset({Post.LIAISON, Post.LEADER})

POSTS_OF: Mapping[TaskKind, frozenset[Post]] = {
    TaskKind.ENDORSE: frozenset({Post.TOWNSHIP_LEADER}),
    TaskKind.AMEND: _TOWNSHIP,
    TaskKind.SUPPLEMENT: _TOWNSHIP,
    TaskKind.CONTEST_DECLINE: _TOWNSHIP,
    TaskKind.COOPERATE: _TOWNSHIP,
    TaskKind.CONFIRM: _TOWNSHIP,
    TaskKind.EVALUATE: _TOWNSHIP,
    TaskKind.ACCEPT: frozenset({Post.OPERATOR, Post.DUTY_OFFICER}),
    TaskKind.DISPATCH: frozenset({Post.OPERATOR, Post.DUTY_OFFICER}),
    TaskKind.ANSWER_CONTEST: frozenset({Post.OPERATOR}),
    TaskKind.MEDIATE: frozenset({Post.OPERATOR}),
    TaskKind.RESOLVE: frozenset({Post.OPERATOR}),
    TaskKind.RESPOND: _HANDLER,
    TaskKind.FIRST_RESULT: _HANDLER,
    TaskKind.HANDLE: _HANDLER,
    TaskKind.ASSIST: _HANDLER,
    TaskKind.OPINE: frozenset({Post.LIST_KEEPER, Post.LEADER}),
    TaskKind.DESIGNATE: frozenset({Post.LEADER}),
    TaskKind.CONFIRM_LATE_ENTRY: _TOWNSHIP | _HANDLER | frozenset({Post.OPERATOR}),
}
"""Every kind of task has somebody it waits for."""


def kinds_for(post: Post) -> frozenset[TaskKind]:
    """The kinds of task that wait for a post."""
    return frozenset(kind for kind, posts in POSTS_OF.items() if post in posts)
