"""命令行: huying …. Every failure is one clear sentence and an exit code other than 0."""

import secrets
import signal
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Annotated

import psycopg
import psycopg_pool
import sqlalchemy.exc
import structlog
import typer
from pydantic import ValidationError
from rich.console import Console

from adapters.kafka.problems import KafkaProblem, RelayFenced
from infra import long_lived
from infra.clock import now
from infra.command_doors import Door, group_with
from infra.services.problems import ServiceUnavailable
from infra.settings import Settings
from infra.unfinished import Unfinished
from projections.engine.feed import FeedStandsStill, RebuildUnderWay, ViewFromAnotherFeed

DOORS = {
    "backup": Door("infra.backup.commands", "backup", "备份到一个新目录:数据库、附件、清单(运行中即可)。"),
    "restore": Door("infra.backup.commands", "restore", "把一份备份恢复到空的数据库和数据目录。"),
    "withdraw-content": Door(
        "infra.content_withdrawal",
        "withdraw_by_order",
        "撤除一件呼叫的内容和附件(凭两个机关的决定,不可恢复)。",
    ),
    "declare-outage": Door(
        "infra.outage_command",
        "declare_outage",
        "公布平台故障(恢复之后):期间计为各单位的正当事由,重算有关时限。",
    ),
    "import-history": Door(
        "infra.history_commands",
        "import_history",
        "导入原平台的办理记录(每行一个环节的 CSV 或 XLSX),按映射文件;可重复执行。",
    ),
    "rebuild": Door(
        "infra.view_commands",
        "rebuild_views",
        "重建页面资料:在旁边重新整理全部历史,完成后一次切换。不写名称则全部重建。",
    ),
    "refold": Door("infra.view_commands", "refold", "从事实重新整理一件(核对出不同之后)。"),
    "unpark": Door("infra.view_commands", "unpark", "重新整理停在一旁的记录(排除原因之后);不写名称则全部。"),
    "doctor": Door("infra.view_commands", "doctor", "检查安装:说明哪里有问题、怎么办。"),
    "import": Door("infra.import_commands", "app", "导入机构名录、全国区划、责任清单、默认规则。"),
    "account": Door("infra.accounts", "app", "登录账号:开通、重置口令。"),
    "withdrawals": Door("infra.withdrawal_register", "app", "撤除登记:列出全部撤除,恢复较旧的备份后再次执行。"),
    "notices": Door("infra.notice_commands", "app", "通知:未送达的处理,与本单位系统的对接。"),
}
"""The commands that stand elsewhere."""

app = typer.Typer(
    cls=group_with(DOORS),
    help="呼应:乡呼县应、上下联动平台。",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
kafka_app = typer.Typer(help="本机 Kafka(开发和试用)。", no_args_is_help=True)
app.add_typer(kafka_app, name="kafka")
console = Console(stderr=True, soft_wrap=True)

DataFolder = Annotated[Path | None, typer.Option("--data", help="数据目录(默认 var)")]
Port = Annotated[int | None, typer.Option("--port", help="端口")]


def main() -> None:
    """The entry of the `huying` command."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="%H:%M:%S", utc=False),
            # Rich tracebacks print every local variable, people's data among them, and take half a minute.
            structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(20),
    )
    # Told to end while it starts, it still stops what it brought up.
    signal.signal(signal.SIGTERM, _end)
    try:
        app()
    except RelayFenced as problem:
        # A code of its own: a supervisor must not start it again, or two relays would fence each other for ever.
        _say_why(problem)
        raise SystemExit(3) from None
    except (
        ServiceUnavailable,
        KafkaProblem,
        ViewFromAnotherFeed,
        FeedStandsStill,
        RebuildUnderWay,
        Unfinished,
    ) as problem:
        _say_why(problem)
        raise SystemExit(1) from None
    except (psycopg.OperationalError, psycopg_pool.PoolTimeout, sqlalchemy.exc.OperationalError) as away:
        cause = str(getattr(away, "orig", None) or away).strip().splitlines()[0]
        _say_why(f"数据库无法连接({cause}):请检查数据库服务和 HUYING_DATABASE_URL 设置,恢复后重新启动。")
        raise SystemExit(1) from None
    except ValidationError as wrong:
        if wrong.title != Settings.__name__:
            raise
        named = "、".join(f"HUYING_{str(one['loc'][0]).upper()}({one['msg']})" for one in wrong.errors())
        _say_why(f"设置不正确:{named}。请改正后重试。")
        raise SystemExit(1) from None


def _say_why(problem: object) -> None:
    console.print("[bold red]不能继续:[/]", end="")
    console.print(str(problem), markup=False, highlight=False)


def _end(number: int, frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


def _settings(folder: Path | None = None, port: int | None = None, **more: object) -> Settings:
    given: dict[str, object] = dict(more)
    if folder is not None:
        given["folder"] = folder
    if port is not None:
        given["port"] = port
    return Settings(**given)  # type: ignore[arg-type]


@app.command(help="启动网页和接口服务。未设置 HUYING_KAFKA 时为单进程:同时更新页面资料、看时钟。")
def serve(
    data: DataFolder = None,
    port: Port = None,
    demonstration: Annotated[bool, typer.Option("--demonstration", help="演示实例:载入示范县,允许一键登录")] = False,
) -> None:
    """Serve pages and API."""
    from infra.composition import House
    from infra.demonstration.loading import load_demonstration
    from infra.installation import refuse_unready
    from infra.web import serve as serve_app
    from infra.web import web_app

    more = {"demonstration": True} if demonstration else {}
    settings = _settings(data, port, **more)
    with House.open(settings, now) as house:
        refuse_unready(settings, house.engine)
        if settings.demonstration:
            with console.status("正在准备示范县数据……"):
                load_demonstration(house)
        here = not settings.kafka
        if here:
            house.catch_up()
        serve_app(
            web_app(house, now, project_here=here, keep_time_here=here),
            settings.host,
            settings.port,
            lambda: console.print(f"呼应已启动:[bold]http://{settings.host}:{settings.port}[/](按 Ctrl-C 停止)"),
        )
    console.print("已停止。")


@app.command(name="run-with-kafka", help="在本机以生产形态运行演示实例:Kafka、转发、更新、时钟、网页各为一个进程。")
def run_with_kafka(data: DataFolder = None, port: Port = None) -> None:
    """Run the production shape on this machine."""
    from infra.production_shape import run_production_shape

    settings = _settings(data, port)
    run_production_shape(settings.folder.absolute(), settings.port)
    console.print("已停止。")


@app.command(help="把新记录发往 Kafka(常驻)。")
def relay(data: DataFolder = None) -> None:
    """Run the relay."""
    from adapters.kafka.relay import Relay, RelaySettings
    from infra.ground import lay_ground
    from infra.topics import SUBJECTS, kafka_address, topic_settings

    settings = _settings(data)
    if not settings.kafka:
        raise ServiceUnavailable("未设置 HUYING_KAFKA(Kafka 地址),无需运行 relay。")
    with lay_ground(settings) as ground:
        running = Relay(
            RelaySettings(ground.dsn, kafka_address(settings), settings.node, SUBJECTS, topic_settings(settings))
        )
        console.print("正在向 Kafka 发送办理记录(按 Ctrl-C 停止)。")
        _until_stopped(running.run)


@app.command(help="更新页面资料(常驻);设置了 Kafka 时从 Kafka 读取,否则直接读事实库。")
def project(data: DataFolder = None) -> None:
    """Run the projector."""
    from infra.folding import open_folding

    with open_folding(_settings(data)) as folding:
        console.print("正在更新页面资料(按 Ctrl-C 停止)。")
        _until_stopped(folding.project_until)


@app.command(help="计划并发送通知(常驻);可运行多个。")
def notify(data: DataFolder = None) -> None:
    """Run the notifier."""
    from infra.facts import open_facts
    from infra.notices import make_notifier

    with open_facts(_settings(data)) as facts:
        running = make_notifier(facts, now)
        ways = "、".join(channel.label for channel in running.senders)
        console.print(f"正在发送通知:站内消息、{ways}(按 Ctrl-C 停止)。")
        _until_stopped(running.run)


@app.command(name="clock", help="时钟(常驻):到时提醒、催办、拟制督办文书,期满归档。误开两个也不会重复。")
def keep_time(data: DataFolder = None) -> None:
    """Run the clock."""
    from infra.composition import House

    with House.open(_settings(data), now) as house:
        console.print("时钟已启动(按 Ctrl-C 停止)。")
        _until_stopped(house.keep_time_until)


@app.command(help="升级数据库结构。")
def migrate(data: DataFolder = None) -> None:
    """Bring the database up to date."""
    from infra.composition import House
    from infra.migrations.upgrade import standing

    with House.open(_settings(data), now) as house:
        current, _ = standing(house.engine)
    console.print(f"数据库结构已是最新(第 {current} 版)。")


@app.command(name="new-master-key", help="生成一个新的主密钥(64 位十六进制)。")
def new_master_key() -> None:
    """Print a new master key."""
    typer.echo(secrets.token_hex(32))


@kafka_app.command("up", help="启动本机单节点 Kafka(前台运行,Ctrl-C 停止)。")
def kafka_up(
    data: Annotated[Path, typer.Option("--data", help="数据目录")] = Path("var/kafka"),
    port: Annotated[int, typer.Option("--port", help="端口")] = 9092,
) -> None:
    """Run a local broker in the foreground."""
    from infra.services.kafka import run_kafka_in_foreground

    run_kafka_in_foreground(data, port)


@kafka_app.command("change-cluster", help="更换 Kafka 集群:先停止 relay;下次启动时把全部记录发往新集群。")
def kafka_change_cluster(data: DataFolder = None) -> None:
    """Forget the cluster published to so far."""
    import psycopg

    from adapters.kafka.progress import change_cluster
    from infra.composition import House

    settings = _settings(data)
    with House.open(settings, now) as house, psycopg.connect(house.dsn, autocommit=True) as connection:
        change_cluster(connection, settings.node)
    console.print("已登记更换集群。请启动 relay,全部记录将发往新集群;之后请重建页面资料。")


def _until_stopped(run: Callable[[threading.Event], None]) -> None:
    """Run until SIGINT or SIGTERM."""
    stop = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stop.set())
    long_lived.settle()
    run(stop)
    console.print("已停止。")


if __name__ == "__main__":
    main()
