"""名录查阅(办理用): reads the facts of divisions, organizations and persons by id, for those who decide.

Each refuses by name what is not there, or is of another sort: an id in a command is a claim.
"""

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
    found = streams.find(organization, evolve_organization)
    if not isinstance(found, Organization):
        raise UnknownOrganization
    return found


def person_known(streams: Streams, person: UUID) -> Person:
    """The person. Refuses UnknownPerson."""
    found = streams.find(person, evolve_person)
    if not isinstance(found, Person):
        raise UnknownPerson
    return found
