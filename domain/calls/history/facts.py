"""历史成事实: the facts that an old case adds to what stands of it."""

from collections.abc import Sequence
from uuid import UUID

from domain.calls.history import dispatching as history_dispatching
from domain.calls.history import handling as history_handling
from domain.calls.history import intake as history_intake
from domain.calls.history.case import OldCase
from domain.calls.history.log import HistoryFault, OldRow
from domain.calls.history.telling import OldFact, Steps, Telling
from domain.shared.events import Event


def told(case: OldCase, earlier: Sequence[Event] = ()) -> list[OldFact]:
    """The facts of a case that do not stand yet, in order; none when all of its rows were imported before.

    `earlier` are the facts that stand in its stream. Raises HistoryFault: then nothing of the case is to be recorded.
    """
    rows, ids = _new(case, earlier) if earlier else (case.ordered, case.row_ids)
    if not rows:
        return []
    first = rows[0]
    if any(event.imported_from is None for event in earlier):
        raise HistoryFault(
            first.number,
            "",
            "handled-here",
            "该事项导入后已在本平台继续办理,原平台之后的记录不能再导入:请在本平台该事项中用备注补记。",
        )
    if earlier and first.recorded_at < earlier[-1].recorded_at:
        raise HistoryFault(
            first.number,
            "recorded_at",
            "before-what-stands",
            "早于该事项已导入的最后一条记录,不能插入已有记录之前:请在本平台该事项中用备注补记。",
        )
    telling = Telling(case, rows, ids, earlier)
    for row in telling.each_row():
        _STEPS[row.step](telling, row)
    telling.close_after_its_window()
    return telling.facts


def _new(case: OldCase, earlier: Sequence[Event]) -> tuple[list[OldRow], list[UUID]]:
    """The rows that no fact stands for yet, and their names."""
    known = {event.causation_id for event in earlier}
    new = [(row, id_) for row, id_ in zip(case.ordered, case.row_ids, strict=True) if id_ not in known]
    return [row for row, _ in new], [id_ for _, id_ in new]


_STEPS: Steps = {**history_intake.STEPS, **history_dispatching.STEPS, **history_handling.STEPS}
