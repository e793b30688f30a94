"""指标怎样并列: which measures stand side by side, and which are shown month by month."""

from collections.abc import Mapping

from domain.assessment.definitions import MEASURES
from domain.assessment.measure import Dimension, Side

MAIN = ("response", "completion", "on_time", "satisfaction", "participation", "satisfied_closure")

SHARES = (
    "objection",
    "rework",
    "late_entry",
    "extension",
    "suspension",
    "shelving",
    "interim",
    "reopening",
    "follow_up",
)

TREND: Mapping[Dimension, tuple[str, ...]] = {
    Dimension.DEPARTMENT: MAIN,
    Dimension.OFFICE: ("accept_in_time", "dispatch_in_time", "resolve_in_time", "mediate_in_time"),
    Dimension.TOWNSHIP: ("volume", "cooperate_in_time", "confirm_in_time", "evaluate_in_time"),
    Dimension.ITEM: MAIN,
    Dimension.FIELD: MAIN,
}
"""What is shown month by month: few enough for one chart."""

_OFFICES = tuple(measure.id for measure in MEASURES.values() if measure.side is Side.OFFICES)

_TOWNSHIPS = tuple(measure.id for measure in MEASURES.values() if measure.side is Side.TOWNSHIPS)

COLUMNS: Mapping[tuple[Dimension, bool], tuple[str, ...]] = {
    (Dimension.DEPARTMENT, False): MAIN,
    (Dimension.DEPARTMENT, True): SHARES,
    (Dimension.OFFICE, False): _OFFICES,
    (Dimension.TOWNSHIP, False): (*_TOWNSHIPS, "response", "completion", "satisfaction"),
    (Dimension.TOWNSHIP, True): SHARES,
    (Dimension.ITEM, False): MAIN,
    (Dimension.ITEM, True): SHARES,
    (Dimension.FIELD, False): MAIN,
    (Dimension.FIELD, True): SHARES,
}
"""Which measures stand side by side, by dimension; True: the shares."""


def actions_of(dimension: Dimension) -> tuple[str, ...]:
    """Every action a dimension counts lines of."""
    ids = {*COLUMNS[dimension, False], *COLUMNS.get((dimension, True), ())}
    return tuple(sorted({action for id_ in ids for action in MEASURES[id_].actions}))
