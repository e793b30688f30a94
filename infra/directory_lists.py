"""名录清点: what is registered already, for imports that refer to it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Engine

from domain.shared.posts import Post
from projections.directory import DirectoryQueries, OrganizationEntry
from projections.scope import Breadth, Viewer

_SERVER = Viewer(
    person=UUID(int=0),
    name="",
    post=Post.SYSTEM,
    organization=UUID(int=0),
    organization_name="",
    organization_kind="",
    appointment=UUID(int=0),
    breadth=Breadth.ALL,
)


def registered_codes(engine: Engine) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Codes of divisions, organizations and persons."""
    return DirectoryQueries(engine).registered_codes(_SERVER)


def all_organizations(engine: Engine, at: datetime) -> Sequence[OrganizationEntry]:
    """Every standing organization."""
    queries = DirectoryQueries(engine)
    found: list[OrganizationEntry] = []
    while page := queries.organizations(_SERVER, at, limit=500, after_code=found[-1].code if found else ""):
        found.extend(page)
    return found
