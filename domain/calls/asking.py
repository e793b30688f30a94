"""请求的共同部分: what every step on a call asks with, and how a handler begins."""

from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import Field, model_validator

from domain.calls import events as e
from domain.calls import rights
from domain.calls.call import Call
from domain.calls.rights import Step
from domain.calls.setting import Setting
from domain.shared.commands import Command, Desk
from domain.shared.posts import Post

TEXT = 5_000
"""Longest text of one field, in characters; more belongs into an attachment."""


class CallCommand(Command):
    """A step on an existing call."""

    call_id: UUID = Field(title="呼叫事项")


class WithFiles(Command):
    """A step that can carry attachments, already stored by their hash."""

    attachments: tuple[e.Attachment, ...] = Field(default=(), title="附件", max_length=20)
    attachment_names: tuple[Annotated[str, Field(min_length=1, max_length=255)], ...] = Field(
        default=(), title="附件名称", max_length=20
    )

    @model_validator(mode="after")
    def _every_file_has_its_name(self) -> Self:
        # A record that names other files than it carries could never be shown.
        if self.attachment_names and len(self.attachment_names) != len(self.attachments):
            raise ValueError("附件与附件名称的数目不一致,请重新选择附件。")
        return self

    @property
    def files(self) -> dict[str, Any]:
        """The files as a fact carries them."""
        return {"attachments": self.attachments, "attachment_names": self.attachment_names}


def begin(step: Step, command: CallCommand, desk: Desk) -> tuple[Setting, Call]:
    """The call a command is about, once its actor may take this step now. Refuses NotFound and what `Step` refuses."""
    setting = Setting(desk)
    call = setting.call(command.call_id)
    actor = desk.envelope.actor
    rights.check(step, call, Post(actor.post), actor.organization)
    return setting, call
