"""履责情况说明: however much there is to say, it is one page, and it says what is left out."""

import re
from io import BytesIO

import pypdf
import pytest

from adapters.exports.record_sheet_pdf import RecordSheet, record_sheet

_STATES = ("待履行", "按期履行", "逾期履行", "未履行")
_REMARKS = "逾期履行;提出过异议;获准延期;曾暂缓;不响应,已认定(县委督查室(政府督查室) 2026-07-30 17:31)"


@pytest.mark.parametrize("remarks", ["逾期履行", _REMARKS * 2])
def test_it_is_one_page_that_begins_with_the_first_lines(remarks: str) -> None:
    sheet = RecordSheet(
        organization="综合行政执法局",
        period="2026年7月到期的应履责事项",
        states=_STATES,
        counts=[("落实会商议定事项", [3, 3, 3, 3])] * 6,
        cases=[(f"HY-{n}", "办理", "2026-07-30 17:30", "8月2日(周日) 10:00,晚 2天16小时", remarks) for n in range(14)],
        more_cases=2,
        statements=["HY-1 办理:" + "当日在外执勤,接电话后即安排" * 6] * 3,
        notes=["本说明由平台按办理记录生成。"],
        printed="2026-08-01 10:00 生成",
        suspicions="待认定 2 项、已认定 1 项",
    )
    read = pypdf.PdfReader(BytesIO(record_sheet(sheet)))
    assert len(read.pages) == 1
    text = "".join(read.pages[0].extract_text().split())
    shown = {int(n) for n in re.findall(r"HY-(\d+)办理2026", text)}
    assert shown == set(range(len(shown)))
    more = re.search(r"另有(\d+)件", text)
    assert more is not None
    assert len(shown) + int(more.group(1)) == 16
    assert "疑似情形:待认定2项、已认定1项。" in text
