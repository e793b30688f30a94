"""一件呼叫的督办,一人所见: the matter's page, its documents', and 期限说明 of what it asks for, each with its forms."""

from copy import copy
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from api.calls.commands import slug
from api.pages.as_of import NOW, EarlierMoment
from api.pages.call_views import people_in, timeline
from api.pages.forms import Choices, Form, FormField, Option, form_for, form_id
from api.pages.frame import TemplatePages
from api.pages.lateness import Lateness
from api.pages.obligation import NOT_OWED_YET, obligation_context, statements_shown
from api.pages.obligation_views import shown_obligation
from api.pages.supervision_paper import printed, signed_text
from api.pages.supervision_views import (
    Document,
    document_href,
    known_documents,
    known_suspicions,
    ladder_rows,
    obligation_href,
    paper_text,
)
from api.pages.times import exact_text
from api.pages.waiting import shown_call
from api.reading import as_of_call
from api.services import Services
from api.supervision.as_of import Sight, matter_then
from api.supervision.explaining import matter_explained
from api.supervision.queries import seat_of
from api.validation import field_errors
from domain.calls.call import Call
from domain.obligations.words import OF_CIRCULARS
from domain.shared.commands import Command
from domain.shared.refusals import CommandIdReused, NotFound, Refusal
from domain.supervision.circulars import DraftCircular
from domain.supervision.commands import possible_steps
from domain.supervision.document import PrintedDocument
from domain.supervision.drafting import untimely_circular
from domain.supervision.lateness import overdue_items
from domain.supervision.matter import Circular, Matter
from domain.supervision.orders import DraftOrder, SuperviseAsTownship, comprehensive_parties
from domain.supervision.rights import Subject
from domain.supervision.statement import STATE_IN_MATTER, StateInMatter
from projections.calls.queries import RecordEntry
from projections.scope import Viewer
from projections.supervision.signatures import as_signed, signature_of
from projections.supervision.view import CIRCULAR

Kind = Literal["orders", "circulars"]


class Failure:
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


class Case:
    """One call's supervision before one viewer. Refuses NotFound where they may not read the call."""

    def __init__(self, services: Services, viewer: Viewer, call_id: UUID, failure: Failure | None = None) -> None:
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
        # 督办记录 as far as the viewer may read it.
        self.entries: list[RecordEntry] = services.supervision.record(viewer, self.known) if self.known else []
        self.sight = Sight(viewer, self.matter)
        self.failure = failure
        self.asked = NOW

    def matter_page(self, request: Request, pages: TemplatePages, as_of: str = "") -> Response:
        """督办情况 of the call."""
        not_yet = "这件事项还没有督办记录,没有历史时点可看。"
        if self.entries:
            not_yet = f"这件事项的督办自 {exact_text(self.entries[0].recorded_at)} 起,请填写此后的时点。"
        asked, stood = EarlierMoment.read(as_of, self.now).show(self._stood, self.now, not_yet)
        return stood._as_asked(asked)._matter_page(request, pages)

    def _stood(self, at: datetime) -> "Case":
        """The same as it stood then, told by what may be known now. Refuses NotFound."""
        if at == self.now:
            return self
        if self.known is None:
            raise NotFound
        then = matter_then(self.services, self.viewer, self.known, at)
        stood = copy(self)
        stood.call, stood.matter, stood.entries = (
            as_of_call(self.services, self.call, at, self.viewer),
            then.matter,
            then.record,
        )
        stood.now = at
        return stood

    def _as_asked(self, asked: EarlierMoment) -> "Case":
        asked_for = copy(self)
        asked_for.asked = asked
        return asked_for

    def _matter_page(self, request: Request, pages: TemplatePages) -> Response:
        names = self.services.directory.person_names(self.viewer, people_in(self.entries))
        href, asked = f"/calls/{self.call.id}/supervision", self.asked.asked
        suspicions = known_suspicions(self.matter, self.sight, self.now)
        for one in suspicions:
            one["forms"] = self._forms(Subject.SUSPICION, one["number"])
        context = {
            "call": self._call_link(),
            # Where there is nothing of it, no moment is asked for; one that was is refused where it was typed.
            "as_of": self.asked.form(href) if self.entries or self.asked.problem else None,
            "waiting": self._waiting(),
            "ladders": ladder_rows(self.matter, self.call, self.sight, self.now, asked),
            "documents": known_documents(self.matter, self.sight, self.now, asked),
            "suspicions": suspicions,
            "forms": self._forms(Subject.MATTER, 0),
            "entries": timeline(self.entries, names, [], self.now),
            "live_topics": self._live(),
            "problem": self._problem(),
        }
        return pages(request, "supervision_matter.html", context, self._status())

    def _waiting(self, document: Document | None = None) -> list[dict[str, Any]]:
        """What the matter still asks for, of one document or of all that the viewer may know."""
        is_circular = isinstance(document, Circular)
        number = document.circular if isinstance(document, Circular) else document.order if document else 0
        return [
            {
                "organization": owed.organization_name,
                "doing": owed.action.label,
                "about": paper_text(self.matter, owed) if document is None else "",
                "deadline": shown_obligation(
                    owed, self.now, self.late, obligation_href(self.call.id, place, owed.action) + self.asked.asked
                ),
            }
            for place, owed in enumerate(self.matter.obligations)
            if owed.open
            and self.sight.obligation(place)
            and (document is None or (owed.entry, owed.action in OF_CIRCULARS) == (number, is_circular))
        ]

    def document_page(
        self, request: Request, pages: TemplatePages, kind: Kind, number: int, as_of: str = ""
    ) -> Response:
        """The page of an order or circular. Refuses NotFound."""

        def stood(at: datetime) -> tuple["Case", Document]:
            case = self._stood(at)
            return case, case.document(kind, number)

        not_yet = "这份文书在该时点尚未拟制,请填写较晚的时点。"
        asked, (case, document) = EarlierMoment.read(as_of, self.now).show(stood, self.now, not_yet)
        return case._as_asked(asked)._document_page(request, pages, document, number)

    def _document_page(self, request: Request, pages: TemplatePages, document: Document, number: int) -> Response:
        is_circular = isinstance(document, Circular)
        subject = Subject.CIRCULAR if is_circular else Subject.ORDER
        href = document_href(self.call.id, CIRCULAR if is_circular else "", number)
        said = self.printed(document)
        context = {
            "call": self._call_link(),
            "matter_href": f"/calls/{self.call.id}/supervision{self.asked.asked}",
            "as_of": self.asked.form(href),
            "document": said,
            "succeeded": [
                f"{was}已撤销,由{now}承接。"
                for was, now in ((said.addressee, document.addressee_name), (said.issuer, document.issuer_name))
                if was != now
            ],
            "stage": document.stage.label,
            "answer": document.rectification if isinstance(document, Circular) else document.reply,
            "answer_title": "整改情况" if is_circular else "答复",
            "waiting": self._waiting(document),
            "forms": self._forms(subject, number),
            # On paper it is as it is now.
            "downloads": [
                {"href": f"{href}/document.{form}", "label": label}
                for form, label in (("pdf", "PDF"), ("docx", "Word"))
                if self.asked.moment is None
            ],
            "live_topics": self._live(),
            "problem": self._problem(),
        }
        return pages(request, "supervision_document.html", context, self._status())

    def obligation_page(self, request: Request, pages: TemplatePages, place: int, as_of: str = "") -> Response:
        """期限说明 of what the matter asks for. Refuses NotFound."""
        href = f"/calls/{self.call.id}/supervision"
        asked, explanation = EarlierMoment.read(as_of, self.now).show(
            lambda at: matter_explained(self.services, self.viewer, self.matter, place, at), self.now, NOT_OWED_YET
        )
        said = self.services.supervisory.statements(self.viewer, {self.matter.id}).get((self.matter.id, place), ())
        record = {entry.version: f"{href}#r{entry.version}" for entry in self.entries}
        context = {
            "back": {"href": f"{href}{asked.asked}", "label": f"{self.call.number} 督办情况"},
            "as_of": asked.form(f"{href}/obligations/{place}"),
            "statements": statements_shown(said, asked.moment),
            "statement_help": "就这一项说明情况。陈述记入督办记录,不改变履行情况和时限。",
            "statement_form": self._statement_form(place) if asked.moment is None else None,
            "problem": self._problem(),
            **obligation_context(self.services, explanation, record, asked.moment or self.now),
        }
        return pages(request, "obligation.html", context, asked.status if asked.problem else self._status())

    def _statement_form(self, place: int) -> Form | None:
        """For the bearer, whose page this is the right place for it."""
        if self.matter.obligations[place].organization != self.viewer.organization:
            return None
        if STATE_IN_MATTER.refusal(self.matter, 0, seat_of(self.viewer)) is not None:
            return None
        form = self._form(StateInMatter, Subject.MATTER, 0, Choices({}, {}))
        form.expected_version = ""
        for one in form.fields:
            if one.name == "obligation":
                one.kind, one.value = "hidden", str(place)
        return form

    def document(self, kind: Kind, number: int) -> Document:
        """An order or circular the viewer may know. Refuses NotFound."""
        is_order = kind == "orders"
        found = self.matter.order(number) if is_order else self.matter.circular(number)
        if found is None or not self.sight.document(is_order, number):
            raise NotFound
        return found

    def printed(self, document: Document) -> PrintedDocument:
        """What it says on paper, with who signed it, and for whom."""
        signature = signature_of(self.entries, document)
        names = self.services.directory.person_names(self.viewer, people_in([signature] if signature else []))
        signed, facts = as_signed(document, signature), self.services.history.history(self.call.id)
        return printed(signed, self.matter, self.call, facts, signed_text(signature, names), self.late)

    def _call_link(self) -> dict[str, str]:
        return {"href": f"/calls/{self.call.id}{self.asked.asked}", "number": self.call.number}

    def _live(self) -> str:
        """What is past does not change while it is looked at."""
        return f"call:{self.call.id}" if self.asked.moment is None else ""

    def _forms(self, subject: Subject, number: int) -> list[Form]:
        forms: list[Form] = []
        if self.asked.moment is not None:
            return forms  # nothing is done in the past
        for step in possible_steps(self.matter, subject, number, seat_of(self.viewer)):
            choices = self._choices(step.command)
            if step is STATE_IN_MATTER:
                continue  # each stands beside what it is about
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
        rules, own = self.services.rulebook(), self.viewer.organization
        bearers = {owed.organization: owed.organization_name for owed in self.call.obligations}
        parties = {party.organization: party.name for party in self.call.current_parties}
        if command is DraftOrder:
            found = {
                o: n
                for o, n in bearers.items()
                if overdue_items(self.call, o, self.now, rules) and self.matter.standing_order(o, own) is None
            }
        elif command is DraftCircular:
            found = {
                o: n
                for o, n in bearers.items()
                if untimely_circular(self.call, self.matter, o, own, self.now, rules) is None
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
        return self.failure.refusal.status if self.failure is not None else self.asked.status
