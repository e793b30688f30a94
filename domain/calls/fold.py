"""折叠: from the facts of a call to what is known of it, one pure step a fact."""

from domain.calls import events as e
from domain.calls.aftermath import fold as fold_aftermath
from domain.calls.around import fold_merging
from domain.calls.call import Call
from domain.calls.delays import fold as fold_delays
from domain.calls.delays import fold_escalation
from domain.calls.dispatch import fold as fold_dispatching
from domain.calls.dispatch import fold_passing
from domain.calls.fold_obligations import Steps
from domain.calls.intake import fold as fold_intake
from domain.calls.slow_work import fold as fold_slow_work
from domain.calls.slow_work import fold_consultation
from domain.calls.work import fold as fold_handling
from domain.calls.work import fold_records
from domain.shared.changes import changed
from domain.shared.events import Event
from domain.shared.refusals import NotFound


def evolve(call: Call | None, event: Event) -> Call:
    """One fact further. Total over the facts of calls: a fact once stored can always be folded.

    Refuses NotFound for a stream that is no call.
    """
    if type(event) is e.CallSubmitted:
        return fold_intake.submitted(event)
    step = _STEPS.get(type(event))  # by type: asking a model `isinstance` costs more than the step itself
    if call is None or (step is None and not isinstance(event, e.CallEvent)):
        raise NotFound
    call = changed(call, version=event.originator_version, changed_at=event.recorded_at)
    if step is None:
        return call
    call = step(call, event)
    if call.stand_ins:
        call = fold_passing.unneeded_named(call, event)
    return fold_delays.unneeded_ended(call, event) if call.delays or call.waits else call


_STEPS: Steps = {
    **fold_intake.STEPS,
    **fold_dispatching.STEPS,
    **fold_handling.STEPS,
    **fold_delays.STEPS,
    **fold_escalation.STEPS,
    **fold_slow_work.STEPS,
    **fold_consultation.STEPS,
    **fold_aftermath.STEPS,
    **fold_records.STEPS,
    **fold_merging.STEPS,
    **fold_passing.STEPS,
}
