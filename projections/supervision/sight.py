"""可见范围 of matters of supervision: which a viewer may read, and what of them."""

from sqlalchemy import ColumnElement, false

from domain.obligations.words import OF_CIRCULARS
from domain.shared.posts import Post
from domain.supervision.matter import Matter
from domain.supervision.words import SuspicionState
from projections.calls.sight import not_kept_from
from projections.scope import Viewer
from projections.supervision.tables import matters


def may_know_document(viewer: Viewer, matter: Matter, is_order: bool, number: int) -> bool:
    """Whether the viewer may know of an order or circular: nobody but its issuer and those who supervise knows of one
    that no leader has signed."""
    document = matter.order(number) if is_order else matter.circular(number)
    if document is None:
        return False
    return viewer.sees_all or viewer.organization == document.issuer or document.issued_at is not None


def may_know_obligation(viewer: Viewer, matter: Matter, place: int) -> bool:
    """Whether the viewer may know of what the matter asks for: to sign a document is known like the document."""
    owed = matter.obligations[place]
    return may_know_document(viewer, matter, owed.action not in OF_CIRCULARS, owed.entry)


def may_know_suspicion(viewer: Viewer, matter: Matter, number: int) -> bool:
    """Whether the viewer may know of a suspicion: whom it is about, those who supervise, and once it is confirmed the
    calling township."""
    suspicion = matter.suspicion(number)
    if suspicion is None:
        return False
    confirmed = suspicion.state is SuspicionState.CONFIRMED and viewer.organization == matter.about.township.id
    return viewer.sees_all or viewer.organization == suspicion.organization or confirmed


def visible(viewer: Viewer) -> ColumnElement[bool]:
    """Which matters the viewer may read: whoever it concerns theirs, an administrator none."""
    if viewer.sees_all:
        return not_kept_from(viewer, matters.c.call)
    if viewer.post is Post.ADMINISTRATOR:
        return false()
    return matters.c.concerned.contains([viewer.organization])
