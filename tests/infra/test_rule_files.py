"""huying import rules 目录: a county's own limits, hours and reasons, cited, set anew where they differ."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr
from typer.testing import CliRunner, Result

from domain.rules.commands import SetLimits
from domain.rules.words import LimitKind, ReasonList
from domain.shared.urgency import Urgency
from infra.clock import now
from infra.command_line import app
from infra.composition import House
from infra.defaults.shipped_rules import shipped_rules
from infra.doctor import findings
from infra.rule_findings import rule_findings
from infra.services.problems import ServiceUnavailable
from infra.set_up import adopt_county_rules, adopt_shipped_rules
from infra.settings import Settings

SHIPPED = Path(__file__).parents[2] / "infra" / "defaults"
FILES = ("documents.json", "working_hours.json", "limits.csv", "reasons.json")

KEY = "6d" * 32
OWN_DOCUMENT = {
    "number": "示县委办〔2026〕3号",
    "name": "呼应办理办法",
    "issuer": "县委办",
    "effective_from": "2020-01-01",
    "sample": False,
}

Importing = Callable[[], Result]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The shipped files, to be changed."""
    own = tmp_path / "本县"
    own.mkdir()
    for name in FILES:
        shutil.copy(SHIPPED / name, own)
    return own


@pytest.fixture
def house(database: str, tmp_path: Path) -> Iterator[House]:
    """An instance in which the shipped rules stand."""
    with House.open(Settings(folder=tmp_path, node="t1", master_key=SecretStr(KEY)), now, dsn=database) as opened:
        adopt_shipped_rules(opened)
        yield opened


@pytest.fixture
def importing(house: House, database: str, folder: Path, tmp_path: Path) -> Importing:
    """The command over that instance."""
    return importing_into(database, folder, tmp_path)


def importing_into(database: str, folder: Path, tmp_path: Path) -> Importing:
    """`huying import rules` of a folder."""
    given = {"DATABASE_URL": database, "FOLDER": str(tmp_path), "NODE": "t1", "MASTER_KEY": KEY}
    settings = {f"HUYING_{name}": value for name, value in given.items()}
    return lambda: CliRunner().invoke(app, ["import", "rules", str(folder)], env=settings)


def change(file: Path, before: str, after: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after), encoding="utf-8")


def test_a_limit_of_the_county_takes_the_place_of_the_shipped_one_and_says_by_which_document(
    house: House, importing: Importing, folder: Path
) -> None:
    change(folder / "documents.json", "\n]", f",\n{json.dumps(OWN_DOCUMENT)}\n]")
    shipped = "accept,受理,ordinary,一般,2,working_hours,工作小时,event,公开样本(示例),受理时限"
    own = "accept,受理,ordinary,一般,3,working_hours,工作小时,event,示县委办〔2026〕3号,第五条"
    change(folder / "limits.csv", shipped, own)

    done = importing()

    assert done.exit_code == 0, done.output
    limit = house.rulebook().limits()[LimitKind.ACCEPT, Urgency.ORDINARY]
    assert limit.amount == 3
    assert "示县委办〔2026〕3号" in limit.basis
    again = importing()
    assert "已载入 0 项" in again.output
    assert adopt_shipped_rules(house) == 0, "a later start leaves it alone"


class TestLimitsThatAreMissing:
    """A county that was set up by an earlier release has no limit of what a later one brings."""

    @pytest.fixture
    def importing(self, database: str, folder: Path, tmp_path: Path) -> Importing:
        """The command over that instance."""
        return importing_into(database, folder, tmp_path)

    @pytest.fixture
    def upgraded(self, database: str, tmp_path: Path) -> Iterator[House]:
        """An instance whose rules stand without 另定承接单位, and without one of the limits to accept."""
        settings = Settings(folder=tmp_path, node="t1", master_key=SecretStr(KEY))
        with House.open(settings, now, dsn=database) as opened:
            lacking = {LimitKind.NAME_SUCCESSOR: set(Urgency), LimitKind.ACCEPT: {Urgency.URGENT}}
            commands = [
                command
                if not isinstance(command, SetLimits)
                else SetLimits(
                    lines=tuple(one for one in command.lines if one.urgency not in lacking.get(one.kind, set()))
                )
                for command in shipped_rules()
            ]
            adopt_county_rules(opened, commands)
            yield opened

    def test_the_doctor_names_each_and_how_to_add_it(self, upgraded: House) -> None:
        (found,) = [one for one in findings(upgraded) if one.subject == "时限"]
        assert (found.well, found.code) == (False, "limit-not-set")
        assert "“另定承接单位”(name_successor,一般、紧急、特急;" in found.text
        assert "不列为应履责事项" in found.text
        assert "“受理”(accept,紧急;" in found.text
        assert "huying import rules 目录" in found.cure

    def test_it_says_nothing_more_once_they_are_set_and_what_stood_stays(
        self, upgraded: House, importing: Importing, folder: Path
    ) -> None:
        line = "name_successor,另定承接单位,ordinary,一般,4,working_hours"
        change(folder / "limits.csv", line, line.replace(",4,", ",8,"))
        assert importing().exit_code == 0
        assert [(one.well, one.text) for one in rule_findings(upgraded)] == [(True, "已全部设定")]
        assert upgraded.rulebook().limits()[LimitKind.NAME_SUCCESSOR, Urgency.ORDINARY].amount == 8

    def test_before_any_rules_are_imported_nothing_is_missing_yet(self, database: str, tmp_path: Path) -> None:
        with House.open(Settings(folder=tmp_path, node="t1", master_key=SecretStr(KEY)), now, dsn=database) as opened:
            assert [(one.well, one.text) for one in rule_findings(opened)] == [(True, "尚未载入规则")]


def test_reasons_are_replaced_whole(house: House, importing: Importing, folder: Path) -> None:
    change(folder / "reasons.json", "属民事纠纷等非公共管理服务事项", "属民事纠纷")

    assert importing().exit_code == 0

    assert "属民事纠纷,应由当事人" in house.rulebook().reasons(ReasonList.DECLINE)[0].text


@pytest.mark.parametrize(
    ("file", "before", "after", "said"),
    [
        ("limits.csv", "ordinary,一般,4,", "ordinary,一般,四,", "limits.csv 第 2 行:“amount”不正确(四)"),
        ("limits.csv", "kind,label", "种类,label", "limits.csv 第 2 行缺少“kind”列"),
        ("limits.csv", "公开样本(示例),受理时限", "没有登记的文件,受理时限", "没有登记的文件"),
        ("reasons.json", '"list": "decline"', '"list": "不予受理"', "reasons.json 格式无法识别"),
        ("reasons.json", '"basis"', '"依据"', "reasons.json 缺少“basis”"),
        ("working_hours.json", "08:30:00", "八点半", "working_hours.json “intervals.0.starts”不正确(八点半)"),
        ("documents.json", "[", "", "documents.json 格式无法识别"),
    ],
)
def test_what_is_wrong_is_named_by_file_and_place(
    house: House, importing: Importing, folder: Path, file: str, before: str, after: str, said: str
) -> None:
    standing = house.rulebook().limits()
    text = (folder / file).read_text(encoding="utf-8")
    assert before in text
    (folder / file).write_text(text.replace(before, after, 1), encoding="utf-8")

    told = importing()

    assert isinstance(told.exception, ServiceUnavailable), told.output
    assert said in str(told.exception)
    assert house.rulebook().limits() == standing


def test_a_folder_without_rule_files_says_what_it_looks_for(importing: Importing, folder: Path) -> None:
    for name in FILES:
        (folder / name).unlink()

    told = importing()

    assert "limits.csv" in str(told.exception)
    assert "infra/defaults" in str(told.exception)
