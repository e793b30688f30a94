"""履责情况说明: one page for one organization and period, to be signed, filed or handed to a reviewer."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from html import escape

from domain.shared.refusals import Refusal

_STYLE = """
@page { size: A4; margin: 15mm 15mm 16mm; @bottom-center { content: "第 " counter(page) " 页,共 " counter(pages) " 页";
  font-size: 8pt; color: #555; } }
body { font-family: "Noto Serif CJK SC", "Source Han Serif SC", "SimSun", "宋体", serif; font-size: 9.5pt;
  line-height: 1.45; color: #111; }
h1 { font-size: 16pt; text-align: center; margin: 0 0 2mm; }
h2 { font-size: 11pt; margin: 4mm 0 1.5mm; }
p { margin: 0 0 1.5mm; }
p.about { text-align: center; color: #333; }
table { width: 100%; border-collapse: collapse; }
th, td { border: 0.4pt solid #777; padding: 0.8mm 1.4mm; text-align: left; vertical-align: top; }
th { background: #eee; font-weight: 600; }
td.num, th.num { text-align: right; }
ul { margin: 0; padding-left: 5mm; }
.note { font-size: 8pt; color: #444; }
"""


class PdfUnavailable(Refusal):
    """The machine lacks what sets the page."""

    code = "pdf-unavailable"
    status = 503
    rule = (
        "服务器缺少 PDF 排版组件,暂不能生成履责情况说明。请系统管理员安装 Pango 和中文字体"
        "(Debian:libpangoft2-1.0-0、fonts-noto-cjk);在此之前可导出表格,或用浏览器打印履责台账。"
    )


@dataclass(frozen=True)
class RecordSheet:
    """What the page says. `states` are the columns of `counts` (one row an action); `cases` the lines to look at;
    `suspicions` how many 疑似情形 stand in which state, empty for none."""

    organization: str
    period: str
    states: Sequence[str]
    counts: Sequence[tuple[str, Sequence[int]]]
    cases: Sequence[Sequence[str]]
    more_cases: int
    statements: Sequence[str]
    notes: Sequence[str]
    printed: str
    suspicions: str = ""
    case_headings: Sequence[str] = field(default=("呼叫编号", "应做的事", "到期", "履行", "情况"))


def record_sheet(sheet: RecordSheet) -> bytes:
    """The page as PDF, in a Chinese font of the machine: as many of the lines as one page holds. Refuses
    PdfUnavailable."""
    try:
        # Loaded when it is wanted: it looks for libraries of the system, without which all else works.
        from weasyprint import HTML
    except OSError as missing:
        raise PdfUnavailable from missing
    document = HTML(string=_page(sheet)).render()
    while len(document.pages) > 1 and sheet.cases:
        sheet = _shorter(sheet)
        document = HTML(string=_page(sheet)).render()
    return bytes(document.write_pdf())


def _shorter(sheet: RecordSheet) -> RecordSheet:
    """Without its last lines; it says how many are to be read elsewhere."""
    kept = len(sheet.cases) * 3 // 4
    left_out = len(sheet.cases) - kept
    return replace(sheet, cases=sheet.cases[:kept], more_cases=sheet.more_cases + left_out)


def _page(sheet: RecordSheet) -> str:
    title = f"{sheet.organization}履责情况说明"
    parts = [
        f"<h1>{escape(title)}</h1><p class='about'>{escape(sheet.period)} · {escape(sheet.printed)}</p>",
        "<h2>应履责事项</h2>",
        _counts(sheet),
        "<h2>逾期、未履行、有正当事由和有疑似情形的</h2>",
        *([f"<p>疑似情形:{escape(sheet.suspicions)}。</p>"] if sheet.suspicions else []),
        _cases(sheet),
    ]
    if sheet.statements:
        said = "".join(f"<li>{escape(text)}</li>" for text in sheet.statements)
        parts.append(f"<h2>本单位陈述</h2><ul>{said}</ul>")
    notes = "".join(f"<p class='note'>{escape(line)}</p>" for line in sheet.notes)
    return (
        f"<html lang='zh-CN'><head><meta charset='utf-8'><title>{escape(title)}</title><style>{_STYLE}</style></head>"
        f"<body>{''.join(parts)}{notes}</body></html>"
    )


def _counts(sheet: RecordSheet) -> str:
    if not sheet.counts:
        return "<p>本期没有应履责事项。</p>"
    head = "".join(f"<th class='num'>{escape(state)}</th>" for state in (*sheet.states, "合计"))
    body = "".join(
        f"<tr><td>{escape(action)}</td>"
        + "".join(f"<td class='num'>{number or ''}</td>" for number in (*numbers, sum(numbers)))
        + "</tr>"
        for action, numbers in sheet.counts
    )
    return f"<table><tr><th>应做的事</th>{head}</tr>{body}</table>"


def _cases(sheet: RecordSheet) -> str:
    more = f"<p class='note'>另有 {sheet.more_cases} 件,见履责台账。</p>" if sheet.more_cases else ""
    if not sheet.cases:
        return more or "<p>没有。</p>"
    head = "".join(f"<th>{escape(heading)}</th>" for heading in sheet.case_headings)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in case) + "</tr>" for case in sheet.cases)
    return f"<table><tr>{head}</tr>{body}</table>{more}"
