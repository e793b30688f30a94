"""历史导入的准备: what an import decides beforehand from the county's facts, so that many hands can share it."""

from datetime import datetime

from adapters.event_store.store import EventStore
from adapters.imports.event_log import EventLog
from adapters.imports.history_import import Instructions
from adapters.imports.history_mapping import HistoryMapping, MappingRefused
from adapters.imports.history_organizations import organizations_of
from domain.calls.events import OrganizationRef
from domain.calls.history.case import HistoryTerms
from domain.calls.history.log import OldStep
from domain.rules.rulebook import rulebook_of
from domain.rules.words import Office


def prepared(
    store: EventStore,
    node: str,
    mapping: HistoryMapping,
    log: EventLog,
    file: str,
    at: datetime,
    *,
    dry_run: bool = False,
) -> Instructions:
    """The instructions for importing `file` now.

    Refuses MappingRefused where the mapping names an organization that the directory has not, and what the rules do
    where the county has set no working hours or charged no platform.
    """
    organizations = organizations_of(store)
    faults = [
        f"“organizations.{old}”:名录中没有机构“{new}”。{organizations.near(new)}请改正,或先登记该机构。"
        for old, new in mapping.organizations.items()
        if organizations.find(new) is None
    ]
    if faults:
        raise MappingRefused(faults)
    rules = rulebook_of(store.now(), node)
    platform = rules.office(Office.PLATFORM)
    terms = HistoryTerms(
        node=node,
        source=mapping.source,
        file=file,
        imported_at=at,
        platform=OrganizationRef(id=platform.organization, name=platform.name),
        basis=mapping.basis.kind,
        reference=mapping.basis.reference,
        calendar=rules.calendar,
        limits=dict(rules.limits()),
        endorses=OldStep.ENDORSED in mapping.steps,
        closes=OldStep.CLOSED in mapping.steps,
        evaluator=mapping.evaluator,
    )
    return Instructions(mapping, log.places, log.cell_faults(), organizations, terms, dry_run)
