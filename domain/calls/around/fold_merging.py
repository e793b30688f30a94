"""折叠·合并与拆分: what merging and splitting make of a call."""

from domain.calls.around import merge_events as m
from domain.calls.call import Call, CoCaller
from domain.calls.fold_obligations import Steps, ended
from domain.calls.words import Stage
from domain.obligations.words import Action, Ending
from domain.shared.changes import changed


def _merged(call: Call, event: m.CallMerged) -> Call:
    """The platform has answered it; what it would have owed next is owed on the other call."""
    call = ended(call, event, Action.ACCEPT)
    call = ended(call, event, Action.CONVENE, ending=Ending.LAPSED)  # who leads is clear: whoever leads the other one
    call = ended(call, event, ending=Ending.PASSED_ON)
    return changed(call, stage=Stage.MERGED, merged_into=event.into, merged_into_number=event.into_number)


def _joined(call: Call, event: m.CoCallerJoined) -> Call:
    joined = CoCaller(event.call, event.number, event.township.id, event.township.name)
    return changed(call, co_callers=(*call.co_callers, joined))


def _split(call: Call, event: m.CallSplit) -> Call:
    return changed(call, parts=(*call.parts, event.part))


def _taken_over(call: Call, event: m.PartTakenOver) -> Call:
    return changed(call, split_from=event.origin, split_from_number=event.origin_number)


STEPS: Steps = {
    m.CallMerged: _merged,
    m.CoCallerJoined: _joined,
    m.CallSplit: _split,
    m.PartTakenOver: _taken_over,
}
"""By fact: the call before, the fact, the call after."""
