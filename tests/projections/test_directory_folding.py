"""名录视图: the same rows however the facts come: batch by batch, all at once, or built anew."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from domain.directory.division_commands import AbolishDivision, RegisterDivision, RenameDivision
from domain.directory.events import Shift
from domain.directory.identity import organization_stream, person_stream
from domain.directory.kinds import DivisionLevel, Management, OrganizationKind
from domain.directory.organization_commands import (
    DissolveOrganization,
    EstablishOrganization,
    RenameOrganization,
    ReorganizeOrganization,
    SetDutyRoster,
)
from domain.directory.person import Person
from domain.directory.person import evolve as evolve_person
from domain.directory.person_commands import (
    AmendPerson,
    AppointPerson,
    EndAppointment,
    GrantDelegation,
    HandOver,
    RegisterPerson,
)
from domain.shared.commands import Command
from domain.shared.posts import Post
from domain.shared.refusals import Refusal
from tests.building import build_anew
from tests.conftest import Databases
from tests.projections.directory_house import NODE, House, opened_house

pytestmark = pytest.mark.long

Step = Callable[[House], Command]

_TWO = st.integers(0, 1)
_NAMES = st.sampled_from(["甲", "乙", "丙", "丁"])


def _organization_id(n: int) -> UUID:
    return organization_stream(NODE, f"org-{n}")


def _person_id(n: int) -> UUID:
    return person_stream(NODE, f"p-{n}")


def _first_appointment(house: House, n: int) -> UUID:
    """The latest appointment of a person; without one, an id that the command is refused for."""
    person = house.store.find(_person_id(n), evolve_person)
    held = person.appointments if isinstance(person, Person) else ()
    return held[-1].id if held else _person_id(n)


def _roster(house: House, person: int, days: int) -> SetDutyRoster:
    day = timedelta(days=1)
    shifts = tuple(
        Shift(person=_person_id(person), starts_at=house.now + n * day, ends_at=house.now + (n + 1) * day)
        for n in range(days)
    )
    return SetDutyRoster(
        organization=_organization_id(0), starts_at=house.now, ends_at=house.now + days * day, shifts=shifts
    )


def _steps() -> st.SearchStrategy[Step]:
    """One command against a directory of two organizations, two persons and one province. Many are refused: fine."""
    return st.one_of(
        st.builds(lambda name: lambda h: RenameDivision(code="370000000000", name=name), _NAMES),
        st.just(lambda h: AbolishDivision(code="370000000000", effective_at=h.now, document="x")),
        st.builds(
            lambda n, name, alias: (
                lambda h: RenameOrganization(organization=_organization_id(n), name=name, aliases=(alias,))
            ),
            _TWO,
            _NAMES,
            _NAMES,
        ),
        st.builds(
            lambda n, m: (
                lambda h: ReorganizeOrganization(
                    organization=_organization_id(n), kind=OrganizationKind.DUTY_ROOM, management=m
                )
            ),
            _TWO,
            st.sampled_from(list(Management)),
        ),
        st.builds(
            lambda n: (
                lambda h: DissolveOrganization(
                    organization=_organization_id(n), successor=_organization_id(1 - n), document="x"
                )
            ),
            _TWO,
        ),
        st.builds(lambda n, name: lambda h: AmendPerson(person=_person_id(n), name=name, phone=None), _TWO, _NAMES),
        st.builds(
            lambda n, o, post, days: (
                lambda h: AppointPerson(
                    person=_person_id(n),
                    organization=_organization_id(o),
                    post=post,
                    ends_at=None if days is None else h.now + timedelta(days=days),
                )
            ),
            _TWO,
            _TWO,
            st.sampled_from([Post.LIAISON, Post.DUTY_OFFICER]),
            st.sampled_from([None, 1, 30]),
        ),
        st.builds(lambda n: lambda h: EndAppointment(person=_person_id(n), appointment=_first_appointment(h, n)), _TWO),
        st.builds(
            lambda n: (
                lambda h: GrantDelegation(
                    person=_person_id(n),
                    appointment=_first_appointment(h, n),
                    delegate=_person_id(1 - n),
                    ends_at=h.now + timedelta(hours=3),
                    reason="外出",
                )
            ),
            _TWO,
        ),
        st.builds(
            lambda n: (
                lambda h: HandOver(
                    person=_person_id(n),
                    appointment=_first_appointment(h, n),
                    receiver=_person_id(1 - n),
                    note="交接",
                    end_appointment=True,
                )
            ),
            _TWO,
        ),
        st.builds(lambda n, days: lambda h: _roster(h, n, days), _TWO, st.integers(1, 3)),
    )


def _begin(house: House) -> None:
    house.ask(RegisterDivision(code="370000000000", name="示范省", level=DivisionLevel.PROVINCE))
    for n in (0, 1):
        house.ask(EstablishOrganization(code=f"org-{n}", name=f"机构{n}", kind=OrganizationKind.DUTY_ROOM))
        house.ask(RegisterPerson(code=f"p-{n}", name=f"人员{n}", phone="13800001234"))
        house.ask(AppointPerson(person=_person_id(n), organization=_organization_id(n), post=Post.DUTY_OFFICER))


def _rows(house: House) -> dict[str, Sequence[tuple[Any, ...]]]:
    with house.engine.connect() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))]
            for table in house.view.metadata.sorted_tables
        }


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    parts=st.lists(st.tuples(st.lists(_steps(), max_size=8), st.integers(1, 7)), min_size=1, max_size=4),
    rebuilt_in=st.integers(1, 40),
)
def test_any_batches_and_a_rebuild_give_the_same_rows(
    databases: Databases, parts: list[tuple[list[Step], int]], rebuilt_in: int
) -> None:
    with databases() as dsn, opened_house(dsn) as house:
        _begin(house)
        for steps, batch in parts:
            for step in steps:
                house.pass_time(hours=1)
                with suppress(Refusal):
                    house.ask(step(house))
            house.catch_up(batch)
        live = _rows(house)
        assert all(live[name] for name in ("divisions", "organizations", "organization_periods", "people"))
        build_anew(dsn, house.engine, house.pool, house.keys, [house.view], batch=rebuilt_in)
        assert _rows(house) == live
        with house.pool.connection() as connection:
            assert connection.execute("SELECT count(*) FROM projection_parked").fetchone() == (0,)
