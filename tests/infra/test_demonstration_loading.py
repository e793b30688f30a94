"""载入演示县: everything stands after the first start, and the second adds nothing."""

from pathlib import Path

from pydantic import SecretStr

from domain.directory.identity import organization_stream
from domain.directory.organization import evolve
from infra.clock import now
from infra.composition import House
from infra.demonstration.loading import load_demonstration
from infra.settings import Settings


def stored(house: House) -> int:
    with house.pool.connection() as connection:
        row = connection.execute("SELECT count(*) FROM stored_events").fetchone()
    assert row is not None
    return int(row[0])


def test_the_duty_room_has_its_roster_and_a_second_start_records_nothing(database: str, tmp_path: Path) -> None:
    settings = Settings(folder=tmp_path, demonstration=True, master_key=SecretStr("d" * 64), kafka="")
    with House.open(settings, now, dsn=database) as house:
        load_demonstration(house)
        first = stored(house)
        room = house.store.get(organization_stream(settings.node, "zhibanshi"), evolve)
        assert len(room.shifts) == 13 * 19
        load_demonstration(house)
        assert stored(house) == first
