"""通知规则: by which channels people must be told, when nobody is disturbed, and when the daily digest goes."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from domain.shared.calendar import LOCAL
from domain.shared.labels import Labelled
from domain.shared.refusals import Invalid
from domain.shared.urgency import Urgency


class Channel(Labelled):
    """通知方式, beside the inbox: every notice stands in the inbox, whatever else is done."""

    EMAIL = "email", "电子邮件"
    SMS = "sms", "短信"
    PHONE = "phone", "电话"
    ZWWX = "zwwx", "政务微信"
    WEBHOOK = "webhook", "系统对接"


class NoticeRuleUnsound(Invalid):
    """A rule that can't be kept."""

    code = "notice-rule-unsound"
    rule = "通知规则有误:免打扰起止时间不能相同,汇总时间须在免打扰之外,同一紧急程度只能列一次,请改正。"


class Demand(BaseModel):
    """必达方式: by what a notice of this urgency must go to whom it asks something of."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    urgency: Urgency = Field(title="紧急程度")
    channels: tuple[Channel, ...] = Field(title="必达方式", max_length=5)


class NoticeRule(BaseModel):
    """通知规则. Times are those of Asia/Shanghai.

    In the quiet hours, from `quiet_from` until before `quiet_until` (over midnight where the first is the later),
    nothing leaves the house but what is of an urgency named in `at_once`. Nobody can switch off what `demands` names.
    Refuses NoticeRuleUnsound.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    quiet_from: time = Field(title="免打扰开始")
    quiet_until: time = Field(title="免打扰结束")
    digest_at: time = Field(title="每日汇总时间")
    at_once: tuple[Urgency, ...] = Field(title="不受免打扰限制的紧急程度", max_length=3)
    demands: tuple[Demand, ...] = Field(title="必达方式", max_length=3)

    @model_validator(mode="after")
    def _sound(self) -> Self:
        named = [demand.urgency for demand in self.demands]
        if self.quiet_from == self.quiet_until or len(set(named)) != len(named) or self._is_quiet(self.digest_at):
            raise NoticeRuleUnsound
        return self

    def demanded(self, urgency: Urgency) -> frozenset[Channel]:
        """By what a notice of that urgency must go."""
        return frozenset(channel for one in self.demands if one.urgency is urgency for channel in one.channels)

    def may_go(self, urgency: Urgency, at: datetime) -> datetime:
        """The first moment from `at` on at which a notice of that urgency may leave the house."""
        local = at.astimezone(LOCAL)
        if urgency in self.at_once or not self._is_quiet(local.time()):
            return at
        return _next(local, self.quiet_until)

    def next_digest(self, at: datetime) -> datetime:
        """The next moment after `at` at which the digest goes."""
        return _next(at.astimezone(LOCAL), self.digest_at)

    def _is_quiet(self, at: time) -> bool:
        if self.quiet_from < self.quiet_until:
            return self.quiet_from <= at < self.quiet_until
        return at >= self.quiet_from or at < self.quiet_until


def _next(local: datetime, at: time) -> datetime:
    """The first moment after `local` at which the clock shows `at`."""
    today = datetime.combine(local.date(), at, LOCAL)
    return today if today > local else today + timedelta(days=1)


def in_words(channels: Iterable[Channel]) -> str:
    """E.g. "短信、电话"."""
    named = frozenset(channels)
    return "、".join(channel.label for channel in Channel if channel in named)
