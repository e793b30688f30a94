"""谁的待办: which posts of an organization a task waits for: those that may take the step that does it."""

from collections.abc import Mapping

from domain.calls import (
    acceptance,
    completion,
    dispatching,
    handling,
    intake,
    late_entries,
    objections,
    part_dispatching,
)
from domain.calls.rights import Step
from domain.calls.words import TaskKind
from domain.shared.posts import Post

STEP_OF: Mapping[TaskKind, Step] = {
    TaskKind.ENDORSE: intake.ENDORSE,
    TaskKind.AMEND: intake.SUPPLEMENT,
    TaskKind.SUPPLEMENT: intake.SUPPLEMENT,
    TaskKind.ACCEPT: acceptance.ACCEPT,
    TaskKind.CONTEST_DECLINE: acceptance.CONTEST_DECLINE,
    TaskKind.ANSWER_CONTEST: acceptance.DECIDE_CONTEST,
    TaskKind.DISPATCH: dispatching.DISPATCH,
    TaskKind.DISPATCH_PART: part_dispatching.DISPATCH_PART,
    TaskKind.RESPOND: handling.RESPOND,
    TaskKind.FIRST_RESULT: handling.REPORT_PROGRESS,
    TaskKind.HANDLE: handling.REPORT_RESULT,
    TaskKind.ASSIST: handling.REPORT_ASSISTANCE,
    TaskKind.COOPERATE: handling.REPORT_COOPERATION,
    TaskKind.MEDIATE: objections.REJECT_OBJECTION,
    TaskKind.OPINE: objections.GIVE_OPINION,
    TaskKind.DESIGNATE: objections.DESIGNATE,
    TaskKind.CONFIRM: completion.CONFIRM_RESULT,
    TaskKind.RESOLVE: completion.RESOLVE,
    TaskKind.EVALUATE: completion.EVALUATE,
    TaskKind.CONFIRM_LATE_ENTRY: late_entries.CONFIRM_LATE_ENTRY,
}
"""The step that does what a task asks for. Every kind of task has one."""


def kinds_for(post: Post) -> frozenset[TaskKind]:
    """The kinds of task that wait for a post."""
    return frozenset(kind for kind, step in STEP_OF.items() if post in step.posts)
