"""账号装配: the identity service over a house, for the web and for the command line."""

from collections.abc import Callable
from datetime import datetime

from adapters.identity.api_tokens import ApiTokens
from adapters.identity.credentials import Credentials
from adapters.identity.identity import Identity
from adapters.identity.passwords import Passwords
from adapters.identity.sessions import Sessions
from adapters.identity.throttle import SignInThrottle
from api.security.scopes import ALL_SCOPES
from domain.directory.policies import breadth_of
from infra.composition import House
from projections.directory import DirectoryQueries


def make_identity(house: House, clock: Callable[[], datetime], passwords: Passwords | None = None) -> Identity:
    """The identity service of this instance."""
    directory = DirectoryQueries(house.engine)
    return Identity(
        credentials=Credentials(house.engine, clock, passwords or Passwords()),
        sessions=Sessions(house.engine, clock),
        tokens=ApiTokens(house.engine, clock, scopes=ALL_SCOPES),
        throttle=SignInThrottle(house.engine, clock),
        posts_of=directory.posts_of,
        name_of=directory.name_of,
        breadth_of=breadth_of,
        clock=clock,
        session_scopes=ALL_SCOPES,
    )
