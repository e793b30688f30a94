"""呼叫事项的全部请求: every command of the subject with its handler, and every step in the order pages offer them."""

from datetime import datetime
from uuid import UUID

from domain.calls.aftermath import evaluations, reopening
from domain.calls.around import attention, confidentiality, instructions, merging, statement
from domain.calls.call import Call
from domain.calls.delays import escalating, extensions, recomputing, suspensions, waiting
from domain.calls.dispatch import dispatching, objections, part_dispatching, passing
from domain.calls.intake import acceptance, submission
from domain.calls.rights import Step
from domain.calls.slow_work import consultation, interim, shelving
from domain.calls.work import completion, handling, late_entries, records
from domain.shared.commands import Handlers
from domain.shared.posts import Post
from domain.shared.refusals import Refusal

_HANDLERS: Handlers = {
    **submission.HANDLERS,
    **acceptance.HANDLERS,
    **dispatching.HANDLERS,
    **part_dispatching.HANDLERS,
    **objections.HANDLERS,
    **handling.HANDLERS,
    **extensions.HANDLERS,
    **suspensions.HANDLERS,
    **waiting.HANDLERS,
    **escalating.HANDLERS,
    **interim.HANDLERS,
    **consultation.HANDLERS,
    **shelving.HANDLERS,
    **completion.HANDLERS,
    **evaluations.HANDLERS,
    **reopening.HANDLERS,
    **attention.HANDLERS,
    **late_entries.HANDLERS,
    **merging.HANDLERS,
    **passing.HANDLERS,
    **instructions.HANDLERS,
    **records.HANDLERS,
    **confidentiality.HANDLERS,
    **recomputing.HANDLERS,
    **statement.HANDLERS,
}

HANDLERS: Handlers = {command: waiting.ending_waits(handler) for command, handler in _HANDLERS.items()}
"""Whatever is done, it may be what somebody waits for."""

STEPS: tuple[Step, ...] = (
    *submission.STEPS,
    *acceptance.STEPS,
    *dispatching.STEPS,
    *part_dispatching.STEPS,
    *objections.STEPS,
    *handling.STEPS,
    *extensions.STEPS,
    *suspensions.STEPS,
    *waiting.STEPS,
    *escalating.STEPS,
    *interim.STEPS,
    *consultation.STEPS,
    *shelving.STEPS,
    *completion.STEPS,
    *evaluations.STEPS,
    *reopening.STEPS,
    *attention.STEPS,
    *late_entries.STEPS,
    *passing.STEPS,
    *instructions.STEPS,
    *merging.STEPS,
    *records.STEPS,
    *confidentiality.STEPS,
    *statement.STEPS,
)


def possible_steps(call: Call, post: Post, organization: UUID, now: datetime | None = None) -> list[Step]:
    """The steps this person may take on the call, primary ones first; `now`: without those whose time is not now."""
    allowed = [step for step in _fitting(call, post, organization) if _barred(step, call, organization, now) is None]
    return sorted(allowed, key=lambda step: not step.primary)


def barred_steps(call: Call, post: Post, organization: UUID, now: datetime | None = None) -> list[tuple[Step, Refusal]]:
    """The steps that would fit but for a rule (`now`: one of time, too), each with the rule's sentence: to be said, not
    to be tried."""
    bars = [(step, _barred(step, call, organization, now)) for step in _fitting(call, post, organization)]
    return [(step, bar) for step, bar in bars if bar is not None]


def _barred(step: Step, call: Call, organization: UUID, now: datetime | None) -> Refusal | None:
    return step.bar(call, organization) or (None if now is None else step.untimely(call, organization, now))


def _fitting(call: Call, post: Post, organization: UUID) -> list[Step]:
    return [step for step in STEPS if step.refusal(call, post, organization) is None]
