"""历史时点的呼叫件: the page of a call as it stood at an earlier moment: to be read, and nothing to be done on it."""

from dataclasses import dataclass
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from api.pages.as_of import EarlierMoment
from api.pages.beside_views import beside_cards
from api.pages.call_views import (
    attachments,
    basis_text,
    call_head,
    own_clocks,
    parties,
    people_in,
    timeline,
    waiting,
)
from api.pages.frame import TemplatePages
from api.pages.lateness import Lateness
from api.pages.supervision_views import section_then
from api.pages.times import exact_text, second_text
from api.reading import as_of_call
from api.services import Services
from domain.calls.call import Call
from domain.shared.changes import changed
from domain.shared.refusals import NotFound
from projections.calls.secrecy import keeps
from projections.scope import Viewer


@dataclass(frozen=True, slots=True)
class CallThen:
    """事项 as it stood then, and as it stands now: by what is kept back now the reading of then is decided, too."""

    present: Call
    then: Call


def standing_then(
    services: Services, viewer: Viewer, call_id: UUID, asked: EarlierMoment
) -> tuple[EarlierMoment, CallThen]:
    """The call as of the moment, for who may read it now. As of now, and the moment refused, where there was no call
    then. Refuses NotFound."""
    present = services.calls.call(viewer, call_id)
    if present is None:
        raise NotFound
    now = services.clock()
    asked, then = asked.show(
        lambda at: present if at == now else as_of_call(services, present, at, viewer),
        now,
        f"这件事项于 {exact_text(present.submitted_at)} 呼叫,请填写此后的时点。",
    )
    return asked, CallThen(present, then)


def call_then(
    services: Services, pages: TemplatePages, request: Request, viewer: Viewer, stood: CallThen, asked: EarlierMoment
) -> Response:
    """Its page: what was recorded by then, and no step."""
    at, call = asked.moment, stood.then
    assert at is not None, "asked for a moment"
    late = Lateness(services.rulebook)
    entries = [entry for entry in services.calls.record(viewer, stood.present) if entry.recorded_at <= at]
    given = {one["sha256"] for entry in entries for one in entry.fact.get("attachments", ())}
    files = [file for file in services.calls.files(viewer, stood.present) if file.sha256 in given]
    names = services.directory.person_names(viewer, people_in(entries))
    # Who reads an edited text is told so, although it was not edited yet.
    told = call if keeps(stood.present, viewer) else changed(call, confidential=stood.present.confidential)
    context = {
        "call": call_head(told, entries[0].fact if entries else {}, basis_text(entries), viewer, at),
        "waiting": waiting(call, at, late),
        "actions": [],
        "answered": [],
        "note_actions": [],
        "action_links": [],
        "barred": [],
        "alike": [],
        "parties": parties(call, at, late, asked.asked),
        "clocks": own_clocks(call, at, late, asked.asked),
        "beside": beside_cards(call, at, late, asked.asked),
        "attachments": attachments(files),
        "supervision": section_then(services, viewer, call, at, asked.asked),
        "entries": timeline(entries, names, files, at),
        "entries_text": f"共 {len(entries)} 条",
        "printed_text": f"{viewer.organization_name} {viewer.name} 打印,为 {second_text(at)} 的情况",
        "as_of": asked.form(f"/calls/{call.id}"),
    }
    return pages(request, "call.html", context)
