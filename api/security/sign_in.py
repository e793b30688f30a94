"""登录页面: signing in and out."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from api.pages.story import story_shown
from api.security.forgery import form_token, refuse_forgery
from api.security.gate import RequiredPerson, Security
from api.security.pages import Pages, client_of, see, way_back
from api.security.refusals import FormExpired
from domain.shared.commands import holds_control_characters
from domain.shared.refusals import Invalid, Refusal

DemonstrationPosts = Callable[[], Sequence[Mapping[str, object]]]
"""The people of the demonstration, one row a post: `person_id`, `appointment`, `name`, `post`, `organization_name`."""


def sign_in_router(
    security: Security, pages: Pages, *, demonstration_posts: DemonstrationPosts | None = None
) -> APIRouter:
    """`GET`/`POST /sign-in`, `POST /sign-out`, `POST /sign-out/everywhere`.

    Template sign_in.html gets `csrf_token`, `next`, `login` (what was typed), `refusal` (a sentence or None) and
    `demonstration` (rows of `demonstration_posts`, empty in every other instance) and `story`, their first story.
    """
    router = APIRouter(include_in_schema=False)
    identity, cookies, settings = security.identity, security.cookies, security.settings

    def page(request: Request, *, next: str, login: str = "", refusal: Refusal | None = None) -> Response:
        secret = cookies.doorstep(request) or secrets.token_urlsafe(32)
        rows = demonstration_posts() if settings.demonstration and demonstration_posts else ()
        response = pages(
            request,
            "sign_in.html",
            {
                "csrf_token": form_token(secret),
                "next": way_back(next),
                "login": login,
                "refusal": refusal.message if refusal else None,
                "demonstration": rows,
                "story": story_shown(rows, request),
            },
            status=refusal.status if refusal else 200,
        )
        cookies.give_doorstep(response, secret)
        retry_after = getattr(refusal, "retry_after", None)
        if retry_after is not None:
            response.headers["Retry-After"] = str(retry_after)
        return response

    @router.get("/sign-in")
    def show(request: Request, next: str = "/") -> Response:
        token = cookies.session(request)
        if token and identity.session(token) is not None:
            return see(next)
        return page(request, next=next)

    @router.post("/sign-in")
    async def sign_in(
        request: Request,
        login: Annotated[str, Form(title="登录名")] = "",
        password: Annotated[str, Form(title="口令")] = "",
        next: Annotated[str, Form()] = "/",
    ) -> Response:
        try:
            await refuse_doorstep_forgery(request, security)
            if holds_control_characters([login, password]):
                raise Invalid("登录名或口令中含有无法识别的控制字符,请重新输入。", field="login")
            token = await run_in_threadpool(
                identity.sign_in, login, password, client=client_of(request), replacing=cookies.session(request)
            )
        except Refusal as refusal:
            return await run_in_threadpool(page, request, next=next, login=login, refusal=refusal)
        response = see(next)
        cookies.give_session(response, token)
        return response

    @router.post("/sign-out")
    async def sign_out(request: Request, person: RequiredPerson) -> Response:
        token = cookies.session(request)
        if token:
            await run_in_threadpool(identity.sign_out, token)
        return _signed_out(security)

    @router.post("/sign-out/everywhere")
    async def sign_out_everywhere(person: RequiredPerson) -> Response:
        await run_in_threadpool(identity.sign_out_everywhere, person.person)
        return _signed_out(security)

    return router


async def refuse_doorstep_forgery(request: Request, security: Security) -> None:
    """The forgery check where there is no session yet: the form's token belongs to a cookie of this browser.

    Without it a foreign page could sign somebody in under the foreigner's login and read what they then type.
    Refuses CrossSite, FormExpired.
    """
    secret = security.cookies.doorstep(request)
    if secret is None:
        raise FormExpired("登录页面已过期,或浏览器未允许使用 Cookie。请重新提交登录。")
    await refuse_forgery(request, secret, public_origin=security.settings.public_origin)


def _signed_out(security: Security) -> Response:
    response = see("/sign-in")
    security.cookies.take_session(response)
    # What the browser kept of the pages seen so far goes too: the next person at this desk presses "back".
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response
