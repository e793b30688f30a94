"""名录导入: the whole country in one go, again for nothing, and onward after being stopped."""

from collections.abc import Iterator
from dataclasses import replace
from uuid import uuid4

import pytest

from adapters.imports.directory_import import BATCH, import_directory
from domain.directory.division_commands import RenameDivision
from domain.directory.import_rows import AppointmentRow, DirectoryRows, DivisionRow, OrganizationRow, PersonRow
from domain.directory.kinds import DivisionLevel, OrganizationKind
from domain.directory.refusals import NotAdministrator, NotInPost, RowRefused
from domain.shared.events import Actor
from domain.shared.posts import Post
from tests.projections.directory_house import House, opened_house, viewer

TOWNSHIPS = 41_352
"""As many as the country has."""


@pytest.fixture
def house(database: str) -> Iterator[House]:
    with opened_house(database) as opened:
        yield opened


def _country(townships: int) -> tuple[DivisionRow, ...]:
    """As many townships as asked, 14 a county, 9 counties a city, 11 cities a province."""
    rows: dict[str, DivisionRow] = {}

    def add(code: str, name: str) -> None:
        rows.setdefault(code, DivisionRow(len(rows) + 2, code, name))

    for n in range(townships):
        county, city, province = n // 14, n // 126, n // 1386
        province_code = f"{11 + province:02}"
        city_code = f"{province_code}{city % 11 + 1:02}"
        county_code = f"{city_code}{county % 9 + 1:02}"
        add(f"{province_code}0000000000", f"第{province}省")
        add(f"{city_code}00000000", f"第{city}市")
        add(f"{county_code}000000", f"第{county}县")
        add(f"{county_code}{n % 14 + 100:03}000", f"第{n}镇")
    return tuple(rows.values())


def test_all_townships_of_the_country_are_imported_and_the_second_time_adds_nothing(house: House) -> None:
    rows = DirectoryRows(divisions=_country(TOWNSHIPS))
    steps: list[tuple[int, int]] = []
    receipt = import_directory(
        house.store, rows, house.envelope(), progress=lambda done, planned: steps.append((done, planned))
    )
    assert receipt.events == len(rows.divisions) > TOWNSHIPS
    assert receipt.batches == -(-receipt.events // BATCH) == len(steps)
    assert steps[-1] == (receipt.events, receipt.events)

    again = import_directory(house.store, rows, house.envelope())
    assert (again.events, again.batches, again.position) == (0, 0, 0)

    with house.pool.connection() as connection:
        largest = connection.execute(
            "SELECT max(cardinality(positions)), count(*) FROM commands WHERE name = 'directory.import'"
        ).fetchone()
    assert largest == (BATCH, receipt.batches)


def test_what_was_imported_is_found_in_the_view(house: House) -> None:
    rows = DirectoryRows(divisions=_country(3_000))
    import_directory(house.store, rows, house.envelope())
    house.catch_up(5_000)
    me = viewer()
    assert len(house.queries.divisions_under(me, None)) == 3
    found = house.queries.divisions_named(me, "第2999镇")
    assert [d.level for d in found] == [DivisionLevel.TOWNSHIP]
    county = house.queries.division(me, found[0].parent_code or "")
    assert county is not None
    assert county.level is DivisionLevel.COUNTY
    assert found[0] in house.queries.divisions_under(me, county.code)


def test_an_import_that_was_stopped_goes_on_where_it_stood(house: House) -> None:
    rows = DirectoryRows(divisions=_country(500))
    import_id = uuid4()

    def stop_in_the_middle(done: int, planned: int) -> None:
        if done > planned // 2:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        import_directory(
            house.store, rows, house.envelope(command_id=import_id), batch=100, progress=stop_in_the_middle
        )
    receipt = import_directory(house.store, rows, house.envelope(command_id=import_id), batch=100)
    assert receipt.events == len(rows.divisions) - 300
    with house.pool.connection() as connection:
        stands = connection.execute("SELECT count(*), max(originator_version) FROM stored_events").fetchone()
    assert stands == (len(rows.divisions), 1)


def test_another_writer_in_between_is_taken_into_account(house: House) -> None:
    rows = DirectoryRows(divisions=_country(200))
    import_directory(house.store, rows, house.envelope())
    last = rows.divisions[-1].code
    renamed = DirectoryRows(divisions=tuple(replace(row, name=row.name + "新") for row in rows.divisions))

    def meanwhile(done: int, planned: int) -> None:
        if done == 100:
            house.ask(RenameDivision(code=last, name="抢先更名"))

    receipt = import_directory(house.store, renamed, house.envelope(), batch=100, progress=meanwhile)
    assert receipt.events == len(rows.divisions)
    house.catch_up()
    division = house.queries.division(viewer(), last)
    assert division is not None
    assert division.name == rows.divisions[-1].name + "新"


def test_a_table_with_a_wrong_row_records_nothing(house: House) -> None:
    rows = DirectoryRows(divisions=(*_country(200), DivisionRow(999, "bad", "坏行")))
    with pytest.raises(RowRefused) as refused:
        import_directory(house.store, rows, house.envelope())
    assert [problem.line for problem in refused.value.problems] == [999]
    with house.pool.connection() as connection:
        assert connection.execute("SELECT count(*) FROM stored_events").fetchone() == (0,)


def test_organizations_people_and_posts_are_imported_together_and_only_an_administrator_imports(house: House) -> None:
    rows = DirectoryRows(
        divisions=_country(20),
        organizations=(
            OrganizationRow(2, "platform", "呼应平台", OrganizationKind.PLATFORM),
            OrganizationRow(3, "t", "第0镇", OrganizationKind.TOWNSHIP, division_code=_country(1)[-1].code),
        ),
        persons=(PersonRow(2, "1", "赵管理", "13800001111"), PersonRow(3, "2", "王呼叫")),
        appointments=(
            AppointmentRow(2, "1", "platform", Post.ADMINISTRATOR),
            AppointmentRow(3, "2", "t", Post.CALLER),
        ),
    )
    receipt = import_directory(house.store, rows, house.envelope(), batch=7)
    assert receipt.events == len(rows.divisions) + 6
    house.catch_up()

    def actor(code: str, claimed: Post | None = None) -> Actor:
        person = house.queries.person_by_code(code)
        assert person is not None
        (held,) = house.queries.posts_of(person.id, house.now)
        return Actor(
            person=person.id,
            post=claimed or held.post,
            organization=held.organization,
            organization_name=held.organization_name,
        )

    house.pass_time(days=1)
    changed = replace(rows, persons=(replace(rows.persons[0], name="赵主任"), rows.persons[1]))
    with pytest.raises(NotAdministrator):
        import_directory(house.store, changed, house.envelope(actor("2")))
    with pytest.raises(NotInPost):
        import_directory(house.store, changed, house.envelope(actor("2", Post.ADMINISTRATOR)))
    assert import_directory(house.store, changed, house.envelope(actor("1"))).events == 1
    house.catch_up()
    found = house.queries.person_by_code("1")
    assert found is not None
    assert (found.name, found.masked_phone) == ("赵主任", "138****1111")
    divisions, organizations, persons = house.queries.registered_codes(viewer(Post.ADMINISTRATOR))
    assert divisions == {row.code for row in rows.divisions}
    assert (organizations, persons) == (frozenset({"platform", "t"}), frozenset({"1", "2"}))
    assert house.queries.registered_codes(viewer())[2] == frozenset()
