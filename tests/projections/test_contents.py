"""What a record keeps of a fact beside its columns."""

from datetime import timedelta

import orjson

from domain.directory.events import DelegationGranted
from domain.directory.person_commands import EndDelegation, GrantDelegation
from domain.shared.events import Envelope
from domain.shared.posts import Post
from projections.contents import content_of, taken_apart
from tests.domain.directory.county import a_town

COLUMNS = {*Envelope.model_fields, "originator_id", "originator_version"}


def test_whom_somebody_acted_for_is_kept_with_what_the_fact_says() -> None:
    town = a_town()
    ends_at = town.county.now + timedelta(days=3)
    grant = GrantDelegation(
        person=town.wang, appointment=town.wang_appointment, delegate=town.li, ends_at=ends_at, reason="外出培训"
    )
    (granted,) = town.county.ask(grant, town.caller)
    assert isinstance(granted, DelegationGranted)
    stand_in = town.actor(town.li, Post.CALLER, town.township, acting_for=town.wang)
    (ended,) = town.county.ask(EndDelegation(person=town.wang, delegation=granted.delegation), stand_in)
    kept = [orjson.loads(orjson.dumps(content_of(fact, COLUMNS))) for fact in (granted, ended)]
    assert "actor" not in kept[0]
    assert kept[1]["actor"] == {"acting_for": str(town.wang)}
    said, acted_for = taken_apart(kept[1])
    assert "actor" not in said
    assert said["delegate"] == str(town.li)
    assert acted_for == town.wang
    assert taken_apart(kept[0]) == (kept[0], None)
