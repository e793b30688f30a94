"""历史时点 as people type it: a minute means all of it, a second all of it, and nothing is later than now."""

from datetime import datetime, timedelta

import pytest

from api.pages.as_of import EarlierMoment
from domain.shared.calendar import LOCAL

NOW = datetime(2026, 5, 12, 14, 52, 40, 250_000, tzinfo=LOCAL)


def _read(typed: str) -> EarlierMoment:
    return EarlierMoment.read(typed, NOW)


@pytest.mark.parametrize(
    ("typed", "meant", "said"),
    [
        ("2026-05-12T10:30", datetime(2026, 5, 12, 10, 30, 59, 999_999, tzinfo=LOCAL), "2026-05-12 10:30:59"),
        ("2026-05-12T10:30:00", datetime(2026, 5, 12, 10, 30, 0, 999_999, tzinfo=LOCAL), "2026-05-12 10:30:00"),
        ("2026-05-12T10:30:20", datetime(2026, 5, 12, 10, 30, 20, 999_999, tzinfo=LOCAL), "2026-05-12 10:30:20"),
        ("2026-05-12T10:30:20.5", datetime(2026, 5, 12, 10, 30, 20, 500_000, tzinfo=LOCAL), "2026-05-12 10:30:20"),
        ("2026-05-12T02:30Z", datetime(2026, 5, 12, 10, 30, 59, 999_999, tzinfo=LOCAL), "2026-05-12 10:30:59"),
        ("2026-05-12T14:52", NOW, "2026-05-12 14:52:40"),
        ("2026-05-12T14:52:40", NOW, "2026-05-12 14:52:40"),
    ],
)
def test_what_is_typed_means_its_end_and_the_page_says_the_second(typed: str, meant: datetime, said: str) -> None:
    asked = _read(typed)
    assert asked.moment == meant
    assert asked.form("/calls/1")["text"] == f"以下为 {said} 的情况,此后的办理不在内。"


@pytest.mark.parametrize("typed", ["2026-05-12T14:53", "2026-05-12T14:52:41"])
def test_what_begins_after_now_is_refused(typed: str) -> None:
    asked = _read(typed)
    assert (asked.moment, asked.status) == (None, 422)
    assert asked.problem == "历史时点不能晚于现在,请重新填写。"


@pytest.mark.parametrize("typed", ["2026-05-12T10:30", "2026-05-12T10:30:20", "2026-05-12T14:52"])
def test_what_was_chosen_stands_in_the_form_and_means_the_same_again(typed: str) -> None:
    asked = _read(typed)
    assert asked.form("/calls/1")["value"] == typed
    assert _read(asked.form("/calls/1")["value"]).moment == asked.moment


@pytest.mark.parametrize("typed", ["2026-05-12T10:30", "2026-05-12T10:30:20", "2026-05-12T14:52"])
def test_a_link_leads_to_exactly_the_same_moment_also_later(typed: str) -> None:
    asked = _read(typed)
    assert asked.moment is not None
    followed = EarlierMoment.read(asked.moment.isoformat(timespec="microseconds"), NOW + timedelta(hours=1))
    assert followed.moment == asked.moment
    assert asked.asked.startswith("?as_of=2026-05-12T")
    assert "." in asked.asked, "to the microsecond"
