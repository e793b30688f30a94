"""陈述的事实: what an organization has to say about one thing it owed."""

from pydantic import Field

from domain.calls.events import CallEvent, Files, OrganizationRef
from domain.obligations.words import Action
from domain.shared.events import SealedText


class StatementAdded(CallEvent, Files, wire="calls.StatementAdded"):
    """陈述: beside an obligation, by its bearer. It changes neither its state nor its clock.

    `obligation` is its place in the call; action and opening fact stand beside it, so that the fact explains itself.
    `supervision`: the county's 督查机构, which is told. Facts without it tell the platform alone: those of before, and
    where the call is about its own staff.
    """

    organization: OrganizationRef
    obligation: int = Field(ge=0)
    action: Action
    opened_by: int = Field(ge=1)
    text: SealedText
    supervision: OrganizationRef | None = None
