"""督办的用词: rungs of the ladder, orders, circulars and suspected failures (domain.md §5, §6)."""

from domain.shared.labels import Labelled


class Rung(Labelled):
    """督办阶梯: what being late leads to, one after the other."""

    REMIND = "remind", "临期提醒"
    OVERDUE = "overdue", "超期"
    URGE = "urge", "催办"
    ORDER = "order", "督办"
    CIRCULAR = "circular", "通报"


class Standing(Labelled):
    """阶梯状态. Only a climbing ladder is looked at by the clock; what rests may climb again when its clock does."""

    CLIMBING = "climbing", "继续"
    TOP = "top", "已到最高一级"
    DONE = "done", "已办理"
    ENDED = "ended", "已终止"
    PAUSED = "paused", "暂停计时"
    MOVED = "moved", "期限已变更"
    PAST = "past", "导入前已到期"


class OrderKind(Labelled):
    """督办种类."""

    COUNTY = "county", "督办通知单"
    TOWNSHIP = "township", "镇街督办"


class Level(Labelled):
    """督办层级."""

    COUNTY = "county", "县级"
    CITY = "city", "市级"


class OrderStage(Labelled):
    """督办通知单的状态."""

    DRAFTED = "drafted", "待签发"
    DISCARDED = "discarded", "未签发作废"
    ISSUED = "issued", "待答复"
    REPLIED = "replied", "答复待审核"
    ACCEPTED = "accepted", "答复已认可,待办结"
    CLOSED = "closed", "已销号"


OPEN_ORDERS = frozenset({OrderStage.DRAFTED, OrderStage.ISSUED, OrderStage.REPLIED, OrderStage.ACCEPTED})
"""Orders that still bind somebody to something: one of them at most for an addressee in a matter."""


class CircularStage(Labelled):
    """通报的状态."""

    DRAFTED = "drafted", "待签发"
    DISCARDED = "discarded", "未签发作废"
    ISSUED = "issued", "待整改"
    REPORTED = "reported", "整改待确认"
    RECTIFIED = "rectified", "整改已确认"


class FailureKind(Labelled):
    """疑似情形: three ways of not acting that are told apart. What follows from one is decided elsewhere."""

    NO_RESPONSE = "no_response", "不响应"
    LATE_RESPONSE = "late_response", "迟响应"
    INACTION = "inaction", "响应不作为"


class SuspicionState(Labelled):
    """疑似情形的认定."""

    SUSPECTED = "suspected", "疑似"
    CONFIRMED = "confirmed", "已认定"
    DISMISSED = "dismissed", "不成立"
