"""填写校验: what pydantic says about an input, in Chinese and by the name the field has on the page."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel, ValidationError
from starlette.requests import Request

from domain.shared.refusals import Invalid, Refusal

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """一处填写问题: `field` is its path for machines, `title` its name on the page, `message` the whole sentence."""

    field: str
    title: str
    message: str


class InvalidFields(Invalid):
    """The input was refused field by field."""

    def __init__(self, problems: Sequence[FieldProblem]) -> None:
        self.problems = tuple(problems)
        sentences = "".join(problem.message for problem in self.problems[:5])
        super().__init__(sentences, field=self.problems[0].field or None)


def field_errors(refusal: Refusal | None) -> dict[str, str]:
    """The faults by field, to stand beside the fields."""
    if isinstance(refusal, InvalidFields):
        return {problem.field.partition(".")[0]: problem.message for problem in refusal.problems}
    if refusal is not None and refusal.field:
        return {refusal.field: refusal.message}
    return {}


def parsed(model: type[Model], values: Mapping[str, Any]) -> Model:
    """The values as the model. Refuses InvalidFields: for forms whose command is found by its name."""
    try:
        return model.model_validate(dict(values))
    except ValidationError as error:
        raise InvalidFields([_field_problem(one, one["loc"], model) for one in error.errors()]) from None


def invalid_request(request: Request, error: RequestValidationError) -> InvalidFields:
    """The refusal for what FastAPI could not read of a request."""
    route = request.scope.get("route")
    problems = []
    for one in error.errors():
        where, loc = str(one["loc"][0]), tuple(one["loc"][1:])
        problems.append(_field_problem(one, loc, _declared(route, where, loc)))
    return InvalidFields(problems)


def refuse_unknown_parameters(request: Request) -> None:
    """A query parameter that the route does not have: left unread, a misspelt filter would answer with too much.
    Refuses InvalidFields."""
    route = request.scope.get("route")
    if not request.query_params or not isinstance(route, APIRoute):
        return
    known = _query_parameters(route)
    unknown = [name for name in dict.fromkeys(request.query_params) if name not in known]
    if unknown:
        way_out = f"可用的有:{'、'.join(known)}" if known else "它没有查询参数"
        raise InvalidFields(
            [FieldProblem(name, name, f"本接口没有查询参数“{name[:40]}”,请删去或改正;{way_out}。") for name in unknown]
        )


def _query_parameters(route: APIRoute) -> tuple[str, ...]:
    names: list[str] = []
    dependants = [route.dependant]
    while dependants:
        dependant = dependants.pop()
        dependants.extend(dependant.dependencies)
        names += [field.alias for field in dependant.query_params]
    return tuple(sorted(set(names)))


def _declared(route: object, where: str, loc: tuple[int | str, ...]) -> object:
    """What the route declares at a place: the model of its body, or one parameter."""
    if not isinstance(route, APIRoute):
        return None
    if where == "body":
        return route.body_field.field_info.annotation if route.body_field else None
    dependants = [route.dependant]
    while dependants:
        dependant = dependants.pop()
        dependants.extend(dependant.dependencies)
        for field in [*dependant.path_params, *dependant.query_params, *dependant.header_params]:
            if loc and field.alias == loc[0]:
                return _Titled(field.field_info.title or "", field.field_info.annotation)
            if _model(field.field_info.annotation) is not None:
                return field.field_info.annotation
    return None


@dataclass(frozen=True, slots=True)
class _Titled:
    """A single parameter: nothing to walk into."""

    title: str
    annotation: object


def _field_problem(error: Mapping[str, Any], loc: Sequence[int | str], declared: object) -> FieldProblem:
    if error["type"] in _WHOLE:
        loc = ()
    path = ".".join(str(step) for step in loc)
    title = _title(declared, loc) or path
    named = f"“{title}”" if title else "提交的内容"
    return FieldProblem(path, title, _sentence(error, named))


def _title(declared: object, loc: Sequence[int | str]) -> str:
    """The title of the innermost field of `loc` that has one, with the row number inside a list."""
    if isinstance(declared, _Titled):
        return declared.title
    title, kind = "", declared
    for step in loc:
        if isinstance(step, int):
            title = f"{title}第 {step + 1} 项"
            continue
        model = _model(kind)
        if model is None:
            break
        for name, field in model.model_fields.items():
            if step in (name, field.alias):
                title = f"{title} {field.title or ''}".strip()
                kind = field.annotation
                break
        else:
            return ""
    return title


def _model(annotation: object) -> type[BaseModel] | None:
    """The model within Optional, Annotated, list …, or None."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) in (Annotated, Union, UnionType, list, tuple):
        for part in get_args(annotation):
            found = _model(part)
            if found is not None:
                return found
    return None


_WHOLE = frozenset({"json_invalid", "model_attributes_type", "model_type", "dict_type"})
"""Errors about the body as a whole: their place is a position in the text, not a field."""

_SENTENCES = {
    "missing": "请填写{named}。",
    "extra_forbidden": "{named}不是可填写的内容,请删去。",
    "string_too_short": "{named}至少填写 {min_length} 个字。",
    "string_too_long": "{named}最多填写 {max_length} 个字,请精简。",
    "string_pattern_mismatch": "{named}的格式不正确。",
    "too_short": "{named}至少要有 {min_length} 项。",
    "too_long": "{named}最多 {max_length} 项。",
    "greater_than": "{named}应大于 {gt}。",
    "greater_than_equal": "{named}不能小于 {ge}。",
    "less_than": "{named}应小于 {lt}。",
    "less_than_equal": "{named}不能大于 {le}。",
    "json_invalid": "{named}不是有效的 JSON。",
    "enum": "{named}不在可选范围内,请重新选择。",
    "literal_error": "{named}不在可选范围内,请重新选择。",
    "uuid_parsing": "{named}不是有效的编号。",
    "uuid_type": "{named}不是有效的编号。",
    "int_parsing": "{named}应为整数。",
    "int_from_float": "{named}应为整数。",
    "float_parsing": "{named}应为数字。",
    "decimal_parsing": "{named}应为数字。",
    "bool_type": "请选择{named}。",
    "bool_parsing": "{named}应为“是”或“否”。",
    "timezone_aware": "{named}须带有时区,形如 2026-05-01T09:00:00+08:00。",
    "model_attributes_type": "{named}应为 JSON 对象,请求头 Content-Type 应为 application/json。",
}

_FAMILIES = {
    "datetime_": "{named}不是有效的时间,形如 2026-05-01T09:00:00+08:00。",
    "date_": "{named}不是有效的日期,形如 2026-05-01。",
    "time_": "{named}不是有效的时刻,形如 09:00。",
    "string_": "{named}应为文字。",
    "int_": "{named}应为整数。",
    "list_": "{named}应为列表。",
}

_CHINESE = re.compile(r"[\u4e00-\u9fff]")


def _sentence(error: Mapping[str, Any], named: str) -> str:
    kind, context = str(error["type"]), error.get("ctx") or {}
    if kind in ("value_error", "assertion_error") and _CHINESE.search(str(context.get("error", ""))):
        return str(context["error"])  # a rule of the domain, in its own words
    if kind == "string_too_short" and context.get("min_length") == 1:
        return f"请填写{named}。"
    pattern = _SENTENCES.get(kind) or next(
        (sentence for family, sentence in _FAMILIES.items() if kind.startswith(family)), "{named}填写不正确,请检查。"
    )
    return pattern.format(named=named, **context)
