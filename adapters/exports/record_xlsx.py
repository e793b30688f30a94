"""履责台账导出: lines of obligations as a workbook, written row by row so that a long one needs little memory."""

from collections.abc import Iterable, Sequence
from io import BytesIO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

HEADINGS = (
    "呼叫编号",
    "单位",
    "应做的事",
    "镇街",
    "清单事项",
    "履行情况",
    "起算时间",
    "到期时间",
    "履行时间",
    "有关情况",
    "疑似情形及认定",
    "佐证材料",
    "陈述",
    "期限说明",
    "逾期多久",
    "对谁履行",
    "第几轮派发",
    "派发依据",
    "职责",
    "清单版本",
    "时限依据",
)
_WIDTHS = (20, 22, 14, 14, 24, 14, 19, 19, 19, 28, 48, 10, 40, 60, 22, 20, 12, 28, 40, 36, 28)
_FORMULA = ("=", "+", "-", "@")


def record_workbook(about: Sequence[tuple[str, str]], rows: Iterable[Sequence[str]], capped: str = "") -> bytes:
    """XLSX with a sheet of lines and one that says what it shows. `capped` is said where not every line is in it."""
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("履责台账")
    sheet.freeze_panes = "B2"
    for place, width in enumerate(_WIDTHS):
        sheet.column_dimensions[get_column_letter(place + 1)].width = width
    sheet.append([_bold(sheet, heading) for heading in HEADINGS])
    number = 0
    for row in rows:
        sheet.append([_text(cell) for cell in row])
        number += 1
    note = workbook.create_sheet("说明")
    note.column_dimensions["B"].width = 80
    for label, text in (*about, ("行数", str(number)), *((("注意", capped),) if capped else ())):
        note.append([label, _text(text)])
    content = BytesIO()
    workbook.save(content)
    return content.getvalue()


def _bold(sheet: object, text: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value=text)
    cell.font = Font(bold=True)
    return cell


def _text(value: str) -> str:
    """What somebody typed never becomes a formula of the reader's machine."""
    return f"'{value}" if value.startswith(_FORMULA) else value
