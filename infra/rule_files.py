"""规则文件: documents, working hours, limits and reasons as commands, the shipped ones and a county's own.

A county's folder holds any of documents.json, working_hours.json, limits.csv, reasons.json, each shaped as its
namesake in infra/defaults. Whatever stands already is left alone; what differs is set anew, by a fact that
cites its document.
"""

import csv
import json
from collections.abc import Callable, Iterator, Mapping
from io import StringIO
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from domain.rules.calendar_commands import SetWorkingHours
from domain.rules.commands import AdoptRuleDocument, LimitLine, ReviseReasons, SetLimits
from domain.rules.events import Basis, Reason
from domain.rules.words import ReasonList
from domain.shared.commands import Command
from infra.services.problems import ServiceUnavailable

_LIMIT_COLUMNS = ("kind", "urgency", "amount", "unit", "count_from", "document", "clause")


def county_rules(folder: Path) -> list[Command]:
    """The files as commands, documents first: the rest cites them.

    Refuses ServiceUnavailable, naming file and place; then nothing was recorded.
    """
    found = [(folder / name, commands) for name, commands in _FILES.items() if (folder / name).is_file()]
    if not found:
        raise ServiceUnavailable(
            f"{folder} 中没有规则文件:应有 {'、'.join(_FILES)} 之一或全部,格式同程序目录 infra/defaults 下的同名文件。"
        )
    return [command for file, commands in found for command in _read(file, commands)]


def documents_of(text: str) -> Iterator[Command]:
    """规则文件, each as a command."""
    for document in json.loads(text):
        yield AdoptRuleDocument.model_validate(document)


def working_hours_of(text: str) -> Iterator[Command]:
    """工作时间 from a day on."""
    yield SetWorkingHours.model_validate_json(text)


def limits_of(text: str) -> Iterator[SetLimits]:
    """时限, all in one command."""
    lines = []
    for number, row in enumerate(csv.DictReader(StringIO(text)), start=2):
        if missing := [name for name in _LIMIT_COLUMNS if row.get(name) is None]:
            raise ServiceUnavailable(f"第 {number} 行缺少“{'、'.join(missing)}”列")
        try:
            lines.append(_limit_line(row))
        except ValidationError as problem:
            raise ServiceUnavailable(f"第 {number} 行:{_named(problem)}") from None
    yield SetLimits(lines=tuple(lines))


def reasons_of(text: str) -> Iterator[Command]:
    """理由清单, each whole."""
    for entry in json.loads(text):
        yield ReviseReasons(
            list=ReasonList(entry["list"]),
            reasons=TypeAdapter(tuple[Reason, ...]).validate_python(entry["reasons"]),
            basis=Basis.model_validate(entry["basis"]),
        )


def _limit_line(row: Mapping[str, str]) -> LimitLine:
    basis = {"document": row["document"], "clause": row["clause"]}
    given = {name: row[name] for name in ("kind", "urgency", "amount", "unit", "count_from")}
    return LimitLine.model_validate({**given, "basis": basis})


def _read(file: Path, commands: Callable[[str], Iterator[Command]]) -> list[Command]:
    try:
        return list(commands(file.read_text(encoding="utf-8-sig")))
    except OSError as problem:
        raise ServiceUnavailable(f"{file} 无法读取({problem.strerror})。") from problem
    except UnicodeDecodeError:
        raise ServiceUnavailable(f"{file} 不是 UTF-8 编码,请另存为 UTF-8 后重试。没有载入任何内容。") from None
    except ServiceUnavailable as problem:
        raise ServiceUnavailable(
            f"{file.name} {problem}。请对照 infra/defaults 下的同名文件改正;没有载入任何内容。"
        ) from None
    except ValidationError as problem:
        said = _named(problem)
    except KeyError as problem:
        said = f"缺少“{problem.args[0]}”"
    except (ValueError, TypeError):
        said = "格式无法识别"
    raise ServiceUnavailable(f"{file.name} {said}。请对照 infra/defaults 下的同名文件改正;没有载入任何内容。")


def _named(problem: ValidationError) -> str:
    """Which fields are wrong, and what stands there."""
    faults = [(".".join(map(str, one["loc"])), one.get("input")) for one in problem.errors(include_url=False)]
    return "、".join(f"“{place or '整个文件'}”不正确({input_!s:.40})" for place, input_ in faults)


_FILES: Mapping[str, Callable[[str], Iterator[Command]]] = {
    "documents.json": documents_of,
    "working_hours.json": working_hours_of,
    "limits.csv": limits_of,
    "reasons.json": reasons_of,
}
