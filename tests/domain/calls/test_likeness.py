"""疑似重复."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from domain.calls.intake.likeness import Said, alike, likeness

MARKET = Said("market", "学前街小学门口流动摊贩占道经营", "学前街东口")


def test_the_same_corner_in_other_words_is_found() -> None:
    other = Said("other", "小学门口摆摊占道,堵住了路", "城东镇学前街东口")
    assert alike(MARKET, [other]) == ["other"]


def test_the_same_words_about_another_place_are_another_matter() -> None:
    assert alike(MARKET, [Said("far", MARKET.text, "滨河路北段")]) == []


def test_another_matter_at_the_same_place_is_found_only_by_its_item() -> None:
    lamp = Said("lamp", "路灯三盏不亮", "学前街东口", "36")
    assert alike(MARKET, [lamp]) == []
    assert alike(Said("x", MARKET.text, MARKET.place, "36"), [lamp]) == ["lamp"]


def test_an_item_in_the_caller_s_words_is_the_one_of_the_whole_title() -> None:
    lamp = Said("lamp", "路灯三盏不亮", "学前街东口", "流动摊贩占道经营整治")
    assert alike(Said("x", MARKET.text, MARKET.place, "占道经营"), [lamp]) == ["lamp"]
    assert alike(Said("x", MARKET.text, MARKET.place, "燃气安全"), [lamp]) == []


def test_no_item_is_no_common_item() -> None:
    assert alike(MARKET, [Said("lamp", "路灯三盏不亮", "学前街东口")]) == []


def test_the_most_alike_come_first_and_no_more_than_asked_for() -> None:
    same = [Said(str(n), MARKET.text[: 8 + n], MARKET.place) for n in range(7)]
    found = alike(MARKET, [Said("exact", MARKET.text, MARKET.place), *same], most=3)
    assert len(found) == 3
    assert set(found) <= {"exact", *map(str, range(7))}


@given(st.text(), st.text())
def test_likeness_is_a_share_and_the_same_both_ways(one: str, other: str) -> None:
    assert 0 <= likeness(one, other) <= 1
    assert likeness(one, other) == likeness(other, one)


@given(st.text(alphabet="学前街东口小", min_size=2))
def test_a_text_is_wholly_like_itself(text: str) -> None:
    assert likeness(text, text) == Fraction(1)
