"""映射文件: what an administrator writes is taken, or refused in words that name the key and what to write."""

from datetime import timedelta

import pytest

from adapters.imports.history_mapping import MappingRefused, read_mapping, zone_of
from domain.calls.history.log import OldStep
from domain.calls.words import BasisKind, Evaluator, Grade
from domain.shared.urgency import Urgency
from tests.old_platform import MAPPING

LEAST = """\
source: 原平台
basis: {kind: statute, reference: 某条例}
columns: {case: 编号, activity: 环节, time: 时间}
activities: {受理: 受理}
"""


def faults(text: str) -> str:
    with pytest.raises(MappingRefused) as refused:
        read_mapping(text.encode())
    assert refused.value.message.startswith("映射文件有误,没有导入任何内容:")
    return " ".join(refused.value.faults)


def test_steps_are_named_by_the_word_people_use_or_by_their_code() -> None:
    mapping = read_mapping(MAPPING.encode())

    assert mapping.activities["派单"] is OldStep.DISPATCHED
    assert mapping.activities["系统提醒"] is None
    assert mapping.basis.kind is BasisKind.POWERS
    assert (mapping.urgencies["加急"], mapping.grades["一般"]) == (Urgency.URGENT, Grade.BASICALLY)
    assert read_mapping(LEAST.replace("受理: 受理", "受理: accepted").encode()).steps == {OldStep.ACCEPTED}
    assert read_mapping(LEAST.encode()).evaluator is Evaluator.TOWNSHIP


def test_every_value_is_a_text_whatever_yaml_would_make_of_it() -> None:
    mapping = read_mapping((LEAST + "grades: {1: 满意, no: 不满意, 2024-05-01: 满意}\n").encode())

    assert set(mapping.grades) == {"1", "no", "2024-05-01"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("source: 原平台\n", ""), "缺少“source”:请写原平台的名称"),
        (("case: 编号, ", ""), "缺少“columns.case”:请写事项编号所在的列名"),
        (("time: 时间", "time: 时间, deadlin: 期限"), "不认识的键“columns.deadlin”。您是否要填写“deadline”"),
        (("source: 原平台", "sources: 原平台"), "不认识的键“sources”。您是否要填写“source”"),
        (("受理: 受理}", "受理: 派发单}"), "“activities.受理”:“派发单”不在可选范围内。您是否要填写“派发”?"),
        (("activities: {受理: 受理}", "activities: {}"), "“activities”不能为空"),
        (("kind: statute", "kind: list_item"), "“basis.kind”:原平台的派发没有对应到本平台的清单版本"),
        (("time: 时间}", "time: 时间, text: 时间}"), "“columns.text”与“columns.time”指同一列“时间”"),
        (("source: 原平台", "source: 原平台\ntime_zone: Asia/Nowhere"), "没有时区“Asia/Nowhere”"),
        (("source: 原平台", "source: 原平台\nsource: 又一个"), "“source”写了两次"),
        (("source: 原平台", "source: [原平台"), "不是正确的 YAML"),
        (("time: 时间}", "time: 时间, attributes: 备注}"), "“columns.attributes”应是一个列表"),
        (("columns: {case: 编号, activity: 环节, time: 时间}", "columns: 编号"), "“columns”应是“键: 值”的列表"),
    ],
)
def test_a_fault_names_the_key_and_what_to_write(change: tuple[str, str], said: str) -> None:
    assert said in faults(LEAST.replace(*change))


def test_every_fault_is_told_at_once() -> None:
    told = faults("basis: {kind: 法律法规规章}\ncolumns: {case: 编号}\nactivities: {受理: 收}\n")

    for key in ("“source”", "“basis.reference”", "“columns.activity”", "“columns.time”", "“activities.受理”"):
        assert key in told


@pytest.mark.parametrize("content", [b"", b"- a\n- b\n", b"\xff\xfe"])
def test_what_is_no_mapping_at_all_is_refused(content: bytes) -> None:
    with pytest.raises(MappingRefused):
        read_mapping(content)


def test_a_zone_is_a_name_or_a_distance() -> None:
    assert zone_of("+08:00").utcoffset(None) == timedelta(hours=8)
    assert zone_of("-03:30").utcoffset(None) == -timedelta(hours=3, minutes=30)
    with pytest.raises(ValueError, match="Mars"):
        zone_of("Mars/Base")
