"""办理较久的事项的拒绝: interim resolution, shelving, consultation."""

from domain.shared.refusals import Invalid, Refusal


class DayNotAhead(Invalid):
    """A day by which something shall be done that is not ahead."""

    code = "day-not-ahead"
    rule = "约定完成的日期须在今天之后,请重新选择。"


class StillDisputed(Refusal):
    """Who handles it is not settled: nothing that rests on the lead can be decided."""

    code = "still-disputed"
    rule = "承办异议尚未处理完毕,不能办理阶段性办结或挂账。请先等异议认定、指定承办或派发异议成立的部分。"


class ProposalPending(Refusal):
    """One proposal of a kind at a time."""

    code = "proposal-pending"
    rule = "已有同类申请等待答复,不能重复提出。请等待答复;答复前时限照常计算。"


class MilestonesOutOfOrder(Invalid):
    """Milestones are named in the order of their days."""

    code = "milestones-out-of-order"
    rule = "办理节点须按日期先后填写,请调整次序。"


class MilestoneBeyondStatute(Invalid):
    """A milestone after the statutory limit has run out."""

    code = "milestone-beyond-statute"
    rule = "办理节点不能晚于法定办案期限届满日,请核对立案日期、法定期限和节点日期。"


class FiledInFuture(Invalid):
    """A case said to be filed on a day to come."""

    code = "filed-in-future"
    rule = "立案日期晚于今天。尚未立案的不能阶段性办结,请先立案。"


class NoSuchMilestone(Invalid):
    """The milestone is none, or is met already."""

    code = "no-such-milestone"
    rule = "没有这个待完成的办理节点,请刷新页面后选择。"


class NeedsConsultation(Refusal):
    """Shelving comes after a consultation (domain.md §4)."""

    code = "needs-consultation"
    rule = "挂账须先会商。请先召集会商并登记会商结果,再提请挂账。"


class PausedAlready(Refusal):
    """The handling stands still for another reason."""

    code = "paused-already"
    rule = "该事项正在暂缓办理,不能同时挂账。请等暂缓结束后再提请。"


class RequestsWait(Refusal):
    """More time was asked for and nobody has answered yet."""

    code = "requests-wait"
    rule = "该事项还有延期或者暂缓申请没有答复,请平台先答复,再提请或批准挂账。"


class NextReviewOrPolicy(Invalid):
    """Taken up again, the clock policy is stated."""

    code = "needs-clock-policy"
    rule = "恢复办理须写明办理时限怎样计算(继续计算或重新计算)。"


class UnclearAlready(Refusal):
    """Said once a dispatch."""

    code = "unclear-already"
    rule = "已登记承办单位不明,请先会商,再按会商结果派发。"


class LeadIsDesignated(Refusal):
    """A designation binds: there is nothing unclear."""

    code = "lead-is-designated"
    rule = "已有指定承办决定,承办单位明确,请派发给被指定的单位。"


class ConsultationRuns(Refusal):
    """One consultation at a time."""

    code = "consultation-runs"
    rule = "已召集的会商还没有登记结果,请先登记会商结果,再召集下一次。"


class ConsultationInPast(Invalid):
    """Convened for a time that is over."""

    code = "consultation-in-past"
    rule = "会商时间须晚于现在。已经开过的,请按最近的时间召集后登记结果,并在纪要中写明实际时间。"


class ConsultationTooFar(Invalid):
    """Convened for a time too far ahead."""

    code = "consultation-too-far"
    rule = "会商时间超过规定的最迟召开时限,请提前。"


class NobodyInvited(Invalid):
    """A consultation of one organization, or with nobody."""

    code = "nobody-invited"
    rule = "请选择邀请参加会商的单位;召集单位自己不用选,每个单位选一次。"


class NotYetHeld(Refusal):
    """The result of a consultation before its time."""

    code = "not-yet-held"
    rule = "还没到会商时间,不能登记会商结果。"


class NotInvited(Invalid):
    """Said to have come without being invited."""

    code = "not-invited"
    rule = "参会单位中有未被邀请的单位,请核对。临时参加的,写在纪要里。"


class AgreedByAbsent(Invalid):
    """An action laid upon somebody who was not there to agree."""

    code = "agreed-by-absent"
    rule = "议定事项只能由到会单位或召集单位承担。没有到会的,请另行派发或再次会商。"


class NoSuchAction(Invalid):
    """The agreed action is not one's own, or is done already."""

    code = "no-such-action"
    rule = "没有这个待本单位落实的议定事项,请刷新页面后选择。"
