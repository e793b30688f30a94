"""督办的全部请求: every command of the subject with its handler, and every step a person can take."""

from domain.shared.commands import Handlers
from domain.supervision import circulars, failures, firing, orders, recomputing, statement, succession, withdrawal
from domain.supervision.matter import Matter
from domain.supervision.rights import Seat, Subject, SupervisionStep

HANDLERS: Handlers = {
    **firing.HANDLERS,
    **orders.HANDLERS,
    **circulars.HANDLERS,
    **failures.HANDLERS,
    **succession.HANDLERS,
    **recomputing.HANDLERS,
    **statement.HANDLERS,
    **withdrawal.HANDLERS,
}

STEPS: tuple[SupervisionStep, ...] = (*orders.STEPS, *circulars.STEPS, *failures.STEPS, *statement.STEPS)


def possible_steps(matter: Matter, subject: Subject, number: int, seat: Seat) -> list[SupervisionStep]:
    """The steps they may take now on the matter (number 0) or one thing in it, primary ones first."""
    fitting = [step for step in STEPS if step.subject is subject and step.refusal(matter, number, seat) is None]
    return sorted(fitting, key=lambda step: not step.primary)
