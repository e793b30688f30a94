"""事项差异: what reads otherwise between two texts of one item, part by part, in words."""

from domain.duty_lists.items import ActionLimit, ListItem
from projections.duty_lists.entries import Difference

_UNITS = {"minutes": "分钟", "hours": "小时", "working_hours": "工作时", "working_days": "个工作日"}


def differences(was: ListItem | None, now: ListItem | None) -> tuple[Difference, ...]:
    """Every part that differs, in the order of the item; place, batch and document number aside."""
    before, after = _parts(was), _parts(now)
    return tuple(
        Difference(part, before.get(part, ""), after.get(part, ""))
        for part in dict.fromkeys([*before, *after])
        if before.get(part, "") != after.get(part, "")
    )


def limits_text(limits: tuple[ActionLimit, ...]) -> str:
    """时限 in words, e.g. "响应(特急)30分钟;办结(一般)5个工作日"."""
    return ";".join(
        f"{own.action.label}({own.urgency.label}){own.limit.amount}{_UNITS[own.limit.unit.value]}" for own in limits
    )


def _parts(item: ListItem | None) -> dict[str, str]:
    if item is None:
        return {}
    parts = {"领域": item.field, "事项名称": item.title}
    for duty in item.duties:
        part = f"{duty.role.label}·{duty.bearer.name}({duty.mode.label})"
        parts[part] = f"{parts[part]};{duty.text}" if part in parts else duty.text
    for place, step in enumerate(item.steps, start=1):
        words = [step.name, step.bearer.name, limits_text(step.limits), step.demarcation, step.handover]
        parts[f"环节{place}"] = " / ".join(filter(None, words))
    parts["办理时限"] = limits_text(item.limits)
    parts["法律和政策依据"] = item.legal_basis
    parts["来源说明"] = item.source_note
    parts["上级指导目录事项"] = item.guidance_item
    return parts
