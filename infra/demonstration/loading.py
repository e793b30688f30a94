"""载入演示县: divisions, organizations, people, rules, offices and the published list of the invented county."""

from datetime import date, timedelta
from importlib.resources import as_file, files

from adapters.imports.directory_import import import_directory
from adapters.imports.directory_tables import read_directory_folder
from adapters.imports.duty_list_import import ListImport, import_duty_list, names_in_table
from adapters.imports.duty_list_table import read_duty_list
from adapters.imports.duty_roster_table import read_weekly_roster
from domain.directory.identity import organization_stream
from domain.directory.import_rows import DirectoryRows, ShiftRow
from domain.directory.kinds import OrganizationKind
from domain.duty_lists.import_command import PublicationTerms
from domain.duty_lists.kinds import ListKind
from domain.shared.calendar import LOCAL
from infra.actors import system_actor
from infra.clock import now
from infra.composition import House
from infra.installation import mark_demonstration
from infra.set_up import adopt_shipped_rules, charge_offices, system_envelope

PUBLICATION = PublicationTerms(
    document_number="示办发〔2026〕1号(虚构)",
    published_on=date(2026, 1, 5),
    effective_from=date(2026, 1, 10),
)


POSTS_BEGIN = date(2026, 1, 5)
"""The Monday from which everybody of the county holds their post."""

_ROSTER_WEEKS = 13


def load_demonstration(house: House) -> None:
    """Bring in what does not stand yet. A second start changes nothing."""
    node = house.settings.node
    mark_demonstration(house.engine)
    with as_file(files("infra.demonstration")) as folder:
        report = read_directory_folder(folder)
        table = (folder / "duty_list.csv").read_bytes()
        roster = (folder / "duty_roster.csv").read_bytes()
    rows = report.directory_rows()
    import_directory(house.store, rows, system_envelope(node, now(), "demonstration"))
    import_directory(
        house.store,
        DirectoryRows(shifts=_shifts(roster, rows, now().astimezone(LOCAL).date())),
        system_envelope(node, now(), "demonstration roster"),
    )
    adopt_shipped_rules(house)
    charge_offices(house, rows.organizations)
    keeper = next(o for o in rows.organizations if o.kind is OrganizationKind.ESTABLISHMENT_OFFICE)
    import_duty_list(
        house.bus,
        read_duty_list(table, names_in_table(rows.organizations, node)),
        ListImport(
            kind=ListKind.TERRITORIAL,
            keeper=organization_stream(node, keeper.code),
            name="示范县属地管理事项主体责任和配合责任清单",
            whole=True,
            source="duty_list.csv",
            publication=PUBLICATION,
        ),
        system_actor(node),
        node,
    )


def _shifts(roster: bytes, rows: DirectoryRows, today: date) -> tuple[ShiftRow, ...]:
    """The weekly pattern for this week and the following ones: the same all week long, so that a second start adds
    nothing."""
    monday = max(POSTS_BEGIN, today - timedelta(days=today.weekday()))
    report = read_weekly_roster(
        roster, frozenset(person.code for person in rows.persons), frozenset(o.code for o in rows.organizations)
    )
    return tuple(
        ShiftRow(line, s.organization_code, s.person_code, s.starts_at, s.ends_at, s.in_charge)
        for line, s in enumerate(report.dated(monday, _ROSTER_WEEKS * 7), start=1)
    )
