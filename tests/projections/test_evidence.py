"""佐证: each thing owed has the files its bearer gave for it, and not those of others, of before or of after."""

from collections.abc import Iterator
from uuid import UUID

import pytest

from domain.calls.work import handling as h
from domain.calls.work import records as r
from domain.obligations.words import Action
from projections.calls.evidence import EvidenceQueries
from tests.county_store import CountyStore, county_store
from tests.projections.test_calls import keep, viewer


@pytest.fixture
def house(database: str) -> Iterator[CountyStore]:
    with county_store(database) as house:
        yield house


def files(*names: str) -> dict[str, object]:
    kept = tuple({"sha256": name * 64, "size": 9, "media_type": "image/jpeg"} for name in names)
    return {"attachments": kept, "attachment_names": tuple(f"{name}.jpg" for name in names)}


def test_a_file_counts_for_what_its_giver_owed_when_it_was_given(house: CountyStore) -> None:
    county = house.county
    call = county.accepted(**files("a"))
    county.dispatch(call, "zhifa", "shichang")

    def attach(by: str, *names: str) -> None:
        county.say(r.AttachEvidence.model_validate({"call_id": call, **files(*names)}), by)

    attach("shichang", "9")
    county.say(h.Respond(call_id=call, handler="李队", contact="13900000000", first_step="今日到场"), "zhifa")
    attach("zhifa", "b")
    county.say(h.ReportResult.model_validate({"call_id": call, "text": "已清理", **files("c", "d")}), "zhifa")
    attach("zhifa", "e")
    keep(house)
    queries, owed = EvidenceQueries(house.engine), county.call(call).obligations

    def counted(name: str) -> dict[tuple[Action, str], int]:
        names = {county.orgs["zhifa"]: "zhifa", county.orgs["shichang"]: "shichang"}
        found = queries.of_calls(viewer(house, name), {call})
        assert {of for of, _ in found} <= {call}
        return {(owed[at].action, names[owed[at].organization]): number for (_, at), number in found.items()}

    given = {
        (Action.HANDLE, "zhifa"): 3,
        (Action.RESPOND, "shichang"): 1,
        (Action.ASSIST, "shichang"): 1,
    }
    assert counted("zhifa") == counted("wang") == given
    assert counted("huanjing") == {}, "who may not read the call learns nothing of its files"
    assert queries.of_calls(viewer(house, "zhifa"), set[UUID]()) == {}
