"""问题说明: every error leaves as RFC 9457 problem details, or as a page that says the same to a person."""

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from dataclasses import field as held
from urllib.parse import quote, urlsplit

import structlog
from eventsourcing import persistence
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from sqlalchemy import exc as database
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from adapters.event_store.mapper import FactUnreadable
from api.validation import FieldProblem, InvalidFields, invalid_request
from domain.shared.refusals import Refusal

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:huying:problem:"

_journal = structlog.get_logger("huying.problems")

UNAVAILABLE: tuple[type[Exception], ...] = (
    database.OperationalError,
    database.InterfaceError,
    database.TimeoutError,
    persistence.OperationalError,
    persistence.InterfaceError,
)
"""Errors that mean: the database can't be reached now. Composition adds those of its drivers."""


_NO_SUCH_TABLE_OR_COLUMN = frozenset({"42P01", "42703", "3F000"})
"""What PostgreSQL says where a table, column or schema of a view was taken away by hand."""


@dataclass(frozen=True, slots=True)
class Problem:
    """问题: what went wrong, in RFC 9457's words and ours.

    `code` is stable, `detail` one Chinese sentence with the way out, `rule` the rule it rests on, `field` the first
    field concerned, `errors` all of them; `leads_to` the page where it can be put right.
    """

    status: int
    code: str
    detail: str
    rule: str = ""
    field: str | None = None
    errors: tuple[FieldProblem, ...] = ()
    leads_to: str = ""
    request_id: str = ""
    headers: Mapping[str, str] = held(default_factory=dict)
    resend: "Resend | None" = None

    @property
    def title(self) -> str:
        """The sort of problem, in a few characters."""
        return _TITLES.get(self.status, "办理请求未完成")

    def members(self) -> dict[str, object]:
        """The members of the problem document."""
        document: dict[str, object] = {
            "type": TYPE_PREFIX + self.code,
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
            "field": self.field,
            "rule": self.rule or None,
            "errors": [{"field": e.field, "title": e.title, "message": e.message} for e in self.errors] or None,
            "request_id": self.request_id or None,
        }
        return {name: value for name, value in document.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Resend:
    """再次提交: a form that could not be recorded, whole, to be sent again by one button. With the same command id it
    is recorded once, however often it is sent. Chosen files do not come back: `files` are their names."""

    href: str
    fields: tuple[tuple[str, str], ...]
    texts: tuple[str, ...]
    files: tuple[str, ...]


ProblemPage = Callable[[Request, Problem], Response]
"""Renders a problem as a page (template problem.html). Its status is set by the caller of it."""


def install_problems(
    app: FastAPI, *, page: ProblemPage | None = None, unavailable: Sequence[type[Exception]] = ()
) -> None:
    """Answer every error of the app in this way. Without `page` everybody gets the JSON document.

    Add the middleware of this product after this call: the one installed here, for the unexpected, belongs innermost.
    """
    app.state.problem_page = page
    app.state.unavailable = (*UNAVAILABLE, *unavailable)

    async def refused(request: Request, error: Exception) -> Response:
        resend = await _form_of(request) if isinstance(error, app.state.unavailable) else None
        return problem_response(request, error, resend)

    for kind in (Refusal, RequestValidationError, HTTPException, FactUnreadable, *app.state.unavailable):
        app.add_exception_handler(kind, refused)
    app.add_middleware(AnswerUnexpected)


def problem_response(request: Request, error: Exception, resend: Resend | None = None) -> Response:
    """The answer to an error: a page for somebody at a browser, the problem document for everybody else."""
    problem = replace(problem_of(request, error), resend=resend)
    if problem.status >= 500:
        cause = None if lacks_its_table(error) else error  # there the cause is known, and the doctor names it
        _journal.error("request failed", path=request.url.path, code=problem.code, exc_info=cause)
    if wants_page(request):
        return _page(request, problem)
    return JSONResponse(problem.members(), problem.status, headers=problem.headers, media_type=MEDIA_TYPE)


def problem_of(request: Request, error: Exception) -> Problem:
    """The problem an error stands for. Nothing of an unexpected error's text gets into it."""
    request_id = str(getattr(request.state, "request_id", ""))
    if isinstance(error, RequestValidationError):
        error = invalid_request(request, error)
    if isinstance(error, HTTPException) and isinstance(error.__cause__, Refusal):
        error = error.__cause__
    if isinstance(error, Refusal):
        return _refused(error, request_id)
    if isinstance(error, HTTPException):
        code, detail = _BY_STATUS.get(error.status_code, ("request-refused", "请求未被受理,请检查后重试。"))
        return Problem(error.status_code, code, detail, request_id=request_id, headers=error.headers or {})
    known: tuple[type[Exception], ...] = getattr(request.app.state, "unavailable", UNAVAILABLE)
    if isinstance(error, known):
        return Problem(
            503,
            "unavailable",
            "数据库暂时无法连接,本次请求没有完成。已经记录的不受影响;请稍候一分钟再试,重复提交只办理一次。",
            request_id=request_id,
            headers={"Retry-After": "30"},
        )
    if isinstance(error, FactUnreadable):
        return Problem(
            503,
            error.code,
            "这一件有一条记录本平台读不出来(可能由较新版本的程序写入),暂时不能办理;已办理的记录都在,其他事项照常。"
            "请告知系统管理员:在“运行状态”页或用 huying doctor 查看怎么办。",
            request_id=request_id,
        )
    if lacks_its_table(error):
        return Problem(
            503,
            "view-tables-altered",
            "这一页的资料表缺失或被改动,暂时打不开;已办理的记录都在,其他页面和办理不受影响。"
            "请告知系统管理员:在“运行状态”页或用 huying doctor 查看怎么办。",
            request_id=request_id,
        )
    return Problem(
        500,
        "unexpected",
        "系统发生故障,本次操作可能没有完成。请先查看事项当前状态,再决定是否重新提交;"
        f"如仍失败,请把编号 {request_id} 告知系统管理员。",
        request_id=request_id,
    )


async def _form_of(request: Request) -> Resend | None:
    """What a person had filled in on the page of a call; None for anything else (a password never comes back)."""
    if request.method != "POST" or not request.url.path.startswith("/calls/") or not wants_page(request):
        return None
    form = await request.form(max_files=40)
    given = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
    return Resend(
        str(request.url.path),
        tuple(given),
        tuple(value for name, value in given if name not in _UNSEEN and len(value) > 1 and not _CODE.fullmatch(value)),
        tuple(file.filename for file in form.values() if isinstance(file, UploadFile) and file.filename),
    )


def lacks_its_table(error: Exception) -> bool:
    """Whether a query met a table, column or schema of a view that somebody took away."""
    return getattr(getattr(error, "orig", error), "sqlstate", None) in _NO_SUCH_TABLE_OR_COLUMN


def wants_page(request: Request) -> bool:
    """Whether a person at a browser waits for the answer: never under /api, else whoever accepts HTML."""
    if request.url.path.startswith("/api/"):
        return False
    return "text/html" in request.headers.get("accept", "") or "hx-request" in request.headers


_UNSEEN = frozenset({"csrf_token", "command_id", "expected_version", "kept"})
_CODE = re.compile(r"[0-9a-z_]+|[0-9a-f-]{36}|[0-9a-f]{64}", re.IGNORECASE)
"""What a form carries for the machine: choices and ids. The rest is what the person wrote."""


class AnswerUnexpected:
    """Answers what nobody handled with 500 and its request id, then lets the error go on to the server's log.

    Innermost of our middleware, so that this answer too gets the security headers.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def noted(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, noted)
        except Exception as error:
            if scope["type"] == "http" and not started:
                await problem_response(Request(scope), error)(scope, receive, send)
                if lacks_its_table(error):
                    return
            raise


def _refused(refusal: Refusal, request_id: str) -> Problem:
    headers = {}
    retry_after = getattr(refusal, "retry_after", None)
    if retry_after is not None:
        headers["Retry-After"] = str(retry_after)
    if refusal.status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="huying"'
    return Problem(
        refusal.status,
        refusal.code,
        refusal.message,
        rule=type(refusal).rule,
        field=refusal.field,
        errors=refusal.problems if isinstance(refusal, InvalidFields) else (),
        leads_to=getattr(refusal, "leads_to", ""),
        request_id=request_id,
        headers=headers,
    )


def _page(request: Request, problem: Problem) -> Response:
    if problem.leads_to and (request.method == "GET" or "hx-request" in request.headers):
        return _led(request, problem)
    page: ProblemPage | None = getattr(request.app.state, "problem_page", None)
    if page is None:
        return JSONResponse(problem.members(), problem.status, headers=problem.headers, media_type=MEDIA_TYPE)
    try:
        response = page(request, problem)
    except Exception:  # the page about the fault must not be a second fault
        _journal.exception("problem page failed", code=problem.code)
        response = HTMLResponse(f"<!doctype html><meta charset=utf-8><title>{problem.title}</title><p>{problem.detail}")
    response.status_code = problem.status
    response.headers.update(problem.headers)
    return response


def _led(request: Request, problem: Problem) -> Response:
    """Straight to the page where it can be put right, and back afterwards."""
    if "hx-request" in request.headers:  # a part of a page asked: the whole page goes there
        target = problem.leads_to
        with suppress(ValueError):  # an address that can't be read: there is nowhere to come back to
            shown = urlsplit(request.headers.get("hx-current-url", ""))
            target = _with_return(problem.leads_to, shown.path, shown.query)
        return Response(status_code=problem.status, headers={"HX-Redirect": target})
    return RedirectResponse(_with_return(problem.leads_to, request.url.path, request.url.query), 303)


def _with_return(leads_to: str, path: str, query: str) -> str:
    back = f"{path}?{query}" if query else path
    return f"{leads_to}?next={quote(back, safe='/')}" if back and back != "/" else leads_to


_TITLES = {
    400: "请求格式有误",
    401: "需要登录",
    403: "无权办理",
    404: "没有找到",
    405: "不支持的操作方式",
    406: "不支持的内容格式",
    409: "与当前办理情况不符",
    412: "内容已被他人更新",
    413: "内容过大",
    415: "不支持的内容格式",
    422: "填写有误",
    428: "缺少版本条件",
    429: "操作过于频繁",
    500: "系统故障",
    503: "服务暂时不可用",
    507: "存储空间不足",
}

_BY_STATUS = {
    400: ("malformed-request", "请求的内容无法读取,请刷新页面后重新提交。"),
    401: ("not-signed-in", "您尚未登录或登录已超时,请登录后再办理。"),
    403: ("not-yours", "您的岗位或所在机构无权办理此操作,请由有权岗位办理。"),
    404: ("not-found", "没有找到该页面或事项,请核对网址,或返回首页重新进入。"),
    405: ("method-not-allowed", "该地址不支持这种操作方式,请返回页面,使用页面上的按钮办理。"),
    413: ("body-too-large", "提交的内容过大,请压缩照片或分次上传后重新提交。"),
    415: ("unsupported-media-type", "不支持该内容格式,请按接口说明设置 Content-Type。"),
}
