"""事项周围的记录的写法: merged and split calls, instructions, confidential informants, reminders, copies."""

from collections.abc import Mapping

from api.pages.wording import REASON, TEXT, Words, moment, name, plain
from domain.calls.words import InstructionSource

AROUND: Mapping[str, Words] = {
    "calls.CallMerged": Words("并入另一事项", (("into_number", "并入", plain),), REASON),
    "calls.CoCallerJoined": Words("共同呼叫", (("township", "共同呼叫镇街", name), ("number", "其呼叫编号", plain))),
    "calls.CallSplit": Words(
        "拆出一部分另行办理", (("part_number", "拆出为", plain),), (("text", ""), ("reason", "理由"))
    ),
    "calls.PartTakenOver": Words("由拆分而来", (("origin_number", "原事项", plain),)),
    "calls.InstructionRecorded": Words(
        "登记批示、交办",
        (
            ("source", "来源", lambda v: InstructionSource(v).label),
            ("number", "文号或编号", plain),
            ("handler", "指明承办", name),
            ("due", "要求办结时间", moment),
            ("moved", "时限", lambda v: f"{len(v)} 项时限按较严的要求缩短"),
        ),
        TEXT,
    ),
    "calls.ConfidentialityMarked": Words(
        "标记举报人保密",
        (("about", "反映的单位", name),),
        (("text", "给承办单位看的内容"), ("place", "给承办单位看的地点"), ("reason", "理由")),
    ),
    "calls.CallerReminded": Words(
        "乡镇催办",
        (
            ("township", "提出镇街", name),
            ("organization", "催办单位", name),
            ("task_text", "超期未办", plain),
            ("due", "原期限", moment),
        ),
        TEXT,
    ),
    "calls.CopySent": Words("抄送(仅供查阅)", (("organization", "抄送", name), ("sender", "抄送单位", name)), TEXT),
}
