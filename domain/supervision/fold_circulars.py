"""折叠·通报: what drafting, signing, rectifying and its confirmation make of a circular."""

from typing import Any

from domain.calls.events import OrganizationRef
from domain.obligations.words import Action
from domain.shared.changes import changed
from domain.supervision import events as e
from domain.supervision.fold_obligations import Steps, done, owes, unsigned
from domain.supervision.matter import Circular, Matter
from domain.supervision.words import CircularStage


def _circular_drafted(matter: Matter, event: e.CircularDrafted) -> Matter:
    circular = Circular(
        circular=event.circular,
        number=event.number,
        level=event.level,
        issuer=event.issuer.id,
        issuer_name=event.issuer.name,
        addressee=event.addressee.id,
        addressee_name=event.addressee.name,
        items=event.items,
        stage=CircularStage.DRAFTED,
        drafted_at=event.recorded_at,
    )
    matter = changed(matter, circulars=(*matter.circulars, circular))
    return owes(matter, Action.SIGN_CIRCULAR, event.issuer, event.sign, event.circular, event.issuer)


def _circular_amended(matter: Matter, event: e.CircularAmended) -> Matter:
    return _with_circular(matter, event.circular, items=event.items)


def _circular_lapsed(matter: Matter, event: e.CircularLapsed) -> Matter:
    matter = unsigned(matter, Action.SIGN_CIRCULAR, event.circular, event.since)
    return _with_circular(matter, event.circular, stage=CircularStage.DISCARDED)


def _circular_discarded(matter: Matter, event: e.CircularDiscarded) -> Matter:
    matter = done(matter, event, Action.SIGN_CIRCULAR, event.circular)
    return _with_circular(matter, event.circular, stage=CircularStage.DISCARDED)


def _circular_issued(matter: Matter, event: e.CircularIssued) -> Matter:
    matter = done(matter, event, Action.SIGN_CIRCULAR, event.circular)
    matter = _with_circular(
        matter,
        event.circular,
        stage=CircularStage.ISSUED,
        items=event.items,
        issued_at=event.recorded_at,
        signed_by=event.signed_by,
        copies=event.copies,
        demands=event.demands or "",
    )
    return owes(matter, Action.RECTIFY, event.addressee, event.rectify, event.circular, event.issuer)


def _rectification_reported(matter: Matter, event: e.RectificationReported) -> Matter:
    matter = done(matter, event, Action.RECTIFY, event.circular)
    matter = _with_circular(matter, event.circular, stage=CircularStage.REPORTED, rectification=event.text)
    circular = matter.circulars[event.circular - 1]
    by = OrganizationRef(id=circular.issuer, name=circular.issuer_name)
    return owes(matter, Action.CONFIRM_RECTIFICATION, by, event.confirm, event.circular, event.organization)


def _rectification_confirmed(matter: Matter, event: e.RectificationConfirmed) -> Matter:
    matter = done(matter, event, Action.CONFIRM_RECTIFICATION, event.circular)
    return _with_circular(matter, event.circular, stage=CircularStage.RECTIFIED)


def _rectification_refused(matter: Matter, event: e.RectificationRefused) -> Matter:
    matter = done(matter, event, Action.CONFIRM_RECTIFICATION, event.circular)
    matter = _with_circular(matter, event.circular, stage=CircularStage.ISSUED)
    circular = matter.circulars[event.circular - 1]
    by = OrganizationRef(id=circular.addressee, name=circular.addressee_name)
    to = OrganizationRef(id=circular.issuer, name=circular.issuer_name)
    return owes(matter, Action.RECTIFY, by, event.rectify, event.circular, to)


def _with_circular(matter: Matter, circular: int, **fields: Any) -> Matter:
    amended = changed(matter.circulars[circular - 1], **fields)
    return changed(matter, circulars=(*matter.circulars[: circular - 1], amended, *matter.circulars[circular:]))


STEPS: Steps = {
    e.CircularDrafted: _circular_drafted,
    e.CircularAmended: _circular_amended,
    e.CircularLapsed: _circular_lapsed,
    e.CircularDiscarded: _circular_discarded,
    e.CircularIssued: _circular_issued,
    e.RectificationReported: _rectification_reported,
    e.RectificationConfirmed: _rectification_confirmed,
    e.RectificationRefused: _rectification_refused,
}
"""By fact: the matter before, the fact, the matter after."""
