"""访问拒绝: every way the door of the pages and the API says no."""

from typing import ClassVar

from domain.shared.refusals import Refusal


class AccessRefusal(Refusal):
    """`leads_to` is the page where the person can put it right, if there is one."""

    leads_to: ClassVar[str] = ""


class NotSignedIn(AccessRefusal):
    """Nobody is signed in, or the session is over."""

    code = "not-signed-in"
    status = 401
    rule = "您尚未登录或登录已超时,请登录后再办理。"
    leads_to = "/sign-in"


class TokenRefused(AccessRefusal):
    """The API token is unknown, over, revoked, or its post has ended."""

    code = "token-refused"
    status = 401
    rule = "接口令牌无效、已到期或已吊销,请由持有人重新签发令牌。"


class PostNotChosen(AccessRefusal):
    """The person holds several posts, or the chosen one has ended: which one acts must be said."""

    code = "post-not-chosen"
    status = 403
    rule = "请先选择以哪个岗位办理;若原岗位已变动,请重新选择在任岗位。"
    leads_to = "/account/post"


class PasswordChangeDue(AccessRefusal):
    """The password was set by somebody else."""

    code = "password-change-due"
    status = 403
    rule = "当前口令为初始口令或由管理员重置,请先修改口令再办理业务。"
    leads_to = "/account/password"


class FormExpired(AccessRefusal):
    """The form carries no valid token of this session (CSRF)."""

    code = "form-expired"
    status = 403
    rule = "页面已过期,或您已切换岗位、重新登录,本次提交未被受理。请刷新页面后重新提交。"


class CrossSite(AccessRefusal):
    """The request was made by another site's page."""

    code = "cross-site"
    status = 403
    rule = "该请求来自其他网站,未被受理。请从本系统页面进入后再办理。"


class ScopeMissing(AccessRefusal):
    """The token has not the scope the call needs."""

    code = "scope-missing"
    status = 403
    rule = "接口令牌不具备所需的权限范围,请由持有人签发包含该范围的令牌。"


class SessionOnly(AccessRefusal):
    """The page is for people at a browser: a token opens only what names a scope."""

    code = "session-only"
    status = 403
    rule = "该功能仅供登录人员在页面上使用,不接受接口令牌。"


class BodyTooLarge(AccessRefusal):
    """The request is larger than the instance takes."""

    code = "body-too-large"
    status = 413
    rule = "提交的内容过大,请压缩照片或分次上传后重新提交。"
