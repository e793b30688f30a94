"""派发和异议的记录的写法: who handles: dispatched, objected to, ruled, passed on, inherited."""

from collections.abc import Mapping
from typing import Any

from api.pages.wording import REASON, TEXT, Words, excuses, name, plain, yes_no
from domain.calls.words import BasisKind


def _party(value: Any) -> str:
    duty = f":{value['duty_text']}" if value.get("duty_text") else ""
    return f"{value['organization']['name']}{duty}"


def _parties(value: Any) -> str:
    return ";".join(_party(one) for one in value)


def _basis(value: Any) -> str:
    kind = BasisKind(value["kind"]).label
    item = value.get("item")
    if item:
        return f"{kind}:{item['list_title']}({item['revision_number']})“{item['title']}”"
    return f"{kind}:{value['reference']}"


def _extent(whole: Any) -> str:
    return "全部" if whole else "部分,其余仍由该单位承办"


DISPATCH: Mapping[str, Words] = {
    "calls.CallDispatched": Words(
        "派发",
        (
            ("basis", "依据", _basis),
            ("lead", "主办", _party),
            ("assistants", "协办", _parties),
            ("township_duty", "属地配合", plain),
            ("round", "派发轮次", lambda v: f"第 {v} 轮"),
        ),
        (("basis_text", "依据说明"), ("demands", "办理要求")),
    ),
    "calls.PartDispatched": Words(
        "派发异议成立的部分",
        (
            ("objector", "原承办单位", name),
            ("party", "现承办", _party),
            ("basis", "依据", _basis),
        ),
        (("part", "派发的部分"), ("demands", "办理要求")),
    ),
    "calls.ObjectionRaised": Words(
        "提出承办异议",
        (
            ("organization", "单位", name),
            ("whole", "全部不属本单位职责", yes_no),
            ("ground_text", "理由", plain),
            ("cited", "引用", plain),
            ("proposed", "建议承办", name),
        ),
        (("reason", "说明"),),
        "mediate",
    ),
    "calls.ObjectionUpheld": Words(
        "异议成立(原派发计为平台错派)",
        (("organization", "单位", name), ("whole", "成立范围", _extent), ("justified", "正当事由", excuses)),
        REASON,
        "dispatch",
    ),
    "calls.ObjectionRejected": Words(
        "异议不成立(时限照常计算)", (("organization", "单位", name), ("justified", "正当事由", excuses)), REASON
    ),
    "calls.OpinionRequested": Words(
        "提请职责界定", (("organization", "界定单位", name),), (("question", "问题"),), "opine"
    ),
    "calls.OpinionGiven": Words(
        "职责界定意见",
        (
            ("proposed", "应承办单位", name),
            ("reference", "文号", plain),
            ("citable", "可参照", yes_no),
        ),
        TEXT,
        "designate",
    ),
    "calls.HandlerDesignated": Words(
        "指定承办(具有约束力)",
        (("handler", "指定单位", name), ("reference", "文号", plain), ("justified", "正当事由", excuses)),
        REASON,
        "dispatch",
    ),
    "calls.StagePassed": Words(
        "移交下一环节",
        (
            ("passer", "移交单位", name),
            ("party", "现主办", _party),
            ("basis", "依据", _basis),
            ("point", "衔接点", plain),
        ),
        (("text", "已办情况和材料"),),
    ),
    "calls.PartySucceeded": Words(
        "职责承接", (("was", "原单位", name), ("now", "承接单位", name), ("basis", "另行确定的依据", plain))
    ),
    "calls.SuccessionWithheld": Words(
        "待另行确定承接单位",
        (("was", "已撤销的单位", name), ("organization", "由谁另定", name), ("supervision", "已告知", name)),
        due="naming",
    ),
}
