"""考核评价的用词."""

from domain.shared.labels import Labelled


class PeriodState(Labelled):
    """考核周期的状态."""

    OPEN = "open", "进行中"
    FROZEN = "frozen", "已冻结"
    PUBLISHED = "published", "已公布"
    WITHDRAWN = "withdrawn", "已撤销"


class ExclusionGround(Labelled):
    """剔除理由, closed."""

    OUTAGE = "outage", "平台故障或通知未送达"
    DUPLICATE = "duplicate", "重复登记、测试或演练"
    FORCE_MAJEURE = "force_majeure", "不可抗力"
    WRONG_RECORD = "wrong_record", "登记错误,已按规定更正"
    DISPUTED_EVALUATION = "disputed_evaluation", "评价有争议,经复核不实"


class ExclusionState(Labelled):
    """剔除申请的状态."""

    PROPOSED = "proposed", "待决定"
    APPROVED = "approved", "已剔除"
    REFUSED = "refused", "未同意"
