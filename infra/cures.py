"""怎么办: for every stable code the one sentence that says what to do; doctor, status page and manual read it here."""

from collections.abc import Mapping

CURES: Mapping[str, str] = {
    "settings-incomplete": "按提示设置环境变量",
    "database-unreachable": "检查 HUYING_DATABASE_URL、网络和数据库服务",
    "database-outdated": "先备份,再运行 huying migrate",
    "database-newer": "数据库已由较新版本的程序升级:升级本机程序,或连接原来的数据库",
    "installation-unusable": "按提示处理后重试",
    "view-behind": "确认 huying project(单进程为 serve)在运行,稍候再看;不减少的看日志",
    "view-tables-altered": "运行 huying rebuild {view},完成后自行恢复更新",
    "view-ahead-of-store": "先查明事实库是否由较旧的备份恢复;确认事实库无误后运行 huying rebuild {view}",
    "view-from-another-feed": "核对 HUYING_KAFKA;确已更换来源的,运行 huying rebuild {view}",
    "view-failed": "看更新进程的日志;程序较旧的先升级,再运行 huying rebuild {view};仍不行的,带原因报告",
    "view-differs": "单件运行 huying refold {view} {stream};多处的运行 huying rebuild {view}。查明是谁改动的",
    "feed-unreadable": "Kafka 主题中有不是本系统写入的内容:查明来源并停止写入,改用干净的集群",
    "event-unreadable": "事实没有丢。带原因报告;程序修正后运行 huying unpark {view} {stream}",
    "event-type-unknown": "由较新版本的程序写入:升级本机程序,再运行 huying unpark {view} {stream}",
    "event-not-foldable": "带原因报告;程序修正后运行 huying unpark {view} {stream}",
    "row-refused": "资料表拒收:检查有无手工加上的约束或触发器,除去后运行 huying unpark {view} {stream}",
    "content-key-unreadable": "内容密钥损坏:从备份恢复该行 content_keys,再运行 huying unpark {view} {stream}",
    "limit-not-set": "按文件写入 limits.csv,运行 huying import rules 目录;暂用样例的 huying import rules,已设定的不变",
    "clock-not-running": "启动 huying clock(单进程为 serve);停着的时候到时的,启动后按次序补上,不会重复",
    "clock-behind": "看 huying clock 的日志;页面资料落后的先恢复更新,时钟随后自行补上",
    "relay-not-running": "启动 huying relay;反复退出的,看它的日志",
    "relay-waiting": "按提示恢复 Kafka 或数据库,relay 会自行继续",
    "relay-behind": "relay 正在补发,稍候再看;一直不减少的,看它的日志",
    "relay-fenced": "同一节点只应运行一个 relay:停用多余的一个,再启动留用的一个",
    "kafka-unreachable": "检查 HUYING_KAFKA 和 Kafka 服务;恢复前办理照常,页面更新会滞后",
    "kafka-problem": "查看 relay 的提示并处理",
    "kafka-topic-missing": "启动 huying relay,它会建立主题并从事实库补发;之后提示进度对不上的,再运行 huying rebuild",
    "kafka-wrong-topics": "把主题设置改回所示的值(分区数不能改小,须更换集群),再启动 huying relay",
    "kafka-another-cluster": "核对 HUYING_KAFKA;确需更换集群的,停止 relay,运行 huying kafka change-cluster 后再启动",
    "kafka-ahead-of-store": "不要继续分发。用更新的备份恢复事实库;确实找不回的,见运行维护“恢复到某一时刻”",
    "kafka-not-compared": "先启动 huying relay,它会核对;没有提示 kafka-ahead-of-store 的,页面资料随后自行更新",
    "notice-not-running": "启动 huying notify(单进程为 serve);反复退出的,看它的日志。未计划的通知不会丢",
    "notice-rule-missing": "运行 huying import rules,或依据文件 huying import notice-rule;设定后积下的通知自行发出",
    "notice-settings": "按提示改正设置后重新启动 huying notify(单进程为 serve)",
    "notice-channel-missing": "配置 HUYING_NOTICE_GATEWAY,或依据文件修改通知规则;已另行告知的 huying notices settle",
    "notice-stalled": "检查邮件服务器、网关或对接系统;恢复后自行补发,超过时限的列为未送达",
    "notice-not-delivered": "另行告知后运行 huying notices settle;要再发的运行 huying notices again",
    "notice-refused": "核对地址或号码,另行告知后运行 huying notices settle;改正后 huying notices again",
    "notice-outcome-unknown": "可能已收到,不自动重发:确认后运行 huying notices settle,确未收到的 huying notices again",
    "notice-no-address": "补上地址或电话(电话在名录中),再运行 huying notices again",
    "notice-restored": "恢复备份前可能已发出,不自动重发:需要的运行 huying notices again,其余 huying notices settle",
    "notice-unplanned": "程序较旧的先升级;每十分钟自行再试,仍不行的带原因报告,已另行告知的 huying notices settle",
    "notice-nobody": "为该机构任命在岗人员,每十分钟自行再试;已另行告知的运行 huying notices settle",
    "kafka-facts-missing": "等 relay 补发完成(还有 0 条未发出),再运行 huying rebuild {view}",
}
"""By code. {view} and {stream} are filled in where they are known."""


def cure_of(code: str, *, view: str = "资料名称", stream: object = "流编号") -> str:
    """What to do about it."""
    return CURES.get(code, CURES["view-failed"]).format(view=view, stream=stream)
