"""提醒与抄送的事实: the township urges who is late, and somebody gets a copy who owes nothing."""

from domain.calls.events import CallEvent, OrganizationRef
from domain.shared.deadlines import Instant
from domain.shared.events import SealedText


class CallerReminded(CallEvent, wire="calls.CallerReminded"):
    """乡镇催办: a township urged an organization about what it is late with. `again` is when it may urge it next.
    `township`: which one, where that is another than the calling one."""

    organization: OrganizationRef
    task: str
    task_text: str
    due: Instant
    again: Instant
    township: OrganizationRef | None = None
    text: SealedText = ""


class CopySent(CallEvent, wire="calls.CopySent"):
    """抄送: the organization may read the call from now on. It owes nothing and takes no step."""

    organization: OrganizationRef
    sender: OrganizationRef
    text: SealedText = ""
