"""故障考验: 逐轮对网页、转发、更新、通知、时钟、PostgreSQL、Kafka 施加故障并核对。

`python -m tests.faults [--rounds 200] [--seed …]`. Real processes, real faults; writes docs/faults/.
"""

import argparse
import signal
import sys
import time
import warnings
from uuid import uuid4

from rich.console import Console

from tests.benchmarks.figures import machine
from tests.faults.campaign import Campaign, Round, campaign
from tests.faults.disk import can_be_mounted
from tests.faults.report import write

ROUNDS_OF_AN_INSTALLATION = 25
"""Then the next one begins empty: a round compares everything with a rebuild, and so grows with the history."""


def main() -> int:
    """Run the rounds and write down what was found; 1 when anything was violated."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--rounds", type=int, default=200, help="轮数")
    parser.add_argument("--minutes", type=float, default=600.0, help="超过这么多分钟后不再开始新的一轮")
    parser.add_argument("--seed", default="", help="随机种子;不填则另取一个")
    given = parser.parse_args()
    seed: str = given.seed or uuid4().hex[:12]
    asked: int = given.rounds
    seconds: float = given.minutes * 60
    console, described, begun = Console(), machine(), time.monotonic()
    # Told to end, it takes down what it brought up: processes, mounted disks.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    # When a broker vanishes, kafka-python now and then leaves a socket to the garbage collector.
    warnings.simplefilter("ignore", ResourceWarning)
    if not can_be_mounted():
        console.print("不是 root:不考验磁盘写满(需要挂载小磁盘)。")
    console.print(f"种子 {seed},{asked} 轮。正在启动 PostgreSQL、三个 Kafka 节点和各进程……")
    campaigns: list[Campaign] = []

    def goes_on(rounds: int) -> bool:
        return rounds < asked and time.monotonic() - begun < seconds

    while goes_on(before := sum(len(one.rounds) for one in campaigns)):
        with campaign(seed, rounds_before=before, small_disks=can_be_mounted()) as running:
            campaigns.append(running)
            done = 0
            while done < ROUNDS_OF_AN_INSTALLATION and not running.broken and goes_on(before + done):
                _say(console, running.round())
                done = len(running.rounds)
                minutes = (time.monotonic() - begun) / 60
                write(campaigns, asked=asked, seed=seed, machine=described, minutes=minutes)
    console.print("docs/faults/ 已更新。")
    return int(any(one.violations for campaign_ in campaigns for one in campaign_.rounds))


def _say(console: Console, done: Round) -> None:
    recovery = "没有恢复" if done.recovery_seconds is None else f"恢复 {done.recovery_seconds:.1f} 秒"
    console.print(
        f"第 {done.number} 轮 {' + '.join(done.faults)}:确认 {done.acknowledged},"
        f"无应答后重试 {done.tries_without_answer},到级 {done.rungs_fired},{recovery},"
        f"{'[red]有问题[/]' if done.violations else '无差错'}"
    )
    for words in done.violations:
        console.print(f"  {words}", markup=False, highlight=False)


if __name__ == "__main__":
    sys.exit(main())
