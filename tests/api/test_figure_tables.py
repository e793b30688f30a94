"""指标表: which columns the figures of a frozen period have."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest

from api.pages.figure_tables import figures_frozen
from domain.assessment.columns import COLUMNS
from domain.assessment.definitions import VERSION
from domain.assessment.events import Count, FrozenLine
from domain.assessment.measure import Dimension
from domain.assessment.words import PeriodState
from domain.shared.posts import Post
from infra.defaults.assessment_scheme import shipped_scheme
from projections.rates.periods import PeriodEntry
from projections.scope import Breadth, Viewer

SUPERVISOR = Viewer(uuid4(), "督办员", Post.SUPERVISOR, uuid4(), "", "", uuid4(), Breadth.ALL)
MAY, JUNE = datetime(2026, 4, 30, 16, tzinfo=UTC), datetime(2026, 5, 31, 16, tzinfo=UTC)


def frozen_by(definitions: str) -> PeriodEntry:
    """May of townships: calls and evaluations, and nothing else."""
    counts = {"volume": Count(met=0, counted=7), "evaluate_in_time": Count(met=3, counted=5)}
    return PeriodEntry(
        id=uuid4(),
        version=4,
        name="2026年5月",
        first_day=date(2026, 5, 1),
        last_day=date(2026, 5, 31),
        since=MAY,
        until=JUNE,
        state=PeriodState.FROZEN,
        scheme=shipped_scheme(),
        document="",
        frozen_at=JUNE,
        withdrawn="",
        definitions=definitions,
        position=9,
        figures=tuple(
            FrozenLine(dimension=Dimension.TOWNSHIP, key=key, name=name, counts=counts)
            for key, name in (("", "全县"), (str(uuid4()), "城东镇"))
        ),
    )


@pytest.mark.parametrize(
    ("definitions", "columns"),
    [(VERSION, COLUMNS[Dimension.TOWNSHIP, False]), ("2026-3", ("volume", "evaluate_in_time"))],
)
def test_what_older_definitions_did_not_count_has_no_column(definitions: str, columns: tuple[str, ...]) -> None:
    """Zero would say that no township convened anything."""
    shown = figures_frozen(SUPERVISOR, frozen_by(definitions), Dimension.TOWNSHIP)
    assert shown is not None
    assert shown.columns == columns
    assert [len(row["figures"]) for row in shown.rows] == [len(columns)]
    assert len(shown.total) == len(columns)


def test_a_table_of_which_older_definitions_counted_nothing_is_none() -> None:
    assert figures_frozen(SUPERVISOR, frozen_by("2026-3"), Dimension.TOWNSHIP, shares=True) is None
    assert figures_frozen(SUPERVISOR, frozen_by(VERSION), Dimension.TOWNSHIP, shares=True) is not None
