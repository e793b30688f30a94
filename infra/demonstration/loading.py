"""载入演示县: divisions, organizations, people, rules, offices and the published list of the invented county."""

from datetime import date
from importlib.resources import as_file, files

from adapters.imports.directory_import import import_directory
from adapters.imports.directory_tables import read_directory_folder
from adapters.imports.duty_list_import import ListImport, import_duty_list, names_in_table
from adapters.imports.duty_list_table import read_duty_list
from domain.directory.identity import organization_stream
from domain.directory.kinds import OrganizationKind
from domain.duty_lists.import_command import PublicationTerms
from domain.duty_lists.kinds import ListKind
from infra.clock import now
from infra.composition import House
from infra.installation import mark_demonstration
from infra.set_up import adopt_shipped_rules, charge_offices, system_actor, system_envelope

PUBLICATION = PublicationTerms(
    document_number="示办发〔2026〕1号(虚构)",
    published_on=date(2026, 1, 5),
    effective_from=date(2026, 1, 10),
)


def load_demonstration(house: House) -> None:
    """Bring in what does not stand yet. A second start changes nothing."""
    node = house.settings.node
    mark_demonstration(house.engine)
    with as_file(files("infra.demonstration")) as folder:
        report = read_directory_folder(folder)
        table = (folder / "duty_list.csv").read_bytes()
    rows = report.directory_rows()
    import_directory(house.store, rows, system_envelope(node, now(), "demonstration"))
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
