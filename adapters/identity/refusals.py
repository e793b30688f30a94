"""登录拒绝: every way identity says no."""

from domain.shared.refusals import Refusal


class SignInRefused(Refusal):
    """Unknown login or wrong password: one answer for both, so that nobody learns which logins exist."""

    code = "sign-in-refused"
    status = 401
    rule = "登录名或口令不正确,请核对后重试;忘记口令请联系本单位系统管理员重置。"


class TooManyAttempts(Refusal):
    """Too many failed sign-ins of one login or from one address. `retry_after` is in seconds."""

    code = "too-many-attempts"
    status = 429
    rule = "登录失败次数过多,已暂停登录。"

    def __init__(self, retry_after: int) -> None:
        self.retry_after = retry_after
        minutes = -(-retry_after // 60)
        super().__init__(f"登录失败次数过多,请约 {minutes} 分钟后再试;忘记口令请联系本单位系统管理员重置。")


class NoPostHeld(Refusal):
    """The password was right, but the person holds no post now."""

    code = "no-post-held"
    status = 403
    rule = "您当前没有在任岗位,不能进入系统。请联系本单位系统管理员核对任职登记。"


class PostNotHeld(Refusal):
    """The post asked for is not one this person holds now."""

    code = "post-not-held"
    status = 403
    rule = "您当前不担任所选岗位,请从列出的在任岗位中选择。"


class WrongPassword(Refusal):
    """The present password, asked again before a change, was wrong."""

    code = "wrong-password"
    status = 422
    rule = "原口令不正确,请重新输入;忘记口令请联系本单位系统管理员重置。"


class WeakPassword(Refusal):
    """The new password does not meet the rule."""

    code = "weak-password"
    status = 422
    rule = "新口令不符合要求。"


class LoginTaken(Refusal):
    """Somebody else has this login."""

    code = "login-taken"
    status = 409
    rule = "该登录名已被使用,请换一个登录名。"


class NoCredential(Refusal):
    """The person has no sign-in account."""

    code = "no-credential"
    status = 404
    rule = "该人员尚未开通登录账号,请先由系统管理员开通。"


class UnknownScope(Refusal):
    """A token was asked for with a scope that does not exist, or with none."""

    code = "unknown-scope"
    status = 422
    rule = "接口令牌须至少选择一项权限范围,且只能从列出的范围中选择。"


class TokenTermNotAllowed(Refusal):
    """A token was asked for that has ended already or lives too long."""

    code = "token-term-not-allowed"
    status = 422
    rule = "接口令牌的有效期不符合要求。"


class TokenNotFound(Refusal):
    """No such token, or not this person's."""

    code = "token-not-found"
    status = 404
    rule = "没有找到该接口令牌,请刷新令牌列表后再操作。"


class DemonstrationOnly(Refusal):
    """One-click sign-in exists in a demonstration instance only."""

    code = "demonstration-only"
    status = 404
    rule = "一键登录仅用于演示环境,正式环境请使用登录名和口令登录。"
