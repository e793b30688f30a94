"""What people do with the supervision of a call over HTTP, and what it told them."""

import re
from collections import Counter

from domain.notices.words import Topic
from tests.journeys.county_over_http import County, Json, Person
from tests.journeys.shown_forms import form_to

_OF_SUPERVISION = frozenset(
    topic.label
    for topic in (
        Topic.DUE_SOON,
        Topic.URGED,
        Topic.SIGN_ORDER,
        Topic.ANSWER_ORDER,
        Topic.ANSWER_ORDER_AGAIN,
        Topic.ANSWER_TOWNSHIP_ORDER,
        Topic.CHECK_REPLY,
        Topic.SIGN_CIRCULAR,
        Topic.RECTIFY,
        Topic.RECTIFY_AGAIN,
        Topic.CONFIRM_RECTIFICATION,
        Topic.JUDGE_SUSPICION,
        Topic.ORDER_ISSUED,
        Topic.TOWNSHIP_ORDER_ISSUED,
        Topic.ORDER_DISCARDED,
        Topic.REPLY_ACCEPTED,
        Topic.ORDER_CLOSED,
        Topic.CIRCULAR_ISSUED,
        Topic.CIRCULAR_DISCARDED,
        Topic.RECTIFIED,
        Topic.FAILURE_CONFIRMED,
        Topic.FAILURE_DISMISSED,
    )
)


def supervision(person: Person, call: str) -> Json:
    """The matter of a call as somebody may see it."""
    seen: Json = person.get(f"/calls/{call}/supervision")
    return seen


def supervise(person: Person, call: str, step: str, **body: object) -> Json:
    """Take a step of supervision that succeeds; the receipt."""
    return person.do(call, f"supervision/{step}", **body)


def refused(person: Person, call: str, step: str, **body: object) -> tuple[int, str]:
    """Take a step of supervision that is refused: status and code."""
    problem = person.refused(call, f"supervision/{step}", **body)
    return problem["status"], problem["code"]


def told(county: County, code: str, call: str) -> Counter[tuple[str, str]]:
    """What supervision of the call told somebody, each with where it leads when they open it."""
    person, number = county.person(code), county.person("dc-01").call(call)["number"]
    found: Counter[tuple[str, str]] = Counter()
    for entry in re.split(r'<li id="notice-', person.page("/inbox"))[1:]:
        topic = re.search(r"hy-linked[^>]*>([^<]+)<", entry)
        assert topic is not None
        if number in entry and topic.group(1) in _OF_SUPERVISION:
            form = form_to(entry, "/inbox/open")
            opened = person.browser.post(form.action, data=form.fields)
            assert opened.status_code == 303, opened.text
            assert person.browser.get(opened.headers["location"]).status_code == 200
            found[topic.group(1), opened.headers["location"].removeprefix(f"/calls/{call}")] += 1
    return found
