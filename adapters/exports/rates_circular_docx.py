"""运行情况通报(初稿): figures as a document that somebody goes on writing, and signs or does not."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from docx import Document
from docx.document import Document as Docx
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Pt

_SERIF, _SANS = "宋体", "黑体"


@dataclass(frozen=True)
class CircularTable:
    """One table: its name, the measures, and each line with its cells. The first line is the county's."""

    name: str
    headings: Sequence[str]
    rows: Sequence[tuple[str, Sequence[str]]]


def rates_circular(
    period: str,
    tables: Sequence[CircularTable],
    reading: Sequence[str],
    said: str,
    *,
    unfinished: bool,
) -> bytes:
    """The draft as DOCX. It says how to read the figures, and names nobody as good or bad: that is for who signs.

    `said`: by which definitions the figures were counted, and when, or that they are frozen.
    """
    document = _sheet()
    title = document.add_heading(f"{period}呼应工作运行情况通报(初稿)", level=0)
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if unfinished:
        document.add_paragraph("本期尚未结束,以下为截至统计时的情况,不宜据以通报。")
    document.add_paragraph("(导语、工作部署和问题分析由起草人补写。下列数字由系统按口径统计,请勿改动。)")
    for number, table in enumerate(tables, start=1):
        document.add_heading(f"{'一二三四五六七八九'[number - 1]}、{table.name}", level=1)
        _table(document, table)
    document.add_heading("统计说明", level=1)
    for line in reading:
        document.add_paragraph(line, style="List Bullet")
    document.add_paragraph(said)
    content = BytesIO()
    document.save(content)
    return content.getvalue()


def _sheet() -> Docx:
    document = Document()
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = section.page_height, section.page_width
    for style, font, size in (("Normal", _SERIF, 11), ("Heading 1", _SANS, 14), ("Title", _SANS, 20)):
        shown = document.styles[style]
        shown.font.name = font
        shown.font.size = Pt(size)
        fonts = shown.element.get_or_add_rPr().get_or_add_rFonts()
        fonts.set(qn("w:eastAsia"), font)
    return document


def _table(document: Docx, table: CircularTable) -> None:
    made = document.add_table(rows=1, cols=len(table.headings) + 1, style="Table Grid")
    for cell, text in zip(made.rows[0].cells, ("单位", *table.headings), strict=True):
        cell.paragraphs[0].add_run(text).bold = True
    for name, figures in table.rows:
        for cell, text in zip(made.add_row().cells, (name, *figures), strict=True):
            cell.text = text
