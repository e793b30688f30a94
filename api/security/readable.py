"""网址可读性: no address with a NUL in it goes further than the door; PostgreSQL could not look for it."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from api.problems import problem_response


class ReadableAddress:
    """Answers 400 to a path or query that holds a NUL: nobody typed it, and no view could hold what it looks for."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and ("\0" in scope["path"] or b"%00" in scope["query_string"]):
            await problem_response(Request(scope), HTTPException(400))(scope, receive, send)
            return
        await self._app(scope, receive, send)
