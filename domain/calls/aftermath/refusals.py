"""办结之后不允许的: every rule that looking back on a call can break, with what to do instead."""

from domain.calls.refusals import DeadlinePassed, SamePersonDecides
from domain.shared.refusals import Invalid, Refusal


class ReopeningTooLate(DeadlinePassed):
    """Beyond the time in which a call can be opened again."""

    code = "reopening-too-late"
    rule = "已超过办结后可重新打开的时间。如问题再次出现,请重新发起呼叫,可写明原呼叫编号。"


class ContestTooLate(DeadlinePassed):
    """Beyond the time to contest an evaluation."""

    code = "contest-too-late"
    rule = "已超过对评价提出异议的时限,评价有效。"


class EvaluationContestedAlready(Refusal):
    """An evaluation is contested once."""

    code = "evaluation-contested-already"
    rule = "本次评价已提出过异议,不能重复提出。"


class ChangeTooLate(DeadlinePassed):
    """Beyond the time to change an evaluation."""

    code = "change-too-late"
    rule = "已超过可变更评价的时限,评价保持不变。"


class WhichEvaluation(Invalid):
    """Several townships evaluated, and none of them is named, or another."""

    code = "which-evaluation"
    rule = "请选择是哪个镇街的评价:本事项有多个镇街评价,或者所选镇街的评价现在不能这样办理。"


class SameGrade(Invalid):
    """Nothing would change."""

    code = "same-grade"
    rule = "与现有评价相同,无需变更。"


class EvaluationIsExcluded(Refusal):
    """What is excluded is not changed any more."""

    code = "evaluation-excluded"
    rule = "该评价已决定不计入,不能再变更。"


class ProposerApproves(SamePersonDecides):
    """Excluded by whoever proposed it."""

    code = "proposer-approves"
    rule = "评价不计入须由提出人以外的人审批,请由督查机构其他人员办理。"
