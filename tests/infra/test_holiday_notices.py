"""A new year's holiday notice reaches the calendar by which limits are counted."""

from datetime import UTC, date, datetime
from pathlib import Path

from adapters.imports.holiday_notices import read_notices
from infra.composition import House
from infra.set_up import adopt_shipped_rules, load_notices
from infra.settings import Settings

NOTICE = "年度,文号,放假日,调休上班日\n2027,国办发明电〔2026〕99号(虚构),2027-01-01 2027-01-04,2027-01-09\n"


def test_a_notice_loaded_from_a_file_makes_its_year_certain(database: str, tmp_path: Path) -> None:
    moment = datetime(2026, 11, 24, 2, tzinfo=UTC)
    with House.open(Settings(folder=tmp_path), lambda: moment, dsn=database) as house:
        adopt_shipped_rules(house)
        assert not house.rulebook().calendar.is_announced(2027)
        notices = read_notices("2027.csv", NOTICE.encode())
        assert load_notices(house, notices, "2027.csv") == 1
        calendar = house.rulebook().calendar
        assert calendar.is_announced(2027)
        assert not calendar.is_working_day(date(2027, 1, 4))
        assert calendar.is_working_day(date(2027, 1, 9))
        assert load_notices(house, notices, "2027.csv") == 0, "what stands already is left alone"
