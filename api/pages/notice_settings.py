"""通知设置: how one wants to be told, within what the rule demands."""

import re
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import Response

from api.pages.frame import TemplatePages, leave_flash
from api.security.gate import RequiredViewer
from api.security.pages import see
from api.services import Services
from domain.notices.records import Preferences
from domain.notices.routing import WISHED, Wishes
from domain.rules.notice_rule import Channel, in_words
from domain.rules.refusals import NoticeRuleNotSet
from domain.rules.rulebook import Rulebook
from domain.shared.commands import holds_control_characters
from domain.shared.refusals import Invalid, Refusal
from domain.shared.urgency import Urgency
from projections.scope import Viewer

_EMAIL = re.compile(r"[^@\s<>,;:\"'()\[\]\\]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+")
_ACCOUNT = re.compile(r"[\w.@-]{1,64}")


def notice_settings_router(services: Services, pages: TemplatePages) -> APIRouter:
    """`/account/notices`."""
    router = APIRouter(prefix="/account/notices", include_in_schema=False)

    @router.get("")
    def show(request: Request, viewer: RequiredViewer) -> Response:
        return _page(services, pages, request, viewer, services.notice_preferences.of(viewer.person))

    @router.post("")
    def keep(
        request: Request,
        viewer: RequiredViewer,
        channels: Annotated[list[Channel] | None, Form(title="另外通知我的方式")] = None,
        email: Annotated[str, Form(title="电子邮件地址", max_length=200)] = "",
        zwwx: Annotated[str, Form(title="政务微信账号", max_length=64)] = "",
        daily: Annotated[bool, Form(title="一般通知每日汇总")] = False,
        only_owed: Annotated[bool, Form(title="只要需要我办的")] = False,
    ) -> Response:
        wishes = Wishes(frozenset(channels or ()) & WISHED, daily, only_owed)
        wanted = Preferences(wishes, email.strip(), zwwx.strip())
        try:
            _check(wanted)
            services.notice_preferences.keep(viewer.person, wanted)
        except Refusal as refusal:
            return _page(services, pages, request, viewer, wanted, refusal)
        answer = see("/account/notices")
        leave_flash(answer, "success", "通知设置已保存。")
        return answer

    return router


def _check(wanted: Preferences) -> None:
    """Refuses Invalid for an address nothing can be sent to."""
    if holds_control_characters(wanted.email + wanted.zwwx):
        raise Invalid("填写的内容中含有无法显示的控制字符,请重新填写。", field="email")
    if wanted.email and not _EMAIL.fullmatch(wanted.email):
        raise Invalid("电子邮件地址不正确,应如 name@example.gov.cn,请核对。", field="email")
    if Channel.EMAIL in wanted.wishes.channels and not wanted.email:
        raise Invalid("选了电子邮件,请填写电子邮件地址。", field="email")
    if wanted.zwwx and not _ACCOUNT.fullmatch(wanted.zwwx):
        raise Invalid("政务微信账号不正确:应为字母、数字、汉字、点、横线,请核对。", field="zwwx")


def _page(
    services: Services,
    pages: TemplatePages,
    request: Request,
    viewer: Viewer,
    shown: Preferences,
    refusal: Refusal | None = None,
) -> Response:
    context = {
        "rule": _rule(services.rulebook()),
        "phone": services.directory.own_phone(viewer),
        "offered": [
            {
                "value": channel.value,
                "label": channel.label,
                "chosen": channel in shown.wishes.channels,
                "able": channel in services.channels,
            }
            for channel in Channel
            if channel in WISHED
        ],
        "email": shown.email,
        "zwwx": shown.zwwx,
        "daily": shown.wishes.daily,
        "only_owed": shown.wishes.only_owed,
        "refusal": refusal.message if refusal else None,
        "field": refusal.field if refusal else None,
    }
    return pages(request, "notice_settings.html", context, refusal.status if refusal else 200)


def _rule(rules: Rulebook) -> dict[str, object] | None:
    """What nobody can switch off, in words, with the document it stands on."""
    try:
        rule = rules.notice_rule()
    except NoticeRuleNotSet:
        return None
    return {
        "demands": [
            f"{urgency.label}事项要求办理的:{in_words(demanded)}"
            + (",通知当班人员(没有排班的,通知有权办理的岗位)" if urgency is Urgency.EMERGENCY else "")
            for urgency in reversed(Urgency)
            if (demanded := rule.demanded(urgency))
        ],
        "quiet": f"{rule.quiet_from:%H:%M} 至 {rule.quiet_until:%H:%M}",
        "at_once": "、".join(urgency.label for urgency in rule.at_once),
        "digest": f"{rule.digest_at:%H:%M}",
        "basis": rules.notice_rule_basis(),
    }
