"""接下来做什么: the first page tells each post what to do, in a few steps."""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.shared.posts import Post


@dataclass(frozen=True, slots=True)
class Guide:
    """One step: what, how, and where."""

    title: str
    text: str
    href: str = ""
    link_label: str = ""


_TO_DO = ("/queue/to-do", "看待办")
_SEARCH = Guide("查看事项", "按编号、事由、地点查找,打开即可看到每一步的办理记录和时限。", "/search", "去查找")
_LISTS = Guide("查责任清单", "看每个事项县级部门和乡镇各自该做什么。", "/lists", "看清单")

GUIDANCE: Mapping[Post, tuple[Guide, ...]] = {
    Post.CALLER: (
        Guide("发起呼叫", "遇到镇里解决不了的事:一句话、地点、照片,发出即可。", "/calls/new", "去呼叫"),
        Guide("补充材料", "被退回补正的在待办里,补充后再次提交。", *_TO_DO),
        Guide("现场确认", "部门报了结果,到现场看一看,解决了就确认,没解决就退回重办。", *_TO_DO),
        Guide("评价", "平台办结后请如实评价;不评价不会算作满意。", *_TO_DO),
    ),
    Post.GRID_WORKER: (
        Guide("上报问题", "发现问题点“我要呼叫”,由镇街负责同志签发。", "/calls/new", "去呼叫"),
        Guide("看办到哪了", "在“我发起”里看本镇街呼叫的进展。", "/queue/mine", "去看看"),
    ),
    Post.TOWNSHIP_LEADER: (
        Guide("签发呼叫", "本镇街的呼叫由您签发后发出;写得不清楚的可退回修改。特急事项不经签发。", *_TO_DO),
        Guide("确认和评价", "也可以由您现场确认结果、作出评价。", *_TO_DO),
        Guide("督办", "两个以上单位承办的事项,可在事项页的“督办”里发出镇街督办。", "/queue/mine", "看本镇街的呼叫"),
    ),
    Post.OPERATOR: (
        Guide("受理", "材料不全的可一次性退回补正;不予受理只能按规定理由。", *_TO_DO),
        Guide("派发", "对照责任清单选事项,确定主办和协办;清单没有的按三定、法律等依据派发。", *_TO_DO),
        Guide("协调异议", "部门提出异议的,1 个工作日内认定;协调不成提请职责界定。", *_TO_DO),
        Guide("核实办结", "镇街确认后核实办结。", *_TO_DO),
    ),
    Post.LIAISON: (
        Guide("先响应", "写明谁办、电话、第一步;空点一下不算响应。", *_TO_DO),
        Guide("办理并报结果", "办完报告结果,可附照片;协办单位报告协办情况。", *_TO_DO),
        Guide("有异议", "认为不属本单位职责,在派发后规定时限内提出;期间继续办理,时限不停。", *_TO_DO),
    ),
    Post.DUTY_OFFICER: (
        Guide("接电话代录特急", "接到特急电话,代镇街录入,写明通话时间。", "/calls/new", "去代录"),
        Guide("受理派发", "特急事项由值班室受理并派发,已电话派发的写明电话时间。", *_TO_DO),
    ),
    Post.LEADER: (Guide("办理待办", "需要您决定的事项在待办里。", *_TO_DO), _SEARCH),
    Post.LIST_KEEPER: (Guide("职责界定", "平台提请的职责界定在待办里。", *_TO_DO), _LISTS),
    Post.SUPERVISOR: (
        Guide("督办", "看什么超期、由谁承办;答复和整改由您审核,疑似情形由县督查机构认定。", "/supervision", "看督办"),
        Guide("办理待办", "需要您审核的答复和整改在待办里。", *_TO_DO),
        _SEARCH,
        _LISTS,
    ),
    Post.REVIEWER: (_SEARCH, _LISTS),
    Post.AUDITOR: (
        _SEARCH,
        Guide("资料是否完整", "查看页面资料更新到哪里、有没有停在一旁的记录。", "/status", "看运行状态"),
        _LISTS,
    ),
    Post.ADMINISTRATOR: (
        Guide("机构和人员", "查看机构、岗位、任职。", "/directory", "看机构"),
        Guide("运行状态", "查看系统是否正常。", "/status", "看运行状态"),
    ),
    Post.SYSTEM: (),
}
