"""延期、暂缓、等待的拒绝: each rule that stops a request for more time, with the way out (domain.md §4)."""

from domain.calls.refusals import DeadlinePassed, UnknownGround
from domain.shared.refusals import Invalid, Refusal


class ExtensionTooLate(DeadlinePassed):
    """Asked after the deadline."""

    code = "extension-too-late"
    rule = "延期须在办理期限届满前申请,现已逾期,请抓紧办理并在办理结果中说明原因。"


class ExtensionTooLong(Invalid):
    """More than the rule allows, all extensions of the work together."""

    code = "extension-too-long"
    rule = "申请的延期超过规定的最长延期时间,请缩短延期天数。"


class BeyondLongestHandling(Invalid):
    """The work as a whole would last longer than it may."""

    code = "beyond-longest-handling"
    rule = "延期后将超过办理最长时限,请缩短延期天数。"


class ExtensionGroundUsed(Refusal):
    """A second extension on a ground that was granted before."""

    code = "extension-ground-used"
    rule = "本单位已以同一理由获准延期,不能再以该理由延期。出现新情况的,请另选相应理由并具体说明。"


class ClockStandsStill(Refusal):
    """Nothing to lengthen, to pause or to excuse while the clock does not run."""

    code = "clock-stands-still"
    rule = "该事项正在挂账或者不计时,办理时限没有在走,不需要延期、暂缓或等待。恢复计时后仍需要的,届时再申请。"


class AlreadyAsked(Refusal):
    """One request of a kind at a time."""

    code = "already-asked"
    rule = "本单位的申请正等待平台答复,答复前请继续办理,不必重复申请。"


class MoreThanAsked(Invalid):
    """The platform grants at most what was asked."""

    code = "more-than-asked"
    rule = "同意的时间不能超过申请的时间,请按申请或更短的时间填写。"


class NoSuchRequest(Refusal):
    """No request of that number waits for an answer."""

    code = "no-such-request"
    rule = "没有等待答复的这项申请,可能已经答复,请刷新页面查看。"


class NotASuspensionGround(UnknownGround):
    """Among the grounds for a suspension it is not."""

    code = "not-a-suspension-ground"
    rule = (
        "暂缓办理只限规定的理由(诉讼复议、鉴定检测、法定公告期、天气、等待上级批准、两次联系未成功),请从清单中选择。"
        "经费不足、暂不具备办理条件的不能暂缓,请按挂账程序办理。"
    )


class SuspensionOver(Invalid):
    """The suspension would end before it begins."""

    code = "suspension-over"
    rule = "暂缓的最后一天不能早于今天,请核对日期;已过的期间不能补办暂缓。"


class SuspensionTooLong(Invalid):
    """All suspensions of the work together last longer than they may."""

    code = "suspension-too-long"
    rule = "暂缓办理的累计时间超过规定的最长时间,请提前暂缓的最后一天。"


class AlreadySuspended(Refusal):
    """One suspension at a time."""

    code = "already-suspended"
    rule = "本单位的办理正在暂缓期内,期满自动恢复;情况提前消除的,请先提前恢复办理。"


class NotSuspended(Refusal):
    """Nothing to resume."""

    code = "not-suspended"
    rule = "现在没有正在执行的暂缓办理,时限已照常计算,无需恢复。"


class WaitsOnItself(Invalid):
    """Nobody waits for oneself."""

    code = "waits-on-itself"
    rule = "不能请求本单位自己配合,请选择另一个单位。"


class OwesNothing(Invalid):
    """The other has nothing left to do on this call."""

    code = "owes-nothing"
    rule = "该单位在本事项上没有未完成的承办、协办或配合职责,不能作为等待的理由;需要其参与的,请联系平台派发。"


class WaitingCircle(Refusal):
    """Each side would wait for the other."""

    code = "waiting-circle"
    rule = "对方正在(直接或经其他单位)等待本单位,双方不能互相等待,请先完成对方请求的事项。"


class AlreadyWaiting(Refusal):
    """One request at a time to the same party."""

    code = "already-waiting"
    rule = "本单位已书面请求该单位配合,正在等待,不必重复请求;要补充说明的,请添加备注。"


class SilentTooLong(Refusal):
    """Whoever did nothing for half of its time can't put the delay on another."""

    code = "silent-too-long"
    rule = "办理时限过半时本单位没有任何办理记录,此后的等待不能作为逾期的正当事由。请直接办理,并电话联系对方。"


class NotWaiting(Refusal):
    """No such wait of this organization."""

    code = "not-waiting"
    rule = "本单位没有这项等待,可能已经结束,请刷新页面查看。"


class NothingToRecompute(Refusal):
    """No clock of the call changes."""

    code = "nothing-to-recompute"
    rule = "该事项没有需要重算的时限,无需办理。"
