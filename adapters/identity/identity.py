"""身份服务: signing in and out, choosing a post, passwords and tokens. Pages and API use the same."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog

from adapters.identity.api_tokens import ApiToken, ApiTokens
from adapters.identity.credentials import Credentials
from adapters.identity.people import Appointment, BreadthOf, Clock, NameOf, PostsOf
from adapters.identity.refusals import DemonstrationOnly, NoPostHeld, PostNotHeld, SignInRefused, WrongPassword
from adapters.identity.sessions import Sessions
from adapters.identity.throttle import SignInThrottle
from projections.scope import Breadth, Viewer

_journal = structlog.get_logger("huying.identity")


@dataclass(frozen=True, slots=True)
class SignedIn:
    """在线人员: the person behind a session, the posts they may act in, and the one they act in now.

    `viewer` is None until a post is chosen, and again when the chosen one has ended. `posts` are the same person
    seen in each of their posts.
    """

    person: UUID
    name: str
    viewer: Viewer | None
    posts: tuple[Viewer, ...]
    must_change: bool
    csrf_secret: str
    opened_at: datetime
    expires_at: datetime


class Identity:
    """Everything a person does at the door. Built once, in infra's composition."""

    def __init__(
        self,
        *,
        credentials: Credentials,
        sessions: Sessions,
        tokens: ApiTokens,
        throttle: SignInThrottle,
        posts_of: PostsOf,
        name_of: NameOf,
        breadth_of: BreadthOf,
        clock: Clock,
        session_scopes: Collection[str],
    ) -> None:
        """`session_scopes`: what a person at a browser may do by way of scope: everything, the post decides."""
        self.credentials = credentials
        self.sessions = sessions
        self.tokens = tokens
        self._throttle = throttle
        self._posts_of = posts_of
        self._name_of = name_of
        self._breadth_of = breadth_of
        self._clock = clock
        self._session_scopes = frozenset(session_scopes)

    def sign_in(self, login: str, password: str, *, client: str, replacing: str | None = None) -> str:
        """登录. Returns the new session's token; `replacing` is the token the browser came with, which ends.

        Refuses TooManyAttempts, SignInRefused, NoPostHeld.
        """
        with self._throttle.attempt(login, client):
            account = self.credentials.check(login, password)
            if account is None:
                _journal.warning("sign-in refused", client=client)
                raise SignInRefused
            token = self.open_for(account.person, replacing=replacing)
        _journal.info("signed in", person=str(account.person), client=client)
        # Browsers are closed without signing out, and guessers go away: somebody has to sweep.
        self.sessions.forget_old()
        self._throttle.forget_old()
        return token

    def open_for(self, person: UUID, appointment: UUID | None = None, *, replacing: str | None = None) -> str:
        """A session for somebody whose right to one is settled already. Whoever holds one post only is in it at once.

        Refuses NoPostHeld, PostNotHeld.
        """
        posts = self.posts(person)
        if not posts:
            raise NoPostHeld
        if appointment is not None and all(post.appointment != appointment for post in posts):
            raise PostNotHeld(field="appointment")
        if appointment is None and len(posts) == 1:
            appointment = posts[0].appointment
        return self.sessions.open(person, appointment, replacing=replacing)

    def session(self, token: str) -> SignedIn | None:
        """Who is behind a session token, or None when it stands for nobody any more."""
        held = self.sessions.find(token)
        if held is None:
            return None
        posts = self.posts(held.person)
        return SignedIn(
            person=held.person,
            name=posts[0].name if posts else self._name_without_post(held.person),
            viewer=next((post for post in posts if post.appointment == held.appointment), None),
            posts=posts,
            must_change=held.must_change,
            csrf_secret=held.csrf_secret,
            opened_at=held.opened_at,
            expires_at=held.expires_at,
        )

    def switch_post(self, token: str, appointment: UUID) -> None:
        """换岗: act in another of one's posts from now on. Refuses SignInRefused, PostNotHeld."""
        held = self.sessions.find(token)
        if held is None:
            raise SignInRefused("登录已超时,请重新登录后再选择岗位。")
        if all(post.appointment != appointment for post in self.posts(held.person)):
            raise PostNotHeld(field="appointment")
        self.sessions.choose(token, appointment)
        _journal.info("post chosen", person=str(held.person), appointment=str(appointment))

    def sign_out(self, token: str) -> None:
        """退出登录."""
        self.sessions.end(token)

    def sign_out_everywhere(self, person: UUID, *, but: str | None = None) -> int:
        """在所有设备上退出. Tokens of the API stay: they are revoked one by one or by `tokens.revoke_all`."""
        ended = self.sessions.end_all(person, but=but)
        _journal.info("signed out everywhere", person=str(person), sessions=ended)
        return ended

    def change_password(self, token: str, present: str, new: str, *, client: str) -> str:
        """修改口令: by the person, who shows the present one. Ends every session and returns the token of a new one.

        Refuses SignInRefused, TooManyAttempts (the present password can be guessed here too), WrongPassword,
        WeakPassword.
        """
        held = self.sessions.find(token)
        if held is None:
            raise SignInRefused("登录已超时,请重新登录后再修改口令。")
        login = self.credentials.of(held.person).login
        try:
            with self._throttle.attempt(login, client):
                if self.credentials.check(login, present) is None:
                    raise SignInRefused
        except SignInRefused:
            raise WrongPassword(field="present_password") from None
        self.credentials.set_password(held.person, new, must_change=False)
        self.sessions.end_all(held.person)
        _journal.info("password changed", person=str(held.person))
        return self.sessions.open(held.person, held.appointment)

    def reset_password(self, person: UUID, new: str) -> None:
        """重置口令: by an administrator. The person must replace it at the next sign-in; their sessions and tokens end:
        somebody else may have had the password, and made a token with it.

        Refuses NoCredential, WeakPassword.
        """
        self.credentials.set_password(person, new, must_change=True)
        self.sessions.end_all(person)
        self.tokens.revoke_all(person)
        _journal.info("password reset", person=str(person))

    def tokens_of(self, person: UUID) -> list[ApiToken]:
        """Every token a person was ever given, newest first."""
        return self.tokens.of(person)

    def issue_token(
        self, viewer: Viewer, *, scopes: Collection[str], label: str, expires_at: datetime
    ) -> tuple[ApiToken, str]:
        """签发令牌 for the post one acts in. Refuses UnknownScope, TokenTermNotAllowed."""
        issued, secret = self.tokens.issue(
            viewer.person, viewer.appointment, scopes=scopes, label=label, expires_at=expires_at
        )
        _journal.info("token issued", person=str(viewer.person), token=str(issued.token), scopes=sorted(scopes))
        return issued, secret

    def revoke_token(self, viewer: Viewer, token: UUID) -> None:
        """吊销令牌 of one's own. Refuses TokenNotFound."""
        self.tokens.revoke(token, person=viewer.person)
        _journal.info("token revoked", person=str(viewer.person), token=str(token))

    def token_viewer(self, secret: str) -> Viewer | None:
        """Who a token acts for, with its scopes; None when it has ended or the post it was made for has."""
        held = self.tokens.find(secret)
        if held is None:
            return None
        for post in self._posts(held.person, held.scopes):
            if post.appointment == held.appointment:
                return post
        return None

    def posts(self, person: UUID) -> tuple[Viewer, ...]:
        """The posts a person can act in now."""
        return self._posts(person, self._session_scopes)

    def _posts(self, person: UUID, scopes: frozenset[str]) -> tuple[Viewer, ...]:
        return tuple(self._seen_in(post, person, scopes) for post in self._posts_of(person, self._clock()))

    def _seen_in(self, held: Appointment, person: UUID, scopes: frozenset[str]) -> Viewer:
        return Viewer(
            person=person,
            name=held.person_name,
            post=held.post,
            organization=held.organization,
            organization_name=held.organization_name,
            organization_kind=held.organization_kind,
            appointment=held.appointment,
            breadth=Breadth(self._breadth_of(held.post, held.organization_kind)),
            acting_for=held.acting_for,
            scopes=scopes,
        )

    def _name_without_post(self, person: UUID) -> str:
        try:
            return self._name_of(person)
        except LookupError:  # taken out of the directory while signed in: no post, so nothing can be done but leave
            return "未登记人员"


class DemonstrationDoor:
    """一键登录: sign in as anybody, without a password. Can be made in a demonstration instance only."""

    def __init__(self, identity: Identity, *, demonstration: bool) -> None:
        """Refuses DemonstrationOnly in every other instance."""
        if not demonstration:
            raise DemonstrationOnly
        self._identity = identity

    def sign_in(self, person: UUID, appointment: UUID | None = None, *, replacing: str | None = None) -> str:
        """The new session's token. Refuses NoPostHeld, PostNotHeld."""
        token = self._identity.open_for(person, appointment, replacing=replacing)
        _journal.info("signed in by one click", person=str(person))
        return token
