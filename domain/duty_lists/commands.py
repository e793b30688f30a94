"""责任清单的办理: every command of the duty lists with its handler, and which of them a person may take now."""

from uuid import UUID

from domain.directory.kinds import OrganizationKind
from domain.duty_lists import import_command, item_commands, revision_commands, rights
from domain.duty_lists.item_commands import AddItem, AmendItem, RemoveItem
from domain.duty_lists.kinds import RevisionStage
from domain.duty_lists.revision_commands import (
    ApproveRevision,
    DiscardRevision,
    PublishRevision,
    ReviewRevision,
    SendRevisionBack,
    SubmitRevision,
)
from domain.shared.commands import Command, Handlers

HANDLERS: Handlers = {**revision_commands.HANDLERS, **item_commands.HANDLERS, **import_command.HANDLERS}

_DRAFTING: dict[RevisionStage, tuple[type[Command], ...]] = {
    RevisionStage.DRAFT: (SubmitRevision, AddItem, AmendItem, RemoveItem, DiscardRevision),
    RevisionStage.SUBMITTED: (DiscardRevision,),
    RevisionStage.REVIEWED: (DiscardRevision,),
    RevisionStage.APPROVED: (PublishRevision, SendRevisionBack, DiscardRevision),
}


def possible_steps(
    stage: RevisionStage, keeper: UUID, post: str, organization: UUID, organization_kind: str
) -> tuple[type[Command], ...]:
    """What this person may do with a revision now, the step onwards first. Pages show exactly these."""
    kind = OrganizationKind(organization_kind)
    steps: tuple[type[Command], ...] = ()
    if stage is RevisionStage.SUBMITTED and rights.reviewing(post, kind) is None:
        steps = (ReviewRevision, SendRevisionBack)
    if stage is RevisionStage.REVIEWED and rights.approving(post, kind) is None:
        steps = (ApproveRevision, SendRevisionBack)
    if rights.keeping(post, organization, keeper) is None:
        steps += _DRAFTING.get(stage, ())
    return steps
