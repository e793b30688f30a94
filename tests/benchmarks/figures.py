"""Figures: what was measured, against what, and how they are written down."""

import json
import os
import platform
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs" / "benchmarks"
SEED = 20260501


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure. `better` is "higher" or "lower"; `peer` is what others reach with the same work, `limit` what the
    machine could do at best. `what` says in words what was done."""

    name: str
    value: float
    unit: str
    better: str
    what: str
    goal: float | None = None
    peer: str | None = None
    peer_value: float | None = None
    limit: str | None = None
    limit_value: float | None = None

    @property
    def reached(self) -> bool | None:
        """Whether the goal was reached; None where there is none."""
        if self.goal is None:
            return None
        return self.value >= self.goal if self.better == "higher" else self.value <= self.goal

    def as_json(self) -> dict[str, object]:
        """For docs/benchmarks/latest.json."""
        return {
            "value": _short(self.value),
            "unit": self.unit,
            "better": self.better,
            "goal": _short(self.goal),
            "peer": self.peer,
            "peer_value": _short(self.peer_value),
            "limit": self.limit,
            "limit_value": _short(self.limit_value),
        }


def per_second(done: int, deed: Callable[[], object]) -> float:
    """How many a second, when the deed does so many."""
    begun = time.perf_counter()
    deed()
    return done / (time.perf_counter() - begun)


def percentile(values: Sequence[float], share: float) -> float:
    """E.g. share 0.95."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def median(values: Sequence[float]) -> float:
    """Of several runs."""
    return statistics.median(values)


def machine() -> str:
    """The machine in one line, without a word about where it stands."""
    model = "?"
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [line.partition(":")[2].strip() for line in cpuinfo.read_text().splitlines() if "model name" in line]
        model = names[0] if names else model
    load = ", ".join(f"{part:.1f}" for part in os.getloadavg())
    return (
        f"{os.cpu_count()} cores ({model}), {platform.system()} {platform.machine()},"
        f" Python {platform.python_version()};"
        f" load average when it began: {load}"
    )


def write(figures: Sequence[Figure], *, quick: bool, machine_then: str, minutes: float) -> None:
    """docs/benchmarks/latest.json and README.md."""
    DOCS.mkdir(parents=True, exist_ok=True)
    (DOCS / "latest.json").write_text(
        json.dumps({figure.name: figure.as_json() for figure in figures}, ensure_ascii=False, indent=2) + "\n"
    )
    lines = [
        "# Benchmarks",
        "",
        "Written by `make bench` (`QUICK=1` for the short run); the same figures for machines stand in `latest.json`.",
        "",
        f"- Run: {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {'quick' if quick else 'full'}, {minutes:.1f} minutes,"
        f" seed {SEED}.",
        f"- Machine: {machine_then}.",
        "- PostgreSQL: the embedded server of `make run` (18), fsync on, over a socket. Client and server share the"
        " cores.",
        "- Peers and limits run in the same minutes on the same machine; a loaded machine lowers all of them.",
        "",
        "| figure | value | goal | peer | limit |",
        "|---|---|---|---|---|",
    ]
    for figure in figures:
        goal = "–" if figure.goal is None else f"{_show(figure.goal)} {'✓' if figure.reached else '✗ missed'}"
        peer = f"{_show(figure.peer_value)} ({figure.peer})" if figure.peer_value is not None else "–"
        limit = f"{_show(figure.limit_value)} ({figure.limit})" if figure.limit_value is not None else "–"
        lines.append(f"| `{figure.name}` | **{_show(figure.value)} {figure.unit}** | {goal} | {peer} | {limit} |")
    missed = [figure.name for figure in figures if figure.reached is False]
    lines += [
        "",
        f"Goals missed: {', '.join(f'`{name}`' for name in missed) if missed else 'none'}.",
        "",
        "## What was done",
        "",
    ]
    lines += [f"- `{figure.name}` ({figure.better} is better): {figure.what}" for figure in figures]
    (DOCS / "README.md").write_text("\n".join(lines) + "\n")


def _short(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.4g}")


def _show(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
