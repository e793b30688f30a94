"""Figures: what was measured, against what, and how they are written down."""

import json
import os
import platform
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parents[2] / "docs" / "benchmarks"
SEED = 20260501


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure. `better` is "higher" or "lower"; `peer` is what others reach with the same work, `limit` what the
    machine could do at best. `what` says in words what was done, `notes` why a goal was missed and what was tried."""

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
    notes: str = ""

    @property
    def reached(self) -> bool | None:
        """Whether the goal was reached; None where there is none."""
        return _reached(self.better, self.value, self.goal)

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
            "what": self.what,
            "notes": self.notes,
        }


@dataclass(frozen=True, slots=True)
class Run:
    """When and on what it was measured."""

    quick: bool
    machine: str
    minutes: float

    @property
    def text(self) -> str:
        """In one line."""
        return (
            f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {'quick' if self.quick else 'full'}, {self.minutes:.1f} minutes,"
            f" seed {SEED}, on {self.machine}."
        )


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


def write(figures: Sequence[Figure], run: Run) -> None:
    """docs/benchmarks/latest.json and README.md. What this run did not measure stays as it stood, with its own run."""
    DOCS.mkdir(parents=True, exist_ok=True)
    latest = DOCS / "latest.json"
    standing: dict[str, dict[str, Any]] = json.loads(latest.read_text()) if latest.exists() else {}
    for figure in figures:
        standing[figure.name] = figure.as_json() | {"run": run.text}
    latest.write_text(json.dumps(standing, ensure_ascii=False, indent=2) + "\n")
    (DOCS / "README.md").write_text(_page(standing))


def _page(standing: Mapping[str, Mapping[str, Any]]) -> str:
    runs = list(dict.fromkeys(figure["run"] for figure in standing.values()))
    lines = [
        "# Benchmarks",
        "",
        "Written by `make bench` (`QUICK=1` for the short run, `ONLY=queue_page,search` for some of it); the same"
        " figures for machines stand in `latest.json`.",
        "",
        *(f"- Run {number}: {run}" for number, run in enumerate(runs, start=1)),
        "- PostgreSQL: the embedded server of `make run` (18), fsync on, over a socket. Clients and servers share the"
        " cores.",
        "- Peers and limits run in the same minutes on the same machine; a loaded machine lowers all of them.",
        "",
        "| figure | value | goal | peer | limit | run |",
        "|---|---|---|---|---|---|",
    ]
    for name, figure in standing.items():
        reached = _reached(figure["better"], figure["value"], figure["goal"])
        goal = "–" if reached is None else f"{_show(figure['goal'])} {'✓' if reached else '✗ missed'}"
        peer, limit = (
            f"{_show(figure[f'{kind}_value'])} ({figure[kind]})" if figure[f"{kind}_value"] is not None else "–"
            for kind in ("peer", "limit")
        )
        lines.append(
            f"| `{name}` | **{_show(figure['value'])} {figure['unit']}** | {goal} | {peer} | {limit}"
            f" | {runs.index(figure['run']) + 1} |"
        )
    missed = [n for n, f in standing.items() if _reached(f["better"], f["value"], f["goal"]) is False]
    lines += [
        "",
        f"Goals missed: {', '.join(f'`{name}`' for name in missed) if missed else 'none'}.",
        "",
        "## What was done",
        "",
    ]
    for name, figure in standing.items():
        lines.append(f"- `{name}` ({figure['better']} is better): {figure['what']}")
        if figure["notes"]:
            lines.append(f"  *{figure['notes']}*")
    return "\n".join(lines) + "\n"


def _reached(better: str, value: float, goal: float | None) -> bool | None:
    if goal is None:
        return None
    return value >= goal if better == "higher" else value <= goal


def _short(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.4g}")


def _show(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
