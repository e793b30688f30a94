"""The checks of what the clock fired name what was doubled, what is missing and what came too early."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.faults.firings import each_rung_is_fired_once, nothing_due_is_left, rungs_fired
from tests.faults.invariants import Event

MINUTE = timedelta(minutes=1)
NOON = datetime(2026, 5, 12, 4, tzinfo=UTC)
CALL = str(uuid4())
TOWNSHIP, PLATFORM, LEAD, ASSISTANT = ({"id": str(uuid4()), "name": name} for name in ("镇", "平台", "甲局", "乙局"))


class Facts:
    """A store in which a call went on until its departments were silent, and a clock fired what came of it."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.add("calls.CallSubmitted", township=TOWNSHIP, endorse=deadline(0))
        self.add("calls.CallEndorsed")
        self.add("calls.CallPlaced", platform=PLATFORM, accept=deadline(0))
        self.add("calls.CallAccepted", acting=PLATFORM, dispatch=deadline(0))
        lead, assistant = ({"organization": who, "respond": deadline(0)} for who in (LEAD, ASSISTANT))
        self.add("calls.CallDispatched", lead=lead, assistants=[assistant])
        self.add("calls.PartyResponded", organization=ASSISTANT)

    def add(self, wire: str, stream: str = CALL, **fact: Any) -> None:
        number = len(self.events) + 1
        self.events.append(Event(number, stream, number, wire, json.dumps(fact, default=str).encode()))

    def rung(self, rung: str, at: int, following: str = "", after: int = 0, **other: Any) -> None:
        """The clock fires a rung of the lead's response, `at` seconds past noon; the next one follows `after`."""
        fact = {
            "about": {"id": CALL},
            "place": 3,
            "action": "respond",
            "bearer": LEAD,
            "rung": rung,
            "due": moment(60),
            "reached_at": moment(at),
            "observed_at": moment(at + 2),
            "next_rung": following or None,
            "next_at": moment(after) if following else None,
        }
        self.add("supervision.RungReached", "matter", **fact | other)

    def told(self, wire: str) -> None:
        items = [{"place": 3, "action": "respond", "due": moment(60)}]
        self.add(wire, "matter", about={"id": CALL}, organization=LEAD, items=items)

    def rested(self, again_at: str | None = None) -> None:
        self.add("supervision.LadderRested", "matter", about={"id": CALL}, place=3, again_at=again_at)

    def left(self, seconds: int) -> list[str]:
        return nothing_due_is_left(self.events, NOON + timedelta(seconds=seconds), MINUTE)


def moment(seconds: int) -> str:
    return (NOON + timedelta(seconds=seconds)).isoformat()


def deadline(opened: int) -> Mapping[str, str]:
    return {"opened": moment(opened), "due_soon": moment(opened + 45), "due": moment(opened + 60)}


@pytest.fixture
def facts() -> Facts:
    """Reminded, overdue and urged, as is due by two minutes past noon."""
    told = Facts()
    told.rung("remind", 45, "overdue", 60)
    told.told("supervision.ReminderSent")
    told.rung("overdue", 60, "urge", 120)
    told.rung("urge", 120, "order", 180)
    told.told("supervision.UrgeIssued")
    return told


def test_what_was_fired_once_and_in_time_is_no_violation(facts: Facts) -> None:
    assert each_rung_is_fired_once(facts.events) == []
    assert facts.left(130) == []
    assert rungs_fired(facts.events) == 3


def test_a_rung_that_was_fired_twice_is_named(facts: Facts) -> None:
    facts.rung("overdue", 60, "urge", 120)
    (found,) = each_rung_is_fired_once(facts.events)
    assert f"overdue of obligation 3 of call {CALL}" in found
    assert "was fired 2 times" in found


@pytest.mark.parametrize("wire", ["supervision.ReminderSent", "supervision.UrgeIssued"])
def test_who_was_told_twice_of_the_same_is_named(facts: Facts, wire: str) -> None:
    facts.told(wire)
    (found,) = each_rung_is_fired_once(facts.events)
    assert wire in found


def test_the_same_rung_for_a_due_time_that_moved_is_another(facts: Facts) -> None:
    facts.rung("overdue", 90, due=moment(90))
    assert each_rung_is_fired_once(facts.events) == []


def test_a_rung_before_its_time_is_named(facts: Facts) -> None:
    facts.rung("order", 180, observed_at=moment(179))
    (found,) = each_rung_is_fired_once(facts.events)
    assert "fired before its time" in found


@pytest.mark.parametrize("rung", ["remind", "overdue", "urge"])
def test_a_rung_that_was_due_and_is_missing_is_named(facts: Facts, rung: str) -> None:
    facts.events = [event for event in facts.events if f'"rung": "{rung}"' not in event.state.decode()]
    (found,) = [one for one in facts.left(130) if "is not fired" in one]
    assert f"{rung} of respond of call {CALL}" in found


def test_a_rung_that_was_announced_and_never_came_is_named(facts: Facts) -> None:
    assert facts.left(179) == []
    (found,) = facts.left(180)
    assert "was to be looked at again" in found
    facts.rung("order", 180)
    assert facts.left(180) == []


def test_a_rest_that_is_over_is_named_and_one_for_good_is_not(facts: Facts) -> None:
    facts.rested(again_at=moment(240))
    assert facts.left(239) == []
    assert len(facts.left(240)) == 1
    facts.rested()
    assert facts.left(240) == []


@pytest.mark.parametrize(("done", "missing"), [(0, 0), (1, 3), (2, 0), (3, 3), (4, 3), (5, 6), (6, 3)])
def test_only_what_is_still_owed_must_have_been_fired(done: int, missing: int) -> None:
    """After so many facts of a call: signed and not yet placed, nobody owes anything that falls due."""
    facts = Facts()
    facts.events = facts.events[:done]
    assert len(facts.left(130)) == missing
    assert facts.left(44) == []
