"""考核评价的拒绝."""

from domain.shared.refusals import Invalid, NotYours, Refusal


class NotAssessor(NotYours):
    """Only the supervision body and the platform run assessment periods."""

    code = "not-assessor"
    rule = "考核周期由督查机构督办员和平台受理员办理。"


class NotConcerned(NotYours):
    """An exclusion proposed for another organization."""

    code = "exclusion-not-yours"
    rule = "只能为本单位申请剔除;为其他单位提出的,由督查机构督办员或平台受理员办理。"


class SamePersonDecides(NotYours):
    """Decided by whoever proposed it."""

    code = "exclusion-same-person"
    rule = "剔除须由提出人以外的人员决定,请由其他督办员或受理员办理。"


class NothingToList(Refusal):
    """Every period asked about stands in the register."""

    code = "nothing-to-list"
    rule = "所列考核周期均已列入目录,无需补登。"


class NotWholeMonths(Invalid):
    """A period that is no span of whole months."""

    code = "period-not-whole-months"
    rule = "考核周期须为整月:从某月1日起,到某月最后一日止,最长一年。"


class BoundsReversed(Invalid):
    """A lower bound over the upper one."""

    code = "bounds-reversed"
    rule = "呼叫量参考区间的下限不能高于上限,请核对。"


class PeriodExists(Refusal):
    """A second period of the same months."""

    code = "period-exists"
    rule = "同样的月份已设立考核周期,请在该周期办理。"


class PeriodsOverlap(Refusal):
    """A period that shares months with another, and neither lies within the other."""

    code = "periods-overlap"
    rule = "两个考核周期应当互不相交,或一个完全在另一个之内(如月在季度内),请调整起止月份。"


class PeriodIsWithdrawn(Refusal):
    """Nothing is done in a period that was withdrawn."""

    code = "period-withdrawn"
    rule = "该考核周期已撤销,不再办理。需要考核这些月份的,请另行设立考核周期。"


class PeriodHasExclusions(Refusal):
    """Withdrawn after something was taken out of its figures."""

    code = "period-has-exclusions"
    rule = "该考核周期已同意过剔除,撤销会使剔除失去依据,不能撤销。请按该周期办理,到期冻结。"


class AlreadyFrozen(Refusal):
    """Nothing changes a frozen period."""

    code = "period-frozen"
    rule = "该考核周期已冻结,数字不再改动。有新情况的,在下一周期处理或另行更正说明。"


class NotOver(Refusal):
    """Frozen before it is over."""

    code = "period-not-over"
    rule = "考核周期尚未结束,到期后才能冻结。"


class UndecidedExclusions(Refusal):
    """Frozen while somebody waits for a decision."""

    code = "exclusions-undecided"
    rule = "还有剔除申请没有决定,请先逐件决定,再冻结或撤销。"


class NotFrozen(Refusal):
    """Published before it was frozen."""

    code = "period-not-frozen"
    rule = "公布的是冻结的数字:请先冻结,再公布。"


class AlreadyPublished(Refusal):
    """Published twice."""

    code = "already-published"
    rule = "该考核周期的结果已经公布。"


class AlreadyProposed(Refusal):
    """The same exclusion again."""

    code = "exclusion-already-proposed"
    rule = "该单位在这件事项上已提出过剔除,请查看处理情况。"


class UnknownExclusion(Invalid):
    """A number of no exclusion, or of one decided before."""

    code = "unknown-exclusion"
    rule = "没有这件待决定的剔除申请,可能已由他人决定,请刷新页面查看。"


class NoPart(Invalid):
    """An exclusion of an organization that had nothing to do on the call."""

    code = "exclusion-without-part"
    rule = "该单位在这件事项上没有应履责事项,不需要剔除。"


class FiguresUnsound(Invalid):
    """Figures that no count can give."""

    code = "figures-unsound"
    rule = "指标数字不符:分子不能大于分母,指标须为本版口径所列。请重新冻结。"
