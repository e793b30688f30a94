"""呼叫事项的全部请求: every command of the subject with its handler, and every step in the order pages offer them."""

from uuid import UUID

from domain.calls import (
    acceptance,
    completion,
    dispatching,
    handling,
    intake,
    late_entries,
    objections,
    part_dispatching,
    records,
    statement,
)
from domain.calls.call import Call
from domain.calls.rights import Step
from domain.shared.commands import Handlers
from domain.shared.posts import Post
from domain.shared.refusals import Refusal

HANDLERS: Handlers = {
    **intake.HANDLERS,
    **acceptance.HANDLERS,
    **dispatching.HANDLERS,
    **part_dispatching.HANDLERS,
    **objections.HANDLERS,
    **handling.HANDLERS,
    **completion.HANDLERS,
    **late_entries.HANDLERS,
    **records.HANDLERS,
    **statement.HANDLERS,
}

STEPS: tuple[Step, ...] = (
    *intake.STEPS,
    *acceptance.STEPS,
    *dispatching.STEPS,
    *part_dispatching.STEPS,
    *objections.STEPS,
    *handling.STEPS,
    *completion.STEPS,
    *late_entries.STEPS,
    *records.STEPS,
    *statement.STEPS,
)


def possible_steps(call: Call, post: Post, organization: UUID) -> list[Step]:
    """The steps this person may take on the call now, primary ones first."""
    allowed = [step for step in _fitting(call, post, organization) if step.bar(call, organization) is None]
    return sorted(allowed, key=lambda step: not step.primary)


def barred_steps(call: Call, post: Post, organization: UUID) -> list[tuple[Step, Refusal]]:
    """The steps that would fit now but for a rule, each with the rule's sentence: to be said, not to be tried."""
    bars = [(step, step.bar(call, organization)) for step in _fitting(call, post, organization)]
    return [(step, bar) for step, bar in bars if bar is not None]


def _fitting(call: Call, post: Post, organization: UUID) -> list[Step]:
    return [step for step in STEPS if step.refusal(call, post, organization) is None]
