"""名录视图: folds the directory's facts into the rows people look them up in."""

from collections.abc import Sequence
from typing import Any, ClassVar

from sqlalchemy import MetaData, Table

from domain.directory.events import (
    AppointmentEnded,
    DelegationEnded,
    DelegationGranted,
    DivisionAbolished,
    DivisionRegistered,
    DivisionRenamed,
    DutyRosterSet,
    HandoverDone,
    OrganizationDissolved,
    OrganizationEstablished,
    OrganizationRenamed,
    OrganizationReorganized,
    PersonAmended,
    PersonAppointed,
    PersonRegistered,
    SuccessionDeclared,
)
from domain.shared.events import Event
from projections.directory.tables import (
    APPOINTMENTS,
    DELEGATIONS,
    DIVISIONS,
    METADATA,
    NAME,
    ORGANIZATION_PERIODS,
    ORGANIZATIONS,
    PEOPLE,
    SHIFTS,
    VERSION,
)
from projections.engine.projection import Fact
from projections.engine.rows import Row, Rows


class Directory:
    """名录视图. Names of organizations are today's; `organization_periods` keeps what they were."""

    name: ClassVar[str] = NAME
    title: ClassVar[str] = "名录"
    version: ClassVar[int] = VERSION
    subjects: ClassVar[frozenset[str]] = frozenset({"directory"})
    reads_content: ClassVar[bool] = True
    metadata: ClassVar[MetaData] = METADATA

    def apply(self, facts: Sequence[Fact], rows: Rows) -> None:
        """See Projection."""
        for event, _ in facts:
            _fold(event, rows)
        rows.touch("directory")


def _fold(event: Event, rows: Rows) -> None:
    match event:
        case DivisionRegistered() | DivisionRenamed() | DivisionAbolished():
            _division(event, rows)
        case OrganizationEstablished():
            _established(event, rows)
        case OrganizationRenamed() | OrganizationReorganized() | SuccessionDeclared() | OrganizationDissolved():
            _organization_changed(event, rows)
        case DutyRosterSet():
            _roster(event, rows)
        case PersonRegistered() | PersonAmended():
            _person(event, rows)
        case PersonAppointed() | AppointmentEnded() | HandoverDone():
            _appointment(event, rows)
        case DelegationGranted() | DelegationEnded():
            _delegation(event, rows)


def mask_phone(phone: str | None) -> str | None:
    """电话掩码: the first three and the last four characters; a short number keeps its last two."""
    if phone is None:
        return None
    if len(phone) >= 11:
        return phone[:3] + "*" * (len(phone) - 7) + phone[-4:]
    return "*" * max(len(phone) - 2, 0) + phone[-2:]


def _division(event: DivisionRegistered | DivisionRenamed | DivisionAbolished, rows: Rows) -> None:
    stream = event.originator_id
    match event:
        case DivisionRegistered():
            rows.put(
                DIVISIONS,
                {
                    "stream_id": stream,
                    "code": event.code,
                    "name": event.name,
                    "level": event.level.value,
                    "parent_id": event.parent,
                    "parent_code": event.parent_code,
                    "valid_from": event.occurred_at,
                    "valid_to": None,
                },
            )
        case DivisionRenamed():
            rows.put(DIVISIONS, {**_the(rows, DIVISIONS, event), "name": event.name})
        case DivisionAbolished():
            rows.put(DIVISIONS, {**_the(rows, DIVISIONS, event), "valid_to": event.effective_at})


def _established(event: OrganizationEstablished, rows: Rows) -> None:
    standing = {
        "stream_id": event.originator_id,
        "name": event.name,
        "aliases": list(event.aliases),
        "kind": event.kind.value,
        "management": event.management.value,
        "division_id": event.division,
        "parent_id": event.parent,
    }
    rows.put(
        ORGANIZATIONS,
        {
            **standing,
            "code": event.code,
            "division_code": event.division_code,
            "division_name": event.division_name,
            "established_at": event.effective_at,
            "ends_at": event.ends_at,
            "dissolved_at": None,
            "successor_id": None,
            "succeeded_at": None,
        },
    )
    rows.put(
        ORGANIZATION_PERIODS,
        {**standing, "version": event.originator_version, "valid_from": event.effective_at, "valid_to": None},
    )


def _organization_changed(
    event: OrganizationRenamed | OrganizationReorganized | SuccessionDeclared | OrganizationDissolved, rows: Rows
) -> None:
    row = _the(rows, ORGANIZATIONS, event)
    changed: Row = {}
    match event:
        case OrganizationRenamed():
            changed = {"name": event.name, "aliases": list(event.aliases)}
        case OrganizationReorganized():
            changed = {
                "kind": event.kind.value,
                "management": event.management.value,
                "division_id": event.division,
                "division_code": event.division_code,
                "division_name": event.division_name,
                "parent_id": event.parent,
                "ends_at": event.ends_at,
            }
        case SuccessionDeclared():
            rows.put(ORGANIZATIONS, {**row, "successor_id": event.successor, "succeeded_at": event.effective_at})
            return
        case OrganizationDissolved():
            changed = {"dissolved_at": event.effective_at}
    row = {**row, **changed}
    rows.put(ORGANIZATIONS, row)
    latest = max(rows.all(ORGANIZATION_PERIODS), key=lambda period: period["version"])
    rows.put(ORGANIZATION_PERIODS, {**latest, "valid_to": event.effective_at})
    if not isinstance(event, OrganizationDissolved):
        kept = {name: value for name, value in row.items() if name in ORGANIZATION_PERIODS.columns}
        rows.put(
            ORGANIZATION_PERIODS,
            {**kept, "version": event.originator_version, "valid_from": event.effective_at, "valid_to": None},
        )


def _roster(event: DutyRosterSet, rows: Rows) -> None:
    stream = event.originator_id
    for standing in rows.all(SHIFTS):
        if event.starts_at <= standing["starts_at"] < event.ends_at:
            rows.remove(SHIFTS, standing["starts_at"], standing["person_id"])
    for shift in event.shifts:
        rows.put(
            SHIFTS,
            {
                "stream_id": stream,
                "starts_at": shift.starts_at,
                "person_id": shift.person,
                "ends_at": shift.ends_at,
                "in_charge": shift.in_charge,
            },
        )


def _person(event: PersonRegistered | PersonAmended, rows: Rows) -> None:
    code = event.code if isinstance(event, PersonRegistered) else _the(rows, PEOPLE, event)["code"]
    rows.put(
        PEOPLE,
        {
            "stream_id": event.originator_id,
            "code": code,
            "name": event.name,
            "masked_phone": mask_phone(event.phone),
        },
    )


def _appointment(event: PersonAppointed | AppointmentEnded | HandoverDone, rows: Rows) -> None:
    match event:
        case PersonAppointed():
            rows.put(
                APPOINTMENTS,
                {
                    "stream_id": event.originator_id,
                    "appointment_id": event.appointment,
                    "post": event.post.value,
                    "organization_id": event.organization,
                    "starts_at": event.starts_at,
                    "ends_at": event.ends_at,
                    "handed_to": None,
                    "handed_at": None,
                },
            )
        case AppointmentEnded():
            row = _the(rows, APPOINTMENTS, event, event.appointment)
            rows.put(APPOINTMENTS, {**row, "ends_at": event.ended_at})
        case HandoverDone():
            row = _the(rows, APPOINTMENTS, event, event.appointment)
            rows.put(APPOINTMENTS, {**row, "handed_to": event.receiver, "handed_at": event.handed_at})


def _delegation(event: DelegationGranted | DelegationEnded, rows: Rows) -> None:
    if isinstance(event, DelegationEnded):
        row = _the(rows, DELEGATIONS, event, event.delegation)
        rows.put(DELEGATIONS, {**row, "ends_at": event.ended_at})
        return
    rows.put(
        DELEGATIONS,
        {
            "stream_id": event.originator_id,
            "delegation_id": event.delegation,
            "appointment_id": event.appointment,
            "post": event.post.value,
            "organization_id": event.organization,
            "delegate_id": event.delegate,
            "starts_at": event.starts_at,
            "ends_at": event.ends_at,
        },
    )


def _the(rows: Rows, table: Table, event: Event, *rest: Any) -> Row:
    """The row that an earlier event of the stream made. Its absence is a broken stream, which is parked."""
    row = rows.get(table, *rest)
    if row is None:
        raise LookupError(f"{event.wire} 之前没有登记记录")
    return row
