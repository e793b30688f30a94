"""Typed lists reach PostgreSQL as the arrays that psycopg's own lists make of the same elements."""

from typing import Any
from uuid import uuid4

import psycopg
import pytest

from adapters.event_store.typed_lists import Bigints, Bytes, Integers, Texts, Uuids

_UUID = uuid4()


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        (Integers([1, -7, 2**31 - 1]), "integer[]"),
        (Bigints([1, 2**31, -(2**63)]), "bigint[]"),
        (Uuids([_UUID, None]), "uuid[]"),
        (Texts(["街道", "", 'a"b{},\\', None]), "text[]"),
        (Bytes([b"\x00\xff", b"", None]), "bytea[]"),
        *((kind(), name) for kind, name in ((Integers, "integer[]"), (Uuids, "uuid[]"), (Texts, "text[]"))),
        *((kind([None, None]), name) for kind, name in ((Uuids, "uuid[]"), (Texts, "text[]"), (Bytes, "bytea[]"))),
    ],
)
def test_a_typed_list_is_the_array_that_it_says(database: str, typed: list[Any], name: str) -> None:
    with psycopg.connect(database) as connection:
        asked = f"SELECT %b, pg_typeof(%b)::text, %b IS NOT DISTINCT FROM %b::{name}".encode()
        row = connection.execute(asked, (typed, typed, typed, list(typed))).fetchone()
    assert row == (list(typed), name, True)
