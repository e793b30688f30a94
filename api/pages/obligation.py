"""期限说明页: why one obligation is due then, late or excused: spans, calendar, rule and facts, counted anew."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from api.pages.as_of import AsOfTyped, EarlierMoment
from api.pages.forms import Choices, Form, form_for
from api.pages.frame import TemplatePages
from api.pages.lateness import Lateness, amount_text, bare_amount_text, span_text_of_hours
from api.pages.obligation_views import shown_obligation, still_owed_text
from api.pages.record_words import title_of
from api.pages.times import exact_text, limit_text, parts_text, time_text
from api.security.gate import RequiredViewer
from api.services import Services
from domain.calls.around.statement import ADD_STATEMENT, AddStatement
from domain.calls.call import Call
from domain.calls.explanation import DutyCited, Explanation, explain
from domain.obligations.obligation import Excuse, Obligation
from domain.obligations.reckoning import Reckoning, Span, by_day
from domain.shared.calendar import WorkingCalendar
from domain.shared.deadlines import CountFrom
from domain.shared.refusals import Invalid, NotFound
from projections.calls.statements import Statement
from projections.scope import Viewer

_LISTED_DAYS = 60
"""Nobody checks a longer span day by day on a page; the totals say the rest."""

ObligationPlace = Annotated[int, Path(ge=0, lt=10_000, description="事项内第几项应履责事项(从 0 起)")]
AsOf = Annotated[datetime | None, Query(description="历史时点")]
NOT_OWED_YET = "这一项在该时点尚未产生,请填写较晚的时点。"


def obligation_router(services: Services, pages: TemplatePages) -> APIRouter:
    """`GET /calls/{call}/obligations/{place}`."""
    router = APIRouter(include_in_schema=False)

    @router.get("/calls/{call_id}/obligations/{place}")
    def show(
        request: Request, call_id: UUID, place: ObligationPlace, viewer: RequiredViewer, as_of: AsOfTyped = ""
    ) -> Response:
        now = services.clock()
        asked, (call, explanation) = EarlierMoment.read(as_of, now).show(
            lambda at: explained(services, viewer, call_id, place, at), now, NOT_OWED_YET
        )
        href = f"/calls/{call.id}"
        own = f"{href}/obligations/{place}"
        said = services.statements.of_calls(viewer, {call_id})
        record = {entry.version: f"{href}#r{entry.version}" for entry in services.calls.record(viewer, call)}
        context = {
            "back": {"href": f"{href}{asked.asked}", "label": call.number},
            "as_of": asked.form(own),
            "statements": statements_shown(said.get((call_id, place), ()), asked.moment),
            "statement_help": "就这一项说明情况,可附材料。陈述记入办理记录,不改变履行情况和时限。",
            "statement_form": _statement_form(services, viewer, call, place) if asked.moment is None else None,
            **obligation_context(services, explanation, record, asked.moment or now),
        }
        return pages(request, "obligation.html", context, asked.status)

    return router


def statements_shown(said: Sequence[Statement], as_of: datetime | None) -> list[dict[str, str]]:
    """陈述, as far as they were made by the earlier moment that is asked for."""
    return [
        {"who": one.organization_name, "text": one.text, "at_text": exact_text(one.recorded_at)}
        for one in said
        if as_of is None or one.recorded_at <= as_of
    ]


def _statement_form(services: Services, viewer: Viewer, call: Call, place: int) -> Form | None:
    """For the bearer, whose page this is the right place for it."""
    if call.obligations[place].organization != viewer.organization:
        return None
    if ADD_STATEMENT.refusal(call, viewer.post, viewer.organization) is not None:
        return None
    form = form_for(AddStatement, f"/calls/{call.id}/add-statement", Choices({}, {}), {"obligation": place})
    for field in form.fields:
        if field.name == "obligation":
            field.kind = "hidden"
    form.expected_version = ""
    return form


def moment_asked(services: Services, as_of: datetime | None) -> datetime:
    """As of when: now, unless an earlier moment is asked for. Refuses Invalid for one without a time zone."""
    if as_of is None:
        return services.clock()
    if as_of.tzinfo is None:
        raise Invalid("历史时点须带时区,如 2026-05-31T17:00:00+08:00。", field="as_of")
    return as_of


def explained(services: Services, viewer: Viewer, call_id: UUID, place: int, at: datetime) -> tuple[Call, Explanation]:
    """The explanation of an obligation of a call the viewer may read. Refuses NotFound."""
    call = services.calls.call(viewer, call_id)
    if call is None:
        raise NotFound
    calendar = services.rulebook().calendar
    return call, refuse_no_such(explain(services.history.history(call_id), place, calendar, at))


def refuse_no_such(explanation: Explanation | None) -> Explanation:
    """The explanation. Refuses NotFound where there is none."""
    if explanation is None:
        raise NotFound("没有这一项应履责事项,或者在该时点尚未产生。")
    return explanation


def obligation_context(
    services: Services, explanation: Explanation, record: Mapping[int, str], now: datetime
) -> dict[str, Any]:
    """The page in words; `record`: where each fact that the reader may read stands, by its version."""
    owed, reckoning = explanation.owed, explanation.reckoning
    calendar, late = services.rulebook().calendar, Lateness(services.rulebook)
    still_owed, shown = still_owed_text(owed), shown_obligation(owed, now, late)
    return {
        "owed": {
            "title": f"{owed.organization_name} {owed.action.label}",
            "to": owed.owed_to_name if owed.owed_to != owed.organization else "",
            "state_text": owed.performance.label,
            "open": owed.open,
            "deadline": replace(shown, how=[line for line in shown.how if line != still_owed]),
            "still_owed": still_owed,
        },
        "basis": _basis(owed, explanation.duty),
        "item": _item(explanation.duty),
        "totals": _totals(owed, reckoning),
        "spans": [_span(owed, span, calendar, reckoning, now) for span in reckoning.spans],
        "check": _check(owed, reckoning),
        "facts": [
            {
                "title": title_of(fact.wire),
                "at_text": exact_text(fact.recorded_at),
                "role": _role(owed, fact.version),
                "href": record.get(fact.version, ""),
            }
            for fact in explanation.cited
        ],
        "moved": [f"原期限 {exact_text(one.deadline.due)}(时限 {limit_text(one.deadline)})" for one in owed.moved],
    }


def _basis(owed: Obligation, duty: DutyCited | None) -> list[tuple[str, str]]:
    limit = owed.deadline.limit
    lines = []
    if duty is not None:
        lines.append(("督办文书" if owed.action.supervisory else "派发依据", duty.reference))
        lines += [("职责", duty.duty_text)] if duty.duty_text else []
    start = "从次日起算" if limit.count_from is CountFrom.NEXT_DAY else "自起算时刻算"
    if owed.deadline.day is not None:
        start = f"当天休息的顺延至下一个工作日;{start},折合{limit.amount}个工作日"
    lines.append(("时限", f"{limit_text(owed.deadline)},{start}"))
    lines += [("时限依据", parts_text(owed.deadline) if owed.deadline.parts else limit.basis)] if limit.basis else []
    lines += [("工作日历", owed.deadline.calendar)] if owed.deadline.calendar else []
    return lines


def _item(duty: DutyCited | None) -> dict[str, str] | None:
    if duty is None or duty.item is None:
        return None
    item = duty.item
    return {"text": f"{item.list_title}({item.revision_number})“{item.title}”", "href": f"/items/{item.item}"}


def _totals(owed: Obligation, reckoning: Reckoning) -> list[tuple[str, str]]:
    """Of one kind of time, and each says of which: what is left of it is not how far the due moment is (距到期)."""
    kind = "工作时间" if reckoning.in_working_time else "时间"

    def amount(counted: timedelta) -> str:
        return bare_amount_text(owed.deadline.limit, counted, reckoning.budget)

    totals = [
        ("起算", exact_text(owed.deadline.opened)),
        (f"可用{kind}", amount(reckoning.budget)),
        (f"已用{kind}", amount(reckoning.consumed)),
    ]
    if reckoning.late_by:
        share = percent_text(reckoning.justified_share)
        excused = f"其中 {amount(reckoning.justified)},占 {share}" if reckoning.justified else "没有"
        totals += [(f"超出{kind}", amount(reckoning.late_by)), ("正当事由", excused)]
    else:
        totals.append((f"剩余{kind}", amount(reckoning.remaining)))
    return totals


def percent_text(share: Fraction) -> str:
    """A share as a percentage, exact to one place."""
    return f"{float(share * 100):.1f}%"


def _span(
    owed: Obligation, span: Span, calendar: WorkingCalendar, reckoning: Reckoning, now: datetime
) -> dict[str, Any]:
    limit = owed.deadline.limit
    days = by_day(span, owed.deadline, calendar) if span.pause is None and reckoning.in_working_time else []
    return {
        "since": time_text(span.since, now),
        "until": time_text(span.until, now),
        "counted": amount_text(limit, span.counted, reckoning.budget) if span.pause is None else "不计",
        "text": "计时" if span.pause is None else f"停算:{span.pause.label}",
        "justified": amount_text(limit, span.justified, reckoning.budget) if span.justified else "",
        "days": [
            {
                "day": day.day.isoformat(),
                "text": span_text_of_hours(day.counted) if day.counted else ("不计" if day.works else "非工作日"),
            }
            for day in days[:_LISTED_DAYS]
        ],
        "more_days": max(0, len(days) - _LISTED_DAYS),
    }


def _check(owed: Obligation, reckoning: Reckoning) -> str:
    if reckoning.due is None:
        return "计时停算中,恢复后重新推算到期时间。"
    if reckoning.agrees:
        return f"按现行工作日历重新推算,到期时间为 {exact_text(reckoning.due)},与记录一致。"
    return (
        f"按现行工作日历重新推算为 {exact_text(reckoning.due)},记录为 {exact_text(owed.deadline.due)}:"
        "记录当时所依的日历或时限此后有变,以记录为准。"
    )


def _role(owed: Obligation, version: int) -> str:
    roles: Sequence[tuple[bool, str]] = (
        (version == owed.opened_by, "由此产生"),
        (any(one.by == version for one in owed.moved), "变更时限"),
        *((one.by == version, f"{one.ground.label}停算开始") for one in owed.pauses),
        *((one.ended_by == version, f"{one.ground.label}停算结束") for one in owed.pauses),
        *((one.by == version, f"正当事由({one.ground.label}){_begins(one)}") for one in owed.excuses),
        *((one.ended_by == version != owed.ended_by, f"正当事由({one.ground.label})结束") for one in owed.excuses),
        (version == owed.ended_by, "由此了结"),
        (version == owed.attested_by, "完成时间依此"),
    )
    return "、".join(dict.fromkeys(text for holds, text in roles if holds))


def _begins(excuse: Excuse) -> str:
    """A fact may begin what another ends, or name the whole of it."""
    return "开始" if excuse.until is None or excuse.ended_by else ""
