"""The first story told by the demonstration itself: from the sign-in page, step by step, without a manual."""

from api.pages.story import STORY
from tests.journeys.county_over_http import County
from tests.journeys.shown_forms import ShownForm, forms_in


def _steps(page: str) -> list[ShownForm]:
    return [form for form in forms_in(page) if "step" in form.fields]


def test_the_sign_in_page_lists_the_steps_and_each_leads_to_where_it_is_done(county: County) -> None:
    """The line above every page says what to do; whoever leaves is led to the next step."""
    stranger = county.stranger()
    stranger.headers["accept"] = "text/html"
    for number, step in enumerate(STORY, start=1):
        door = stranger.get("/sign-in").text
        offered = _steps(door)
        assert [form.fields["step"] for form in offered] == [str(n) for n in range(1, len(STORY) + 1)]
        assert step.text in door, "the coming step is explained"
        chosen = offered[number - 1]
        entered = stranger.post(chosen.action, data=chosen.fields)
        assert (entered.status_code, entered.headers["location"]) == (303, step.begins)
        page = stranger.get(step.begins, follow_redirects=True)
        assert page.status_code == 200
        assert f"演示第 {number}/{len(STORY)} 步" in page.text
        assert step.text in page.text
        leave = next(form for form in forms_in(page.text) if form.action == "/sign-out")
        assert stranger.post(leave.action, data=leave.fields).status_code == 303


def test_somebody_else_s_way_in_leaves_the_story(county: County) -> None:
    stranger = county.stranger()
    stranger.headers["accept"] = "text/html"
    door = stranger.get("/sign-in").text
    stranger.post("/sign-in/demonstration", data=_steps(door)[2].fields)
    stranger.cookies.delete("huying_session")
    people = [form for form in forms_in(stranger.get("/sign-in").text) if "person_id" in form.fields]
    other = next(form for form in people if "step" not in form.fields)
    stranger.post(other.action, data=other.fields)
    assert "演示第" not in stranger.get("/").text
