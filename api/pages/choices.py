"""选项: what the pickers of a form offer, by the call and the person in front of it."""

from datetime import datetime, timedelta
from uuid import UUID

from api.calls.succeeding import successible
from api.pages.forms import Choices, Option
from api.services import Services
from domain.calls.around.attention import remindable
from domain.calls.around.merging import MERGE
from domain.calls.call import Call, DelayRequest
from domain.calls.delays.extensions import at_work
from domain.calls.words import Delay
from domain.directory.kinds import OrganizationKind
from domain.obligations.words import Action
from domain.rules.rulebook import ReasonList
from domain.shared.calendar import LOCAL
from projections.calls.queries import CallLine
from projections.scope import Viewer

_OFFERED = (
    ReasonList.DECLINE,
    ReasonList.OBJECTION,
    ReasonList.HAND_OVER,
    ReasonList.EXTENSION,
    ReasonList.SUSPENSION,
)
_CALLING = (OrganizationKind.TOWNSHIP, OrganizationKind.FUNCTIONAL_ZONE)


def choices_for(services: Services, viewer: Viewer, call: Call | None) -> Choices:
    """Pickers for the steps of one call."""
    rulebook = services.rulebook()
    standing = services.directory.departments(viewer, services.clock())
    handlers = [Option(str(o.id), o.name) for o in standing]
    by_field: dict[str, list[Option]] = {
        "proposed": handlers,
        "handler": handlers,
        "lead": handlers,
        "assistants": handlers,
        "called": _callable(services, viewer, call, handlers),
        "township": [Option(str(o.id), o.name) for o in standing if o.kind in _CALLING],
    }
    others = [option for option in handlers if option.value != str(viewer.organization)]
    by_field["invited"] = _callable(services, viewer, call, others)
    if call is not None:
        by_field |= _of_slow_work(call, viewer, services.clock(), handlers)
        by_field["organization"] = _parties(call, viewer)
        by_field["into"] = [Option(str(line.id), said_briefly(line)) for line in alike_calls(services, viewer, call)]
        given_back = {
            obligation.entry for obligation in call.open_obligations if obligation.action is Action.DISPATCH_PART
        }
        by_field |= _successions(services, viewer, call, handlers)
        by_field["objector"] = [
            Option(str(p.organization), f"{p.name}({p.role.label})")
            for p in call.current_parties
            if p.objection in given_back
        ]
        by_field |= _requests(call, viewer)
        by_field["entry"] = [
            Option(str(late.entry), f"第 {late.entry} 条:{late.fact.label}")
            for late in call.claims_before(viewer.organization)
        ]
        by_field["obligation"] = [
            Option(str(place), f"{owed.action.label}({owed.performance.label})")
            for place, owed in enumerate(call.obligations)
            if owed.organization == viewer.organization
        ]
    return Choices(
        by_field,
        {reasons.value: [Option(r.code, r.text) for r in rulebook.reasons(reasons)] for reasons in _OFFERED},
    )


def alike_calls(services: Services, viewer: Viewer, call: Call) -> list[CallLine]:
    """疑似重复, for the platform while the call can still be merged; nobody else is shown others' calls."""
    if viewer.organization != call.platform or not MERGE.when(call, viewer.organization):
        return []
    return services.calls.alike(viewer, call)


def said_briefly(line: CallLine) -> str:
    """Another call in one line."""
    return f"{line.number} {line.township_name}:{line.text[:30]}({line.place[:20]})"


def _requests(call: Call, viewer: Viewer) -> dict[str, list[Option]]:
    """Requests and escalations that wait for an answer, waits of one's own, whom one could ask, who could wait."""
    work = {owed.organization: owed.organization_name for owed in call.obligations if call.work_of(owed.organization)}
    return {
        "extension": [
            Option(str(one.number), f"{one.name}:延长 {one.days} 个工作日({one.ground_text}){_opinion(one)}")
            for one in call.asking
            if one.kind is Delay.EXTENSION
        ],
        "suspension": [
            Option(str(one.number), f"{one.name}:{one.ground_text},至 {_last_day(one)}")
            for one in call.asking
            if one.kind is Delay.SUSPENSION
        ],
        "waiting": [
            Option(str(wait.number), wait.on_name) for wait in call.open_waits if wait.waiter == viewer.organization
        ],
        "on": [Option(str(id_), name) for id_, name in work.items() if id_ != viewer.organization],
        "waiter": [
            Option(str(p.organization), f"{p.name}({p.role.label})")
            for p in call.current_parties
            if at_work(call, p.organization)
        ],
        "escalation": [
            Option(str(one.number), f"{one.upper}({one.letter},{'已有回执' if one.receipt else '未有回执'})")
            for one in call.open_escalations
        ],
    }


def _successions(services: Services, viewer: Viewer, call: Call, known: list[Option]) -> dict[str, list[Option]]:
    """Whose successor may step in, and who may instead, where a successor may not."""
    found = successible(services, viewer, call)
    bodies = {str(one.body) for one in found}
    return {
        "dissolved": [
            Option(str(one.body), one.name, "请另选承接单位")
            if one.kept_away
            else Option(str(one.body), f"{one.name}(由{one.heir_name}承接)")
            for one in found
        ],
        "instead": [option for option in known if option.value not in {*bodies, str(call.complained_of)}]
        if any(one.kept_away for one in found)
        else [],
    }


def _opinion(request: DelayRequest) -> str:
    if request.opinion is None:
        return ""
    return ",镇街同意" if request.opinion else ",镇街不同意"


def _last_day(request: DelayRequest) -> str:
    assert request.until is not None, "a suspension is asked until a day"
    return (request.until - timedelta(seconds=1)).astimezone(LOCAL).date().isoformat()


def _of_slow_work(call: Call, viewer: Viewer, now: datetime, known: list[Option]) -> dict[str, list[Option]]:
    """Milestones, agreed actions, who was invited, who may be laid an action upon, be urged, or get a copy."""
    readers = {str(organization) for organization in call.readers}
    invited = call.consultation.invited if call.consultation is not None else ()
    came = [Option(str(organization), name) for organization, name in invited]
    texts = {action.number: action.text for action in call.agreed}
    milestone_text = call.interim.text if call.interim is not None else lambda number: ""
    late = {str(owed.organization): owed.organization_name for owed in remindable(call, viewer.organization, now)}
    return {
        "milestone": [
            Option(str(owed.entry), f"第 {owed.entry} 个:{milestone_text(owed.entry)}")
            for owed in call.open_obligations
            if owed.action is Action.MILESTONE
        ],
        "agreed": [
            Option(str(owed.entry), f"第 {owed.entry} 项:{texts.get(owed.entry, '')}")
            for owed in call.open_obligations
            if owed.action is Action.AGREED_ACTION and owed.organization == viewer.organization
        ],
        "evaluator": [Option(str(one.township), f"{one.township_name}:{one.grade.label}") for one in call.evaluations],
        "attended": came,
        "actions.organization": [Option(str(viewer.organization), viewer.organization_name), *came],
        "reminded": [Option(organization, name) for organization, name in late.items()],
        "about": known,
        "copied": [option for option in known if option.value not in readers],
    }


def _parties(call: Call, viewer: Viewer) -> list[Option]:
    """The organizations a step can be about: those that objected first, one's own where one is a party."""
    parties = sorted(call.current_parties, key=lambda p: (p.organization != viewer.organization, not p.objection_open))
    return [Option(str(p.organization), f"{p.name}({p.role.label})") for p in parties]


def _callable(services: Services, viewer: Viewer, call: Call | None, handlers: list[Option]) -> list[Option]:
    first: dict[str, Option] = {}
    if call is not None:
        concerned: list[tuple[UUID | None, str]] = [
            (call.township, call.township_name),
            (call.platform, call.platform_name),
            *((p.organization, p.name) for p in call.current_parties),
        ]
        first = {str(id_): Option(str(id_), name) for id_, name in concerned if id_ and id_ != viewer.organization}
    return [*first.values(), *(option for option in handlers if option.value not in first)]
