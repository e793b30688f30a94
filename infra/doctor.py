"""体检: what is wrong with an installation, and what to do about it."""

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from datetime import datetime

import psycopg

from adapters.database.connections import make_engine
from adapters.kafka.problems import KafkaProblem
from adapters.kafka.topics import differing_settings, topic_name
from api.security.settings import check_production_settings
from infra.composition import SUBJECTS, House, kafka_address, topic_settings
from infra.migrations.upgrade import standing
from infra.services.problems import ServiceUnavailable
from infra.settings import Settings


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: well or not, what was found, and the cure."""

    subject: str
    well: bool
    text: str
    cure: str = ""


def examine(settings: Settings, clock: Callable[[], datetime]) -> list[Finding]:
    """Look at settings, database, keys, views and Kafka. Stops early where nothing further can be told."""
    return list(_examine(settings, clock))


def _examine(settings: Settings, clock: Callable[[], datetime]) -> Iterator[Finding]:
    problems = check_production_settings(settings)
    yield Finding("设置", not problems, "、".join(problems) or "完整", "按提示设置环境变量" if problems else "")
    if settings.database_url and not (yield from _reachable(settings.database_url)):
        return
    try:
        with House.open(settings, clock) as house:
            yield Finding("数据库与主密钥", True, "可用,结构最新")
            for view in house.freshness.standings():
                well = view.parked == 0
                yield Finding(
                    f"页面资料:{view.title}",
                    well,
                    f"落后 {view.behind} 条,停在一旁 {view.parked} 件",
                    "" if well else "打开“运行状态”页查看原因,排除后运行 huying unpark",
                )
            if settings.kafka:
                relay = house.relay()
                yield Finding("转发(relay)", relay.well, relay.text, relay.cure)
                yield _kafka(settings)
    except ServiceUnavailable as problem:
        yield Finding("数据库与主密钥", False, str(problem), "按提示处理后重试")


def _reachable(url: str) -> Generator[Finding, None, bool]:
    try:
        psycopg.connect(url, connect_timeout=5).close()
        engine = make_engine(url, 1)
        current, needed = standing(engine)
        engine.dispose()
    except psycopg.OperationalError as problem:
        yield Finding("数据库连接", False, str(problem).strip(), "检查 HUYING_DATABASE_URL、网络和数据库服务")
        return False
    well = current == needed
    yield Finding("数据库结构", well, f"现为 {current},需要 {needed}", "" if well else "运行 huying migrate")
    return True


def _kafka(settings: Settings) -> Finding:
    try:
        address = kafka_address(settings)
        address.refuse_if_silent()
        admin = address.admin()
        try:
            topics = [topic_name(settings.node, subject) for subject in SUBJECTS]
            differences = differing_settings(admin, topics, topic_settings(settings))
        finally:
            admin.close()
    except (ConnectionError, KafkaProblem) as problem:
        return Finding("Kafka", False, str(problem), "检查 HUYING_KAFKA 和 Kafka 服务;恢复前办理照常,页面更新会滞后")
    return Finding(
        "Kafka", not differences, "、".join(differences) or "主题设置正确", "按提示修正主题设置" if differences else ""
    )
