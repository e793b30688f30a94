"""历史: a calls view as long as wanted, of real shape: the newest calls are under way, all before them are closed."""

from collections.abc import Sequence
from hashlib import md5
from uuid import UUID

from sqlalchemy import Table, text

from projections.calls.tables import calls, obligations, timeline
from tests.county_store import CountyStore
from tests.projections.histories import LIVES, call_facts

UNDER_WAY = 3_000
"""So many calls are open, however long the history: a county's open work does not grow with its past."""

ORGANIZATIONS = 50
"""Each department and township of the patterns stands for so many, so that a narrow right sees a fiftieth."""

RECORDS_OF = 20
"""One closed call in so many has its record (办理记录) too: the page of a call reads its own entries only."""

MATTERS = (
    "门口有人占道摆摊", "沿街餐饮油烟扰民", "工地夜间施工噪声大", "路灯不亮已有数日", "河道漂浮垃圾无人清理",
    "农田灌溉水渠堵塞", "老旧小区电梯故障", "无证幼儿托管", "货车超载压坏乡道", "秸秆露天焚烧",
    "自来水发黄有异味", "井盖缺失存在隐患", "违法搭建彩钢棚", "养殖场粪污直排", "校门口车辆乱停",
    "供暖温度不达标", "消防通道被堵塞", "广告牌松动", "流浪犬伤人", "危房需要鉴定",
)  # fmt: skip
DETAILS = (
    "群众多次反映", "镇里已劝导两次仍反复", "影响行人通行", "涉及三十余户", "雨天更为严重",
    "需要部门到场认定", "当事人拒不整改", "现场已设置警示", "老人和孩子出行不便", "村委会已先期处置",
    "近期有检查", "附近商户也有意见", "已拍照留存",
)  # fmt: skip
ITEMS = (
    "占道经营", "餐饮油烟扰民", "流动摊点疏导", "违法建设查处", "河道保洁", "消防通道管理",
    "养殖污染治理", "农村公路养护",
)  # fmt: skip
PLACES = (
    "人民路",
    "解放街",
    "迎宾大道",
    "滨河路",
    "青年路",
    "东关村",
    "西坡村",
    "南旺庄",
    "北营镇区",
    "工业园一路",
    "文昌巷",
)
RARE_WORD = "古树名木"
RARE_ONE_IN = 4_000


def found_patterns(house: CountyStore) -> None:
    """Lives decided by the real handlers and folded by the real view: what the history is copied from."""
    for life in LIVES.values():
        life(house.county)
    for facts in call_facts(house.county).values():
        house.keep(facts)
    house.fold()
    house.sql(
        "CREATE TABLE patterns AS SELECT stream_id, stage = 'closed' AS closed, submitted_at,"
        " row_number() OVER (PARTITION BY stage = 'closed' ORDER BY number) - 1 AS place,"
        f" count(*) OVER (PARTITION BY stage = 'closed') AS kinds FROM {calls.fullname}"
    )


def fill(house: CountyStore, length: int) -> None:
    """Copy patterns until the history has so many calls, the newest at the patterns' time, one a minute before it.

    Filled without indexes and write-ahead log, then indexed as the view says: what is measured only reads.
    """
    tables = (calls, obligations, timeline)
    for table in tables:
        house.sql(f"ALTER TABLE {table.fullname} SET UNLOGGED")
        house.sql(f"ALTER TABLE {table.fullname} DROP CONSTRAINT {table.name}_pkey")
        for index in table.indexes:
            index.drop(house.engine)
        _copy(house, table, length)
    with house.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("SET maintenance_work_mem TO '512MB'"))
        for table in tables:
            key = ", ".join(column.name for column in table.primary_key)
            connection.execute(text(f"ALTER TABLE {table.fullname} ADD PRIMARY KEY ({key})"))
            for index in table.indexes:
                index.create(connection)
            connection.execute(text(f"VACUUM ANALYZE {table.fullname}"))


def call_at(place: int) -> UUID:
    """The call at a place of the history, 1 the newest."""
    return UUID(md5(f"call{place}".encode(), usedforsecurity=False).hexdigest())


def _copy(house: CountyStore, table: Table, length: int) -> None:
    platform, chance = house.county.orgs["platform"], "abs(hashint8(n))"

    def other(organization: str) -> str:
        return (
            f"CASE WHEN {organization} = '{platform}' OR {chance} % {ORGANIZATIONS} = 0 THEN {organization}"
            f" ELSE md5({organization}::text || {chance} % {ORGANIZATIONS})::uuid END"
        )

    def one_of(words: Sequence[str], step: int) -> str:
        listed = ", ".join(f"'{word}'" for word in words)
        return f"(ARRAY[{listed}])[1 + {chance} / {step} % {len(words)}]"

    def earlier(column: str) -> str:
        return f"newest.at - make_interval(mins => n) + (t.{column} - p.submitted_at)"

    written = (
        f"{one_of(MATTERS, 50)} || ',' || {one_of(DETAILS, 1_000)} || ',' || {one_of(DETAILS, 13_000)}"
        f" || CASE WHEN n % {RARE_ONE_IN} = 7 THEN ',旁有{RARE_WORD}。' ELSE '。' END"
    )
    number = (
        "'HY' || to_char(newest.at - make_interval(mins => n), 'YYYYMMDD') || '-'"
        " || translate(upper(left(md5('number' || n), 5)), '01', 'XY')"
    )
    changed = {
        "stream_id": "md5('call' || n)::uuid",
        "number": number,
        "township": other("t.township"),
        "organization": other("t.organization"),
        "lead": other("t.lead"),
        "concerned": f"ARRAY(SELECT {other('o')} FROM unnest(t.concerned) o)",
        "text": written,
        "state": f"CASE WHEN {_is_read('n')} THEN t.state || jsonb_build_object("
        f"'id', md5('call' || n)::uuid, 'number', {number}, 'text', {written}) ELSE t.state END",
        **{column: earlier(column) for column in _MOMENTS},
    }
    if table.name == "calls":
        changed["place"] = f"{one_of(PLACES, 20)} || {chance} % 400 || '号'"
        changed["item_title"] = one_of(ITEMS, 300)
    columns = [column.name for column in table.columns if column.computed is None]
    chosen = ", ".join(changed.get(column, f"t.{column}") for column in columns)
    only = f" AND {_is_read('n')}" if table.name == "timeline" else ""
    house.sql(
        f"INSERT INTO {table.fullname} ({', '.join(columns)}) SELECT {chosen}"
        f" FROM generate_series({length}, 1, -1) n"
        f" JOIN patterns p ON p.closed = (n > {UNDER_WAY}) AND p.place = n % p.kinds"
        f" JOIN {table.fullname} t ON t.stream_id = p.stream_id{only}"
        " CROSS JOIN (SELECT max(submitted_at) AS at FROM patterns) newest"
    )


def _is_read(place: str) -> str:
    return f"({place} <= {UNDER_WAY} OR {place} % {RECORDS_OF} = 0)"


_MOMENTS = (
    "submitted_at",
    "changed_at",
    "opened_at",
    "due_at",
    "due_soon_at",
    "ended_at",
    "recorded_at",
    "occurred_at",
)
