"""保密: what of a call's record a viewer reads: a citizen's identity, and the original of a confidential call."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from domain.calls.call import Call
from domain.shared.events import EVENT_TYPES
from projections.scope import Viewer

IDENTITY_FIELDS = ("informant_name", "informant_phone")
"""Only the calling township and the platform read them; everybody else gets a mask, or nothing (domain.md §4, §9)."""

KEPT_BACK = "〔举报人保密,原文由镇街和平台保管〕"
"""What stands where a text stood that is kept back."""

_MARK = "calls.ConfidentialityMarked"
_OF_THE_MARK = ("about", "reason")


def keeps(call: Call, viewer: Viewer) -> bool:
    """Whether the viewer's organization keeps the original."""
    return viewer.organization in call.keepers


def kept_back(call: Call, version: int, organization: UUID) -> bool:
    """Whether a fact of a confidential call is part of the original: what was written by those who keep it (or by the
    duty room, which takes calls in as well) before the edited text stood beside it."""
    since = call.confidential.since if call.confidential is not None else 0
    return version < since and (organization in call.keepers or organization == call.duty_room)


def readable(call: Call, viewer: Viewer, fact: dict[str, Any], *, wire: str, version: int, by: UUID) -> dict[str, Any]:
    """A fact as the viewer may read it."""
    if keeps(call, viewer):
        return fact
    if call.confidential is None:
        return masked(fact)
    if wire == _MARK:
        return _without(fact, _OF_THE_MARK)
    if not kept_back(call, version, by):
        return _without(fact, IDENTITY_FIELDS)
    sealed = EVENT_TYPES[wire].sealed_fields
    shown = _without(fact, (*IDENTITY_FIELDS, "attachments", "attachment_names", "item_hint"))
    return {name: KEPT_BACK if name in sealed and value else value for name, value in shown.items()}


def _without(fact: dict[str, Any], names: Iterable[str]) -> dict[str, Any]:
    hidden = frozenset(names)
    return {name: value for name, value in fact.items() if name not in hidden}


def masked(fact: dict[str, Any]) -> dict[str, Any]:
    """The fact with a citizen's identity masked: 张**, 138****1234."""
    if not any(fact.get(name) for name in IDENTITY_FIELDS):
        return fact
    hidden = dict(fact)
    if name := hidden.get("informant_name"):
        hidden["informant_name"] = name[0] + "**"
    if phone := hidden.get("informant_phone"):
        hidden["informant_phone"] = phone[:3] + "****" + phone[-4:] if len(phone) >= 9 else "****"
    return hidden
