"""Figures: what is written down, and what is not."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.benchmarks.figures import Figure, Run, UnexplainedMiss, write


def a_figure(value: float = 3.0, *, name: str = "wait", goal: float | None = None, notes: str = "") -> Figure:
    return Figure(name, value, "ms", "lower", "What somebody waits for.", goal=goal, notes=notes)


def a_run(*, quick: bool = False, only: tuple[str, ...] = (), left_out: tuple[str, ...] = ()) -> Run:
    return Run(quick, "a machine", 1.5, only, left_out)


def written(docs: Path) -> dict[str, Any]:
    figures: dict[str, Any] = json.loads((docs / "latest.json").read_text())
    return figures


def test_a_goal_missed_without_notes_is_refused_and_the_others_are_written(tmp_path: Path) -> None:
    with pytest.raises(UnexplainedMiss, match="goal missed without notes: `wait`"):
        write([a_figure(3.0, goal=2.0), a_figure(name="other")], a_run(), tmp_path)
    assert list(written(tmp_path)) == ["other"]
    assert "Not written, goal missed without notes: `wait`." in (tmp_path / "README.md").read_text()


def test_a_goal_missed_with_notes_is_written_as_missed(tmp_path: Path) -> None:
    write([a_figure(3.0, goal=2.0, notes="Not profiled.")], a_run(), tmp_path)
    page = (tmp_path / "README.md").read_text()
    assert "Goals missed: `wait`." in page
    assert "*Not profiled.*" in page


def test_a_quick_run_leaves_a_full_figure_and_refreshes_a_quick_one(tmp_path: Path) -> None:
    write([a_figure(1.0)], a_run(), tmp_path)
    write([a_figure(2.0), a_figure(2.0, name="new")], a_run(quick=True), tmp_path)
    write([a_figure(4.0), a_figure(4.0, name="new")], a_run(quick=True), tmp_path)
    assert {name: figure["value"] for name, figure in written(tmp_path).items()} == {"wait": 1.0, "new": 4.0}


def test_a_full_run_replaces_a_quick_figure(tmp_path: Path) -> None:
    write([a_figure(1.0)], a_run(quick=True), tmp_path)
    write([a_figure(2.0)], a_run(), tmp_path)
    assert written(tmp_path)["wait"]["value"] == 2.0


def test_a_run_says_what_it_was_asked_for_and_what_it_left_out(tmp_path: Path) -> None:
    write([a_figure()], a_run(only=("wait", "search"), left_out=("search",)), tmp_path)
    said = written(tmp_path)["wait"]["run"]
    assert "full, only `wait`, `search`, 1.5 minutes" in said
    assert said.endswith("Left out for want of time: `search`.")
    assert f"- Run 1: {said}" in (tmp_path / "README.md").read_text()
