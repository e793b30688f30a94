"""What keeps facts from reaching Kafka, or views from reading them: named, with the cause and the way out."""

from collections.abc import Sequence

from projections.engine.feed import PlaceLost


class KafkaProblem(Exception):
    """分发故障: a state of Kafka that waiting does not mend. `code` is for machines, the message for people."""

    code = "kafka-problem"


class AnotherCluster(KafkaProblem):
    """The address leads to another cluster than the one this node has published to."""

    code = "kafka-another-cluster"

    def __init__(self, recorded: str, found: str) -> None:
        super().__init__(
            f"连接到的 Kafka 集群({found})不是本节点一直使用的集群({recorded}):请核对 Kafka 地址;"
            "确需更换集群时,先用命令登记新集群,再由事实库从头补发。"
        )


class RelayFenced(KafkaProblem):
    """Another relay of the same node has taken over: this one must end, and must not be restarted by itself."""

    code = "relay-fenced"

    def __init__(self, node: str, other: str) -> None:
        super().__init__(
            f"节点 {node} 的分发已由另一个进程接管({other}):本进程停止分发。"
            "同一节点只应运行一个分发进程,请停用多余的一个。"
        )


class WrongTopics(KafkaProblem):
    """Topics that exist with settings under which facts could be lost or reordered."""

    code = "kafka-wrong-topics"

    def __init__(self, differences: Sequence[str]) -> None:
        self.differences = tuple(differences)
        super().__init__("Kafka 主题的设置不符合要求(" + ";".join(differences) + "):请由管理员按要求改正后重启分发。")


class KafkaAhead(KafkaProblem):
    """Kafka holds facts that the store of record does not: the store was put back to an older state."""

    code = "kafka-ahead-of-store"

    def __init__(self, channel: str = "", position: int = 0) -> None:
        where, which = (f"的 {channel} ", f"(序号 {position})") if channel else ("", "")
        super().__init__(
            f"Kafka {where}中有事实库没有的记录{which}:事实库可能由较旧的备份恢复,"
            "或该主题属于另一个系统。请先查明原因,用更新的备份恢复事实库,切勿继续分发。"
        )


class StoreRestored(KafkaProblem):
    """The store was restored from a backup; until a relay has compared Kafka with it, no view reads Kafka."""

    code = "kafka-not-compared"

    def __init__(self) -> None:
        super().__init__("事实库由备份恢复,relay 还没有核对 Kafka 中的记录是否与之一致。")


class TopicMissing(KafkaProblem):
    """Topics that are not there: views that read their facts wait; nothing is lost, the store has them all."""

    code = "kafka-topic-missing"

    def __init__(self, topics: Sequence[str]) -> None:
        super().__init__(f"Kafka 中没有主题 {'、'.join(topics)}。")


class FactsMissing(KafkaProblem, PlaceLost):
    """What a view has read is no longer what stands in Kafka at that place: Kafka lost records since."""

    code = "kafka-facts-missing"

    def __init__(self, channel: str, offset: int) -> None:
        self.channel = channel
        super().__init__(
            f"视图在 {channel} 的进度(第 {offset} 条)与 Kafka 现有记录对不上:Kafka 曾丢失记录,"
            "请待 relay 补发完成后重建视图。"
        )
