"""页面资料: the views of this release. By themselves, so that a process that only folds them brings in no more."""

from projections.calls.view import CallsView
from projections.directory.view import Directory
from projections.duty_lists.view import DutyLists
from projections.engine.projection import Projection
from projections.rates.view import RatesView
from projections.supervision.view import SupervisionView


def projections() -> list[Projection]:
    """Every view of this release."""
    return [CallsView(), Directory(), DutyLists(), RatesView(), SupervisionView()]
