"""指标的写法: what a figure says and what it must not, with few cases, little participation, an unfinished month."""

from datetime import timedelta

import pytest

from api.pages.rate_views import figure, percent_text
from domain.assessment.definitions import COMPLETION, MEASURES, SATISFACTION, VOLUME
from domain.assessment.events import Count
from domain.assessment.periods import span_of
from infra.defaults.assessment_scheme import shipped_scheme

SCHEME = shipped_scheme()
MAY = span_of("2026-05")


def counts(**pairs: tuple[int, int]) -> dict[str, Count]:
    return {name: Count(met=met, counted=counted) for name, (met, counted) in pairs.items()}


def test_below_the_minimum_there_are_numbers_and_no_percentage_and_no_mark() -> None:
    shown = figure(COMPLETION, counts(completion=(1, SCHEME.minimum - 1)), SCHEME, "/rates/lines?period=2026-05")
    assert (shown.percent, shown.tag, shown.met, shown.counted) == ("", "", "1", "9")
    assert shown.met_href.endswith("measure=completion&part=met")


def test_completion_below_its_aim_says_so_and_nothing_else_is_marked() -> None:
    every = counts(**dict.fromkeys(MEASURES, (1, 20)))
    marked = {name for name, measure in MEASURES.items() if figure(measure, every, SCHEME).tag}
    assert marked == {"completion"}
    assert figure(COMPLETION, counts(completion=(19, 20)), SCHEME).tag == ""


@pytest.mark.parametrize(("evaluated", "noted"), [(11, True), (12, False)])
def test_satisfaction_with_too_little_participation_is_for_information_only(evaluated: int, noted: bool) -> None:
    both = counts(satisfaction=(10, evaluated), participation=(evaluated, 20))
    assert bool(figure(SATISFACTION, both, SCHEME).note) is noted


@pytest.mark.parametrize(("calls", "word"), [(0, "少于"), (2, "少于"), (3, ""), (120, ""), (121, "多于")])
def test_call_volume_is_looked_at_outside_its_bounds_once_the_month_is_over(calls: int, word: str) -> None:
    volume = counts(volume=(0, calls))
    over = figure(VOLUME, volume, SCHEME, volume_of=(MAY, MAY.until))
    assert over.note.startswith(word)
    assert bool(over.note) is bool(word)
    assert figure(VOLUME, volume, SCHEME, volume_of=(MAY, MAY.until - timedelta(days=1))).note == ""


def test_a_percentage_is_rounded_down() -> None:
    assert percent_text(Count(met=9_999, counted=10_000)) == "99.9%"
    assert percent_text(Count(met=19, counted=20)) == "95%"
