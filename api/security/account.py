"""账号页面: choosing a post, changing the password, and the tokens one has given out."""

from datetime import date, datetime, time, timedelta, timezone
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from api.security.gate import RequiredPerson, RequiredViewer, Security, page_context
from api.security.pages import Pages, client_of, see
from api.security.refusals import NotSignedIn
from api.security.scopes import Scope
from domain.shared.commands import holds_control_characters
from domain.shared.refusals import Invalid, Refusal

_CHINA = timezone(timedelta(hours=8))
_FAR = date(2999, 12, 31)
"""Farther than any term allowed; the last day of the calendar has no day after it."""


def account_router(security: Security, pages: Pages) -> APIRouter:
    """`/account/post`, `/account/password`, `/account/tokens`.

    Templates: choose_post.html (`posts`, `viewer`, `next`), password.html (`must_change`, `refusal`, `field`, `next`),
    tokens.html (`tokens`, `scopes`: pairs of value and label, `issued`: the secret, shown once, or None, `refusal`).
    """
    router = APIRouter(prefix="/account", include_in_schema=False)
    identity, cookies = security.identity, security.cookies

    def token_of(request: Request) -> str:
        token = cookies.session(request)
        if token is None:
            raise NotSignedIn
        return token

    @router.get("/post")
    def show_posts(request: Request, person: RequiredPerson, next: str = "/") -> Response:
        return pages(request, "choose_post.html", {**page_context(request), "next": next})

    @router.post("/post")
    async def choose_post(
        request: Request,
        person: RequiredPerson,
        appointment: Annotated[UUID, Form(title="岗位")],
        next: Annotated[str, Form()] = "/",
    ) -> Response:
        await run_in_threadpool(identity.switch_post, token_of(request), appointment)
        return see(next)

    def password_page(request: Request, must_change: bool, next: str, refusal: Refusal | None = None) -> Response:
        return pages(
            request,
            "password.html",
            {
                **page_context(request),
                "must_change": must_change,
                "refusal": refusal.message if refusal else None,
                "field": refusal.field if refusal else None,
                "next": next,
            },
            status=refusal.status if refusal else 200,
        )

    @router.get("/password")
    def show_password(request: Request, person: RequiredPerson, next: str = "/") -> Response:
        return password_page(request, person.must_change, next)

    @router.post("/password")
    async def change_password(
        request: Request,
        person: RequiredPerson,
        present_password: Annotated[str, Form(title="原口令")] = "",
        new_password: Annotated[str, Form(title="新口令")] = "",
        repeated_password: Annotated[str, Form(title="再次输入新口令")] = "",
        next: Annotated[str, Form()] = "/",
    ) -> Response:
        try:
            if new_password != repeated_password:
                raise Invalid("两次输入的新口令不一致,请重新输入。", field="repeated_password")
            token = await run_in_threadpool(
                identity.change_password,
                token_of(request),
                present_password,
                new_password,
                client=client_of(request),
            )
        except Refusal as refusal:
            return password_page(request, person.must_change, next, refusal)
        response = see(next)
        cookies.give_session(response, token)
        return response

    def tokens_page(
        request: Request, person: UUID, *, issued: str | None = None, refusal: Refusal | None = None
    ) -> Response:
        return pages(
            request,
            "tokens.html",
            {
                **page_context(request),
                "tokens": identity.tokens_of(person),
                "scopes": [(scope.value, scope.label) for scope in Scope],
                "issued": issued,
                "refusal": refusal.message if refusal else None,
            },
            status=refusal.status if refusal else 200,
        )

    @router.get("/tokens")
    def show_tokens(request: Request, viewer: RequiredViewer) -> Response:
        return tokens_page(request, viewer.person)

    @router.post("/tokens")
    def issue_token(
        request: Request,
        viewer: RequiredViewer,
        label: Annotated[str, Form(title="用途", min_length=1, max_length=60)],
        last_day: Annotated[datetime, Form(title="有效期至")],
        scopes: Annotated[list[Scope] | None, Form(title="权限范围")] = None,
    ) -> Response:
        try:
            if holds_control_characters(label):
                raise Invalid("“用途”中含有无法显示的控制字符,请重新填写。", field="label")
            last = min(last_day.date(), _FAR)
            ends = datetime.combine(last + timedelta(days=1), time(), _CHINA)  # the whole of its last day
            _, secret = identity.issue_token(viewer, scopes=scopes or [], label=label, expires_at=ends)
        except Refusal as refusal:
            return tokens_page(request, viewer.person, refusal=refusal)
        return tokens_page(request, viewer.person, issued=secret)

    @router.post("/tokens/{token}/revoke")
    def revoke_token(viewer: RequiredViewer, token: UUID) -> Response:
        identity.revoke_token(viewer, token)
        return see("/account/tokens")

    return router
