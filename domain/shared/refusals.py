"""拒绝: every way the domain says no, with the rule and the way out."""

from typing import ClassVar


class Refusal(Exception):
    """A command the rules do not allow.

    `code` is stable and for machines, `status` is the HTTP status it maps to, `message` is one Chinese sentence
    that names the rule and what to do instead. Nothing has been recorded when it is raised.
    """

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 409
    rule: ClassVar[str] = "此操作不符合办理规则,请返回事项页面查看当前可办理的操作。"

    def __init__(self, message: str | None = None, *, field: str | None = None) -> None:
        self.message = message or self.rule
        self.field = field
        super().__init__(self.message)


class NotFound(Refusal):
    """The thing named by the command does not exist, or not for this person."""

    code = "not-found"
    status = 404
    rule = "没有找到该事项,或者您无权查看。请核对编号,或向平台受理员了解。"


class NotYours(Refusal):
    """The person's post or organization gives no right to do this."""

    code = "not-yours"
    status = 403
    rule = "您的岗位或所在机构无权办理此操作,请由有权岗位办理。"


class Invalid(Refusal):
    """What was typed can't be taken."""

    code = "invalid"
    status = 422
    rule = "填写的内容不符合要求,请按提示修改后重新提交。"


class StaleVersion(Refusal):
    """Somebody changed the thing since it was read (If-Match, expected version)."""

    code = "stale-version"
    status = 412
    rule = "该事项已被他人更新,请刷新页面查看最新情况后再办理。"


class CommandIdReused(Refusal):
    """The same command id came with another content."""

    code = "idempotency-key-reused"
    status = 422
    rule = "同一请求编号已用于另一项操作,请刷新页面后重新提交。"
