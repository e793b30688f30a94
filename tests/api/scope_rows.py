"""The rows of the scope matrix: what every route answers to whom it is for, to another organization, to the auditor."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import uuid4

from api.calls.commands import slug
from api.calls.examples import EXAMPLES
from api.security.scopes import Scope
from api.supervision.examples import EXAMPLES as SUPERVISION_EXAMPLES
from domain.calls.commands import STEPS
from domain.supervision.commands import STEPS as SUPERVISION_STEPS

EVERYBODY = (200, 200, 200)


@dataclass(frozen=True)
class Row:
    """What a route answers: to whom it is for (`own`), to another organization's person, to the auditor."""

    expected: tuple[int, int, int]
    own: str = "cd-01"
    other: str = "zhujianju-z"
    scope: Scope | None = None
    body: Mapping[str, Any] | None = None
    query: Mapping[str, str] = field(default_factory=dict)
    files: bool = False
    anonymous: int | None = None
    by_token: int | None = None


def step(expected_own: int, own: str, other: str, **body: Any) -> tuple[int, str, str, dict[str, Any]]:
    """A step on the call being handled."""
    return expected_own, own, other, body


STEP_ROWS = {
    "endorse": step(409, "cd-03", "cx-03"),
    "refuse-endorsement": step(409, "cd-03", "cx-03"),
    "accept": step(409, "pt-01", "rx-01"),
    "send-back": step(409, "pt-01", "rx-01"),
    "supplement": step(409, "cd-01", "cx-01"),
    "decline": step(409, "pt-01", "rx-01"),
    "contest-decline": step(409, "cd-01", "cx-01"),
    "decide-contest": step(409, "pt-01", "rx-01"),
    "hand-over": step(409, "pt-01", "rx-01"),
    "withdraw": step(412, "cd-01", "cx-01"),
    "dispatch": step(409, "pt-01", "rx-01"),
    "record-instruction": step(412, "pt-01", "rx-01"),
    "pass-stage": step(422, "zhzfj-z", "zhujianju-z"),
    "succeed-party": step(422, "pt-01", "rx-01", dissolved="zhzfj"),
    "merge": step(409, "pt-01", "rx-01"),
    "split": step(412, "pt-01", "rx-01"),
    "raise-objection": step(412, "zhzfj-z", "zhujianju-z"),
    "dispatch-part": step(409, "pt-01", "rx-01"),
    "uphold-objection": step(409, "pt-01", "rx-01"),
    "reject-objection": step(409, "pt-01", "rx-01"),
    "request-opinion": step(409, "pt-01", "rx-01"),
    "give-opinion": step(403, "bb-02", "zhujianju-f"),  # nobody asked 编办 yet, so it has no part in the call
    "designate": step(403, "ld-01", "zhujianju-f"),  # nor the leading group
    "respond": step(412, "zhzfj-z", "zhujianju-z"),
    "report-result": step(412, "zhzfj-z", "shichangju-z"),
    "report-assistance": step(412, "shichangju-z", "zhujianju-z"),
    "report-progress": step(412, "zhzfj-z", "shichangju-z"),
    "record-arrival": step(412, "zhzfj-z", "zhujianju-z", organization="zhzfj"),
    "request-extension": step(412, "zhzfj-z", "zhujianju-z", working_days=2),
    "give-extension-opinion": step(409, "cd-01", "cx-01"),
    "grant-extension": step(409, "pt-01", "rx-01"),
    "refuse-extension": step(409, "pt-01", "rx-01"),
    "request-suspension": step(412, "zhzfj-z", "zhujianju-z", last_day="2026-03-25"),
    "suspend": step(409, "pt-01", "rx-01"),
    "refuse-suspension": step(409, "pt-01", "rx-01"),
    "resume": step(409, "zhzfj-z", "zhujianju-z"),
    "request-waiting": step(412, "zhzfj-z", "zhujianju-z", on="shichangju"),
    "end-waiting": step(409, "zhzfj-z", "zhujianju-z"),
    "escalate-up": step(412, "pt-01", "rx-01", waiter="zhzfj"),
    "record-upper-receipt": step(409, "pt-01", "rx-01"),
    "record-upper-answer": step(409, "pt-01", "rx-01"),
    "withdraw-escalation": step(409, "pt-01", "rx-01"),
    "report-cooperation": step(409, "cd-01", "cx-01"),
    "propose-interim": step(412, "zhzfj-z", "shichangju-z"),
    "approve-interim": step(409, "pt-01", "rx-01"),
    "refuse-interim": step(409, "pt-01", "rx-01"),
    "meet-milestone": step(409, "zhzfj-z", "shichangju-z"),
    "declare-unclear": step(409, "pt-01", "rx-01"),
    "convene-consultation": step(412, "cd-01", "cx-01", starts="2026-03-20T15:00:00+08:00", invited=["zhzfj"]),
    "answer-invitation": step(409, "zhzfj-z", "zhujianju-z"),
    "record-consultation": step(409, "cd-01", "cx-01", attended=["zhzfj"], actions=[]),
    "complete-agreed-action": step(409, "zhzfj-z", "zhujianju-z"),
    "propose-shelving": step(409, "zhzfj-z", "shichangju-z"),  # no consultation was held
    "approve-shelving": step(403, "ld-01", "zhujianju-f"),  # nobody asked the leading group
    "refuse-shelving": step(403, "ld-01", "zhujianju-f"),
    "review-shelving": step(409, "pt-01", "rx-01"),
    "change-evaluation": step(409, "cd-01", "cx-01"),
    "contest-evaluation": step(409, "zhzfj-z", "shichangju-z"),
    "uphold-evaluation": step(403, "pt-01", "rx-01"),  # nothing is to be decided
    "propose-exclusion": step(409, "pt-01", "rx-01"),
    "exclude-evaluation": step(403, "dc-01", "zhujianju-f"),
    "report-pressure": step(409, "cd-01", "cx-01"),
    "reopen": step(409, "cd-01", "cx-01"),
    "remind": step(412, "cd-01", "cx-01", reminded="zhzfj"),
    "send-copy": step(412, "cd-01", "cx-01", copied="ranqi"),
    "confirm-result": step(409, "cd-01", "cx-01"),
    "order-rework": step(409, "cd-01", "cx-01"),
    "resolve": step(409, "pt-01", "rx-01"),
    "evaluate": step(409, "cd-01", "cx-01"),
    "close": step(409, "pt-01", "rx-01"),
    "confirm-late-entry": step(409, "cd-01", "cx-01"),
    "contest-late-entry": step(409, "cd-01", "cx-01"),
    "record-phone-call": step(412, "cd-01", "cx-01", called="zhzfj"),
    "make-late-entry": step(412, "zhzfj-z", "zhujianju-z", occurred_at="2026-03-18T09:00:00+08:00"),
    "add-statement": step(412, "zhzfj-z", "zhujianju-z", obligation=3),
    "attach-evidence": step(412, "cd-01", "cx-01", attachments="the file"),
    "mark-confidential": step(412, "cd-01", "cx-01"),
    "add-note": step(412, "zhzfj-z", "zhujianju-z"),
    "correct-fact": step(412, "cd-01", "cx-01"),
    "change-urgency": step(412, "pt-01", "rx-01"),
}

SUPERVISION_ROWS = {
    "draft-order": step(412, "dc-01", "zhujianju-z", addressee="shichangju"),
    "issue-order": step(412, "dc-04", "zhujianju-f"),
    "discard-order": step(412, "dc-01", "zhujianju-f"),
    "reply-to-order": step(409, "zhzfj-z", "zhujianju-z"),
    "accept-reply": step(409, "dc-01", "cx-03"),
    "refuse-reply": step(409, "dc-01", "cx-03"),
    "close-order": step(409, "dc-01", "cx-03"),
    "supervise-as-township": step(412, "cd-03", "cx-03", addressee="zhzfj"),
    "draft-circular": step(412, "dc-01", "zhujianju-f", addressee="shichangju"),
    "issue-circular": step(412, "dc-04", "zhujianju-f"),
    "discard-circular": step(412, "dc-01", "zhujianju-f"),
    "report-rectification": step(409, "zhzfj-z", "zhujianju-z"),
    "confirm-rectification": step(409, "dc-01", "zhujianju-f"),
    "refuse-rectification": step(409, "dc-01", "zhujianju-f"),
    "suspect-failure": step(412, "dc-01", "zhujianju-z", organization="zhzfj"),
    "confirm-failure": step(412, "dc-01", "zhujianju-z"),
    "dismiss-failure": step(412, "dc-01", "zhujianju-z"),
    "add-statement": step(412, "dc-04", "zhujianju-f"),
}

DRAFT = {
    "field": "安全生产",
    "title": "测试事项",
    "duties": [{"role": "primary", "text": "查处", "bearer": "zhzfj"}, {"role": "cooperative", "text": "巡查报告"}],
}
LIST_STEPS: Mapping[str, tuple[int, str, Mapping[str, object]]] = {
    "open-list": (409, "bb-01", {"kind": "territorial", "keeper": "bianban"}),
    "open-revision": (412, "bb-01", {"kind": "territorial"}),
    "submit-revision": (412, "bb-01", {"revision": "the draft"}),
    "send-revision-back": (409, "bb-01", {"revision": "the draft", "reason": "再改"}),
    "review-revision": (409, "sf-01", {"revision": "the draft"}),
    "approve-revision": (409, "ld-02", {"revision": "the draft"}),
    "publish-revision": (
        409,
        "bb-01",
        {
            "revision": "the draft",
            "document_number": "示办发〔2026〕9号",
            "published_on": "2026-03-20",
            "effective_from": "2026-03-21",
        },
    ),
    "discard-revision": (412, "bb-01", {"revision": "the draft", "reason": "不用了"}),
    "suspend-item-by-law": (
        412,
        "bb-01",
        {"kind": "territorial", "item": "the item", "effective_from": "2026-03-21", "law": "新法"},
    ),
    "add-item": (412, "bb-01", {"revision": "the draft", "content": DRAFT}),
    "amend-item": (412, "bb-01", {"revision": "the draft", "item": "the item", "content": DRAFT, "reason": "改"}),
    "remove-item": (412, "bb-01", {"revision": "the draft", "item": "the item", "reason": "删"}),
    "import-items": (412, "bb-01", {"kind": "territorial", "items": [DRAFT]}),
}

MONTH = {
    "name": "2026年3月",
    "first_day": "2026-03-01",
    "last_day": "2026-03-31",
    "minimum": 10,
    "participation": 60,
    "aim": 95,
    "calls_low": 3,
    "calls_high": 120,
    "basis": "考核办法(示例)",
}
EXCLUSION = {"call": "the call", "organization": "bianban", "ground": "outage", "reason": "平台故障"}
ASSESSING: Mapping[str, tuple[int, Mapping[str, object]]] = {
    "propose-exclusion": (422, EXCLUSION),  # 编办 has no part in the call
    "decide-exclusion": (422, {"exclusion": 1, "approved": True, "reason": "属实"}),
    "freeze": (409, {}),
    "publish": (409, {"document": "通报1号"}),
    "withdraw": (412, {"reason": "起止月份填错"}),
}

DELEGATION = {
    "person": "the leader",
    "appointment": "the leader's post",
    "delegate": "a colleague",
    "ends_at": "2030-01-02T09:00:00+08:00",
    "reason": "外出培训",
}

C, D, L = Scope.CALLS_READ, Scope.DIRECTORY_READ, Scope.LISTS_READ
A = Scope.ASSESSMENT_READ
API = {
    "GET /api/v1/openapi.json": Row(EVERYBODY, anonymous=200, by_token=200),
    "GET /api/v1/viewer": Row(EVERYBODY, by_token=200),
    "POST /api/v1/viewer/post": Row((403, 403, 403), body={"appointment": str(uuid4())}),  # for people at a browser
    "POST /api/v1/calls": Row((201, 403, 403), scope=Scope.CALLS_WRITE, body={"text": "路灯不亮", "place": "府前路"}),
    "GET /api/v1/calls": Row(EVERYBODY, scope=C),
    "GET /api/v1/calls/{call_id}": Row((200, 404, 200), scope=C),
    "GET /api/v1/calls/{call_id}/alike": Row((200, 404, 200), scope=C),
    "POST /api/v1/bulk/{step}": Row(EVERYBODY, scope=Scope.CALLS_WRITE, body={"calls": [{"call": str(uuid4())}]}),
    "GET /api/v1/inbox": Row(EVERYBODY, scope=Scope.NOTICES_READ),
    "POST /api/v1/inbox/{notice_id}/read": Row((404, 404, 404), scope=Scope.NOTICES_WRITE),  # nobody was told this
    "POST /api/v1/inbox/read-all": Row(
        EVERYBODY, scope=Scope.NOTICES_WRITE, body={"up_to": "2026-03-02T09:00:00+08:00"}
    ),
    "GET /api/v1/calls/{call_id}/record": Row((200, 404, 200), scope=C),
    "GET /api/v1/calls/{call_id}/obligations/{place}": Row((200, 404, 200), scope=C),
    "GET /api/v1/calls/{call_id}/attachments": Row((200, 404, 200), scope=C),
    "GET /api/v1/calls/{call_id}/attachments/{sha256}": Row((200, 404, 200), scope=C),
    "POST /api/v1/attachments": Row(
        (201, 403, 403), scope=Scope.CALLS_WRITE, files=True, query={"idempotency_key": str(uuid4())}
    ),
    "POST /api/v1/calls/{call_id}/attachments": Row((201, 404, 403), scope=Scope.CALLS_WRITE, files=True),
    "GET /api/v1/lists": Row(EVERYBODY, scope=L),
    "GET /api/v1/lists/{kind}/revisions": Row(EVERYBODY, scope=L),
    "GET /api/v1/revisions/{revision_id}": Row((200, 404, 200), own="bb-01", scope=L),
    "GET /api/v1/revisions/{revision_id}/items": Row((200, 404, 200), own="bb-01", scope=L),
    "GET /api/v1/revisions/{revision_id}/changes": Row((200, 404, 200), own="bb-01", scope=L),
    "GET /api/v1/items": Row(EVERYBODY, scope=L, query={"words": "油烟"}),
    "GET /api/v1/items/{code}": Row(EVERYBODY, scope=L),
    "GET /api/v1/items/{code}/history": Row(EVERYBODY, scope=L),
    "GET /api/v1/organizations": Row(EVERYBODY, scope=D),
    "GET /api/v1/organizations/{organization_id}": Row(EVERYBODY, scope=D),
    "GET /api/v1/organizations/{organization_id}/periods": Row(EVERYBODY, scope=D),
    "GET /api/v1/organizations/{organization_id}/people": Row(EVERYBODY, scope=D),
    "GET /api/v1/delegations": Row(EVERYBODY, scope=D),
    "POST /api/v1/delegations": Row(
        (412, 403, 403), own="cd-03", other="cx-03", scope=Scope.DIRECTORY_WRITE, body=DELEGATION
    ),
    "POST /api/v1/delegations/{delegation_id}/end": Row(
        (412, 403, 403), own="cd-03", other="cx-03", scope=Scope.DIRECTORY_WRITE, body={"person": "the leader"}
    ),
    "GET /api/v1/rates": Row(EVERYBODY, scope=A),
    "GET /api/v1/rates/trend": Row(EVERYBODY, scope=A),
    "GET /api/v1/rates/definitions": Row(EVERYBODY, scope=A),
    "GET /api/v1/rates/lines": Row(EVERYBODY, scope=A, query={"measure": "response"}),
    "GET /api/v1/obligations": Row(EVERYBODY, scope=Scope.RECORDS_READ),
    "GET /api/v1/obligations.xlsx": Row(EVERYBODY, scope=Scope.RECORDS_READ),
    "GET /api/v1/obligations.pdf": Row((200, 200, 422), scope=Scope.RECORDS_READ),  # who reads all names one of them
    "GET /api/v1/rates/circular.docx": Row((200, 403, 200), own="pt-01", scope=A),
    "GET /api/v1/periods": Row(EVERYBODY, scope=A),
    "GET /api/v1/periods/{period_id}": Row(EVERYBODY, scope=A),
    "GET /api/v1/periods/{period_id}/lines": Row(EVERYBODY, scope=A, query={"measure": "response"}),
    "GET /api/v1/periods/{period_id}/exclusions": Row(EVERYBODY, scope=A),
    "POST /api/v1/periods": Row(  # no whole month: nothing is opened by asking
        (422, 403, 403), own="dc-01", scope=Scope.ASSESSMENT_WRITE, body=MONTH | {"last_day": "2026-03-30"}
    ),
    **{
        f"POST /api/v1/periods/{{period_id}}/{name}": Row(
            (status, 403, 403), own="dc-01", scope=Scope.ASSESSMENT_WRITE, body=body
        )
        for name, (status, body) in ASSESSING.items()
    },
    "GET /api/v1/status": Row((200, 403, 200), own="pt-01", scope=Scope.STATUS_READ),
    **{
        f"POST /api/v1/calls/{{call_id}}/{slug(one.command)}": Row(
            (STEP_ROWS[slug(one.command)][0], 403, 403),
            own=STEP_ROWS[slug(one.command)][1],
            other=STEP_ROWS[slug(one.command)][2],
            scope=Scope.CALLS_WRITE,
            body=EXAMPLES[one.command] | STEP_ROWS[slug(one.command)][3],
        )
        for one in STEPS
    },
    "GET /api/v1/supervision": Row(EVERYBODY, scope=Scope.SUPERVISION_READ),
    "GET /api/v1/calls/{call_id}/supervision": Row((200, 404, 200), scope=Scope.SUPERVISION_READ),
    "GET /api/v1/calls/{call_id}/supervision/{kind}/{number}/document.{form}": Row(
        (200, 404, 200), own="dc-01", scope=Scope.SUPERVISION_READ
    ),
    "GET /api/v1/calls/{call_id}/supervision/obligations/{place}": Row(
        (200, 404, 200), own="dc-01", scope=Scope.SUPERVISION_READ
    ),
    **{
        f"POST /api/v1/calls/{{call_id}}/supervision/{slug(one.command)}": Row(
            (SUPERVISION_ROWS[slug(one.command)][0], 403, 403),
            own=SUPERVISION_ROWS[slug(one.command)][1],
            other=SUPERVISION_ROWS[slug(one.command)][2],
            scope=Scope.SUPERVISION_WRITE,
            body=SUPERVISION_EXAMPLES[one.command] | SUPERVISION_ROWS[slug(one.command)][3],
        )
        for one in SUPERVISION_STEPS
    },
    **{
        f"POST /api/v1/lists/{name}": Row((status, 403, 403), own=own, scope=Scope.LISTS_WRITE, body=body)
        for name, (status, own, body) in LIST_STEPS.items()
    },
}

FORM = {"csrf_token": "of the page"}
PAGES = {
    "GET /sign-in": Row((303, 303, 303), anonymous=200, by_token=200),
    "POST /sign-in": Row((403, 403, 403), body={}, anonymous=403, by_token=403),  # no doorstep cookie: form expired
    "POST /sign-in/demonstration": Row((422, 422, 422), body=FORM, anonymous=422, by_token=422),
    "POST /sign-in/demonstration/next": Row((422, 422, 422), body=FORM),  # the gate first, then who comes in
    "POST /queue/bulk": Row((422, 422, 422), body={**FORM, "step": "accept"}),  # nothing chosen
    "POST /sign-out": Row((303, 303, 303), body=FORM),
    "POST /sign-out/everywhere": Row((303, 303, 303), body=FORM),
    "GET /account/post": Row(EVERYBODY),
    "POST /account/post": Row((303, 303, 303), body={**FORM, "appointment": "their own"}),
    "GET /account/password": Row(EVERYBODY),
    "POST /account/password": Row((404, 404, 404), body=FORM),  # one-click people have no password
    "GET /account/tokens": Row(EVERYBODY),
    "POST /account/tokens": Row((422, 422, 422), body=FORM),
    "POST /account/tokens/{token}/revoke": Row((404, 404, 404), body=FORM),
    "GET /account/notices": Row(EVERYBODY),
    "POST /account/notices": Row((303, 303, 303), body=FORM),
    "GET /account/delegation": Row(EVERYBODY),
    "POST /account/delegation": Row((422, 422, 422), body=FORM),  # nothing filled in; everybody has a post to delegate
    "POST /account/delegation/{delegation}/end": Row((404, 404, 404), body={**FORM, "person": "the leader"}),  # no such
    "GET /inbox": Row(EVERYBODY),
    "POST /inbox/read": Row((404, 404, 404), body={**FORM, "notice": str(uuid4())}),  # nobody's
    "POST /inbox/open": Row((404, 404, 404), body={**FORM, "notice": str(uuid4())}),
    "POST /inbox/read-all": Row((303, 303, 303), body={**FORM, "up_to": "2026-03-18T09:00:00+08:00"}),
    "GET /": Row(EVERYBODY),
    "GET /queue": Row((307, 307, 307), anonymous=307, by_token=307),
    "GET /queue/{which}": Row(EVERYBODY),
    "GET /search": Row(EVERYBODY, query={"q": "路灯"}),
    "GET /calls/new": Row((200, 403, 403)),
    "POST /calls/new": Row((422, 403, 403), body=FORM),
    "GET /calls/{call_id}/files/{sha256}": Row((200, 404, 200)),
    "GET /live": Row((404, 404, 404), query={"topics": f"call:{uuid4()}"}),  # another's topic; one's own never ends
    "GET /lists": Row(EVERYBODY),
    "GET /lists/{kind}": Row(EVERYBODY),
    "GET /revisions/{revision_id}": Row((200, 404, 200), own="bb-01"),
    "GET /items/{code}": Row(EVERYBODY),
    "GET /directory": Row(EVERYBODY),
    "GET /organizations/{organization_id}": Row(EVERYBODY),
    "GET /status": Row((200, 403, 200), own="pt-01"),
    "GET /rates": Row(EVERYBODY),
    "GET /rates/lines": Row(EVERYBODY, query={"measure": "response"}),
    "GET /rates/trend": Row(EVERYBODY),
    "GET /rates/circular.docx": Row((200, 403, 200), own="pt-01"),
    "GET /periods": Row(EVERYBODY),
    "POST /periods": Row((422, 403, 403), own="dc-01", body=FORM),
    "GET /periods/{period_id}": Row(EVERYBODY),
    "GET /periods/{period_id}/lines": Row(EVERYBODY, query={"measure": "response"}),
    "POST /periods/{period_id}/{step}": Row((422, 403, 403), own="dc-01", body=FORM),
    "GET /record": Row(EVERYBODY),
    "GET /record.xlsx": Row(EVERYBODY),
    "GET /record.pdf": Row((200, 200, 422)),  # about one organization: who sees all of them names it
    "GET /calls/{call_id}": Row((200, 404, 200)),
    "GET /calls/{call_id}/obligations/{place}": Row((200, 404, 200)),
    "POST /calls/{call_id}/{step}": Row((412, 403, 403), body={**FORM, "text": "备注", "expected_version": "1"}),
    "GET /calls/{call_id}/triage": Row((200, 404, 303), own="pt-01", other="rx-01"),  # to the call it may read
    "GET /calls/{call_id}/triage/items": Row((200, 404, 403), own="pt-01", other="rx-01", query={"q": "油烟"}),
    "POST /calls/{call_id}/triage": Row(
        (412, 403, 403),
        own="pt-01",
        other="rx-01",
        body={**FORM, "basis": "powers", "reference": "三定", "lead": "zhzfj", "expected_version": "1"},
    ),
    "GET /supervision": Row(EVERYBODY),
    "GET /calls/{call_id}/supervision": Row((200, 404, 200)),
    "GET /calls/{call_id}/supervision/obligations/{place}": Row((200, 404, 200), own="dc-01"),
    "GET /calls/{call_id}/supervision/{kind}/{number}": Row((200, 404, 200), own="dc-01"),
    "GET /calls/{call_id}/supervision/{kind}/{number}/document.{form}": Row((200, 404, 200), own="dc-01"),
    "POST /calls/{call_id}/supervision/{step}": Row(
        (412, 403, 403), own="dc-01", body={**FORM, "order": "1", "reason": "另行办理", "expected_version": "1"}
    ),
    "GET /static": Row(EVERYBODY, anonymous=200, by_token=200),
}
THEN = {"as_of": "2026-03-19T12:00:00+08:00"}
"""A moment after everything the matrix asks about was begun."""
_MATTERS = (
    "/calls/{call_id}",
    "/calls/{call_id}/obligations/{place}",
    "/calls/{call_id}/supervision",
    "/calls/{call_id}/supervision/obligations/{place}",
)
_PAPER = "/calls/{call_id}/supervision/{kind}/{number}"


def _then(name: str, row: Row) -> Row:
    """Answered to nobody who is not answered now; of supervision, to whom its drafts are known."""
    return replace(row, query=THEN, own="dc-01" if "/supervision" in name else row.own)


API |= {f"{name}?as_of": _then(name, API[name]) for name in (f"GET /api/v1{path}" for path in _MATTERS)}
PAGES |= {f"{name}?as_of": _then(name, PAGES[name]) for name in (f"GET {path}" for path in (*_MATTERS, _PAPER))}
ROWS = API | PAGES
"""By method and path; with `?as_of`, the same as of an earlier moment."""
