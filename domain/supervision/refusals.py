"""督办的拒绝: every way supervision says no, with the rule and the way out."""

from domain.shared.refusals import Invalid, NotYours, Refusal


class NothingDue(Refusal):
    """Nothing of what the clock asked about is due any more: another clock was there first, or it was done."""

    code = "nothing-due"
    rule = "所列时限均已处理或尚未到时,无需重复处理。"


class NotTheClock(NotYours):
    """Only the platform itself moves the ladder, never a person."""

    code = "not-the-clock"
    rule = "提醒、催办由平台按时限自动办理,不能由人代为触发;需要督办的,请拟制督办通知单。"


class NotYourSupervision(NotYours):
    """The post or organization has no part in this step of the matter."""

    code = "not-your-supervision"
    rule = "您的岗位或所在机构无权办理此项督办,请由督查机构、被督办单位或镇街的有权岗位办理。"


class WrongSupervisionStage(Refusal):
    """The order, circular or suspicion is at another stage."""

    code = "wrong-supervision-stage"

    def __init__(self, stage: str, title: str) -> None:
        super().__init__(f"该督办现为“{stage}”,不能“{title}”,请刷新页面查看当前可办理的操作。")


class NothingOverdue(Refusal):
    """Nothing of that organization is overdue on this call."""

    code = "nothing-overdue"
    rule = "该单位在此事项上没有超期未办的应履责事项(或已办理、有正当事由),不能督办;已拟制的请作废。"


class NotLateEnough(Refusal):
    """A circular needs a delay beyond the limit, without a justification."""

    code = "not-late-enough"
    rule = "通报须超期满规定的工作日且无正当事由:目前未达到,请先催办、督办;已拟制的请作废。"


class AlreadyCirculated(Refusal):
    """Everything that is late enough has been circulated. What is missed again for another due time can be anew."""

    code = "already-circulated"
    rule = "该单位超期较久的应履责事项均已通报过,不重复通报:请核查整改情况;仍未办理的可再次督办。"


class CirculatedLately(Refusal):
    """The frequency of circulars is capped."""

    code = "circulated-lately"
    rule = "对同一单位同一事项的通报间隔未满(自上次签发或者不予通报之日起算),请待间隔届满再拟制。"


class OpenOrderStands(Refusal):
    """One open order names everything of an addressee in a matter."""

    code = "open-order-stands"
    rule = "该单位在此事项上已有未销号的督办通知单(或待签发的通报),同一事项合并督办,请在原文书上办理。"


class SupervisedLately(Refusal):
    """The frequency of orders is capped."""

    code = "supervised-lately"
    rule = "对同一单位同一事项的督办间隔未满,请待间隔届满再拟制,以免重复督办。"


class CannotBeSupervised(Refusal):
    """Vertical units and enterprises are asked through their superior, never ordered or circulated; nor are townships
    and those above 督查机构."""

    code = "cannot-be-supervised"
    rule = (
        "督办通知单和通报发给县管部门:垂直管理单位、市级派出机构和企业请商请或函告其主管单位;"
        "镇街、议事协调机构、党政办公室、纪检监察机关和上级平台不作为被督办单位,请催办或者直接沟通。"
    )


class AddresseeGone(Refusal):
    """The addressee was dissolved."""

    code = "addressee-gone"
    rule = (
        "被督办单位已撤销:有承接单位的,事项和督办由平台自动转给承接单位,请稍后刷新,以承接单位为被督办单位办理;"
        "没有承接单位的不能督办,已拟制的请作废。"
    )


class NothingToSucceed(Refusal):
    """The body stands, nobody has succeeded it, or nothing waits for it in the matter."""

    code = "nothing-to-succeed"
    rule = "该单位在此事项的督办中没有待办的内容,或者没有撤销,或者尚未登记承接单位,无需转由他人承接。"


class NotComprehensive(Refusal):
    """A township supervises comprehensive matters only: those that several organizations handle."""

    code = "not-comprehensive"
    rule = "镇街只能对涉及两个以上单位的综合性事项发出督办;其他事项请由督查机构督办。"


class NotAParty(Invalid):
    """The addressee handles nothing of this call."""

    code = "not-a-party"
    rule = "所选单位不是该事项的承办单位,请重新选择。"


class StillOverdue(Refusal):
    """What the order named is not done."""

    code = "still-overdue"
    rule = "督办通知单所列事项尚未办理,不能销号;请待办理后再销号。"


class SuspicionStands(Refusal):
    """The same has been suspected, or judged, already."""

    code = "suspicion-stands"
    rule = "该单位的同一疑似情形已经登记,请直接认定属实或不成立。"
