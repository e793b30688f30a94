"""请求大小: no body larger than the instance takes, whether it says its length or not."""

from collections.abc import Awaitable, Callable

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import problem_response
from api.security.gate import Security, is_known
from api.security.refusals import BodyTooLarge

_MEGABYTE = 1024 * 1024
_SMALLER = "请压缩照片或分次上传后重新提交。"
_PATIENCE = 8
"""So many times the limit are read and thrown away before the answer: a browser still sending would not read it."""


class BodyLimit:
    """Refuses BodyTooLarge: forms with files of somebody known above the settings' upload limit, all else above its
    plain limit. Nobody sends files without signing in, so a stranger's form has no right to that much room.

    Closes uploaded files when the request is over.
    """

    def __init__(self, app: ASGIApp, security: Security) -> None:
        self._app = app
        self._security = security

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        multipart = headers.get("content-type", "").lower().startswith("multipart/")
        files = multipart and await self._may_bring_files(Request(scope))
        settings = self._security.settings
        limit = settings.upload_limit if files else settings.plain_limit
        way_out = "尚未登录或登录已超时,请登录后重新提交。" if multipart and not files else _SMALLER
        refusal = BodyTooLarge(f"提交的内容超过 {limit // _MEGABYTE} MB 的上限,{way_out}")
        declared = headers.get("content-length", "")
        if declared.isdecimal() and int(declared) > limit:
            if "100-continue" not in headers.get("expect", "").lower():
                await _drain(receive, limit * _PATIENCE)
            await problem_response(Request(scope), refusal)(scope, receive, send)
            return
        taken = 0

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            if message["type"] == "http.request":
                taken += len(message.get("body", b""))
                if taken > limit:
                    if message.get("more_body"):
                        await _drain(receive, limit * _PATIENCE)
                    # As an HTTPException: readers of the body turn any other into "error parsing the body".
                    raise HTTPException(refusal.status) from refusal
            return message

        state = scope.setdefault("state", {})
        closing: list[Callable[[], Awaitable[None]]] = []
        state["close_at_end"] = closing
        try:
            await self._app(scope, counted, send)
        finally:
            for close in closing:
                await close()

    async def _may_bring_files(self, request: Request) -> bool:
        """Somebody known. While the database is away nobody can be asked for: the request is let through to where it
        is answered so, with what was typed given back."""
        try:
            return await is_known(request, self._security)
        except request.app.state.unavailable:
            return True


async def _drain(receive: Receive, at_most: int) -> None:
    read = 0
    while read < at_most:
        message = await receive()
        read += len(message.get("body", b""))
        if message["type"] != "http.request" or not message.get("more_body"):
            return
