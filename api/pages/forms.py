"""表单: a command as a form people fill in, and back. One way for all, so that none looks or fails differently."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from types import UnionType
from typing import Any, Union, get_args, get_origin
from uuid import UUID, uuid4

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from starlette.datastructures import FormData, UploadFile

from api.pages.times import LOCAL
from domain.shared.commands import Command

ACCEPTED_FILES = "image/*,.pdf,.docx,.xlsx,.mp4,.mp3,.m4a,.wav"
MAX_FILES = 9
LINES_SHOWN = 3
"""So many lines of a table stand on a form; the others are folded until they are needed."""


@dataclass(frozen=True, slots=True)
class Option:
    """One choice."""

    value: str
    label: str
    help: str = ""


@dataclass(slots=True)
class FormField:
    """One field as the template shows it. `folded` are choices few need, under `folded_label` until asked for.

    Of kind "lines" it is a small table: `lines` of fields, each named `<name>.<column>`.
    """

    name: str
    label: str
    kind: str
    value: Any = ""
    options: Sequence[Option] = ()
    help: str = ""
    required: bool = False
    error: str = ""
    maxlength: int | None = None
    max_files: int = MAX_FILES
    accept: str = ACCEPTED_FILES
    autocomplete: str = "off"
    folded: Sequence[Option] = ()
    folded_label: str = ""
    lines: "Sequence[Sequence[FormField]]" = ()
    lines_shown: int = LINES_SHOWN


@dataclass(slots=True)
class Form:
    """A whole form. `command_id` makes a double click one command; `expected_version` finds out who came first.

    `draft` names what the browser keeps of it until it is recorded; `returned`: it came back refused, as it was typed;
    `stays`: its button stays in view, with what is chosen in these fields.
    """

    id: str
    title: str
    href: str
    submit_label: str
    fields: list[FormField]
    notice: str = ""
    danger: bool = False
    command_id: str = field(default_factory=lambda: str(uuid4()))
    expected_version: str = ""
    primary: bool = False
    draft: str = ""
    returned: bool = False
    stays: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Choices:
    """What the form's pickers offer: by field name, and the closed reason lists by their name."""

    by_field: Mapping[str, Sequence[Option]]
    reasons: Mapping[str, Sequence[Option]]


def form_for(
    command: type[Command],
    href: str,
    choices: Choices,
    typed: Mapping[str, Any] | None = None,
    errors: Mapping[str, str] | None = None,
    *,
    leave_out: Iterable[str] = ("call_id", "attachment_names"),
) -> Form:
    """The form of a command, filled with what was typed before and the faults found in it."""
    typed, errors, hidden = typed or {}, errors or {}, set(leave_out)
    fields = [
        _lines(name, info, choices, typed, errors.get(name, ""))
        if _line_model(info)
        else _field(name, info, choices, typed.get(name), errors.get(name, ""))
        for name, info in command.model_fields.items()
        if name not in hidden and _on_form(info)
    ]
    return Form(
        id=form_id(command),
        title=command.title,
        href=href,
        submit_label=command.title,
        fields=fields,
    )


def form_id(command: type[Command]) -> str:
    """The form's id on a page."""
    return command.wire.replace(".", "-").replace("_", "-")


def values_from(command: type[Command], form: FormData) -> dict[str, Any]:
    """What was typed, shaped for the command; files are taken apart from it. Empty fields count as not given."""
    values: dict[str, Any] = {}
    for name, info in command.model_fields.items():
        if name in ("call_id", "attachments", "attachment_names"):
            continue
        kind = _inner(info.annotation)
        given = [value for value in form.getlist(name) if isinstance(value, str)]
        if (line := _line_model(info)) is not None:
            values[name] = _lines_from(name, line, form)
        elif _is_either(info):
            values[name] = given[-1] if given else None  # to be chosen, whatever a program's default is
        elif kind is bool:
            values[name] = bool(given) and given[-1] not in ("", "false", "0")
        elif _is_sequence(info.annotation):
            values[name] = [value for value in given if value]
        elif given and given[-1].strip():
            values[name] = _instant(given[-1]) if kind is datetime else given[-1]
    return values


def typed_from(form: FormData) -> dict[str, Any]:
    """The typed texts as they were, to show them again: nothing typed is lost."""
    typed: dict[str, Any] = {}
    for name in form:
        given = [value for value in form.getlist(name) if isinstance(value, str)]
        if given:
            typed[name] = given if len(given) > 1 else given[0]
    return typed


def uploads_in(form: FormData, name: str = "attachments") -> list[UploadFile]:
    """The files that were chosen."""
    return [value for value in form.getlist(name) if isinstance(value, UploadFile) and value.filename]


def _field(name: str, info: FieldInfo, choices: Choices, typed: Any, error: str) -> FormField:
    shown = FormField(
        name=name,
        label=info.title or name,
        kind="text",
        help=info.description or "",
        required=info.is_required(),
        error=error,
        value="" if typed is None else typed,
        maxlength=next((m.max_length for m in info.metadata if hasattr(m, "max_length")), None),
    )
    extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
    inner = _inner(info.annotation)
    if name == "attachments":
        shown.kind, shown.value, shown.maxlength = "files", "", None
    elif name in choices.by_field and inner is not str:  # what a person types is never picked, whatever its name
        shown.options = choices.by_field[name]
        shown.kind = "organizations" if _is_sequence(info.annotation) else "select"
    elif "reasons" in extra:
        shown.options = choices.reasons[str(extra["reasons"])]
        shown.kind = "radio"
    elif "choices" in extra and isinstance(extra["choices"], dict):
        shown.options = [Option(key, str(label)) for key, label in extra["choices"].items()]
        shown.kind = "radio"
    elif "either" in extra and isinstance(extra["either"], dict):
        shown.options = [Option(key, str(label)) for key, label in extra["either"].items()]
        shown.kind, shown.required = "radio", True  # two outcomes, neither of them the one that is silently meant
    elif isinstance(inner, type) and issubclass(inner, StrEnum):
        shown.options = [Option(member.value, getattr(member, "label", member.value)) for member in inner]
        shown.kind = "radio" if len(shown.options) <= 4 else "select"
    elif inner is bool:
        shown.kind, shown.required = "checkbox", False
    elif inner is date:
        shown.kind = "date"
    elif inner is int:
        shown.kind = "number"
    elif inner is datetime:
        shown.kind = "datetime"
        shown.value = str(shown.value)[:16]
    elif inner is date:
        shown.kind = "date"
    elif inner is int:
        shown.kind = "number"
    elif inner is str and (shown.maxlength or 0) > 500:
        shown.kind = "textarea"
    elif name in ("contact", "informant_phone"):
        shown.kind = "tel"
    if shown.kind == "select" and shown.required and len(shown.options) == 1 and not shown.value:
        shown.value = shown.options[0].value  # there is nothing to choose
    # Nobody states a thing by leaving it as it was: a box is ticked by hand, whatever a program's default is.
    if typed is None and not info.is_required() and inner is not bool and shown.kind not in ("files", "datetime"):
        shown.value = _default(info)
    return shown


def _line_model(info: FieldInfo) -> type[BaseModel] | None:
    """What one line of a table holds, where the field is one: a tuple of small models that people write down."""
    arguments = get_args(_inner(info.annotation)) if _is_sequence(info.annotation) else ()
    first = arguments[0] if arguments else None
    extra = info.json_schema_extra
    on_form = isinstance(extra, dict) and extra.get("lines") is True
    return first if on_form and isinstance(first, type) and issubclass(first, BaseModel) else None


def _lines(name: str, info: FieldInfo, choices: Choices, typed: Mapping[str, Any], error: str) -> FormField:
    """The table, with what was typed into it before."""
    model = _line_model(info)
    assert model is not None, "only asked of a table"
    most = next((m.max_length for m in info.metadata if hasattr(m, "max_length")), LINES_SHOWN)
    lines = []
    for place in range(most):
        line = []
        for column, of_column in model.model_fields.items():
            whole = typed.get(f"{name}.{column}", ())
            written = [whole] if isinstance(whole, str) else list(whole)
            cell = _field(f"{name}.{column}", of_column, choices, written[place] if place < len(written) else "", "")
            cell.required = False  # an empty line is none
            line.append(cell)
        lines.append(line)
    written_lines = [place for place, line in enumerate(lines) if any(cell.value for cell in line)]
    return FormField(
        name=name,
        label=info.title or name,
        kind="lines",
        help=info.description or "",
        required=info.is_required(),
        error=error,
        lines=lines,
        lines_shown=max([LINES_SHOWN, *(place + 1 for place in written_lines)]),
    )


def _lines_from(name: str, model: type[BaseModel], form: FormData) -> list[dict[str, str]]:
    """The lines in which something was written."""
    columns = {column: [str(value) for value in form.getlist(f"{name}.{column}")] for column in model.model_fields}
    longest = max(map(len, columns.values()), default=0)
    lines = [{c: given[place] for c, given in columns.items() if place < len(given)} for place in range(longest)]
    written = [{column: value for column, value in line.items() if value.strip()} for line in lines]
    return [line for line in written if line]


def _is_either(info: FieldInfo) -> bool:
    """Whether people choose between its two outcomes by name."""
    return isinstance(info.json_schema_extra, dict) and "either" in info.json_schema_extra


def _on_form(info: FieldInfo) -> bool:
    """False where only a program fills the field in: for people the command knows a default."""
    extra = info.json_schema_extra
    return not isinstance(extra, dict) or extra.get("on_form") is not False


def _default(info: FieldInfo) -> Any:
    default = info.get_default(call_default_factory=True)
    if default is None or default == ():
        return ""
    return default.value if isinstance(default, StrEnum) else default


def _inner(annotation: Any) -> Any:
    """The type inside Optional and Annotated."""
    if get_origin(annotation) in (Union, UnionType):
        kinds = [kind for kind in get_args(annotation) if kind is not type(None)]
        return _inner(kinds[0])
    if hasattr(annotation, "__metadata__"):
        return _inner(get_args(annotation)[0])
    return annotation


def _is_sequence(annotation: Any) -> bool:
    return get_origin(_inner(annotation)) in (tuple, list)


def _instant(text: str) -> Any:
    """A date and time typed in the county's own time; anything else goes on as typed and is refused by the command."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return moment if moment.tzinfo else moment.replace(tzinfo=LOCAL)


def uuid_or_none(text: Any) -> UUID | None:
    """A UUID typed or handed back by a form, or None for anything else."""
    try:
        return UUID(str(text))
    except ValueError:
        return None
