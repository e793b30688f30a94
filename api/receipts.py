"""回执与请求头: how a command comes in over HTTP and how its answer goes out."""

from typing import Annotated
from uuid import UUID, uuid4

from fastapi import Header
from pydantic import BaseModel, Field
from starlette.responses import Response

from api.security.gate import actor_of
from domain.shared.commands import Ask, Receipt
from domain.shared.refusals import Invalid
from projections.scope import Viewer

IdempotencyKey = Annotated[
    UUID | None,
    Header(
        alias="Idempotency-Key",
        description="请求编号(UUID)。同一编号重复提交只办理一次,得到同样的回执。",
        examples=["0b2f5f0e-6f0e-4c55-9f0e-2f6d5d1c7a11"],
    ),
]
IfMatch = Annotated[
    str | None,
    Header(alias="If-Match", description='所见版本号,如 "3";他人已更新时返回 412。', examples=['"3"']),
]


class ReceiptBody(BaseModel):
    """回执: 办理形成的记录所在位置。"""

    command_id: UUID = Field(description="请求编号")
    id: UUID | None = Field(description="事项编号")
    version: int = Field(description="办理后的版本号")
    position: int = Field(description="记录位置,可作为查询参数 min_position")
    repeated: bool = Field(description="是否为重复提交得到的首次回执")


def ask_of(viewer: Viewer, key: UUID | None, if_match: str | None) -> Ask:
    """The envelope of an HTTP command. Refuses Invalid for an If-Match that is no version."""
    expected = None
    if if_match is not None and if_match != "*":
        text = if_match.removeprefix("W/").strip('"')
        if not text.isdecimal() or len(text) > 15:
            raise Invalid('If-Match 须为所见版本号,如 "3"。', field="If-Match")
        expected = int(text)
    return Ask(command_id=key or uuid4(), actor=actor_of(viewer), expected_version=expected)


def receipt_body(receipt: Receipt, response: Response) -> ReceiptBody:
    """The answer, with the new version as ETag."""
    response.headers["ETag"] = f'"{receipt.version}"'
    return ReceiptBody(
        command_id=receipt.command_id,
        id=receipt.stream,
        version=receipt.version,
        position=receipt.position,
        repeated=receipt.repeated,
    )
