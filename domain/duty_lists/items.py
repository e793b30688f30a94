"""事项与职责: what one item of a list says, and the fingerprint of all items bound together."""

import hashlib
import json
import unicodedata
from collections.abc import Iterable
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from domain.duty_lists.kinds import DutyMode, DutyRole, LimitedAction
from domain.shared.deadlines import Limit
from domain.shared.urgency import Urgency

TOWNSHIP_CONCERNED = "属地乡镇(街道)"
"""Stands as a bearer's name where the duty falls on whichever township the matter lies in."""


class _Part(BaseModel):
    """A part of an item. Newer releases may add fields: what an older event lacks takes the default."""

    model_config = ConfigDict(frozen=True)


class NamedOrganization(_Part):
    """机构: id and its name of that day."""

    organization: UUID
    name: str


class Area(_Part):
    """适用范围: the named townships, or everywhere in the county when none is named."""

    townships: tuple[NamedOrganization, ...] = ()

    def covers(self, township: UUID | None) -> bool:
        """True when a matter in this township falls under it. None: a matter of no particular township."""
        return not self.townships or any(named.organization == township for named in self.townships)

    @property
    def label(self) -> str:
        """全县, or the townships by name."""
        return "、".join(named.name for named in self.townships) or "全县"


class Bearer(_Part):
    """责任主体: an organization, or the township concerned (`organization` None)."""

    organization: UUID | None = None
    name: str = TOWNSHIP_CONCERNED

    @property
    def is_township_concerned(self) -> bool:
        """True when the duty falls on the township in which the matter lies."""
        return self.organization is None

    def is_borne_by(self, organization: UUID, township: UUID | None) -> bool:
        """True when this organization bears it, for a matter in `township`."""
        return organization == (self.organization or township)


class ActionLimit(_Part):
    """环节时限: within what time an action is due, at an urgency."""

    action: LimitedAction
    urgency: Urgency
    limit: Limit


class Duty(_Part):
    """职责: bearer, role, mode and the text as the list prints it."""

    bearer: Bearer
    role: DutyRole
    mode: DutyMode = DutyMode.ON_CALL
    text: str


class ProcessStep(_Part):
    """流程环节: what is done, by whom, within what time, up to where (分界点) and how it is handed on (衔接点)."""

    name: str
    bearer: Bearer
    limits: tuple[ActionLimit, ...] = ()
    demarcation: str = ""
    handover: str = ""


class ListItem(_Part):
    """事项: one matter with the duties on either side.

    `code` stays the same over all revisions of the list; `number` is the place in this revision. `batch` is the
    revision that first listed it; `document_number` the document its present text came with (empty while that is the
    revision's own). `guidance_item` names the item of the higher level's catalogue that it implements.
    """

    code: str
    number: int
    field: str
    title: str
    duties: tuple[Duty, ...]
    legal_basis: str = ""
    source_note: str = ""
    steps: tuple[ProcessStep, ...] = ()
    limits: tuple[ActionLimit, ...] = ()
    batch: int
    document_number: str = ""
    guidance_item: str = ""

    def duties_of(self, organization: UUID, township: UUID | None) -> tuple[Duty, ...]:
        """What this organization must do about a matter that lies in `township`."""
        return tuple(duty for duty in self.duties if duty.bearer.is_borne_by(organization, township))

    def bearers(self, role: DutyRole) -> tuple[Bearer, ...]:
        """Who stands in that role, each once, in the order of the list."""
        return tuple(dict.fromkeys(duty.bearer for duty in self.duties if duty.role is role))

    def limit(self, action: LimitedAction, urgency: Urgency) -> Limit | None:
        """The item's own limit, or None where the county's default holds."""
        for own in self.limits:
            if own.action is action and own.urgency is urgency:
                return own.limit
        return None

    def says_the_same(self, other: "ListItem") -> bool:
        """True when both say the same; place, batch, document number and the bearers' names of the day aside."""
        return self._said() == other._said()

    def _said(self) -> "ListItem":
        return self.model_copy(
            update={
                "number": 0,
                "batch": 0,
                "document_number": "",
                "duties": tuple(duty.model_copy(update={"bearer": duty.bearer.organization}) for duty in self.duties),
                "steps": tuple(step.model_copy(update={"bearer": step.bearer.organization}) for step in self.steps),
            }
        )


def title_key(field: str, title: str) -> tuple[str, str]:
    """By what two items of one field have the same title: width, case and blanks aside."""
    return _bare(field), _bare(title)


def content_hash(items: Iterable[ListItem]) -> str:
    """合订本指纹: SHA-256 (hexadecimal) over the canonical JSON of all items, ordered by code.

    Canonical: keys sorted, no blanks, UTF-8; fields that hold their default (empty) value are left out, so that a
    field added in a later release changes no hash. Anybody can compute it from the published items.
    """
    bound = [item.model_dump(mode="json", exclude_defaults=True) for item in sorted(items, key=lambda i: i.code)]
    text = json.dumps(bound, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _bare(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())
