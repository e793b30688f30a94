"""默认规则载入: the shipped files as commands, in the order in which they can be carried out at the first set-up.

Nothing here records a fact: the commands go through the command bus like anybody's. Carried out a second time, each is
refused as unchanged (DocumentKnown, NoticeKnown, NothingChanged), unless it comes with its first command id.
"""

import csv
import json
from collections.abc import Iterator
from importlib.resources import files
from io import StringIO

from pydantic import TypeAdapter

from adapters.imports.holiday_notices import chinesecalendar_source, notices_of_chinesecalendar
from domain.rules.calendar_commands import LoadHolidayNotice, SetWorkingHours
from domain.rules.commands import AdoptRuleDocument, LimitLine, ReviseReasons, SetLimits
from domain.rules.events import Basis, Reason
from domain.rules.notice_commands import SetNoticeRule
from domain.rules.words import ReasonList
from domain.shared.commands import Command

REASONS_BASIS = Basis(document="本县办法(示例)", clause="理由清单")


def shipped_rules() -> list[Command]:
    """Documents first (everything cites them), then the calendar, the limits, the reason lists, how people are told."""
    return [*_documents(), *_notices(), _working_hours(), shipped_limits(), *_reasons(), shipped_notice_rule()]


def shipped_limits() -> SetLimits:
    """默认时限 (domain.md §4), all in one command."""
    rows = csv.DictReader(StringIO(_text("limits.csv")))
    lines = [
        {
            "kind": row["kind"],
            "urgency": row["urgency"],
            "amount": row["amount"],
            "unit": row["unit"],
            "count_from": row["count_from"],
            "basis": {"document": row["document"], "clause": row["clause"]},
        }
        for row in rows
    ]
    return SetLimits(lines=TypeAdapter(tuple[LimitLine, ...]).validate_python(lines))


def shipped_notice_rule() -> SetNoticeRule:
    """默认通知规则."""
    return SetNoticeRule.model_validate_json(_text("notice_rule.json"))


def shipped_notice_numbers() -> dict[int, tuple[str, ...]]:
    """Numbers of the State Council's notices by year, amendments after the notice they amend."""
    return TypeAdapter(dict[int, tuple[str, ...]]).validate_json(_text("notice_numbers.json"))


def _documents() -> Iterator[Command]:
    for document in json.loads(_text("documents.json")):
        yield AdoptRuleDocument.model_validate(document)


def _notices() -> Iterator[Command]:
    source = chinesecalendar_source()
    for notice in notices_of_chinesecalendar(shipped_notice_numbers()):
        yield LoadHolidayNotice(notice=notice, source=source)


def _working_hours() -> Command:
    return SetWorkingHours.model_validate_json(_text("working_hours.json"))


def _reasons() -> Iterator[Command]:
    for entry in json.loads(_text("reasons.json")):
        reasons = TypeAdapter(tuple[Reason, ...]).validate_python(entry["reasons"])
        yield ReviseReasons(list=ReasonList(entry["list"]), reasons=reasons, basis=REASONS_BASIS)


def _text(name: str) -> str:
    return files("infra.defaults").joinpath(name).read_text(encoding="utf-8")
