"""批量办理: one step on several calls at once, each decided and recorded for itself; by page and by API."""

from collections.abc import Mapping
from uuid import UUID

from api.calls.commands import slug
from api.security.gate import actor_of
from api.services import Services
from api.validation import parsed
from domain.calls.asking import CallCommand
from domain.calls.call import Call
from domain.calls.intake.acceptance import AcceptCall
from domain.calls.intake.submission import EndorseCall
from domain.calls.work.completion import ResolveCall
from domain.obligations.words import Action
from domain.shared.commands import Ask, Receipt
from domain.shared.identifiers import derived_id
from projections.scope import Viewer

BULK: Mapping[Action, type[CallCommand]] = {
    Action.ENDORSE: EndorseCall,
    Action.ACCEPT: AcceptCall,
    Action.RESOLVE: ResolveCall,
}
"""Steps that ask for nothing that must be looked at call by call. What states a fact of the site is not among them."""

BULK_BY_SLUG = {slug(command): command for command in BULK.values()}
"""The same by the last part of the step's path."""

MOST_AT_ONCE = 50
"""A page of the queue."""


def take_on(
    services: Services, viewer: Viewer, command: type[CallCommand], command_id: UUID, call: Call, version: int | None
) -> Receipt:
    """Take the step on one of the calls. Asked again with the same id, each call gets the same answer. Refuses what
    the step does."""
    ask = Ask(derived_id(command_id, str(call.id)), actor_of(viewer), expected_version=version)
    return services.commands.execute(parsed(command, {"call_id": call.id}), ask)
