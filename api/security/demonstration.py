"""一键登录: sign in as anybody by one click. The route exists in a demonstration instance only."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from api.pages.story import note_step
from api.security.gate import RequiredPerson, Security
from api.security.identity import DemonstrationPort
from api.security.pages import see
from api.security.sign_in import refuse_doorstep_forgery


class NotADemonstration(Exception):
    """Composition asked for one-click sign-in in an instance that is no demonstration: a mistake, not a refusal."""


def demonstration_router(security: Security, door: DemonstrationPort) -> APIRouter:
    """`POST /sign-in/demonstration {person_id, appointment?, next?, step?}` from the sign-in page.

    `POST /sign-in/demonstration/next` takes the same from the page of somebody signed in: the gate then asks for the
    token of their session.

    Raises NotADemonstration elsewhere.
    """
    if not security.settings.demonstration:
        raise NotADemonstration("一键登录仅用于演示环境")
    router = APIRouter(include_in_schema=False)
    cookies = security.cookies

    async def enter(request: Request, person_id: UUID, appointment: UUID | None, goes_to: str, step: int) -> Response:
        token = await run_in_threadpool(door.sign_in, person_id, appointment, replacing=cookies.session(request))
        response = see(goes_to)
        cookies.give_session(response, token)
        note_step(request, response, step)
        return response

    @router.post("/sign-in/demonstration")
    async def sign_in(
        request: Request,
        person_id: Annotated[UUID, Form(title="演示人员")],
        appointment: Annotated[UUID | None, Form(title="岗位")] = None,
        next: Annotated[str, Form()] = "/",
        step: Annotated[int, Form()] = 0,
    ) -> Response:
        await refuse_doorstep_forgery(request, security)
        return await enter(request, person_id, appointment, next, step)

    @router.post("/sign-in/demonstration/next")
    async def next_of_the_story(
        request: Request,
        person: RequiredPerson,
        person_id: Annotated[UUID, Form(title="演示人员")],
        appointment: Annotated[UUID | None, Form(title="岗位")] = None,
        next: Annotated[str, Form()] = "/",
        step: Annotated[int, Form()] = 0,
    ) -> Response:
        return await enter(request, person_id, appointment, next, step)

    return router
