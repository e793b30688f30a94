"""登记事项的写法: what is noted, corrected, claimed or withdrawn beside the handling."""

from collections.abc import Mapping
from typing import Any

from api.pages.wording import REASON, TEXT, Words, name, plain
from domain.calls.words import ClockPolicy, LateFact, NoteReach
from domain.obligations.words import Action
from domain.shared.urgency import Urgency


def _moved(value: Any) -> str:
    return f"{len(value)} 项时限已重新计算" if value else "不变"


RECORDS: Mapping[str, Words] = {
    "calls.FactCorrected": Words(
        "更正事实", (("field_text", "更正项", plain),), (("was", "原为"), ("is_now", "现为"), ("reason", "理由"))
    ),
    "calls.UrgencyChanged": Words(
        "调整紧急程度",
        (
            ("was", "原为", lambda v: Urgency(v).label),
            ("urgency", "现为", lambda v: Urgency(v).label),
            ("policy", "时限处理", lambda v: ClockPolicy(v).label),
            ("moved", "重算", _moved),
            ("duty_room", "同时报", name),
        ),
        REASON,
        "accept",
    ),
    "calls.NoteAdded": Words("备注", (("reach", "可见范围", lambda v: NoteReach(v).label),), TEXT),
    "calls.StatementAdded": Words(
        "陈述", (("organization", "单位", name), ("action", "对哪一项", lambda v: Action(v).label)), TEXT
    ),
    "calls.EvidenceAttached": Words("补充材料", (("organization", "单位", name),), TEXT),
    "calls.PhoneCallRecorded": Words("电话联系", (("called", "对方单位", name), ("spoke_with", "通话人", plain)), TEXT),
    "calls.LateEntryMade": Words(
        "补录(待对方确认)",
        (
            ("fact", "补录内容", lambda v: LateFact(v).label),
            ("organization", "补录单位", name),
            ("other_side", "确认单位", name),
        ),
        (("text", ""), ("reason", "未及时登记的原因"), ("proof", "外部佐证")),
        "confirm",
    ),
    "calls.LateEntryConfirmed": Words("确认补录属实", (("entry", "补录序号", plain),), (("remark", "说明"),)),
    "calls.LateEntryContested": Words("对补录提出异议", (("entry", "补录序号", plain),), REASON),
    "calls.ContentWithdrawn": Words("内容依令撤除", (("order_number", "文号", plain),)),
}
