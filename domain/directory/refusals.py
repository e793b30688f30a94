"""名录的拒绝理由: every rule of the directory that can say no, with the way out."""

from dataclasses import dataclass
from typing import ClassVar

from domain.shared.refusals import Invalid, NotFound, NotYours, Refusal


class MalformedCode(Invalid):
    """A code of the wrong form."""

    code = "malformed-code"
    rule = "编码格式不符合要求,请按提示修改后重新提交。"


class UnknownDivision(NotFound):
    """No division has that code or id."""

    code = "unknown-division"
    rule = "没有登记该行政区划,请先登记或导入区划,再办理此操作。"


class UnknownOrganization(NotFound):
    """No organization has that code or id."""

    code = "unknown-organization"
    rule = "没有登记该机构,请先登记或导入机构,再办理此操作。"


class UnknownPerson(NotFound):
    """No person has that code or id."""

    code = "unknown-person"
    rule = "没有登记该人员,请先登记或导入人员,再办理此操作。"


class AlreadyRegistered(Refusal):
    """The code is taken."""

    code = "already-registered"
    rule = "该编码已登记,同一编码只能登记一次:如信息有变,请办理更名或调整。"


class WrongLevel(Refusal):
    """A division under one that is not above it, or a township organization on another level."""

    code = "wrong-division-level"
    rule = "区划层级不符:上级区划的层级必须高于本级,请核对区划代码。"


class DivisionGone(Refusal):
    """The division was abolished."""

    code = "division-abolished"
    rule = "该行政区划已撤销,不能再办理此操作,请改用承接其区域的区划。"


class OrganizationGone(Refusal):
    """The organization was dissolved, or its time ran out."""

    code = "organization-dissolved"
    rule = "该机构已撤销或已到期,不能再以其名义办理或在其中任职,请由职责承继机构办理。"


class NothingChanged(Refusal):
    """The command asks for what already holds."""

    code = "nothing-changed"
    rule = "所填内容与现有登记一致,没有需要变更的事项,无需提交。"


class EmptyName(Invalid):
    """A name without a character."""

    code = "empty-name"
    rule = "名称不能为空,请填写规范全称。"


class DoubledAlias(Invalid):
    """An alias named twice, or equal to the organization's own name."""

    code = "doubled-alias"
    rule = "挂牌名称重复:挂牌名称不得与机构名称相同,也不得重复填写,请删去重复的名称。"


class CircularParentage(Refusal):
    """The organization would stand above itself."""

    code = "circular-parentage"
    rule = "隶属关系不得成环:所选上级机构正是本机构或其下级,请另选上级机构。"


class CircularSuccession(Refusal):
    """The duties would come back to the organization that gives them up."""

    code = "circular-succession"
    rule = "职责承继不得回到原机构:请指定本机构及其原职责机构以外的承继机构。"


class SuccessionStands(Refusal):
    """A successor was declared before."""

    code = "succession-stands"
    rule = "该机构已声明职责承继机构,一个机构只能声明一次;承继机构再有变化的,由承继机构声明。"


class NoSuccessor(Refusal):
    """Dissolving an organization that leaves open duties to nobody."""

    code = "no-successor"
    rule = "撤销机构前须先声明职责承继机构,未了事项由其承接;请填写承继机构后重新提交。"


class EndDateMissing(Invalid):
    """A temporary body without an end."""

    code = "end-date-missing"
    rule = "专班、指挥部等临时机构必须写明撤销日期,请填写后重新提交。"


class DivisionMissing(Invalid):
    """A township organization that stands in no division."""

    code = "division-missing"
    rule = "乡镇(街道)机构必须对应一个乡级行政区划,请选择区划。"


class TimesReversed(Invalid):
    """An end that is not after its start, or an end already past."""

    code = "times-reversed"
    rule = "结束时间必须晚于开始时间,请核对起止时间。"


class NotYetEffective(Refusal):
    """A change dated in the future."""

    code = "not-yet-effective"
    rule = "生效时间不得晚于办理时间,请在文件生效当日办理。"


class BeforeLastChange(Refusal):
    """A change dated before one that already stands."""

    code = "before-last-change"
    rule = "生效时间早于该机构上一次变更的生效时间,请核对文件日期。"


class NotAPost(Invalid):
    """The post of the platform's own acts can't be held by a person."""

    code = "not-a-post"
    rule = "“平台自动办理”不是可以任命的岗位,请选择其他岗位。"


class OverlappingAppointment(Refusal):
    """The same post in the same organization held twice at one time."""

    code = "overlapping-appointment"
    rule = "该人员同一时期已在该机构担任同一岗位,不能重复任职;请先免去原任职或调整起止时间。"


class UnknownAppointment(NotFound):
    """The person has no such appointment."""

    code = "unknown-appointment"
    rule = "该人员没有这项任职,请核对后重新提交。"


class AppointmentOver(Refusal):
    """The appointment ended before."""

    code = "appointment-over"
    rule = "该项任职已经结束,请核对任职记录。"


class DelegationToOneself(Invalid):
    """A delegation to the holder of the post."""

    code = "delegation-to-oneself"
    rule = "不能委托给本人,请选择代为办理的其他人员。"


class DelegateElsewhere(Refusal):
    """A delegation to somebody who holds no post in the organization."""

    code = "delegate-elsewhere"
    rule = "岗位只能委托给在同一机构任职的人员,请另选受托人,或先为其办理在本机构的任职。"


class NotYourPostToDelegate(NotYours):
    """Only what one holds can be delegated, and only by its holder or an administrator."""

    code = "not-your-post-to-delegate"
    rule = "只能委托本人现任的岗位,受托代办的岗位不得再转委托,请由任职人员本人办理。"


class DelegationBeyondAppointment(Refusal):
    """A delegation that outlasts the appointment."""

    code = "delegation-beyond-appointment"
    rule = "委托的起止时间必须在任职期限以内,请调整委托时间。"


class UnknownDelegation(NotFound):
    """The person granted no such delegation, or it is over."""

    code = "unknown-delegation"
    rule = "没有这项有效委托,可能已经终止或到期,请核对。"


class ReceiverHoldsNoSuchPost(Refusal):
    """A handover to somebody who does not hold the post."""

    code = "receiver-holds-no-such-post"
    rule = "接收人尚未在该机构担任同一岗位,请先办理接收人任职,再办理工作交接。"


class NotADutyRoom(Refusal):
    """A roster for an organization that keeps no watch."""

    code = "not-a-duty-room"
    rule = "值班安排只能由值班室设置,请选择值班室。"


class NotOnTheDutyStaff(Refusal):
    """A shift for somebody who holds no post in the duty room at that time."""

    code = "not-on-the-duty-staff"
    rule = "排班人员在该班次时间未在值班室任职,请先办理任职,或改排其他人员。"


class RosterNotOrderly(Invalid):
    """Shifts outside the period, or one person twice at one time."""

    code = "roster-not-orderly"
    rule = "值班班次须在排班期间内,同一人员的班次不得重叠,请核对。"


class NotInPost(NotYours):
    """The actor does not hold the post they act in."""

    code = "not-in-post"
    rule = "您目前不担任该岗位,任职可能尚未开始、已经结束或已交接;请切换岗位或联系系统管理员。"


class NotDelegated(NotYours):
    """The actor acts for somebody who did not delegate to them."""

    code = "not-delegated"
    rule = "您没有该岗位的有效委托,请由任职人员本人办理,或先办理委托。"


class PersonMissing(NotYours):
    """Nobody is named, in a post that only persons hold."""

    code = "person-missing"
    rule = "办理操作必须由在岗人员实名进行,请登录后办理。"


class NotAdministrator(NotYours):
    """Only an administrator of the whole county may do this (or of the organization itself, for its own people)."""

    code = "not-administrator"
    rule = "名录由县级系统管理员维护,各机构系统管理员只能维护本机构的人员任职,请联系县级系统管理员。"


class SelfServing(NotYours):
    """An administrator who gives a post to themselves: keeping the directory must open no way into casework."""

    code = "self-serving"
    rule = "系统管理员不得为本人办理任职,也不得将他人岗位委托给本人,请由另一名系统管理员办理。"


@dataclass(frozen=True, slots=True, order=True)
class RowProblem:
    """One row that can't be taken: which table, which line of its file, and why."""

    table: str
    line: int
    reason: str


class RowRefused(Invalid):
    """导入表中有不能受理的行: nothing of the tables was recorded. `problems` says which rows and why."""

    code = "rows-refused"
    shown: ClassVar[int] = 5

    def __init__(self, problems: tuple[RowProblem, ...]) -> None:
        self.problems = problems
        listed = ";".join(f"{p.table}第{p.line}行:{p.reason}" for p in problems[: self.shown])
        more = f";另有{len(problems) - self.shown}处" if len(problems) > self.shown else ""
        super().__init__(f"导入表有{len(problems)}处不能受理,全部未导入,请修改后重新导入。{listed}{more}")
