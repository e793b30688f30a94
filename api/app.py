"""应用: the whole HTTP side of one instance."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager

from fastapi import APIRouter, FastAPI
from starlette.staticfiles import StaticFiles

from api.assessment.periods_api import periods_api
from api.assessment.rates_api import rates_api
from api.assessment.record_api import record_api
from api.assessment.trend_api import trend_api
from api.calls.bulk_api import bulk_api
from api.calls.commands import command_router
from api.calls.explaining import explaining_router
from api.calls.files import files_router
from api.calls.queries import query_router
from api.delegations_api import delegations_api
from api.directory_api import directory_api
from api.documented import API, with_problem_schema
from api.documents_api import documents_api
from api.inbox_api import inbox_api
from api.list_commands_api import list_commands_api
from api.lists_api import lists_api
from api.pages.attachments import attachments_router
from api.pages.bulk import bulk_router
from api.pages.delegation import delegation_router
from api.pages.desk import desk_router
from api.pages.directory import directory_router
from api.pages.frame import STATIC, TemplatePages
from api.pages.inbox import inbox_router
from api.pages.lists import lists_router
from api.pages.live import live_router
from api.pages.new_call import new_call_router
from api.pages.notice_settings import notice_settings_router
from api.pages.obligation import obligation_router
from api.pages.period_lines import period_lines_router
from api.pages.periods import periods_router
from api.pages.rates import rates_router
from api.pages.rates_trend import rates_trend_router
from api.pages.record import record_router
from api.pages.status import status_router
from api.pages.steps import steps_router
from api.pages.supervision import supervision_router
from api.pages.triage import triage_router
from api.security.account import account_router
from api.security.gate import Security
from api.security.install import install_security
from api.security.session_api import session_router
from api.security.sign_in import DemonstrationPosts, sign_in_router
from api.services import Services
from api.status_api import status_api
from api.supervision.commands import supervision_command_router
from api.supervision.explaining import matter_explaining_router
from api.supervision.queries import supervision_query_router

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


def make_app(
    services: Services,
    security: Security,
    *,
    lifespan: Lifespan | None = None,
    demonstration_posts: DemonstrationPosts | None = None,
    more_routers: Sequence[APIRouter] = (),
    unavailable: Sequence[type[Exception]] = (),
) -> FastAPI:
    """The application. `lifespan` starts and stops what runs beside it."""
    app = FastAPI(
        title="呼应 · 乡呼县应平台接口",
        version="1",
        summary="呼叫事项的办理与查询。每个办理请求可带请求编号,重复提交只办理一次。",
        docs_url=None,
        redoc_url=None,
        openapi_url=f"{API}/openapi.json",
        lifespan=lifespan,
    )
    pages = TemplatePages(services, demonstration_posts)
    routers = [
        *_api(services, security),
        sign_in_router(security, pages, demonstration_posts=demonstration_posts),
        account_router(security, pages),
        bulk_router(services, pages),
        desk_router(services, pages),
        new_call_router(services, pages),
        attachments_router(services),
        live_router(services),
        lists_router(services, pages),
        directory_router(services, pages),
        inbox_router(services, pages),
        notice_settings_router(services, pages),
        delegation_router(services, pages),
        status_router(services, pages),
        *more_routers,
        rates_router(services, pages),
        rates_trend_router(services, pages),
        periods_router(services, pages),
        period_lines_router(services, pages),
        record_router(services, pages),
        triage_router(services, pages),
        obligation_router(services, pages),
        supervision_router(services, pages),
        steps_router(services, pages),
    ]
    # One flat list of routes: included routers are looked through anew at every level, a third of a request's work.
    for router in routers:
        app.router.routes.extend(router.routes)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    install_security(app, security, problem_page=pages.problem, unavailable=unavailable)
    document = app.openapi
    app.openapi = lambda: with_problem_schema(document())  # type: ignore[method-assign]
    return app


def _api(services: Services, security: Security) -> list[APIRouter]:
    makers = (
        command_router,
        bulk_api,
        query_router,
        explaining_router,
        matter_explaining_router,
        files_router,
        supervision_command_router,
        supervision_query_router,
        lists_api,
        list_commands_api,
        directory_api,
        delegations_api,
        rates_api,
        trend_api,
        periods_api,
        record_api,
        documents_api,
        inbox_api,
        status_api,
    )
    return [session_router(security), *(router(services) for router in makers)]
