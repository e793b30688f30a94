"""催办和抄送不允许的: every rule a reminder or a copy can break, with what to do instead."""

from domain.shared.refusals import Invalid, Refusal


class NothingOverdue(Refusal):
    """Nobody to be urged."""

    code = "nothing-overdue"
    rule = "所选单位没有超期未办的事,不能催办。"


class RemindedAlready(Refusal):
    """The same organization urged again too soon."""

    code = "reminded-already"
    rule = "对同一单位的催办有次数限制,还没到可再次催办的时间。请稍后再催,或联系平台、督查机构。"


class ReadsAlready(Invalid):
    """A copy to somebody who may read it anyway."""

    code = "reads-already"
    rule = "该单位已经能看到本事项,无需抄送。"
