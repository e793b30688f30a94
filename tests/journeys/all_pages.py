"""Every page of the product, as each of its roles opens it."""

from collections.abc import Mapping
from dataclasses import dataclass

import httpx2 as httpx

from domain.duty_lists.kinds import ListKind
from tests.journeys.kafka_shape import AtWork
from tests.journeys.shown_forms import ShownForm, form_to

ROLES: Mapping[str, str] = {
    "cd-01": "呼叫员",
    "cd-03": "镇街负责同志",
    "pt-01": "受理员",
    "zhzfj-z": "主办专管员",
    "zhzfj-f": "主办单位分管负责同志",
    "shichangju-z": "协办专管员",
    "bb-01": "清单管理员",
    "dc-01": "督办员",
    "dc-04": "督查机构负责同志",
    "jw-01": "监督查阅员",
    "ld-01": "负责同志",
    "pt-03": "系统管理员",
    "zb-01": "值班员",
}

_EVERYBODY = (
    "/",
    "/queue/to-do",
    "/queue/done",
    "/queue/mine",
    "/search",
    "/search?q=占道",
    "/lists",
    f"/lists/{ListKind.TERRITORIAL.value}",
    "/directory",
    "/supervision",
    "/account/post",
    "/account/password",
    "/account/tokens",
    "/account/notices",
    "/account/delegation",
    "/inbox",
    "/inbox?only=owed",
)
_OF_FIGURES = ("/rates", "/rates/lines?measure=response", "/rates/trend", "/record", "/periods")
_WITHOUT_FIGURES = frozenset({"pt-03"})
"""Who keeps the directory looks into no casework."""
_OF_A_ROLE: Mapping[str, tuple[str, ...]] = {
    "cd-01": ("/calls/new",),
    "cd-03": ("/calls/new",),
    "zb-01": ("/calls/new",),
    "pt-01": ("/status",),
    "jw-01": ("/status",),
    "pt-03": ("/status",),
}
_READERS = frozenset({"cd-01", "cd-03", "pt-01", "zhzfj-z", "zhzfj-f", "shichangju-z", "dc-01", "dc-04", "jw-01"})
"""Who may read a call of 城东镇 handled by 综合行政执法局 with 市场监督管理局."""
_NOT_OF_THE_PAPER = frozenset({"shichangju-z"})
"""Of them, who is told nothing of a paper between 城东镇 and 综合行政执法局."""
_DISPATCHES = "pt-01"

NOT_AMONG_THEM: Mapping[str, str] = {
    "/sign-in": "for whoever is nobody yet",
    "/queue": "leads on to /queue/to-do",
    "/live": "a stream that never ends",
    "/calls/{call_id}/files/{sha256}": "a file that somebody attached",
    "/calls/{call_id}/supervision/{kind}/{number}/document.{form}": "a document to download",
    "/rates/circular.docx": "a document to download",
    "/record.xlsx": "a workbook to download",
    "/record.pdf": "a document to download",
    "/static": "files that come with the product",
}
"""Addresses outside the API that are no page of a role, and why."""


@dataclass(frozen=True)
class Matters:
    """What pages are about: ids, and the code of an item. `call` is handled and has a signed paper, 镇街督办 1;
    `accepted` waits for its dispatch."""

    call: str
    accepted: str
    item: str
    revision: str
    organization: str
    period: str


def pages_of(role: str, about: Matters) -> tuple[str, ...]:
    """The pages that a role opens."""
    of_period = (f"/periods/{about.period}", f"/periods/{about.period}/lines?measure=response")
    figures = () if role in _WITHOUT_FIGURES else (*_OF_FIGURES, *of_period)
    shared = (f"/items/{about.item}", f"/revisions/{about.revision}", f"/organizations/{about.organization}")
    call = f"/calls/{about.call}"
    own = (call, f"{call}/supervision", f"{call}/obligations/0") if role in _READERS else ()
    asked = (f"{call}/supervision/orders/1", f"{call}/supervision/obligations/0")
    paper = asked if role in _READERS - _NOT_OF_THE_PAPER else ()
    dispatching = _dispatching(about) if role == _DISPATCHES else ()
    return (*_EVERYBODY, *figures, *shared, *_OF_A_ROLE.get(role, ()), *own, *paper, *dispatching)


def pieces_of(role: str, about: Matters) -> tuple[str, ...]:
    """What a page fetches into itself: no page, so that it says nothing of its age."""
    return (f"/calls/{about.accepted}/triage/items?q=占道",) if role == _DISPATCHES else ()


def _dispatching(about: Matters) -> tuple[str, ...]:
    """派发: before an item is chosen, with one, and outside the list."""
    page = f"/calls/{about.accepted}/triage"
    return page, f"{page}?item={about.item}&revision={about.revision}", f"{page}?basis=other"


def look(person: AtWork, path: str) -> httpx.Response:
    """Open a page as a browser does."""
    return person.http.get(path, headers={"accept": "text/html"})


def send(person: AtWork, page: str, action: str, attached: str = "", **typed: str) -> httpx.Response:
    """Fill in the form of a page and send it, as a browser does without scripts."""
    return send_form(person, form_to(page, action), attached, **typed)


def send_form(person: AtWork, form: ShownForm, attached: str = "", **typed: str) -> httpx.Response:
    """Send a form with what was typed, and a file of the name `attached`."""
    fields = {name: (None, value) for name, value in form.with_typed(**typed).items()}
    more = {"attachments": (attached, b"x")} if attached else {}
    return person.http.post(form.action, files={**fields, **more}, headers={"accept": "text/html"})
