"""提级上报的拒绝: each rule that stops an escalation, a receipt or an answer, with the way out (domain.md §4)."""

from domain.shared.refusals import Invalid, Refusal


class NothingWaitsForIt(Invalid):
    """The organization named as waiting has nothing to do that could wait."""

    code = "nothing-waits-for-it"
    rule = "该单位在本事项上没有未完成的主办、协办职责,没有需要等待上级答复的办理。请改选承办单位,或不填等待单位。"


class NoSuchEscalation(Refusal):
    """No escalation of that number waits for a receipt or an answer."""

    code = "no-such-escalation"
    rule = "没有这项待处理的提级上报,可能已经登记回执、答复或撤回,请刷新页面查看。"


class PromisedTooEarly(Invalid):
    """The promise lies before the receipt."""

    code = "promised-too-early"
    rule = "上级承诺答复的时间不能早于回执时间,请核对回执。"


class EscalationOpen(Refusal):
    """A call of which an upper body has still to answer goes into no other."""

    code = "escalation-open"
    rule = "本事项已提级上报,上级尚未答复,不能并入别的事项。请登记答复或撤回上报后再并入,或把另一件并入本事项。"
