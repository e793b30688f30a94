"""选项: what the pickers of a form offer, by the call and the person in front of it."""

from uuid import UUID

from api.pages.forms import Choices, Option
from api.services import Services
from domain.calls.call import Call
from domain.directory.kinds import OrganizationKind
from domain.obligations.words import Action
from domain.rules.rulebook import ReasonList
from projections.scope import Viewer

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
    if call is not None:
        by_field["organization"] = _parties(call, viewer)
        given_back = {
            obligation.entry for obligation in call.open_obligations if obligation.action is Action.DISPATCH_PART
        }
        by_field["objector"] = [
            Option(str(p.organization), f"{p.name}({p.role.label})")
            for p in call.current_parties
            if p.objection in given_back
        ]
        by_field["entry"] = [
            Option(str(late.entry), f"第 {late.entry} 条:{late.fact.label}")
            for late in call.late_entries
            if late.confirmed is None and late.other_side == viewer.organization
        ]
        by_field["obligation"] = [
            Option(str(place), f"{owed.action.label}({owed.performance.label})")
            for place, owed in enumerate(call.obligations)
            if owed.organization == viewer.organization
        ]
    return Choices(
        by_field,
        {
            reasons.value: [Option(r.code, r.text) for r in rulebook.reasons(reasons)]
            for reasons in (ReasonList.DECLINE, ReasonList.OBJECTION, ReasonList.HAND_OVER)
        },
    )


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
