"""体检: what is wrong with an installation, and what to do about it: one list for the doctor and the status page."""

from collections.abc import Callable, Generator, Iterator, Sequence
from datetime import datetime

import psycopg
from kafka.errors import KafkaError

from adapters.database.connections import make_engine
from adapters.kafka.problems import KafkaProblem, TopicMissing, WrongTopics
from adapters.kafka.topics import differing_settings, topic_name
from api.findings import Finding
from api.pages.times import exact_text
from api.security.settings import check_production_settings
from infra.composition import House
from infra.cures import cure_of
from infra.migrations.upgrade import knows, standing
from infra.notice_findings import notice_findings
from infra.rule_findings import rule_findings
from infra.services.problems import ServiceUnavailable
from infra.settings import Settings
from infra.topics import SUBJECTS, kafka_address, topic_settings
from projections.engine.comparison import Difference
from projections.engine.freshness import Standing
from projections.engine.projection import Projection, live_schema
from projections.engine.structure import TablesAltered, altered

MANY_BEHIND = 100
_SAMPLE = 100
_SHOWN = 3

_KINDS = {"changed": "被改动", "missing": "缺少", "extra": "多出", "unreadable": "事实已无法读出"}


def examine(settings: Settings, clock: Callable[[], datetime]) -> list[Finding]:
    """Look at settings, database, keys, views and Kafka. Stops early where nothing further can be told."""
    return list(_examine(settings, clock))


def _examine(settings: Settings, clock: Callable[[], datetime]) -> Iterator[Finding]:
    problems = check_production_settings(settings)
    yield _finding("设置", "settings-incomplete" if problems else "", "、".join(problems) or "完整")
    if settings.database_url and not (yield from _database_is_ready(settings.database_url)):
        return
    try:
        with House.open(settings, clock) as house:
            yield _finding("数据库与主密钥", "", "可用,结构最新")
            yield from findings(house)
    except ServiceUnavailable as problem:
        yield _finding("数据库与主密钥", "installation-unusable", str(problem))


def findings(house: House, sample: int = _SAMPLE) -> list[Finding]:
    """How the views, the clock, the relay and Kafka of an open house stand."""
    found = []
    parked = house.freshness.parked()
    for view, at in zip(house.views, house.freshness.standings(), strict=True):
        found.append(_view(house, view, at, sample))
        found += [
            _finding(
                f"停在一旁:{view.title} 第 {one.position} 号记录",
                one.code,
                f"自 {exact_text(one.parked_at)} 起停在一旁。类型 {one.wire},流 {one.stream}:{one.reason}",
                view=view.name,
                stream=one.stream,
                href=f"/calls/{one.stream}" if one.wire.startswith("calls.") else "",
            )
            for one in parked
            if one.view == live_schema(view)
        ]
    found += rule_findings(house)
    clock = house.clock_standing()
    found.append(_finding("时钟", clock.code, clock.text))
    if house.settings.kafka:
        relay = house.relay()
        found.append(_finding("转发(relay)", relay.code, relay.text))
        found.append(_kafka(house))
    found += notice_findings(house)
    return found


def _finding(
    subject: str, code: str, text: str, view: str = "资料名称", stream: object = "流编号", href: str = ""
) -> Finding:
    cure = cure_of(code, view=view, stream=stream) if code else ""
    return Finding(subject, not code, text, cure, code, href)


def _view(house: House, view: Projection, at: Standing, sample: int) -> Finding:
    subject = f"页面资料:{view.title}"
    with house.engine.connect() as connection:
        differences = altered(connection, view, live_schema(view))
    if differences:
        return _finding(subject, TablesAltered.code, str(TablesAltered(differences)), view.name)
    if at.stopped:
        text = f"自 {exact_text(at.stopped.stopped_at)} 起停止更新,落后 {at.behind} 条:{at.stopped.reason}"
        return _finding(subject, at.stopped.code, text, view.name)
    if beyond := _beyond_the_store(house, view):
        text = f"进度(第 {beyond} 号记录)超过事实库的最后一条"
        return _finding(subject, "view-ahead-of-store", text, view.name)
    compared = house.comparison().sample(view, sample)
    if compared.differences:
        text = f"抽查 {compared.streams} 件,与事实重算的结果不同:{in_words(compared.differences)}"
        return _finding(subject, "view-differs", text, view.name, compared.differences[0].stream)
    if at.behind >= MANY_BEHIND:
        return _finding(subject, "view-behind", f"落后 {at.behind} 条", view.name)
    return _finding(subject, "", f"落后 {at.behind} 条,停在一旁 {at.parked} 件,抽查 {compared.streams} 件相符")


def compare_views(house: House, told: Callable[[Difference], None]) -> list[Finding]:
    """Every row of every view beside what the facts give; each differing row is told as it is found."""
    found = []
    for view in house.views:
        streams = differing = 0
        try:
            for piece in house.comparison().everything(view):
                streams += piece.streams
                differing += len(piece.differences)
                for difference in piece.differences:
                    told(difference)
        except TablesAltered as problem:
            found.append(_finding(f"核对:{view.title}", problem.code, str(problem), view.name))
            continue
        text = f"核对 {streams} 件,不同 {differing} 行" if differing else f"核对 {streams} 件,全部相符"
        found.append(_finding(f"核对:{view.title}", "view-differs" if differing else "", text, view.name))
    return found


def in_words(differences: Sequence[Difference]) -> str:
    """The first few, named by table, stream, key and column; never what stands there."""
    words = [difference_in_words(one) for one in differences[:_SHOWN]]
    more = len(differences) - _SHOWN
    return ";".join(words) + (f";另有 {more} 行" if more > 0 else "")


def difference_in_words(one: Difference) -> str:
    """E.g. "calls_v2.calls 流 …: 列 text 被改动"."""
    row = f"{one.table} 流 {one.stream}" + (f" 行 {one.key}" if one.key else "")
    columns = f"列 {'、'.join(one.columns)} " if one.columns else ""
    return f"{row}:{columns}{_KINDS[one.kind]}"


def _beyond_the_store(house: House, view: Projection) -> int | None:
    """The position a view says it has reached, where that lies behind the last fact of the store."""
    with house.pool.connection() as connection:
        row = connection.execute(
            "SELECT max(greatest(position, built_to)) FROM projection_checkpoints WHERE schema_name = %s"
            " HAVING max(greatest(position, built_to)) > (SELECT coalesce(max(notification_id), 0) FROM stored_events)",
            (live_schema(view),),
        ).fetchone()
    return row[0] if row else None


def _database_is_ready(url: str) -> Generator[Finding, None, bool]:
    try:
        psycopg.connect(url, connect_timeout=5).close()
        engine = make_engine(url, 1)
        current, needed = standing(engine)
        engine.dispose()
    except psycopg.OperationalError as problem:
        yield _finding("数据库连接", "database-unreachable", str(problem).strip())
        return False
    code = ""
    if current != needed:
        code = "database-outdated" if current is None or knows(current) else "database-newer"
    yield _finding("数据库结构", code, f"现为第 {current or '0'} 版,本程序需要第 {needed} 版")
    return not code


def _kafka(house: House) -> Finding:
    settings = house.settings
    try:
        address = kafka_address(settings)
        address.refuse_if_silent()
        with address.admin() as admin:
            house.refuse_kafka(admin.describe_cluster()["cluster_id"])
            topics = [topic_name(settings.node, subject) for subject in SUBJECTS]
            if missing := sorted(set(topics) - set(admin.list_topics())):
                raise TopicMissing(missing)
            if differences := differing_settings(admin, topics, topic_settings(settings)):
                raise WrongTopics(differences)
    except KafkaProblem as problem:
        return _finding("Kafka", problem.code, str(problem))
    except (OSError, KafkaError) as problem:
        return _finding("Kafka", "kafka-unreachable", str(problem))
    return _finding("Kafka", "", "集群与主题设置正确")
