"""历史导入的映射文件: which columns, words and names of an older platform's event log mean what (YAML)."""

from collections.abc import Mapping
from datetime import timedelta, timezone, tzinfo
from functools import cached_property
from typing import Annotated, Any, Final, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from adapters.imports.faults import nearest
from adapters.imports.records import bare
from domain.calls.history.log import OldStep
from domain.calls.words import BasisKind, Evaluator, Grade
from domain.shared.calendar import LOCAL
from domain.shared.refusals import Invalid
from domain.shared.urgency import Urgency

IGNORED: Final = "不导入"
"""What a word of the old platform is mapped to when its rows are left out on purpose."""

_Word = TypeVar("_Word", OldStep, Grade, Urgency, Evaluator, BasisKind)


class MappingRefused(Invalid):
    """A mapping file that can't be read: every fault names the key and what to write."""

    code = "mapping-refused"
    rule = "映射文件有误,没有导入任何内容。"

    def __init__(self, faults: list[str]) -> None:
        super().__init__("映射文件有误,没有导入任何内容:" + " ".join(faults))
        self.faults = tuple(faults)


def _one_of(words: type[_Word]) -> BeforeValidator:
    """By its code or by the word people use."""

    def read(text: object) -> object:
        known = {**{bare(word.label): word for word in words}, **{word.value: word for word in words}}
        found = known.get(bare(str(text)))
        if found is None:
            choices = "、".join(f"{word.label}({word.value})" for word in words)
            raise ValueError(f"“{text}”不在可选范围内。{nearest(str(text), known)}可填:{choices}。")
        return found

    return BeforeValidator(read)


def _step(text: object) -> object:
    if bare(str(text)) in (IGNORED, "ignored"):
        return None
    read: Any = _one_of(OldStep).func
    return read(text)


def _off_list(kind: BasisKind) -> BasisKind:
    if kind is BasisKind.LIST_ITEM:
        raise ValueError("原平台的派发没有对应到本平台的清单版本,不能写责任清单事项:请写当时派发所依的文件种类。")
    return kind


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


_Title = Annotated[str, Field(min_length=1, max_length=200)]
_Named = Annotated[str, Field(min_length=1, max_length=100)]


class Columns(_Part):
    """列: the titles that the file's columns have. Only the first three must be there."""

    case: _Title
    activity: _Title
    time: _Title
    recorded: str = ""
    organization: str = ""
    handler: str = ""
    assistants: str = ""
    township: str = ""
    urgency: str = ""
    text: str = ""
    place: str = ""
    item: str = ""
    person: str = ""
    contact: str = ""
    grade: str = ""
    deadline: str = ""
    respond_deadline: str = ""
    attributes: tuple[_Title, ...] = ()

    @property
    def named(self) -> Mapping[str, str]:
        """Key → title, of all that are named but the attributes."""
        return {key: title for key, title in self if isinstance(title, str) and title}


class Basis(_Part):
    """派发依据: on what the older platform's dispatches rested, as the county states it for all of them."""

    kind: Annotated[BasisKind, AfterValidator(_off_list), _one_of(BasisKind)]
    reference: Annotated[str, Field(min_length=2, max_length=500)]


class HistoryMapping(_Part):
    """映射. `source` names the older platform: all numbers are computed from it, so it never changes between imports.

    Times without a zone are in `time_zone`; `time_format` as strptime has it, empty for the usual forms.
    """

    source: _Named
    basis: Basis
    columns: Columns
    activities: dict[str, Annotated[OldStep | None, BeforeValidator(_step)]] = Field(min_length=1)
    time_format: str = ""
    time_zone: str = "Asia/Shanghai"
    organizations: dict[str, str] = {}
    urgencies: dict[str, Annotated[Urgency, _one_of(Urgency)]] = {}
    grades: dict[str, Annotated[Grade, _one_of(Grade)]] = {}
    evaluator: Annotated[Evaluator, _one_of(Evaluator)] = Evaluator.TOWNSHIP
    sheet: str = ""

    @cached_property
    def zone(self) -> tzinfo:
        """Of times that name none."""
        return zone_of(self.time_zone)

    @property
    def steps(self) -> frozenset[OldStep]:
        """Which steps the older platform has at all."""
        return frozenset(step for step in self.activities.values() if step is not None)


def zone_of(name: str) -> tzinfo:
    """A zone by its name, or a fixed distance such as +08:00. Raises ValueError."""
    if name in ("Asia/Shanghai", "+08:00", "PRC"):
        return LOCAL
    if name[:1] in "+-" and len(name) == 6:
        hours, minutes = int(name[1:3]), int(name[4:])
        return timezone((1 if name[0] == "+" else -1) * timedelta(hours=hours, minutes=minutes))
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError) as problem:
        raise ValueError(name) from problem


def read_mapping(content: bytes) -> HistoryMapping:
    """The mapping of a file. Refuses MappingRefused with every fault it has."""
    try:
        # Everything as text: 否 and 1 and 2024-05-01 are words of the old platform here, no truth, number or date.
        said = yaml.load(content.decode("utf-8-sig"), Loader=_TextsOnly)
    except UnicodeDecodeError:
        raise MappingRefused(["文件不是 UTF-8 编码,请另存为 UTF-8 后重试。"]) from None
    except yaml.YAMLError as problem:
        mark = getattr(problem, "problem_mark", None)
        place = f"第{mark.line + 1}行" if mark is not None else ""
        what = str(getattr(problem, "problem", None) or "格式不对")
        raise MappingRefused([f"{place}不是正确的 YAML({what}):请检查缩进、冒号后的空格和引号。"]) from None
    if not isinstance(said, dict):
        raise MappingRefused(["文件应是“键: 值”的列表,至少写明 source、basis、columns、activities。"])
    try:
        mapping = HistoryMapping.model_validate(said)
    except ValidationError as wrong:
        raise MappingRefused([_fault(one) for one in wrong.errors()]) from None
    faults = _doubled_titles(mapping.columns)
    try:
        zone_of(mapping.time_zone)
    except ValueError:
        faults.append(f"“time_zone”:没有时区“{mapping.time_zone}”,请写 Asia/Shanghai 或 +08:00 的形式。")
    if faults:
        raise MappingRefused(faults)
    return mapping


class _TextsOnly(yaml.BaseLoader):  # type: ignore[misc]  # comes without types
    """Every value as the text it is; a key that stands twice is a fault, not the last one's victory."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """As the library does, after looking for doubled keys."""
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"“{key.value}”写了两次", key.start_mark)
            seen.add(key.value)
        texts: dict[Any, Any] = super().construct_mapping(node, deep)
        return texts


def _doubled_titles(columns: Columns) -> list[str]:
    seen: dict[str, str] = {}
    faults = []
    for key, title in columns.named.items():
        if bare(title) in seen and key != "township":  # whoever acts first is often the township: one column for both
            faults.append(f"“columns.{key}”与“columns.{seen[bare(title)]}”指同一列“{title}”,请各指一列。")
        seen.setdefault(bare(title), key)
    return faults


_KEYS: Mapping[str, type[BaseModel]] = {"columns": Columns, "basis": Basis}


def _fault(one: Any) -> str:
    """One fault of the model in words: the key, what is wrong, what to write."""
    place = [str(part) for part in one["loc"] if part != "[key]"]
    key = ".".join(place)
    match one["type"]:
        case "missing":
            return f"缺少“{key}”:{_WHAT.get(key, '请补上')}。"
        case "extra_forbidden":
            known = _KEYS.get(place[0] if len(place) > 1 else "", HistoryMapping).model_fields
            return f"不认识的键“{key}”。{nearest(place[-1], known)}可用的键:{'、'.join(known)}。"
        case "value_error":
            return f"“{key}”:{one['ctx']['error']}"
        case "string_too_short" | "too_short":
            return f"“{key}”不能为空:{_WHAT.get(key, '请填写')}。"
        case "string_too_long":
            return f"“{key}”过长,不能超过{one['ctx']['max_length']}字。"
        case "tuple_type":
            return f"“{key}”应是一个列表,例如 [来源渠道, 备注]。"
        case "dict_type" | "model_type":
            return f"“{key}”应是“键: 值”的列表,请检查缩进。"
        case _:
            return f"“{key}”的写法不对,请对照样例改正。"


_WHAT = {
    "source": "请写原平台的名称,以后每次导入都用同一个",
    "basis": "请写原平台派发所依的文件,包括 kind 和 reference",
    "basis.kind": "请写派发依据的种类,如 三定规定、权责清单",
    "basis.reference": "请写文件名称和文号",
    "columns": "请写各列的列名,至少 case、activity、time",
    "columns.case": "请写事项编号所在的列名",
    "columns.activity": "请写环节(操作)所在的列名",
    "columns.time": "请写办理时间所在的列名",
    "activities": "请写原平台每个环节词对应本平台的哪个环节",
}
