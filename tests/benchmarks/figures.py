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
    machine could do at best. `what` says in words what was done, `notes` why a goal was missed and what was tried.
    `part_minutes`: how long its whole part took, which is what a later run expects of it."""

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
    part_minutes: float = 0.0

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
            "part_minutes": round(self.part_minutes, 2),
        }


@dataclass(frozen=True, slots=True)
class Run:
    """When and on what it was measured. `only`: what was asked for, nothing for all; `left_out`: for want of time."""

    quick: bool
    machine: str
    minutes: float
    only: Sequence[str] = ()
    left_out: Sequence[str] = ()

    @property
    def text(self) -> str:
        """In one line."""
        return (
            f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {'quick' if self.quick else 'full'},"
            f" {f'only {_listed(self.only)}' if self.only else 'all parts asked for'}, {self.minutes:.1f} minutes,"
            f" seed {SEED}, on {self.machine}."
            f"{f' Left out for want of time: {_listed(self.left_out)}.' if self.left_out else ''}"
        )


class UnexplainedMiss(Exception):
    """A goal was missed and `notes` says nothing about it."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(
            f"goal missed without notes: {_listed(names)}. These figures were not written, the others were. Give them"
            " notes in tests/benchmarks (profile, what was tried, what is not known) and measure their part again."
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


def standing_in(docs: Path = DOCS) -> dict[str, dict[str, Any]]:
    """The figures of docs/benchmarks/latest.json by name."""
    latest = docs / "latest.json"
    return json.loads(latest.read_text()) if latest.exists() else {}


def write(figures: Sequence[Figure], run: Run, docs: Path = DOCS) -> None:
    """docs/benchmarks/latest.json and README.md. What this run did not measure stays as it stood, with its own run; so
    does what a quick run measured and a full run had measured before.

    Raises UnexplainedMiss, once all else is written, for figures that missed their goal and have no notes.
    """
    docs.mkdir(parents=True, exist_ok=True)
    standing = standing_in(docs)
    new = [figure for figure in figures if not (run.quick and _is_full(standing.get(figure.name)))]
    unexplained = [figure.name for figure in new if figure.reached is False and not figure.notes]
    text = run.text + (f" Not written, goal missed without notes: {_listed(unexplained)}." if unexplained else "")
    for figure in new:
        if figure.name not in unexplained:
            standing[figure.name] = figure.as_json() | {"run": text, "quick": run.quick}
    (docs / "latest.json").write_text(json.dumps(standing, ensure_ascii=False, indent=2) + "\n")
    (docs / "README.md").write_text(_page(standing))
    if unexplained:
        raise UnexplainedMiss(unexplained)


def _is_full(figure: Mapping[str, Any] | None) -> bool:
    return figure is not None and not figure.get("quick", False)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


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
        "- What people wait for is measured first. A part begins only if what it took last time still fits into the"
        " run's 15 minutes (a quick run's two are looked at between parts); the run says what was left out. A run that"
        " says neither which parts were asked for nor what was left out is older than this rule.",
        "- A quick run does about a sixth of the work. Where a full run's figure stands it stays, and the quick one is"
        " printed only.",
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
