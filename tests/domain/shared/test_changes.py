"""Records that are made and changed without their constructor are those that it makes."""

from dataclasses import MISSING, fields, replace
from typing import Any

import pytest

from domain.calls.call import Call, Party
from domain.obligations.obligation import Obligation
from domain.shared.changes import changed, made

RECORDS: list[type[Any]] = [Call, Obligation, Party]


def required(kind: type[Any]) -> dict[str, Any]:
    return {field.name: f"<{field.name}>" for field in fields(kind) if field.default is MISSING}


@pytest.mark.parametrize("kind", RECORDS)
def test_made_of_its_fields_a_record_is_what_its_constructor_makes(kind: type[Any]) -> None:
    last = fields(kind)[-1].name
    for given in (required(kind), {last: "told", **required(kind)}):
        record, constructed = made(kind, **given), kind(**given)
        assert record == constructed
        assert list(vars(record).items()) == list(vars(constructed).items()), "in the order of its fields"


@pytest.mark.parametrize("kind", RECORDS)
def test_a_changed_record_is_a_copy_and_leaves_the_first_as_it_was(kind: type[Any]) -> None:
    first, last = made(kind, **required(kind)), fields(kind)[-1].name
    after = changed(first, **{last: "told"})
    assert after == replace(first, **{last: "told"})
    assert first == kind(**required(kind))
    assert made(kind, **required(kind)) == first, "what one record was given is no other's default"
