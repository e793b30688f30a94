"""默认规则载入: the shipped files as commands, in the order in which they can be carried out at the first set-up.

Nothing here records a fact: the commands go through the command bus like anybody's. Carried out a second time, each is
refused as unchanged (DocumentKnown, NoticeKnown, NothingChanged), unless it comes with its first command id.
"""

from collections.abc import Iterator
from importlib.resources import files

from pydantic import TypeAdapter

from adapters.imports.holiday_notices import chinesecalendar_source, notices_of_chinesecalendar
from domain.rules.calendar_commands import LoadHolidayNotice
from domain.rules.commands import LimitLine
from domain.rules.notice_commands import SetNoticeRule
from domain.shared.commands import Command
from infra.rule_files import documents_of, limits_of, reasons_of, working_hours_of


def shipped_rules() -> list[Command]:
    """Documents first (everything cites them), then the calendar, the limits, the reason lists, how people are told."""
    return [
        *documents_of(_text("documents.json")),
        *_notices(),
        *working_hours_of(_text("working_hours.json")),
        *limits_of(_text("limits.csv")),
        *reasons_of(_text("reasons.json")),
        shipped_notice_rule(),
    ]


def shipped_limits() -> tuple[LimitLine, ...]:
    """默认时限."""
    return tuple(line for command in limits_of(_text("limits.csv")) for line in command.lines)


def shipped_notice_rule() -> SetNoticeRule:
    """默认通知规则."""
    return SetNoticeRule.model_validate_json(_text("notice_rule.json"))


def shipped_notice_numbers() -> dict[int, tuple[str, ...]]:
    """Numbers of the State Council's notices by year, amendments after the notice they amend."""
    return TypeAdapter(dict[int, tuple[str, ...]]).validate_json(_text("notice_numbers.json"))


def _notices() -> Iterator[Command]:
    source = chinesecalendar_source()
    for notice in notices_of_chinesecalendar(shipped_notice_numbers()):
        yield LoadHolidayNotice(notice=notice, source=source)


def _text(name: str) -> str:
    return files("infra.defaults").joinpath(name).read_text(encoding="utf-8")
