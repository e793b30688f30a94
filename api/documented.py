"""接口说明: where the API stands, and how a refusal is documented, the same for every route of it."""

from typing import Any

from pydantic import BaseModel, Field

API = "/api/v1"
"""Where every route of the API stands."""


class FieldProblemBody(BaseModel):
    """一处填写问题."""

    field: str = Field(description="字段路径")
    title: str = Field(description="字段名称")
    message: str = Field(description="问题说明")


class ProblemBody(BaseModel):
    """问题说明(RFC 9457)。`code` 固定不变,供程序判断;`detail` 说明规则和办法,供人阅读。"""

    type: str = Field(examples=["urn:huying:problem:wrong-stage"])
    title: str = Field(description="问题类别")
    status: int = Field(description="HTTP 状态码")
    detail: str = Field(description="哪条规则不允许,以及怎么办")
    code: str = Field(description="问题代码")
    field: str | None = Field(default=None, description="第一个有问题的字段")
    rule: str | None = Field(default=None, description="所依据的规则")
    errors: list[FieldProblemBody] | None = Field(default=None, description="逐项填写问题")
    request_id: str | None = Field(default=None, description="请求编号,联系管理员时使用")


_TEXTS = {
    400: "请求无法读取",
    401: "未登录或令牌失效",
    403: "无权办理或令牌缺少权限范围",
    404: "没有该事项或无权查看",
    405: "该地址不支持这种操作方式",
    409: "不符合办理规则",
    410: "内容已依令撤除",
    412: "已被他人更新",
    413: "内容过大",
    415: "不接收该内容格式",
    422: "填写内容有误",
    503: "服务暂不可用",
    507: "附件存储空间不足",
}

Responses = dict[int | str, dict[str, Any]]


def problems(*statuses: int) -> Responses:
    """The problem responses with these statuses, for `responses=` of a route.

    The schema is given by name rather than as `model`: that would document it as application/json.
    """
    schema = {"$ref": "#/components/schemas/ProblemBody"}
    return {
        status: {"description": _TEXTS[status], "content": {"application/problem+json": {"schema": schema}}}
        for status in sorted(statuses)
    }


READING = problems(400, 401, 403, 404, 422, 503)
"""What any query may answer instead."""

WRITING = problems(400, 401, 403, 404, 409, 412, 413, 422, 503)
"""What any command may answer instead."""


def with_problem_schema(document: dict[str, Any]) -> dict[str, Any]:
    """The OpenAPI document with the schema that `problems` names."""
    schema = ProblemBody.model_json_schema(ref_template="#/components/schemas/{model}")
    parts = schema.pop("$defs", {})
    document.setdefault("components", {}).setdefault("schemas", {}).update({"ProblemBody": schema, **parts})
    return document
