"""责任清单表: reads a county's duty list from a table; a dry run that says what would be imported and what is wrong."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from adapters.imports.duty_list_bearers import ListedBearer, OrganizationNames, read_bearers
from adapters.imports.faults import Fault, TableRefused, in_file_order
from adapters.imports.offered_limits import OfferedLimit, limits_in
from adapters.imports.tables import Column, Table, TableRow, read_table
from domain.duty_lists.drafts import DutyDraft, ItemDraft, StepDraft
from domain.duty_lists.items import ActionLimit, title_key
from domain.duty_lists.kinds import DutyMode, DutyRole, LimitedAction

FIELD = Column("domain", ("领域", "field"), filled=True)
TITLE = Column("item", ("事项", "事项名称"), filled=True)
DEPARTMENT = Column("county_department", ("县级部门", "县级责任单位", "责任单位"), filled=True)
COUNTY_DUTY = Column("county_primary_duty", ("县级主体责任", "县级部门主体责任", "主体责任"), filled=True)
TOWNSHIP_DUTY = Column("township_cooperative_duty", ("乡镇配合责任", "乡镇(街道)配合责任", "配合责任"), filled=True)
SOURCE = Column("source", ("依据", "来源", "法律依据"), required=False)
COLUMNS = (FIELD, TITLE, DEPARTMENT, COUNTY_DUTY, TOWNSHIP_DUTY, SOURCE)

_LONGEST = {FIELD.name: 60, TITLE.name: 200, COUNTY_DUTY.name: 4_000, TOWNSHIP_DUTY.name: 4_000, SOURCE.name: 2_000}
_TOWNSHIP_IS_PRIMARY = "【乡镇为主体】"
_GRADED = re.compile(r"\[(?P<grade>[SPM])\]\s*(?P<rest>.*)", re.DOTALL)
_FROM_MEMORY = re.compile(r"(?:^|\s*\+\s*|\s+)凭记忆(?P<caution>[(\uff08][^)\uff09]*[)\uff09])?[:\uff1a]\s*", re.DOTALL)
_CALLED_FOR = re.compile(
    "配合|协助|协同|到场|现场|先行|先期|处置|劝|制止|调解|转移|围护|警戒|疏散|清理|救|呼叫|受理|移交"
)


class SourceGrade(StrEnum):
    """来源等级: S both sides supported by the source; P one side inferred; M from law, article numbers unchecked."""

    SUPPORTED = "S"
    PARTLY = "P"
    MEMORY = "M"

    @property
    def label(self) -> str:
        """What the grade tells who relies on the row."""
        return _GRADES[self]


_GRADES = {
    SourceGrade.SUPPORTED: "来源等级S:双方职责均见于来源",
    SourceGrade.PARTLY: "来源等级P:一方职责为推定",
    SourceGrade.MEMORY: "来源等级M:依法律整理,使用前须核对",
}


@dataclass(frozen=True, slots=True)
class DutyListRow:
    """清单事项行, every department found in the directory. `bearers`: the lead first.

    `unnamed_bearers` are words such as 各行业主管部门 that name no single organization: kept in the source note.
    """

    number: int
    field: str
    title: str
    bearers: tuple[ListedBearer, ...]
    unnamed_bearers: tuple[str, ...]
    county_duty: str
    township_duty: str
    township_is_primary: bool
    grade: SourceGrade | None
    legal_basis: str
    source_note: str
    limits: tuple[OfferedLimit, ...]

    @property
    def lead(self) -> UUID | None:
        """The organization that answers first; None: the township concerned."""
        return next((bearer.organization for bearer in self.bearers if bearer.lead), None)


@dataclass(frozen=True, slots=True)
class DutyListReport:
    """导入检查报告: rows that can be imported, faults that forbid it, notices to be read. Nothing is imported yet."""

    rows: tuple[DutyListRow, ...]
    faults: tuple[Fault, ...]
    notices: tuple[Fault, ...]

    @property
    def limits(self) -> tuple[tuple[DutyListRow, OfferedLimit], ...]:
        """Every limit offered, with its row, for the list keeper to confirm."""
        return tuple((row, offered) for row in self.rows for offered in row.limits)

    def drafts(self, *, with_limits: bool = True) -> tuple[ItemDraft, ...]:
        """All rows as items, with the offered limits or none. Refuses TableRefused while there is any fault."""
        if self.faults:
            raise TableRefused(self.faults)
        return tuple(item_draft(row, row.limits if with_limits else ()) for row in self.rows)


def read_duty_list(content: bytes, organizations: Mapping[str, UUID], *, sheet: str | None = None) -> DutyListReport:
    """Read a CSV or XLSX file. `organizations`: every name and alias of the directory, with its organization."""
    return duty_list_report(read_table(content, COLUMNS, sheet=sheet), organizations)


def duty_list_report(table: Table, organizations: Mapping[str, UUID]) -> DutyListReport:
    """The same from a table already read by COLUMNS."""
    names = OrganizationNames(organizations)
    rows, faults, notices = [], list(table.faults), list(table.notices)
    first_at: dict[tuple[str, str], int] = {}
    for each in table.rows:
        row, wrong, remarks = _read_row(each, names)
        earlier = first_at.setdefault(title_key(row.field, row.title), row.number)
        if earlier != row.number:
            what = f"“{row.field}”领域的“{row.title}”与第{earlier}行重复,请合并为一行或更改事项名称。"
            wrong.append(Fault.at(row.number, TITLE.title, "doubled-item", what))
        faults.extend(wrong)
        notices.extend(remarks)
        if not wrong:
            rows.append(row)
    return DutyListReport(tuple(rows), in_file_order(faults), in_file_order(notices))


def item_draft(row: DutyListRow, limits: Sequence[OfferedLimit]) -> ItemDraft:
    """The row as an item of a draft, with the limits that were accepted.

    A limit that is the only one for its action holds for the item; several of one action bound steps of their own.
    """
    county = [DutyDraft(bearer=b.organization, role=b.role, text=row.county_duty) for b in row.bearers]
    role = DutyRole.PRIMARY if row.township_is_primary else DutyRole.COOPERATIVE
    township = DutyDraft(bearer=None, role=role, mode=township_mode(row.township_duty), text=row.township_duty)
    unnamed = f"清单所列“{'、'.join(row.unnamed_bearers)}”未指明具体单位。" if row.unnamed_bearers else ""
    whole, staged = _whole_and_staged(limits)
    return ItemDraft(
        field=row.field,
        title=row.title,
        duties=(township, *county) if row.township_is_primary else (*county, township),
        legal_basis=row.legal_basis,
        source_note=" ".join(filter(None, (row.grade.label if row.grade else "", row.source_note, unnamed))),
        steps=tuple(
            StepDraft(
                name=offered.step[:200],
                bearer=None if offered.of_township else row.lead,
                limits=(_limit(offered),),
            )
            for offered in staged
        ),
        limits=tuple(_limit(offered) for offered in whole),
    )


def township_mode(text: str) -> DutyMode:
    """On call when the text asks for anything beyond patrol, publicity and reporting."""
    return DutyMode.ON_CALL if _CALLED_FOR.search(text) else DutyMode.STANDING


def _whole_and_staged(limits: Sequence[OfferedLimit]) -> tuple[list[OfferedLimit], list[OfferedLimit]]:
    def alike(offered: OfferedLimit) -> int:
        same = [o for o in limits if (o.action, o.urgency, o.of_township) == (offered.action, offered.urgency, False)]
        return len(same)

    whole = [o for o in limits if not o.of_township and (o.action is not LimitedAction.HANDLE or alike(o) == 1)]
    by_key = {(o.action, o.urgency): o for o in reversed(whole)}
    whole = [o for o in whole if by_key[o.action, o.urgency] is o]
    return whole, [o for o in limits if o not in whole]


def _limit(offered: OfferedLimit) -> ActionLimit:
    return ActionLimit(action=offered.action, urgency=offered.urgency, limit=offered.limit)


def _read_row(row: TableRow, names: OrganizationNames) -> tuple[DutyListRow, list[Fault], list[Fault]]:
    wrong, remarks = _too_long(row), []
    duty = row[TOWNSHIP_DUTY.name]
    township_is_primary = _TOWNSHIP_IS_PRIMARY in duty
    listed = read_bearers(row[DEPARTMENT.name], names, township_is_primary=township_is_primary)
    for name, suggestion in listed.unknown:
        what = f"机构名录中没有“{name}”。{suggestion}请改为名录中的名称,或先登记该机构(或其挂牌名称)。"
        wrong.append(Fault.at(row.number, DEPARTMENT.title, "unknown-department", what))
    if not listed.bearers and not listed.unknown and not township_is_primary:
        what = "没有写明任何具体单位,请填写承担主体责任的部门。"
        wrong.append(Fault.at(row.number, DEPARTMENT.title, "no-department", what))
    elif listed.bearers and not township_is_primary and not any(b.lead for b in listed.bearers):
        what = "所列单位都只是配合或指导,请写明承担主体责任的单位;由乡镇承担的,请在乡镇一栏注明【乡镇为主体】。"
        wrong.append(Fault.at(row.number, DEPARTMENT.title, "no-primary-bearer", what))
    for name in listed.doubled:
        what = f"“{name}”与同一格中的另一名称是同一机构,只列一次。"
        remarks.append(Fault.at(row.number, DEPARTMENT.title, "doubled-department", what))
    if listed.unnamed:
        what = f"“{'、'.join(listed.unnamed)}”没有指明具体单位,只记入来源说明,不能据此派发;请尽量写明单位。"
        remarks.append(Fault.at(row.number, DEPARTMENT.title, "unnamed-department", what))
    duty = duty.replace(_TOWNSHIP_IS_PRIMARY, "").strip()
    if not duty and not wrong:
        wrong.append(Fault.at(row.number, TOWNSHIP_DUTY.title, "empty-duty", "只有标记没有职责内容,请填写职责。"))
    grade, basis, note = read_source(row[SOURCE.name])
    limits = (*limits_in(row[COUNTY_DUTY.name]), *limits_in(duty, of_township=True))
    return (
        DutyListRow(
            number=row.number,
            field=row[FIELD.name],
            title=row[TITLE.name],
            bearers=listed.bearers,
            unnamed_bearers=listed.unnamed,
            county_duty=row[COUNTY_DUTY.name],
            township_duty=duty,
            township_is_primary=township_is_primary,
            grade=grade,
            legal_basis=basis,
            source_note=note,
            limits=limits,
        ),
        wrong,
        remarks,
    )


def _too_long(row: TableRow) -> list[Fault]:
    return [
        Fault.at(row.number, column.title, "cell-too-long", f"超过{_LONGEST[column.name]}字,请精简。")
        for column in COLUMNS
        if len(row[column.name]) > _LONGEST.get(column.name, 8_000)
    ]


def read_source(text: str) -> tuple[SourceGrade | None, str, str]:
    """来源栏: grade, legal basis and source note. A basis written from memory keeps its caution."""
    graded = _GRADED.fullmatch(text)
    grade, rest = (SourceGrade(graded["grade"]), graded["rest"]) if graded else (None, text)
    found = _FROM_MEMORY.search(rest)
    if found is None:
        return (grade, "", rest.strip()) if grade else (None, rest.strip(), "")
    basis = rest[found.end() :].strip()
    caution = found["caution"] or "(须核对)"
    return grade, f"{basis}{caution}" if basis else "", rest[: found.start()].strip()
