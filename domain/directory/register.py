"""名录查阅(办理用): reads the facts of divisions, organizations and persons by id, for those who decide.

Each refuses by name what is not there, or is of another sort: an id in a command is a claim.
"""

from datetime import datetime
from uuid import UUID

from domain.directory.division import Division
from domain.directory.division import evolve as evolve_division
from domain.directory.identity import division_stream
from domain.directory.organization import Organization
from domain.directory.organization import evolve as evolve_organization
from domain.directory.person import Person
from domain.directory.person import evolve as evolve_person
from domain.directory.refusals import UnknownDivision, UnknownOrganization, UnknownPerson
from domain.shared.commands import Streams


def division_coded(streams: Streams, node: str, code: str) -> Division:
    """The division with this code. Refuses UnknownDivision."""
    division = streams.find(division_stream(node, code), evolve_division)
    if not isinstance(division, Division):
        raise UnknownDivision(f"没有登记区划代码“{code}”,请先登记或导入区划,再办理此操作。")
    return division


def organization_known(streams: Streams, organization: UUID) -> Organization:
    """The organization. Refuses UnknownOrganization."""
    found = _known(streams, organization)
    if found is None:
        raise UnknownOrganization
    return found


def person_known(streams: Streams, person: UUID) -> Person:
    """The person. Refuses UnknownPerson."""
    found = streams.find(person, evolve_person)
    if not isinstance(found, Person):
        raise UnknownPerson
    return found


def heir_of(streams: Streams, organization: UUID, at: datetime | None = None) -> Organization | None:
    """承接机构: who has the duties of a body that is no more, over however many successions; it stands itself.

    None while the body stands, and where nobody that stands has succeeded it. Without a time, a body past its end date
    stands as long as it is not dissolved.
    """
    found, passed = _known(streams, organization), {organization}
    if found is None or _stands(found, at):
        return None
    while found is not None and not _stands(found, at):
        if found.successor is None or found.successor in passed:
            return None
        passed.add(found.successor)
        found = _known(streams, found.successor)
    return found


def _known(streams: Streams, organization: UUID) -> Organization | None:
    found = streams.find(organization, evolve_organization)
    return found if isinstance(found, Organization) else None


def _stands(organization: Organization, at: datetime | None) -> bool:
    return not organization.dissolved if at is None else organization.stands_at(at)
