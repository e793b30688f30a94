"""历史环节·受理: from the call to its acceptance, and how it may leave the platform again."""

from domain.calls import events as e
from domain.calls.history.log import OldRow, OldStep
from domain.calls.history.telling import NO_SUCH_STEP, OLD_PLATFORM, UNRECORDED, Steps, Telling, written
from domain.calls.words import Stage
from domain.rules.words import LimitKind


def _submitted(t: Telling, row: OldRow) -> None:
    if t.course.stage is None:
        t.submit(row, implied=False)
    else:
        t.note(row)


def _endorsed(t: Telling, row: OldRow) -> None:
    t.submitted_before(row)
    if t.course.stage is not Stage.SUBMITTED:
        return t.note(row)
    t.say(e.CallEndorsed, row, remark=written(row))
    return t.place(row, implied=False)


def _sent_back(t: Telling, row: OldRow) -> None:
    _placed_before(t, row)
    if t.course.stage is not Stage.PLACED or t.course.sent_back:
        return t.note(row)
    return t.say(e.CallSentBack, row, supplement=t.clock(LimitKind.SUPPLEMENT, row), gaps=written(row) or UNRECORDED)


def _supplemented(t: Telling, row: OldRow) -> None:
    if t.course.stage is Stage.SENT_BACK:
        _supplement(t, row, implied=False)
    else:
        t.note(row)


def _supplement(t: Telling, row: OldRow, *, implied: bool) -> None:
    t.say(
        e.CallSupplemented,
        row,
        implied=implied,
        accept=t.clock(LimitKind.ACCEPT, row),
        text=t.course.text,
        place=t.course.place,
        supplement=NO_SUCH_STEP if implied else written(row),
    )


def _accepted(t: Telling, row: OldRow) -> None:
    _placed_before(t, row)
    if t.course.stage is Stage.DECLINED:
        _decline_undone(t, row)
        return t.note(row)
    if t.course.stage is not Stage.PLACED:
        return t.note(row)
    _accept(t, row, implied=False)
    return t.keep_text(row)


def _accept(t: Telling, row: OldRow, *, implied: bool) -> None:
    platform = t.terms.platform if implied else t.acting(row)
    t.say(e.CallAccepted, row, implied=implied, dispatch=t.clock(LimitKind.DISPATCH, row), acting=platform)


def _declined(t: Telling, row: OldRow) -> None:
    _placed_before(t, row)
    if t.course.stage is not Stage.PLACED:
        return t.note(row)
    return t.say(
        e.CallDeclined,
        row,
        ground=OLD_PLATFORM,
        ground_text="原平台不予受理(原因见说明)",
        contest=t.clock(LimitKind.CONTEST_DECLINE, row),
        reason=written(row) or UNRECORDED,
    )


def _decline_undone(t: Telling, row: OldRow) -> None:
    """Declined, and yet it went on: it was accepted after all."""
    answer = t.clock(LimitKind.ANSWER_CONTEST, row)
    t.say(e.DeclineContested, row, implied=True, answer=answer, reason=NO_SUCH_STEP)
    dispatch = t.clock(LimitKind.DISPATCH, row)
    t.say(e.DeclineContestDecided, row, implied=True, upheld=False, dispatch=dispatch, reason=NO_SUCH_STEP)


def _handed_over(t: Telling, row: OldRow) -> None:
    t.submitted_before(row)
    if t.course.over:
        return t.note(row)
    return t.say(
        e.CallHandedOver,
        row,
        target=OLD_PLATFORM,
        target_text="原平台移交(去向见说明)",
        receipt=UNRECORDED,
        reason=written(row) or UNRECORDED,
    )


def _withdrawn(t: Telling, row: OldRow) -> None:
    t.submitted_before(row)
    if t.course.over:
        return t.note(row)
    after_dispatch = t.course.round > 0
    asked_by = t.acting(row).name if after_dispatch else ""
    return t.say(
        e.CallWithdrawn, row, after_dispatch=after_dispatch, reason=written(row) or UNRECORDED, asked_by=asked_by
    )


def _note(t: Telling, row: OldRow) -> None:
    t.note(row)


def _placed_before(t: Telling, row: OldRow) -> None:
    """The call is with the platform."""
    t.submitted_before(row)
    if t.course.stage is Stage.SUBMITTED:
        t.say(e.CallEndorsed, row, implied=True, remark=NO_SUCH_STEP)
        t.place(row, implied=True)
    elif t.course.stage is Stage.SENT_BACK:
        _supplement(t, row, implied=True)


def accepted_before(t: Telling, row: OldRow) -> None:
    """The platform has taken it in."""
    _placed_before(t, row)
    if t.course.stage is Stage.DECLINED:
        _decline_undone(t, row)
    elif t.course.stage is Stage.PLACED:
        _accept(t, row, implied=True)


STEPS: Steps = {
    OldStep.SUBMITTED: _submitted,
    OldStep.ENDORSED: _endorsed,
    OldStep.SENT_BACK: _sent_back,
    OldStep.SUPPLEMENTED: _supplemented,
    OldStep.ACCEPTED: _accepted,
    OldStep.DECLINED: _declined,
    OldStep.HANDED_OVER: _handed_over,
    OldStep.WITHDRAWN: _withdrawn,
    OldStep.NOTE: _note,
}
