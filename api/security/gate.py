"""门禁: who makes a request, in which post, and within which scopes. FastAPI dependencies for pages and API.

A page asks for `RequiredViewer`. A route of the API names its scope:
`Annotated[Viewer, Depends(within(Scope.CALLS_READ))]`.
A route that names no scope is closed to tokens. A request that changes something by cookie must carry the form's token:
that is checked here, so that no route can forget it.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from api.security.cookies import Cookies
from api.security.forgery import changes_something, form_token, refuse_forgery
from api.security.identity import IdentityPort, SignedIn
from api.security.refusals import NotSignedIn, PasswordChangeDue, PostNotChosen, ScopeMissing, SessionOnly, TokenRefused
from api.security.scopes import Scope
from api.security.settings import SecuritySettings
from api.validation import refuse_unknown_parameters
from domain.shared.events import Actor
from projections.scope import Viewer


class Security:
    """安全: the identity service, the settings and the cookies of one app."""

    def __init__(self, identity: IdentityPort, settings: SecuritySettings) -> None:
        self.identity = identity
        self.settings = settings
        self.cookies = Cookies(secure=settings.secure_cookies)

    def install(self, app: FastAPI) -> None:
        """Make the dependencies of this module find it."""
        app.state.security = self


@dataclass(frozen=True, slots=True)
class Caller:
    """来访: what a request showed at the door. `signed_in` by cookie, `by_token` by bearer token, or nobody."""

    signed_in: SignedIn | None = None
    by_token: Viewer | None = None

    @property
    def viewer(self) -> Viewer | None:
        """The person in a post, whichever way they came."""
        if self.by_token is not None:
            return self.by_token
        return self.signed_in.viewer if self.signed_in else None


def security_of(request: Request) -> Security:
    """The security of the app a request came to."""
    security = request.app.state.security
    assert isinstance(security, Security)
    return security


async def caller_of(request: Request) -> Caller:
    """Who makes the request; looked up once a request. Refuses TokenRefused, CrossSite, FormExpired."""
    known = getattr(request.state, "caller", None)
    if isinstance(known, Caller):
        return known
    caller = await _look_up(request, security_of(request))
    request.state.caller = caller
    return caller


async def viewer_of(caller: Annotated[Caller, Depends(caller_of)]) -> Viewer | None:
    """查阅人, or None when nobody is signed in or no post is chosen. For pages that strangers may read too."""
    return caller.viewer


async def require_signed_in(caller: Annotated[Caller, Depends(caller_of)]) -> SignedIn:
    """A person at a browser, in a post or not yet. Refuses NotSignedIn, SessionOnly."""
    if caller.by_token is not None:
        raise SessionOnly
    if caller.signed_in is None:
        raise NotSignedIn
    return caller.signed_in


async def require_viewer(signed_in: Annotated[SignedIn, Depends(require_signed_in)]) -> Viewer:
    """A person at a browser in one of their posts.

    Refuses NotSignedIn, SessionOnly, PasswordChangeDue, PostNotChosen.
    """
    return _ready(signed_in)


def within(scope: Scope) -> Callable[..., Awaitable[Viewer]]:
    """A dependency: a person in a post, at a browser or by a token that has the scope, who asks by no parameter that
    the route does not have. Refuses ScopeMissing and InvalidFields besides."""

    async def require(request: Request, caller: Annotated[Caller, Depends(caller_of)]) -> Viewer:
        if caller.by_token is not None:
            refuse_out_of_scope(caller.by_token, scope)
            viewer = caller.by_token
        elif caller.signed_in is None:
            raise NotSignedIn
        else:
            viewer = _ready(caller.signed_in)
        refuse_unknown_parameters(request)
        return viewer

    return require


def refuse_out_of_scope(viewer: Viewer, scope: str) -> None:
    """For a route whose scope depends on what is asked. Refuses ScopeMissing."""
    if scope not in viewer.scopes:
        raise ScopeMissing(f"接口令牌不具备“{scope}”权限范围,请由持有人签发包含该范围的令牌。")


def actor_of(viewer: Viewer) -> Actor:
    """The viewer as events name who did it."""
    return Actor(
        person=viewer.person,
        post=viewer.post.value,
        organization=viewer.organization,
        organization_name=viewer.organization_name,
        acting_for=viewer.acting_for,
    )


def page_context(request: Request) -> dict[str, Any]:
    """What every page's frame needs, once `caller_of` has run: `viewer`, `posts` to switch to, `csrf_token`."""
    caller = getattr(request.state, "caller", None)
    signed_in = caller.signed_in if isinstance(caller, Caller) else None
    return {
        "viewer": signed_in.viewer if signed_in else None,
        "posts": tuple(signed_in.posts) if signed_in else (),
        "csrf_token": form_token(signed_in.csrf_secret) if signed_in else "",
    }


RequiredViewer = Annotated[Viewer, Depends(require_viewer)]
"""For pages: somebody signed in, in a post."""

RequiredPerson = Annotated[SignedIn, Depends(require_signed_in)]
"""For the pages about one's own account."""

OptionalViewer = Annotated[Viewer | None, Depends(viewer_of)]
"""For pages anybody may read."""


async def is_known(request: Request, security: Security) -> bool:
    """Whether anybody stands behind the request's token or session. Gives no right: `caller_of` does."""
    if "authorization" in request.headers:
        return await _by_token(request, security) is not None
    return await _by_session(request, security) is not None


async def _by_token(request: Request, security: Security) -> Viewer | None:
    kind, _, secret = request.headers["authorization"].partition(" ")
    if kind.lower() != "bearer":
        return None
    return await run_in_threadpool(security.identity.token_viewer, secret.strip())


async def _by_session(request: Request, security: Security) -> SignedIn | None:
    token = security.cookies.session(request)
    return await run_in_threadpool(security.identity.session, token) if token else None


async def _look_up(request: Request, security: Security) -> Caller:
    if "authorization" in request.headers:
        viewer = await _by_token(request, security)
        if viewer is None:
            raise TokenRefused
        return Caller(by_token=viewer)
    signed_in = await _by_session(request, security)
    if signed_in is not None and changes_something(request):
        await refuse_forgery(request, signed_in.csrf_secret, public_origin=security.settings.public_origin)
    return Caller(signed_in=signed_in)


def _ready(signed_in: SignedIn) -> Viewer:
    if signed_in.must_change:
        raise PasswordChangeDue
    if signed_in.viewer is None:
        raise PostNotChosen
    return signed_in.viewer
