"""清单导入: a checked table becomes a revision of a list, all rows in one command; at set-up a published one."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID, uuid5

import orjson

from adapters.imports.duty_list_table import DutyListReport
from domain.directory.identity import organization_stream
from domain.directory.import_rows import OrganizationRow
from domain.duty_lists.import_command import ImportItems, PublicationTerms
from domain.duty_lists.kinds import ListKind
from domain.shared.commands import Ask, CommandPort, Receipt
from domain.shared.events import Actor
from domain.shared.identifiers import stream_id
from projections.directory import OrganizationEntry


@dataclass(frozen=True, slots=True)
class ListImport:
    """导入要求: into which list, and how.

    `name` and `keeper` open the list where it does not stand yet. `whole`: the table is the whole list, so what it
    lacks is removed. `with_limits`: the limits offered in the table's texts are taken. `publication` at set-up only.
    """

    kind: ListKind
    keeper: UUID | None = None
    name: str = ""
    whole: bool = False
    with_limits: bool = True
    source: str = ""
    publication: PublicationTerms | None = None


@dataclass(frozen=True, slots=True)
class ImportedRevision:
    """导入回执: the revision that the table became. `repeated`: it had been imported before by the same command."""

    revision: UUID
    items: int
    position: int
    repeated: bool


def import_duty_list(
    commands: CommandPort,
    report: DutyListReport,
    wanted: ListImport,
    actor: Actor,
    node: str,
    *,
    command_id: UUID | None = None,
) -> ImportedRevision:
    """Import every row of a report without faults; all stand or none does.

    Without `command_id` the command is named by its content: importing the very same table the very same way is done
    once for ever, which is what set-up wants. A page names its own, so that a table can be brought in again later.
    Refuses TableRefused (the report has faults) and what ImportItems does.
    """
    command = import_command(report, wanted)
    command_id = command_id or _named_by_content(command, node)
    receipt: Receipt = commands.execute(command, Ask(command_id, actor))
    revision = uuid5(command_id, "revision")  # what Desk.new_id gave the handler
    return ImportedRevision(revision, len(command.items), receipt.position, receipt.repeated)


def import_command(report: DutyListReport, wanted: ListImport) -> ImportItems:
    """The command that brings in the report's rows. Refuses TableRefused."""
    return ImportItems(
        kind=wanted.kind,
        name=wanted.name,
        keeper=wanted.keeper,
        items=report.drafts(with_limits=wanted.with_limits),
        whole=wanted.whole,
        source=wanted.source,
        publication=wanted.publication,
    )


def names_in_directory(organizations: Iterable[OrganizationEntry]) -> Mapping[str, UUID]:
    """Names and aliases by which a table may call organizations that are in the directory."""
    return {name: entry.id for entry in organizations for name in (*entry.aliases, entry.name)}


def names_in_table(organizations: Iterable[OrganizationRow], node: str) -> Mapping[str, UUID]:
    """The same from an organization table that is imported together with the list."""
    return {name: organization_stream(node, row.code) for row in organizations for name in (*row.aliases, row.name)}


def _named_by_content(command: ImportItems, node: str) -> UUID:
    said = orjson.dumps(command.model_dump(mode="json"), option=orjson.OPT_SORT_KEYS)
    return stream_id(node, "duty-list-import", hashlib.sha256(said).hexdigest())
