"""呼叫办理的拒绝: each rule that stops a step, with the way out (domain.md §4)."""

from domain.calls.words import Stage
from domain.shared.refusals import Invalid, NotYours, Refusal


class WrongStage(Refusal):
    """The call is not at the stage this step needs."""

    code = "wrong-stage"
    rule = "事项当前阶段不能办理此操作,请刷新页面查看现在可办理的操作。"

    def __init__(self, stage: Stage, title: str) -> None:
        super().__init__(f"事项现为“{stage.label}”,不能办理“{title}”。请刷新页面查看现在可办理的操作。")


class NotYourCall(NotYours):
    """The organization has no such part in the call."""

    code = "not-your-call"
    rule = "本单位不是该事项此环节的办理单位,不能办理。如认为应由本单位办理,请联系平台受理员。"


class NotYourPost(NotYours):
    """The post gives no right to this step."""

    code = "not-your-post"
    rule = "您的岗位不能办理此操作,请由对应岗位人员办理。"


class AlreadySentBack(Refusal):
    """退回补正 happens once."""

    code = "already-sent-back"
    rule = "退回补正只能一次且须一次性告知全部问题,本事项已退回过。请受理,或按规定理由不予受理。"


class UnknownGround(Invalid):
    """A ground outside the closed list."""

    code = "unknown-ground"
    rule = "所选理由不在规定的理由清单内,请从清单中选择。"


class DeclineAlreadyContested(Refusal):
    """A decline is contested once."""

    code = "decline-already-contested"
    rule = "不予受理只能申请复核一次,复核决定为最终决定。如有新情况,请重新发起呼叫。"


class DeadlinePassed(Refusal):
    """A right with a time limit was used too late."""

    code = "deadline-passed"
    rule = "已超过规定时限,不能再办理此操作。"


class MergeTargetOver(Invalid):
    """A call that is over, not yet placed or itself merged takes nothing in."""

    code = "merge-target-over"
    rule = "所选事项已办结、已撤回、已并入另一事项或尚未发出,不能再并入。请选择正在办理的事项,或单独办理本事项。"


class ConsultationOpen(Refusal):
    """A consultation, or what was agreed there, is not finished."""

    code = "consultation-open"
    rule = "本事项的会商还没有登记结果,或者议定事项还没有落实,不能并入别的事项。请先办完,或把另一件并入本事项。"


class MergeChain(Refusal):
    """What took others in goes nowhere itself: whoever looks finds the work after one step."""

    code = "merge-chain"
    rule = "已有其他呼叫并入本事项,本事项不能再并入别的事项。请把后来的呼叫并入本事项。"


class PassedToOneself(Invalid):
    """The next lead is another organization."""

    code = "passed-to-oneself"
    rule = "下一环节须由其他单位承办。仍由本单位办理的,请继续办理并报告进展。"


class NotSucceeded(Invalid):
    """Nothing of the body is open on the call, or nobody has succeeded it."""

    code = "not-succeeded"
    rule = "该单位在本事项上没有待履行的职责,或者尚未登记承接单位。请先在机构目录中登记撤销和承接单位。"


class HeirStepsIn(Invalid):
    """Another named though the successor may take the call."""

    code = "heir-steps-in"
    rule = "承接单位可以办理本事项,由其承接,不另选单位。请不填“改由哪个单位承接”;承接后不属其职责的,由其提出承办异议。"


class NotOfItsKind(Invalid):
    """A part in a call given to a body of another sort."""

    code = "not-of-its-kind"
    rule = "镇街、平台等的职责只能改由同类机构承接,请另选。"


class SamePersonDecides(NotYours):
    """复核 by whoever declined."""

    code = "same-person-decides"
    rule = "复核须由原受理人员以外的人员作出,请由其他受理员办理。"


class NeedsItem(Invalid):
    """A dispatch by list names its item and revision."""

    code = "basis-needs-item"
    rule = "以责任清单为依据派发,须选择清单事项。清单上没有的,请改选其他派发依据。"


class NotNamedByItem(Invalid):
    """A dispatch by a list item to somebody of whom the item asks nothing."""

    code = "not-named-by-item"
    rule = (
        "该清单事项没有规定该单位的职责,不能以它为依据由该单位承办。"
        "请派发给事项载明的单位,或改用其他派发依据(三定规定、法律、职责界定意见、领导批示等)。"
    )


class CallerLeads(Invalid):
    """The calling township as lead of its own call, where the list does not make it the primary bearer."""

    code = "caller-leads"
    rule = (
        "呼叫镇街不能主办自己呼叫的事项,除非清单载明该事项以镇街为主体。"
        "请派发给县级承办单位;确属镇街主体责任且无需县级部门配合的,按规定理由不予受理。"
    )


class NeedsReference(Invalid):
    """A dispatch on another basis names the document."""

    code = "basis-needs-reference"
    rule = "清单外派发须写明依据(三定规定、法律条文、意见或批示的名称和文号)。"


class LeadIsAssistant(Invalid):
    """One organization in two roles."""

    code = "doubled-party"
    rule = "同一单位在一次派发中只能承担一个角色,请检查主办和协办单位。"


class CannotLead(Invalid):
    """This kind of organization is not dispatched to."""

    code = "cannot-be-dispatched-to"
    rule = "该机构不承办呼叫事项(已撤销,或不属于承办单位),请另选承办单位。"


class ReclaimedFromTownship(Refusal):
    """上级收回: a township can be neither dispatched nor scored (domain.md §3)."""

    code = "reclaimed-item"
    rule = "该事项已由上级收回,不得派发给乡镇(街道)。请派发给清单载明的县级部门。"


class NotTheDesignated(Refusal):
    """A binding designation names the lead."""

    code = "not-the-designated"
    rule = "已有指定承办决定,须派发给被指定的单位。"


class PhoneDispatchOfEmergency(Invalid):
    """A phone dispatch of a call that is no emergency."""

    code = "phone-dispatch-of-emergency"
    rule = "只有特急事项可先电话派发、后补登记;一般和紧急事项请不填电话派发时间,时限从现在派发起算。"


class PhoneDispatchTooEarly(Invalid):
    """A phone dispatch said to have been made before this round began."""

    code = "phone-dispatch-too-early"
    rule = "电话派发时间早于本轮重新派发的开始时间,请核对。"


class ArrivedBeforeDispatch(Invalid):
    """An arrival before the dispatch it should answer."""

    code = "arrived-before-dispatch"
    rule = "到场时间早于本次派发时间,不能作为对本次派发的响应。派发前已在现场的,请按派发后仍在现场的时间登记。"


class EmergencyNotObjectable(Refusal):
    """特急先处置、后定责."""

    code = "emergency-not-objectable"
    rule = "特急事项先处置、后定责,不能提出承办异议。请先行处置,办结后可提请职责界定。"


class ObjectionTooLate(DeadlinePassed):
    """Beyond the limit for objections."""

    code = "objection-too-late"
    rule = "承办异议须在派发后规定时限内提出,现已逾期,请继续承办。"


class ObjectionsExhausted(Refusal):
    """A third objection, or one against a binding designation."""

    code = "objections-exhausted"
    rule = "该事项已经两次异议处理或已指定承办,不能再提异议,请按派发承办。出现新事实的,请告知平台。"


class AlreadyObjected(Refusal):
    """One objection a party and round."""

    code = "already-objected"
    rule = "本单位对本次派发已提出过异议,不能重复提出。"


class NoOpenObjection(Refusal):
    """Nothing to mediate."""

    code = "no-open-objection"
    rule = "目前没有待处理的承办异议。"


class NoPartToDispatch(Refusal):
    """No part of this organization's waits for a dispatch."""

    code = "no-part-to-dispatch"
    rule = "该单位没有待派发的异议成立部分,请选择部分异议已认定成立的单位。"


class NotItsPart(Refusal):
    """The part would go to somebody whose objection in this round was upheld."""

    code = "not-its-part"
    rule = "该单位对本次派发的异议已认定成立,不能把这一部分派发给它,请另选承办单位。"


class LeadHasReported(Refusal):
    """The part would go to the lead after its result."""

    code = "lead-has-reported"
    rule = "主办单位已报告办理结果,不能再派发给它。确应由其承担的,请先退回重办,或另选承办单位。"


class CannotBindVertical(Refusal):
    """Vertical units can't be bound (垂管单位商请其上级)."""

    code = "cannot-bind-vertical"
    rule = "垂直管理单位不能由县级指定承办,请商请其上级主管部门。"


class FutureClaim(Invalid):
    """A time that is yet to come can't be claimed."""

    code = "future-claim"
    rule = "填写的发生时间晚于当前时间,请核对。"


class NeedsLateEntry(Invalid):
    """Recorded later than allowed: only as 补录."""

    code = "needs-late-entry"
    rule = "登记时间已超过规定的及时登记时限,请改用“补录”(派发后可办理),写明补录原因和外部佐证,由对方确认。"


class NotLate(Invalid):
    """A late entry for something recordable in time."""

    code = "not-late"
    rule = "该情况仍在及时登记时限内,请直接登记,无需补录。"


class EvaluationOpen(Refusal):
    """The window to evaluate is still open."""

    code = "evaluation-open"
    rule = "评价期限未满,请等待镇街评价;期满未评价的可归档,不计为满意。"


class ContestOpen(Refusal):
    """The township may still ask for a second look."""

    code = "contest-open"
    rule = "申请复核期限未满,镇街仍可申请复核;期满未申请的可归档。"


class WithdrawNeedsAsker(Invalid):
    """After dispatch it is recorded who asked for the withdrawal."""

    code = "withdraw-needs-asker"
    rule = "派发后撤回须写明由谁提出撤回;响应仍计入统计。"


class NothingToCorrect(Invalid):
    """The correction says what stands already."""

    code = "nothing-to-correct"
    rule = "更正内容与现有记录相同,无需更正。"


class SameUrgency(Invalid):
    """Nothing would change."""

    code = "same-urgency"
    rule = "紧急程度没有变化。"
