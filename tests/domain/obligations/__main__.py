"""对照: `python -m tests.domain.obligations --calls 10000 --seed N`. Random lives of calls, product against oracle."""

import argparse
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context

from rich.console import Console

from domain.obligations.words import Performance
from tests.domain.obligations.campaign import BATCH, Found, batch


def main() -> int:
    """Live them and say what differs; 1 when anything did."""
    parser = argparse.ArgumentParser(prog="python -m tests.domain.obligations", description="应履责事项对照")
    parser.add_argument("--calls", type=int, default=10_000, help="事项件数")
    parser.add_argument("--seed", default="20261127", help="随机种子")
    parser.add_argument("--processes", type=int, default=2, help="分给几个进程")
    parser.add_argument("--shown", type=int, default=3, help="每种不同最多显示几处")
    asked = parser.parse_args()
    console, begun, found = Console(width=200, highlight=False), time.monotonic(), Found()
    with ProcessPoolExecutor(asked.processes, mp_context=get_context("spawn")) as processes:
        for done in processes.map(partial(batch, asked.seed, asked.calls), range(0, asked.calls, BATCH)):
            found.add(done)
            console.print(f"{found.calls} 件,{time.monotonic() - begun:.0f} 秒,不同 {len(found.differences)} 处")
    console.print(
        f"种子 {asked.seed}:{found.calls} 件(已了结 {found.over}),{found.facts} 条事实,"
        f"{found.ended.total()} 项应履责事项,{time.monotonic() - begun:.0f} 秒。"
    )
    console.print("、".join(f"{state.label} {found.ended[state]}" for state in Performance))
    for line in _sorted(found, asked.shown):
        console.print(line, markup=False)
    console.print(f"不同:{len(found.differences)} 处")
    return 1 if found.differences else 0


def _sorted(found: Found, shown: int) -> Iterator[str]:
    kinds: dict[str, list[str]] = {}
    for kind, text in found.differences:
        kinds.setdefault(kind, []).append(text)
    for kind, texts in sorted(kinds.items()):
        yield f"{kind}:{len(texts)} 处"
        yield from (f"  {text}" for text in texts[:shown])


if __name__ == "__main__":
    sys.exit(main())
