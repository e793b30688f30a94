"""规则的体检: limits that this release knows and an upgraded county has not set yet."""

from collections.abc import Mapping
from functools import cache

from api.findings import Finding
from domain.rules.words import LimitKind
from domain.shared.urgency import Urgency
from infra.composition import House
from infra.cures import cure_of
from infra.defaults.shipped_rules import shipped_limits

LIMIT_NOT_SET = "limit-not-set"
"""The code of a step that is refused for it, too."""

_WITHOUT: Mapping[LimitKind, str] = {
    LimitKind.NAME_SUCCESSOR: "平台只收到一次提醒,不列为应履责事项,也不再提醒、催办、督办",
}
"""What a missing limit leaves undone, of those without which a step is not refused."""


def rule_findings(house: House) -> list[Finding]:
    """Whether the county has set every limit that is shipped. A limit that is not shipped is nobody's to set."""
    known = house.rulebook().limits()
    if not known:
        return [Finding("时限", True, "尚未载入规则")]
    missing: dict[LimitKind, list[Urgency]] = {}
    for kind, urgency in _shipped():
        if (kind, urgency) not in known:
            missing.setdefault(kind, []).append(urgency)
    if not missing:
        return [Finding("时限", True, "已全部设定")]
    text = f"本县尚未设定:{'、'.join(_named(kind, urgencies) for kind, urgencies in missing.items())}"
    return [Finding("时限", False, text, cure_of(LIMIT_NOT_SET), LIMIT_NOT_SET)]


def _named(kind: LimitKind, urgencies: list[Urgency]) -> str:
    without = _WITHOUT.get(kind, "用到它的办理步骤和到时的提醒、督办不能进行")
    return f"“{kind.label}”({kind.value},{'、'.join(urgency.label for urgency in urgencies)};没有它,{without})"


@cache
def _shipped() -> tuple[tuple[LimitKind, Urgency], ...]:
    return tuple((line.kind, line.urgency) for line in shipped_limits())
