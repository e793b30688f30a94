"""合并的拒绝: what a call in which several townships wait for the same matter never is, with the way out."""

from domain.shared.refusals import Invalid, Refusal


class MergeLessUrgent(Invalid):
    """A more urgent call would go on by the slower clocks of another."""

    code = "merge-less-urgent"
    rule = "所选事项的紧急程度低于本事项,并入后会按较宽的时限办理。请先调整所选事项的紧急程度,再并入。"


class CalledByOthersToo(Refusal):
    """Who called first does not withdraw what others called for."""

    code = "called-by-others-too"
    rule = "其他镇街的呼叫已并入本事项,不能由一个镇街撤回。本镇街的情况已消除的,请用“备注”写明,由平台继续办理。"
