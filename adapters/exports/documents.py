"""督办文书的打印: one document as PDF (WeasyPrint) and as Word (python-docx), by the county's way of writing letters.

Fonts are named in the order in which government offices have them; who lacks them all prints with any Chinese font.
"""

from html import escape
from io import BytesIO

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.text.paragraph import Paragraph

from domain.shared.refusals import Refusal
from domain.supervision.document import PrintedDocument

_BODY_FONTS = ("仿宋_GB2312", "仿宋", "FangSong", "Noto Serif CJK SC", "Noto Sans CJK SC", "WenQuanYi Zen Hei")
_TITLE_FONTS = ("方正小标宋简体", "小标宋", "SimSun", "Noto Serif CJK SC", "Noto Sans CJK SC", "WenQuanYi Zen Hei")

_STYLE = f"""
@page {{ size: A4; margin: 37mm 26mm 35mm 28mm;
  @bottom-center {{ content: "— " counter(page) " —"; font-size: 12pt; }} }}
body {{ font-family: {", ".join(f'"{name}"' for name in _BODY_FONTS)}, serif; font-size: 16pt; line-height: 28pt; }}
h1 {{ font-family: {", ".join(f'"{name}"' for name in _TITLE_FONTS)}, serif; font-size: 22pt; font-weight: normal;
  text-align: center; margin: 0 0 8pt; }}
p {{ margin: 0; text-indent: 2em; }}
p.number {{ text-align: center; text-indent: 0; margin-bottom: 20pt; }}
p.to, p.copies, p.mark {{ text-indent: 0; }}
p.mark {{ border: 1pt solid; padding: 2pt 8pt; margin-bottom: 12pt; text-align: center; }}
p.end {{ text-align: right; text-indent: 0; margin-top: 14pt; }}
div.close {{ break-inside: avoid; }}
p.copies {{ margin-top: 24pt; border-top: 1pt solid; padding-top: 4pt; font-size: 14pt; }}
table {{ width: 100%; border-collapse: collapse; margin: 8pt 0; font-size: 13pt; line-height: 20pt; }}
th, td {{ border: 0.75pt solid; padding: 3pt 6pt; font-weight: normal; text-align: left; }}
"""


class PdfUnavailable(Refusal):
    """The server lacks the library that sets pages."""

    code = "pdf-unavailable"
    status = 503
    rule = "服务器缺少 PDF 排版组件(Pango),暂不能生成 PDF:请下载 Word 文件,或请系统管理员安装后再试。"


class Documents:
    """Prints documents. The same content in both formats."""

    def pdf(self, document: PrintedDocument) -> bytes:
        """As PDF, A4. Refuses PdfUnavailable."""
        try:
            from weasyprint import HTML  # slow to load and needs Pango: who prints nothing needs neither
        except OSError as missing:
            raise PdfUnavailable from missing
        written: bytes = HTML(string=_html(document)).write_pdf()
        return written

    def docx(self, document: PrintedDocument) -> bytes:
        """As a Word document, to be edited before it is sent."""
        file = Document()
        section = file.sections[0]
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.top_margin, section.bottom_margin = Cm(3.7), Cm(3.5)
        section.left_margin, section.right_margin = Cm(2.8), Cm(2.6)
        _set_font(file.styles["Normal"].font, _BODY_FONTS[1], 16)
        if document.mark:
            _centred(file.add_paragraph(f"【{document.mark}】"))
        title = _centred(file.add_paragraph())
        _set_font(title.add_run(document.title).font, _TITLE_FONTS[2], 22)
        for text in (document.number, *document.deadlines):
            _centred(file.add_paragraph(text))
        file.add_paragraph(f"{document.addressee}:")
        for text in document.paragraphs:
            _indented(file.add_paragraph(text))
        if document.rows:
            table = file.add_table(rows=1, cols=len(document.heads))
            table.style = "Table Grid"
            for cell, head in zip(table.rows[0].cells, document.heads, strict=True):
                cell.text = head
            for row in document.rows:
                for cell, value in zip(table.add_row().cells, row, strict=True):
                    cell.text = value
        for text in (*document.grounds, *document.demands):
            _indented(file.add_paragraph(text))
        for text in _ending(document):
            file.add_paragraph(text).alignment = WD_ALIGN_PARAGRAPH.RIGHT
        file.add_paragraph(_copies(document))
        written = BytesIO()
        file.save(written)
        return written.getvalue()


def _html(document: PrintedDocument) -> str:
    heads = "".join(f"<th>{escape(head)}</th>" for head in document.heads)
    rows = "".join("<tr>" + "".join(f"<td>{escape(value)}</td>" for value in row) + "</tr>" for row in document.rows)
    body = [
        f'<p class="mark">{escape(document.mark)}</p>' if document.mark else "",
        f"<h1>{escape(document.title)}</h1>",
        f'<p class="number">{"<br>".join(map(escape, (document.number, *document.deadlines)))}</p>',
        f'<p class="to">{escape(document.addressee)}:</p>',
        *(f"<p>{escape(text)}</p>" for text in document.paragraphs),
        f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>" if document.rows else "",
        *(f"<p>{escape(text)}</p>" for text in (*document.grounds, *document.demands[:-1])),
        '<div class="close">',  # no signature stands on a page without a word of what it signs
        *(f"<p>{escape(text)}</p>" for text in document.demands[-1:]),
        f'<p class="end">{"<br>".join(map(escape, _ending(document)))}</p>',
        f'<p class="copies">{escape(_copies(document))}</p>',
        "</div>",
    ]
    title = f"{escape(document.title)} {escape(document.number)}"
    return (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{_STYLE}</style></head><body>{''.join(body)}</body></html>"
    )


def _ending(document: PrintedDocument) -> list[str]:
    signed = [f"签发人:{document.signed_by}"] if document.signed_by else []
    return [document.issuer, *signed, document.day]


def _copies(document: PrintedDocument) -> str:
    return f"抄送:{'、'.join(document.copies)}"


def _centred(paragraph: Paragraph) -> Paragraph:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    return paragraph


def _indented(paragraph: Paragraph) -> Paragraph:
    paragraph.paragraph_format.first_line_indent = Pt(32)
    return paragraph


def _set_font(font: object, name: str, points: int) -> None:
    """Chinese letters take the font of the `eastAsia` attribute, which python-docx does not set by itself."""
    font.name = name  # type: ignore[attr-defined]
    font.size = Pt(points)  # type: ignore[attr-defined]
    font.element.rPr.rFonts.set(qn("w:eastAsia"), name)  # type: ignore[attr-defined]
