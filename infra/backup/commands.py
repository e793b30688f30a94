"""备份与恢复命令: huying backup …, huying restore …"""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from infra.backup.restoring import restore_backup
from infra.backup.taking import take_backup
from infra.clock import now
from infra.composition import House
from infra.settings import Settings

console = Console(stderr=True, soft_wrap=True)

DataFolder = Annotated[Path | None, typer.Option("--data", help="数据目录(默认 var)")]


def backup(
    folder: Annotated[Path, typer.Argument(help="备份写到这个目录(须还不存在)")],
    with_master_key: Annotated[
        bool, typer.Option("--with-master-key", help="把主密钥也放进备份(拿到备份的人就能读全部内容)")
    ] = False,
    data: DataFolder = None,
) -> None:
    """Make a backup while the product runs."""
    with House.open(_settings(data), now) as house, console.status("正在备份……") as status:
        made = take_backup(
            house,
            folder,
            now(),
            with_master_key=with_master_key,
            told=lambda step: status.update(f"正在备份:{step}……"),
        )
    console.print(
        f"已备份到 {folder}:办理记录 {made.events} 条(到第 {made.last_position} 号),"
        f"附件文件 {made.attachments} 个({made.attachment_bytes} 字节)。",
        highlight=False,
    )
    if with_master_key:
        console.print("备份中有主密钥:拿到它的人能读全部内容,请加锁保管。")
    else:
        console.print("备份中没有主密钥:没有它内容永远不可读,请确认主密钥已另外保管。")


def restore(
    folder: Annotated[Path, typer.Argument(help="备份所在目录")],
    data: DataFolder = None,
) -> None:
    """Restore a backup into an empty installation."""
    settings = _settings(data)
    with console.status("正在恢复……") as status:
        done = restore_backup(settings, folder, lambda step: status.update(f"正在恢复:{step}……"))
    made = done.manifest
    console.print(
        f"已恢复 {made.made_at[:16].replace('T', ' ')}(UTC)的备份:办理记录 {made.events} 条"
        f"(到第 {made.last_position} 号),附件文件 {made.attachments} 个;"
        f"备份中已有的撤除 {done.withdrawn} 件已再次执行。",
        highlight=False,
    )
    console.print("接下来:")
    console.print("1. 这之后撤除过内容的,备份里还读得到,必须再撤一次:huying withdrawals apply 撤除登记.csv")
    console.print("   (登记由 huying withdrawals list 生成;没有登记的,按撤除决定逐件 huying withdraw-content)。")
    console.print("2. 这之后改过的口令、吊销的接口令牌回到了备份时的样子:请重新办理。所有人须重新登录。")
    if settings.kafka:
        console.print("3. 先只启动 huying relay,它会核对 Kafka:提示 kafka-ahead-of-store 的不要继续,见运行维护;")
        console.print("   正常发送后再启动 huying project 和 huying serve,页面资料从 Kafka 重新整理。")
    else:
        console.print("3. 页面资料已重建。运行 huying doctor --views 核对后启动 huying serve。")


def _settings(data: Path | None) -> Settings:
    return Settings(folder=data) if data is not None else Settings()
