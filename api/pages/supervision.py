"""督办页面: the supervisors' board, the matter of a call, and the page of an order or a circular with its forms."""

from typing import Any, Literal
from urllib.parse import quote
from uuid import UUID, uuid4

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.calls.commands import slug
from api.pages.call_views import people_in, timeline
from api.pages.forms import Choices, Form, FormField, Option, form_for, form_id, typed_from, uuid_or_none, values_from
from api.pages.frame import TemplatePages, leave_flash
from api.pages.lateness import Lateness
from api.pages.obligation_views import shown_obligation
from api.pages.supervision_paper import printed, signed_text
from api.pages.supervision_views import (
    Document,
    document_href,
    document_rows,
    known_documents,
    known_suspicions,
    ladder_rows,
    late_cases,
    suspicion_rows,
)
from api.pages.waiting import patience, shown_call
from api.security.gate import RequiredViewer, actor_of
from api.services import Services
from api.supervision.queries import seat_of
from api.validation import field_errors, parsed
from domain.calls.call import Call
from domain.shared.commands import Ask, Command
from domain.shared.refusals import CommandIdReused, NotFound, Refusal
from domain.supervision.circulars import DraftCircular
from domain.supervision.commands import STEPS, possible_steps
from domain.supervision.document import PrintedDocument
from domain.supervision.drafting import untimely_circular
from domain.supervision.lateness import overdue_items
from domain.supervision.matter import Circular, Matter
from domain.supervision.orders import DraftOrder, SuperviseAsTownship, comprehensive_parties
from domain.supervision.rights import Subject
from projections.scope import Viewer
from projections.supervision.queries import MOST_LATE, may_know_document
from projections.supervision.signatures import as_signed, signature_of
from projections.supervision.view import CIRCULAR, SupervisionView

_BY_SLUG = {slug(step.command): step for step in STEPS}
_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}

Format = Literal["pdf", "docx"]
Kind = Literal["orders", "circulars"]


def supervision_router(services: Services, pages: TemplatePages) -> APIRouter:
    """`/supervision`, `/calls/{call}/supervision` and the documents under it."""
    router = APIRouter(include_in_schema=False)

    @router.get("/supervision")
    def board(request: Request, viewer: RequiredViewer) -> Response:
        return pages(request, "supervision.html", _board(services, viewer))

    @router.get("/calls/{call_id}/supervision")
    def matter_page(request: Request, call_id: UUID, viewer: RequiredViewer, min_position: int = 0) -> Response:
        services.freshness.wait_for(SupervisionView, min_position, patience(services))
        return _Case(services, viewer, call_id).matter_page(request, pages)

    @router.get("/calls/{call_id}/supervision/{kind}/{number}")
    def document_page(
        request: Request, call_id: UUID, kind: Kind, number: int, viewer: RequiredViewer, min_position: int = 0
    ) -> Response:
        services.freshness.wait_for(SupervisionView, min_position, patience(services))
        return _Case(services, viewer, call_id).document_page(request, pages, kind, number)

    @router.get("/calls/{call_id}/supervision/{kind}/{number}/document.{form}")
    def download(call_id: UUID, kind: Kind, number: int, form: Format, viewer: RequiredViewer) -> Response:
        case = _Case(services, viewer, call_id)
        document = case.document(kind, number)
        said = case.printed(document)
        content = services.documents.pdf(said) if form == "pdf" else services.documents.docx(said)
        name = quote(f"{said.title}{said.number}.{form}")
        return Response(
            content,
            media_type=_TYPES[form],
            headers={
                "Content-Disposition": f"attachment; filename*=UTF-8''{name}",
                "Cache-Control": "no-store",
            },
        )

    @router.post("/calls/{call_id}/supervision/{step}")
    async def take(request: Request, call_id: UUID, step: str, viewer: RequiredViewer) -> Response:
        if step not in _BY_SLUG:
            raise NotFound
        form = await request.form()
        return await run_in_threadpool(_take, services, pages, request, viewer, call_id, step, form)

    return router


def _board(services: Services, viewer: Viewer) -> dict[str, Any]:
    now = services.clock()
    late = services.supervision.late(viewer, now)
    matters = services.supervision.matters(viewer, sorted({line.call for line in late}))
    count = services.supervision.late_count(viewer, now) if len(late) == MOST_LATE else len(late)
    shown = f"共 {count} 项" if count == len(late) else f"共 {count} 项以上,列出超期最久的 {len(late)} 项"
    return {
        "cases": late_cases(late, matters, now, Lateness(services.rulebook)),
        "late_text": shown,
        "documents": document_rows(services.supervision.documents(viewer), now),
        "suspicions": suspicion_rows(services.supervision.suspicions(viewer), now),
        "live_topics": f"desk:{viewer.organization}",
    }


def _take(
    services: Services,
    pages: TemplatePages,
    request: Request,
    viewer: Viewer,
    call_id: UUID,
    step: str,
    form: FormData,
) -> Response:
    taken = _BY_SLUG[step]
    typed = typed_from(form)
    command_id = uuid_or_none(typed.get("command_id")) or uuid4()
    version = str(typed.get("expected_version", ""))
    number = str(typed.get(taken.subject.value, "")) if taken.subject is not Subject.MATTER else ""
    back = f"/calls/{call_id}/supervision"
    if taken.subject in (Subject.ORDER, Subject.CIRCULAR) and number.isdecimal():
        back = document_href(call_id, CIRCULAR if taken.subject is Subject.CIRCULAR else "", int(number))
    try:
        values = {"call_id": call_id, **values_from(taken.command, form)}
        if number:
            values[taken.subject.value] = number
        command = parsed(taken.command, values)
        receipt = services.commands.execute(
            command,
            Ask(command_id, actor_of(viewer), expected_version=int(version) if version.isdecimal() else None),
        )
    except Refusal as refusal:
        if refusal.status in (403, 404) and services.calls.call(viewer, call_id) is None:
            raise
        failure = _Failure(taken.command, int(number) if number.isdecimal() else 0, typed, refusal, str(command_id))
        case = _Case(services, viewer, call_id, failure)
        if taken.subject in (Subject.ORDER, Subject.CIRCULAR) and number.isdecimal():
            kind: Kind = "orders" if taken.subject is Subject.ORDER else "circulars"
            return case.document_page(request, pages, kind, int(number))
        return case.matter_page(request, pages)
    response = RedirectResponse(f"{back}?min_position={receipt.position}", 303)
    leave_flash(response, "success", f"已办理:{taken.command.title}。")
    return response


class _Failure:
    """A step that was refused, with what was typed: shown again."""

    def __init__(
        self, command: type[Command], number: int, typed: dict[str, Any], refusal: Refusal, command_id: str
    ) -> None:
        self.command = command
        self.number = number
        self.typed = typed
        self.refusal = refusal
        # An id that stands for something else would be refused for ever.
        self.command_id = "" if isinstance(refusal, CommandIdReused) else command_id


class _Case:
    """One call's supervision before one viewer. Refuses NotFound where they may not read the call."""

    def __init__(self, services: Services, viewer: Viewer, call_id: UUID, failure: _Failure | None = None) -> None:
        shown = shown_call(services, viewer, call_id)
        if shown is None:
            raise NotFound
        self.services = services
        self.viewer = viewer
        self.call: Call = shown.now
        self.now = services.clock()
        self.late = Lateness(services.rulebook)
        self.known = services.supervision.matter(viewer, call_id)
        self.matter = self.known or Matter.of(services.node, self.call)
        self.failure = failure

    def matter_page(self, request: Request, pages: TemplatePages) -> Response:
        """督办情况 of the call."""
        entries = self.services.supervision.record(self.viewer, self.known) if self.known else []
        names = self.services.directory.person_names(self.viewer, people_in(entries))
        suspicions = known_suspicions(self.matter, self.viewer, self.now)
        for one in suspicions:
            one["forms"] = self._forms(Subject.SUSPICION, one["number"])
        context = {
            "call": self._call_link(),
            "ladders": ladder_rows(self.matter, self.call, self.now),
            "documents": known_documents(self.matter, self.viewer, self.now),
            "suspicions": suspicions,
            "forms": self._forms(Subject.MATTER, 0),
            "entries": timeline(entries, names, [], self.now),
            "live_topics": f"call:{self.call.id}",
            "problem": self._problem(),
        }
        return pages(request, "supervision_matter.html", context, self._status())

    def document_page(self, request: Request, pages: TemplatePages, kind: Kind, number: int) -> Response:
        """The page of an order or circular."""
        document = self.document(kind, number)
        is_circular = isinstance(document, Circular)
        subject = Subject.CIRCULAR if is_circular else Subject.ORDER
        forms = self._forms(subject, number)
        href = document_href(self.call.id, CIRCULAR if is_circular else "", number)
        open_ones = [
            owed
            for owed in self.matter.open_obligations
            if owed.entry == number and (owed.action.value in _OF_CIRCULARS) == is_circular
        ]
        said = self.printed(document)
        context = {
            "call": self._call_link(),
            "matter_href": f"/calls/{self.call.id}/supervision",
            "document": said,
            "succeeded": [
                f"{was}已撤销,由{now}承接。"
                for was, now in ((said.addressee, document.addressee_name), (said.issuer, document.issuer_name))
                if was != now
            ],
            "stage": document.stage.label,
            "answer": document.rectification if isinstance(document, Circular) else document.reply,
            "answer_title": "整改情况" if is_circular else "答复",
            "waiting": [
                {
                    "organization": owed.organization_name,
                    "doing": owed.action.label,
                    "deadline": shown_obligation(owed, self.now, self.late),
                }
                for owed in open_ones
            ],
            "forms": forms,
            "downloads": [
                {"href": f"{href}/document.{form}", "label": label}
                for form, label in (("pdf", "PDF"), ("docx", "Word"))
            ],
            "live_topics": f"call:{self.call.id}",
            "problem": self._problem(),
        }
        return pages(request, "supervision_document.html", context, self._status())

    def document(self, kind: Kind, number: int) -> Document:
        """An order or circular the viewer may know. Refuses NotFound."""
        is_order = kind == "orders"
        found = self.matter.order(number) if is_order else self.matter.circular(number)
        if found is None or not may_know_document(self.viewer, self.matter, is_order, number):
            raise NotFound
        return found

    def printed(self, document: Document) -> PrintedDocument:
        """What it says on paper, with who signed it, and for whom."""
        entries = self.services.supervision.record(self.viewer, self.known) if self.known else []
        signature = signature_of(entries, document)
        names = self.services.directory.person_names(self.viewer, people_in([signature] if signature else []))
        signed, facts = as_signed(document, signature), self.services.history.history(self.call.id)
        return printed(signed, self.matter, self.call, facts, signed_text(signature, names), self.late)

    def _call_link(self) -> dict[str, str]:
        return {"href": f"/calls/{self.call.id}", "number": self.call.number}

    def _forms(self, subject: Subject, number: int) -> list[Form]:
        forms = []
        for step in possible_steps(self.matter, subject, number, seat_of(self.viewer)):
            choices = self._choices(step.command)
            if step.subject is Subject.MATTER and not any(choices.by_field.values()):
                continue  # there is nobody it could be about
            form = self._form(step.command, subject, number, choices)
            form.primary = step.primary
            forms.append(form)
        return forms

    def _form(self, command: type[Command], subject: Subject, number: int, choices: Choices) -> Form:
        failed = self.failure
        mine = failed is not None and failed.command is command and failed.number == number
        form = form_for(
            command,
            f"/calls/{self.call.id}/supervision/{slug(command)}",
            choices,
            failed.typed if failed is not None and mine else None,
            field_errors(failed.refusal) if failed is not None and mine else None,
        )
        form.id = f"{form_id(command)}-{number}" if number else form_id(command)
        form.expected_version = str(self.matter.version) if self.known else ""
        form.draft = f"{self.call.id}/{form.id}"
        if number:
            form.fields.append(FormField(subject.value, "", "hidden", str(number)))
        if failed is not None and mine:
            form.returned = True
            form.command_id = failed.command_id or form.command_id
        return form

    def _choices(self, command: type[Command]) -> Choices:
        """Whom a step can be about: the late for an order, the long late for a circular, parties for the rest."""
        rules = self.services.rulebook()
        bearers = {owed.organization: owed.organization_name for owed in self.call.obligations}
        parties = {party.organization: party.name for party in self.call.current_parties}
        if command is DraftOrder:
            found = {
                o: n
                for o, n in bearers.items()
                if overdue_items(self.call, o, self.now, rules) and not any(x.open for x in self.matter.orders_to(o))
            }
        elif command is DraftCircular:
            found = {
                o: n
                for o, n in bearers.items()
                if untimely_circular(self.call, self.matter, o, self.now, rules) is None
            }
        elif command is SuperviseAsTownship:
            found = {one.id: one.name for one in comprehensive_parties(self.call).values()}
        else:
            found = parties
        options = [Option(str(organization), name) for organization, name in found.items()]
        return Choices({"addressee": options, "organization": options}, {})

    def _problem(self) -> dict[str, Any] | None:
        if self.failure is None:
            return None
        refusal = self.failure.refusal
        return {"title": "未能办理", "message": refusal.message, "code": refusal.code, "kept": True}

    def _status(self) -> int:
        return self.failure.refusal.status if self.failure is not None else 200


_OF_CIRCULARS = frozenset({"sign_circular", "rectify", "confirm_rectification"})
