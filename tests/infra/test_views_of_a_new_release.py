"""A release that brings a view with a new version fills it from the store before anything is fed to it."""

from pathlib import Path

from pydantic import SecretStr

from infra.composition import House
from infra.settings import Settings
from projections.calls.view import CallsView
from projections.engine.projection import live_schema
from tests.county_store import MASTER, county_store
from tests.domain.memory import NODE
from tests.journeys.county_over_http import BEGINNING, SetClock


def test_a_view_without_a_place_is_built_from_the_store_and_goes_on_from_there(database: str, tmp_path: Path) -> None:
    with county_store(database) as county:
        county.placed()
        county.fold()
        before = county.rows()
        schema = live_schema(CallsView)
        county.sql(f'DROP SCHEMA "{schema}" CASCADE')
        county.sql("DELETE FROM projections WHERE name = 'calls'")
        county.sql("DELETE FROM projection_checkpoints WHERE schema_name = %s", schema)
        settings = Settings(folder=tmp_path, node=NODE, database_url=database, master_key=SecretStr(MASTER.hex()))
        with House.open(settings, SetClock(BEGINNING), dsn=database) as house:
            house.catch_up()
            assert county.rows() == before
            built_to = county.sql("SELECT built_to FROM projection_checkpoints WHERE schema_name = %s", schema)
            assert built_to == [(county.last_position(),)]
            county.placed()
            house.catch_up()
        assert len(county.rows()["calls"]) == len(before["calls"]) + 1
