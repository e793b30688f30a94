"""对照: `python -m tests.domain.obligations --calls 10000 --seed N`. Random lives of calls, product against oracle."""

import argparse
import sys
import time
from collections import Counter
from itertools import islice

from rich.console import Console

from domain.obligations.words import Performance
from tests.domain.obligations.comparing import differences, tally
from tests.domain.obligations.lives import lives


def main() -> int:
    """Live them and say what differs; 1 when anything did."""
    parser = argparse.ArgumentParser(prog="python -m tests.domain.obligations", description="应履责事项对照")
    parser.add_argument("--calls", type=int, default=10_000, help="事项件数")
    parser.add_argument("--seed", default="20261127", help="随机种子")
    parser.add_argument("--shown", type=int, default=3, help="每种不同最多显示几处")
    asked = parser.parse_args()
    console, begun = Console(width=200), time.monotonic()
    ended: Counter[tuple[str, Performance]] = Counter()
    facts = finals = 0
    found: dict[str, list[str]] = {}
    for number, life in enumerate(lives(asked.seed, asked.calls)):
        facts, finals = facts + len(life.facts), finals + life.final
        ended += tally(life)
        for difference in differences(life):
            found.setdefault(_kind(difference), []).append(f"第 {number} 件: {difference}")
        if number % 500 == 499:
            console.print(f"{number + 1} 件,{time.monotonic() - begun:.0f} 秒,不同 {sum(map(len, found.values()))} 处")
    states = Counter[Performance]()
    for (_, state), count in ended.items():
        states[state] += count
    console.print(
        f"种子 {asked.seed}:{asked.calls} 件(已了结 {finals}),{facts} 条事实,{ended.total()} 项应履责事项,"
        f"{time.monotonic() - begun:.0f} 秒。"
    )
    console.print("、".join(f"{state.label} {states[state]}" for state in Performance))
    for kind, places in sorted(found.items()):
        console.print(f"[bold]{kind}[/]: {len(places)} 处", highlight=False)
        for place in islice(places, asked.shown):
            console.print(f"  {place}", markup=False, highlight=False)
    console.print(f"不同:{sum(map(len, found.values()))} 处")
    return 1 if found else 0


def _kind(difference: str) -> str:
    """The action and what about it, without whose and which."""
    name, _, rest = difference.partition(") ") if ") " in difference else difference.partition("): ")
    action = name.split("'")[1] if "'" in name else ""
    return f"{action} {rest.split(':')[0]}" if action else difference


if __name__ == "__main__":
    sys.exit(main())
