"""初次设置: what an instance needs before anybody can work: rules, directory, offices, list. Safe to run again."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4, uuid5

from domain.directory.identity import organization_stream
from domain.directory.import_rows import OrganizationRow
from domain.directory.kinds import OrganizationKind
from domain.directory.organization import evolve as evolve_organization
from domain.rules.calendar_commands import LoadHolidayNotice
from domain.rules.commands import ChargeOffice, SetLimits
from domain.rules.refusals import DocumentKnown, NothingChanged, NoticeKnown
from domain.rules.words import Office
from domain.shared.calendar_days import HolidayNotice
from domain.shared.commands import Ask, Command
from domain.shared.events import Envelope
from domain.shared.identifiers import stream_id
from infra.actors import system_actor
from infra.composition import House
from infra.defaults.shipped_rules import shipped_rules

_OFFICE_KINDS = {
    Office.PLATFORM: OrganizationKind.PLATFORM,
    Office.DUTY_ROOM: OrganizationKind.DUTY_ROOM,
    Office.ESTABLISHMENT_OFFICE: OrganizationKind.ESTABLISHMENT_OFFICE,
    Office.JUSTICE_OFFICE: OrganizationKind.JUSTICE_OFFICE,
    Office.DESIGNATOR: OrganizationKind.LEADER_GROUP,
    Office.SUPERVISION_BODY: OrganizationKind.SUPERVISION_BODY,
}


def system_envelope(node: str, at: datetime, what: str) -> Envelope:
    """The envelope of a bulk import; named by what it imports, so that it goes on where it stopped."""
    command = stream_id(node, "import", what)
    return Envelope(
        recorded_at=at,
        occurred_at=at,
        actor=system_actor(node),
        command_id=command,
        correlation_id=command,
        node=node,
    )


def adopt_shipped_rules(house: House) -> int:
    """Record the shipped limits, hours, notices and reasons that do not stand yet; gives how many did something.

    A limit that the county has set, whatever it is, stays: a new release only adds the kinds it brings.
    """
    done = 0
    for place, command in enumerate(shipped_rules()):
        if isinstance(command, SetLimits):
            known = house.rulebook().limits()
            lines = tuple(line for line in command.lines if (line.kind, line.urgency) not in known)
            if not lines:
                continue
            command = SetLimits(lines=lines)
        done += _carry_out(house, command, f"shipped rule {place}")
    return done


def adopt_county_rules(house: House, commands: Sequence[Command]) -> int:
    """Record a county's own rules where they differ from what stands; gives how many did something."""
    return sum(_carry_out(house, command, f"county rule {uuid4()}") for command in commands)


def load_notices(house: House, notices: Sequence[HolidayNotice], source: str) -> int:
    """Record holiday notices that do not stand yet; gives how many did something."""
    return sum(
        _carry_out(house, LoadHolidayNotice(notice=notice, source=source), f"notice {notice.year} {notice.number}")
        for notice in notices
    )


def charge_offices(house: House, organizations: tuple[OrganizationRow, ...]) -> None:
    """Charge the first organization of each office's kind, where the office has no holder yet."""
    node = house.settings.node
    for office, kind in _OFFICE_KINDS.items():
        row = next((o for o in organizations if o.kind is kind), None)
        if row is None:
            continue
        organization = organization_stream(node, row.code)
        if house.store.find(organization, evolve_organization) is not None:
            _carry_out(house, ChargeOffice(office=office, organization=organization), f"office {office.value}")


def _carry_out(house: House, command: Command, name: str) -> int:
    """One set-up command; what stands already is no failure. 1 when it recorded something."""
    node = house.settings.node
    named: UUID = uuid5(stream_id(node, "set-up", name), command.model_dump_json())
    try:
        receipt = house.bus.execute(command, Ask(named, system_actor(node)))
    except (DocumentKnown, NoticeKnown, NothingChanged):
        return 0
    return 0 if receipt.repeated else 1
