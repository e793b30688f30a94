"""指标的写法: one figure as people read it: numbers with their lists, a percentage where there are cases enough."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from urllib.parse import urlencode

from domain.assessment.definitions import COMPLETION, MEASURES, PARTICIPATION, SATISFACTION
from domain.assessment.events import Count
from domain.assessment.measure import Dimension, Measure
from domain.assessment.periods import Span
from domain.assessment.scheme import Scheme

NONE = Count(met=0, counted=0)


@dataclass(frozen=True, slots=True)
class FigureShown:
    """一个指标: `percent` is empty below the minimum; `met_href` and `counted_href` are the lists behind the numbers
    (empty for who may not open them); `note` is what has to be said beside it."""

    label: str
    percent: str
    met: str
    counted: str
    met_href: str = ""
    counted_href: str = ""
    note: str = ""
    tag: str = ""


def percent_text(count: Count) -> str:
    """E.g. "92.3%", rounded down: 99.96 % is not yet 100 %."""
    tenths = Fraction(count.met * 1000, count.counted)
    whole, part = divmod(int(tenths), 10)
    return f"{whole}.{part}%" if part else f"{whole}%"


def has_enough(count: Count, scheme: Scheme) -> bool:
    """Whether there are cases enough for a percentage."""
    return count.counted >= scheme.minimum


def takes_part(counts: Mapping[str, Count], scheme: Scheme) -> bool:
    """Whether enough was evaluated for satisfaction to be compared."""
    part = counts.get(PARTICIPATION.id, NONE)
    return part.counted > 0 and part.met * 100 >= part.counted * scheme.participation


def figure(
    measure: Measure,
    counts: Mapping[str, Count],
    scheme: Scheme,
    href: str = "",
    volume_of: tuple[Span, datetime] | None = None,
) -> FigureShown:
    """One figure. `href`: the list, without measure and part; `volume_of`: of one township, for which span."""
    count = counts.get(measure.id, NONE)

    def link(part: str, number: int) -> str:
        return f"{href}&{urlencode({'measure': measure.id, 'part': part})}" if href and number else ""

    shown = FigureShown(
        measure.name,
        "",
        str(count.met) if measure.met else "",
        str(count.counted),
        link("met", count.met) if measure.met else "",
        link("counted", count.counted),
    )
    if not measure.met:
        return _volume(shown, count, scheme, volume_of)
    if not has_enough(count, scheme):
        return shown
    note = tag = ""
    if measure is SATISFACTION and not takes_part(counts, scheme):
        note = f"参与率不足 {scheme.participation}%,仅供了解"
    if measure is COMPLETION and count.met * 100 < count.counted * scheme.aim:
        tag = f"低于 {scheme.aim}%"
    return FigureShown(
        shown.label, percent_text(count), shown.met, shown.counted, shown.met_href, shown.counted_href, note, tag
    )


def _volume(shown: FigureShown, count: Count, scheme: Scheme, volume_of: tuple[Span, datetime] | None) -> FigureShown:
    """Fewer or more than usual is looked at; nobody is ranked by it, and an unfinished month is not judged."""
    if volume_of is None or volume_of[1] < volume_of[0].until:
        return shown
    low, high = (bound * volume_of[0].months for bound in (scheme.calls_low, scheme.calls_high))
    note = f"参考区间 {low} 至 {high} 件"
    if low <= count.counted <= high:
        return shown
    word = "少于" if count.counted < low else "多于"
    return FigureShown(shown.label, "", "", shown.counted, "", shown.counted_href, f"{word}{note}")


def definitions_shown(ids: tuple[str, ...]) -> list[dict[str, str]]:
    """怎么算的, for each of these measures."""
    return [
        {
            "name": measure.name,
            "version_text": f"第 {measure.version} 版",
            "denominator": measure.denominator,
            "numerator": measure.numerator,
            "moment": measure.moment,
            "remark": measure.remark,
        }
        for measure in map(MEASURES.__getitem__, ids)
    ]


def scheme_lines(scheme: Scheme, dimension: Dimension) -> list[str]:
    """How figures are to be read, in sentences."""
    lines = [
        f"不足 {scheme.minimum} 件的只列件数,不计百分比。",
        f"评价参与率不足 {scheme.participation}% 的,满意率只供了解,不作比较。",
        f"办结率目标 {scheme.aim}%;办结满意率 100% 是努力方向,不作为红线。",
    ]
    if dimension is Dimension.TOWNSHIP:
        lines.append(
            f"呼叫量参考区间每月 {scheme.calls_low} 至 {scheme.calls_high} 件:过少看有没有该呼未呼,"
            "过多看有没有该自办的;不排名次。"
        )
    lines.append(f"各行按机构名录次序排列,不按高低。依据:{scheme.basis}。")
    return lines
