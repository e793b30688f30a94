"""规则的拒绝理由: every way the rules subject says no, with the way out."""

from domain.shared.refusals import Invalid, NotFound, NotYours, Refusal


class NotRuleKeeper(NotYours):
    """Only the county's administrators keep the rules."""

    code = "not-rule-keeper"
    rule = "规则由县级系统管理员依据文件维护,您的岗位不能修改,请将文件提交平台办理。"


class DocumentKnown(Refusal):
    """The number was adopted before."""

    code = "rule-document-known"
    rule = "该文号的规则文件已登记,无需重复登记:如文件已修订,请按新文号登记。"


class UnknownDocument(NotFound):
    """A rule that cites no adopted document."""

    code = "unknown-rule-document"
    rule = "所引用的规则文件尚未登记:每项时限和理由都须有依据,请先登记该文件。"


class DocumentNotYetEffective(Refusal):
    """The document cited starts later."""

    code = "rule-document-not-effective"
    rule = "所引用的规则文件尚未施行,请在施行之日起再作设定。"


class NoticeKnown(Refusal):
    """A notice with that number and those days is loaded already."""

    code = "holiday-notice-known"
    rule = "该放假通知已载入且内容一致,无需重复载入。"


class NothingChanged(Refusal):
    """The command asks for what already holds."""

    code = "rules-unchanged"
    rule = "所填内容与现行规则一致,没有需要修改的内容,无需提交。"


class HoursInThePast(Refusal):
    """New working hours from a day gone by: clocks of that time have been counted already."""

    code = "working-hours-in-the-past"
    rule = "新的工作时间不能追溯适用,请将执行日期改为今日或以后。"


class NoticeRuleNotSet(NotFound):
    """The county has not said how people are told."""

    code = "notice-rule-missing"
    rule = "本县尚未设定通知规则,通知暂不发出(不会丢):请县级系统管理员运行 huying import rules,或依据文件设定。"


class LimitTwice(Invalid):
    """One command sets the same limit twice."""

    code = "limit-twice"
    rule = "同一时限种类和紧急程度在本次设定中出现了两次,请只保留一项。"


class CodeTwice(Invalid):
    """A reason list with a code or text twice."""

    code = "reason-twice"
    rule = "理由清单中的代码和文字不能重复,请合并或改写重复的理由。"


class OutageReversed(Invalid):
    """An outage that ends before it starts, or in the future."""

    code = "outage-span"
    rule = "故障起止时间有误:结束须晚于开始且不晚于现在,请在故障恢复后按实际起止时间公布。"


class LimitNotSet(Refusal):
    """The county has set no such limit."""

    code = "limit-not-set"
    rule = "本县尚未设定该项时限,无法计算办理期限,请县级系统管理员依据文件设定后再办理。"


class CalendarNotSet(Refusal):
    """Working hours were never set."""

    code = "calendar-not-set"
    rule = "尚未设定工作时间,无法计算办理期限,请县级系统管理员先行设定。"


class OfficeNotCharged(Refusal):
    """No organization holds the office."""

    code = "office-not-charged"
    rule = "尚未确定由哪个机构承担该项职能,请县级系统管理员先行确定。"
