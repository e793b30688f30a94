"""举报人保密的事实: what is kept back from whoever handles a call, and what they read instead (domain.md §4)."""

from domain.calls.events import CallEvent, OrganizationRef
from domain.shared.events import SealedText


class ConfidentialityMarked(CallEvent, wire="calls.ConfidentialityMarked"):
    """标记举报人保密. The informant stays with the township and the platform.

    With `text` (and `place`, where that tells too much as well) the original stays with them, too: everybody else reads
    these instead. `about`: whose staff is complained about; the call never goes there.
    """

    about: OrganizationRef | None = None
    text: SealedText | None = None
    place: SealedText | None = None
    reason: SealedText
