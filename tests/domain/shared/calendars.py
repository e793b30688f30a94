"""Calendars for the tests: one of 2026 as it was announced, and arbitrary ones."""

from datetime import UTC, date, datetime, time, timedelta, timezone

from hypothesis import strategies as st

from domain.shared.calendar_days import HolidayNotice, WorkingHours, WorkingInterval

ZONE = timezone(timedelta(hours=8))

NOTICE_2026 = HolidayNotice(
    year=2026,
    number="国办发明电〔2025〕7号",
    off_days=tuple(date(2026, 5, day) for day in range(1, 6)) + tuple(date(2026, 10, day) for day in range(1, 8)),
    make_up_days=(date(2026, 5, 9), date(2026, 9, 20), date(2026, 10, 10)),
)
NOTICE_2027 = HolidayNotice(
    year=2027,
    number="2027年放假通知(测试)",
    off_days=(date(2027, 1, 1), date(2027, 1, 2), date(2027, 1, 3), date(2027, 1, 4)),
    make_up_days=(date(2027, 1, 9),),
)


def intervals(*spans: tuple[str, str]) -> tuple[WorkingInterval, ...]:
    return tuple(
        WorkingInterval(starts=time.fromisoformat(starts), ends=time.fromisoformat(ends)) for starts, ends in spans
    )


USUAL = WorkingHours(
    effective_from=date(2004, 1, 1), intervals=intervals(("08:30", "12:00"), ("14:00", "17:30")), basis="测试"
)


def at(text: str) -> datetime:
    """A local moment, in UTC as facts keep it."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).astimezone(UTC)


def local(moment: datetime) -> str:
    return moment.astimezone(ZONE).replace(tzinfo=None).isoformat(sep=" ")


@st.composite
def any_hours(draw: st.DrawFn, step: int = 60) -> list[WorkingHours]:
    """One to three versions, each with one to three intervals; ends lie on multiples of `step` seconds."""
    starts = draw(st.lists(st.dates(date(2026, 3, 1), date(2026, 8, 1)), min_size=1, max_size=3, unique=True))
    versions = []
    for start in sorted(starts):
        ends = st.lists(st.integers(0, 86_400 // step), min_size=2, max_size=6, unique=True).map(sorted)
        cuts = draw(ends.filter(lambda cuts: len(cuts) % 2 == 0 and _length(cuts) * step >= _SHORTEST))
        spans = [
            WorkingInterval(starts=_time(cuts[place] * step), ends=_time(cuts[place + 1] * step))
            for place in range(0, len(cuts), 2)
        ]
        versions.append(WorkingHours(effective_from=start, intervals=tuple(spans)))
    return versions


@st.composite
def any_notices(draw: st.DrawFn) -> list[HolidayNotice]:
    """Up to two notices for 2026, the second amending the first; day by day off, working or left alone."""
    notices = []
    for number in range(draw(st.integers(0, 2))):
        named = draw(
            st.dictionaries(st.dates(date(2026, 4, 1), date(2026, 7, 1)), st.booleans(), min_size=1, max_size=25)
        )
        notices.append(
            HolidayNotice(
                year=2026,
                number=f"第{number}号",
                off_days=tuple(day for day, works in named.items() if not works),
                make_up_days=tuple(day for day, works in named.items() if works),
            )
        )
    return notices


MOMENTS_BY_MINUTE = st.integers(0, 60 * 24 * 90).map(
    lambda minutes: datetime(2026, 4, 10, tzinfo=ZONE) + timedelta(minutes=minutes)
)
MOMENTS = st.builds(
    lambda microseconds, zone: (datetime(2026, 3, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)).astimezone(
        zone
    ),
    st.integers(0, 184 * 86_400_000_000),
    st.sampled_from([ZONE, UTC]),
)


_SHORTEST = 600
"""Days of a few seconds would carry a limit out of the calendar's century."""


def _length(cuts: list[int]) -> int:
    return sum(cuts[1::2]) - sum(cuts[::2])


def _time(second: int) -> time:
    return time() if second == 86_400 else time(second // 3600, second // 60 % 60, second % 60)
