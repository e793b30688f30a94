"""清单导入 from a CSV or XLSX file into real PostgreSQL."""

import io
from collections.abc import Iterator, Mapping
from datetime import date
from uuid import UUID, uuid4

import pytest
from openpyxl import Workbook

from adapters.event_store.mapper import EventTooLarge
from adapters.imports.duty_list_import import ListImport, import_duty_list, names_in_table
from adapters.imports.duty_list_table import DutyListReport, read_duty_list
from adapters.imports.faults import TableRefused
from domain.directory.import_rows import OrganizationRow
from domain.directory.kinds import OrganizationKind
from domain.duty_lists.drafts import DutyDraft
from domain.duty_lists.import_command import PublicationTerms
from domain.duty_lists.item_commands import AddItem
from domain.duty_lists.kinds import DutyRole, LimitedAction, ListKind, RevisionStage
from domain.duty_lists.refusals import NothingImported, NotListKeeper
from domain.shared.deadlines import LimitUnit
from domain.shared.urgency import Urgency
from tests.domain.directory.county import NODE, PLATFORM_ITSELF
from tests.domain.duty_lists.county import Offices
from tests.projections.duty_lists_county import StoredCounty, stored_offices, viewer

ROWS = [
    ["domain", "item", "county_department", "county_primary_duty", "township_cooperative_duty", "source"],
    [
        "生态环境",
        "餐饮油烟扰民",
        "综合行政执法局、生态环境分局(配合)",
        "查处未装净化设施、超标排放,5个工作日办结。",
        "受理群众反映、现场初查。",
        "[M] 凭记忆(法条号使用前须核对): 大气污染防治法81条",
    ],
    ["交通运输", "乡道建设和养护", "综合行政执法局(指导)", "行业指导。", "【乡镇为主体】负责养护。", "[M] 公路法8条"],
    [
        "安全生产",
        "防溺水隐患",
        "综合行政执法局",
        "紧急工单30分钟响应。",
        "重点水域巡查、劝离。",
        "[P] 某公开清单",
    ],
]
TERMS = PublicationTerms(
    document_number="示办发〔2025〕1号", published_on=date(2025, 3, 1), effective_from=date(2025, 4, 1)
)
ANYBODY = viewer()


@pytest.fixture
def made(database: str) -> Iterator[tuple[Offices, StoredCounty]]:
    with stored_offices(database) as made:
        yield made


Made = tuple[Offices, StoredCounty]


def _names() -> Mapping[str, UUID]:
    return names_in_table(
        [
            OrganizationRow(2, "zhzf", "综合行政执法局", OrganizationKind.DEPARTMENT, aliases=("城市管理局",)),
            OrganizationRow(3, "sthj", "生态环境分局", OrganizationKind.DEPARTMENT),
        ],
        NODE,
    )


def _csv(rows: list[list[str]]) -> bytes:
    return "\n".join(",".join(f'"{cell}"' for cell in row) for row in rows).encode()


def _xlsx(rows: list[list[str]]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _report(rows: list[list[str]] = ROWS) -> DutyListReport:
    return read_duty_list(_csv(rows), _names())


def test_at_set_up_a_table_becomes_the_published_list_once(made: Made) -> None:
    offices, county = made
    wanted = ListImport(ListKind.TERRITORIAL, keeper=offices.establishment, source="清单.csv", publication=TERMS)
    imported = import_duty_list(county.bus, _report(), wanted, PLATFORM_ITSELF, NODE)
    again = import_duty_list(county.bus, _report(), wanted, PLATFORM_ITSELF, NODE)
    assert (imported.items, imported.repeated) == (3, False)
    assert (again.revision, again.position, again.repeated) == (imported.revision, imported.position, True)
    county.catch_up()
    (revision,) = county.queries.in_force(ANYBODY, date(2026, 3, 2))
    assert (revision.id, revision.document_number, revision.source) == (
        imported.revision,
        "示办发〔2025〕1号",
        "清单.csv",
    )
    smoke, road, water = (entry.item for entry in county.queries.items(ANYBODY, revision.id))
    assert [(d.bearer.name, d.role) for d in smoke.duties] == [
        ("综合行政执法局", DutyRole.PRIMARY),
        ("生态环境分局", DutyRole.COOPERATIVE),
        ("属地乡镇(街道)", DutyRole.COOPERATIVE),
    ]
    assert road.bearers(DutyRole.PRIMARY)[0].is_township_concerned
    handled = smoke.limit(LimitedAction.HANDLE, Urgency.ORDINARY)
    respond = water.limit(LimitedAction.RESPOND, Urgency.EMERGENCY)
    assert handled is not None
    assert respond is not None
    assert (handled.amount, handled.unit) == (5, LimitUnit.WORKING_DAYS)
    assert (respond.amount, respond.unit) == (30, LimitUnit.MINUTES)


def test_csv_and_xlsx_of_the_same_rows_are_the_same_import() -> None:
    assert read_duty_list(_xlsx(ROWS), _names()).drafts() == _report().drafts()


def test_a_table_with_a_fault_imports_nothing_and_says_where(made: Made) -> None:
    offices, county = made
    wrong = [list(row) for row in ROWS]
    wrong[3][2] = "综合行政执法据"
    report = _report(wrong)
    (fault,) = report.faults
    assert (fault.row, fault.column) == (4, "县级部门")
    before = county.store.recorder.max_notification_id()
    with pytest.raises(TableRefused, match="第4行“县级部门”列"):
        import_duty_list(
            county.bus, report, ListImport(ListKind.TERRITORIAL, offices.establishment), PLATFORM_ITSELF, NODE
        )
    assert county.store.recorder.max_notification_id() == before


def test_the_keeper_imports_a_draft_again_and_again_and_others_never(made: Made) -> None:
    offices, county = made
    wanted = ListImport(ListKind.TERRITORIAL, keeper=offices.establishment)
    with pytest.raises(NotListKeeper):
        import_duty_list(county.bus, _report(), wanted, offices.liaison, NODE, command_id=uuid4())
    draft = import_duty_list(county.bus, _report(), wanted, offices.keeper, NODE, command_id=uuid4())
    assert offices.revision(draft.revision).stage is RevisionStage.DRAFT
    offices.published(draft.revision)
    with pytest.raises(NothingImported):
        import_duty_list(county.bus, _report(), wanted, offices.keeper, NODE, command_id=uuid4())
    fewer = ListImport(ListKind.TERRITORIAL, whole=True)
    second = import_duty_list(county.bus, _report(ROWS[:3]), fewer, offices.keeper, NODE, command_id=uuid4())
    assert len(offices.revision(second.revision).items) == 2


def test_limits_are_taken_only_when_wanted(made: Made) -> None:
    offices, county = made
    wanted = ListImport(ListKind.TERRITORIAL, keeper=offices.establishment, with_limits=False)
    draft = import_duty_list(county.bus, _report(), wanted, offices.keeper, NODE)
    assert all(item.limits == () for item in offices.revision(draft.revision).items.values())


def test_an_item_above_the_size_of_an_event_is_refused_in_words(made: Made) -> None:
    offices, county = made
    revision = offices.opened()
    duties = tuple(
        DutyDraft(bearer=bearer, role=role, text="查" * 4_000)
        for bearer in (offices.enforcement, offices.environment, offices.east, None)
        for role in DutyRole
    )
    content = offices.smoke().model_copy(update={"duties": duties})
    with pytest.raises(EventTooLarge, match="60 KB"):
        county.ask(AddItem(revision=revision, content=content), offices.keeper)
    assert offices.revision(revision).items == {}
