"""谁的待办: which posts of an organization a obligation waits for: those that may take the step that does it."""

from collections.abc import Mapping

from domain.calls.aftermath import evaluations
from domain.calls.delays import escalating, extensions, suspensions
from domain.calls.dispatch import dispatching, objections, part_dispatching, passing
from domain.calls.intake import acceptance, submission
from domain.calls.rights import Step
from domain.calls.slow_work import consultation, interim, shelving
from domain.calls.work import completion, handling, late_entries
from domain.obligations.words import Action
from domain.shared.posts import Post

STEP_OF: Mapping[Action, Step] = {
    Action.ENDORSE: submission.ENDORSE,
    Action.AMEND: submission.SUPPLEMENT,
    Action.SUPPLEMENT: submission.SUPPLEMENT,
    Action.ACCEPT: acceptance.ACCEPT,
    Action.CONTEST_DECLINE: acceptance.CONTEST_DECLINE,
    Action.ANSWER_CONTEST: acceptance.DECIDE_CONTEST,
    Action.DISPATCH: dispatching.DISPATCH,
    Action.DISPATCH_PART: part_dispatching.DISPATCH_PART,
    Action.RESPOND: handling.RESPOND,
    Action.FIRST_RESULT: handling.REPORT_PROGRESS,
    Action.HANDLE: handling.REPORT_RESULT,
    Action.ASSIST: handling.REPORT_ASSISTANCE,
    Action.COOPERATE: handling.REPORT_COOPERATION,
    Action.MEDIATE: objections.REJECT_OBJECTION,
    Action.OPINE: objections.GIVE_OPINION,
    Action.DESIGNATE: objections.DESIGNATE,
    Action.ANSWER_EXTENSION: extensions.GRANT_EXTENSION,
    Action.ANSWER_SUSPENSION: suspensions.SUSPEND,
    Action.CONFIRM: completion.CONFIRM_RESULT,
    Action.RESOLVE: completion.RESOLVE,
    Action.EVALUATE: completion.EVALUATE,
    Action.CONFIRM_LATE_ENTRY: late_entries.CONFIRM_LATE_ENTRY,
    Action.ANSWER_INTERIM: interim.APPROVE_INTERIM,
    Action.MILESTONE: interim.MEET_MILESTONE,
    Action.FINAL_RESULT: handling.REPORT_RESULT,
    Action.APPROVE_SHELVING: shelving.APPROVE_SHELVING,
    Action.REVIEW_SHELVING: shelving.REVIEW_SHELVING,
    Action.CONVENE: consultation.CONVENE,
    Action.HOLD: consultation.RECORD_CONSULTATION,
    Action.ATTEND: consultation.ANSWER_INVITATION,
    Action.AGREED_ACTION: consultation.COMPLETE_AGREED_ACTION,
    Action.DECIDE_EVALUATION: evaluations.UPHOLD_EVALUATION,
    Action.APPROVE_EXCLUSION: evaluations.EXCLUDE_EVALUATION,
    Action.FOLLOW_UP_ESCALATION: escalating.RECORD_RECEIPT,
    Action.NAME_SUCCESSOR: passing.SUCCEED_PARTY,
}
"""The step that does what an obligation asks for. Every action has one but 及时呼叫: the fact that says what was owed
since the discovery does it, so that it waits for nobody."""


def actions_for(post: Post) -> frozenset[Action]:
    """The actions that wait for a post."""
    return frozenset(action for action, step in STEP_OF.items() if post in step.posts)
