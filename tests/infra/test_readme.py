"""README: what it says about settings and commands is what the code has."""

import re
from pathlib import Path

from typer.main import get_group

from adapters.kafka.topics import topic_name
from infra.command_line import app
from infra.cures import CURES
from infra.settings import Settings
from infra.topics import SUBJECTS
from tests.journeys.kafka_shape import ROLES

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
COUNTED = "零一二三四五六七八九"


def setting_rows() -> list[str]:
    """The rows of README's table of settings, made from the settings themselves."""
    rows = []
    for name, field in Settings.model_fields.items():
        text = str(field.default).lower() if isinstance(field.default, bool) else str(field.default or "")
        shown = f"`{text}`" if text else "(空)"
        rows.append(f"| `{Settings.model_config['env_prefix']}{name.upper()}` | {shown} | {field.description} |")
    return rows


def test_the_table_of_settings_names_every_setting_with_its_default_and_meaning() -> None:
    start = README.index("| 环境变量 | 默认值 | 含义 |")
    table = README[start : README.index("\n\n", start)].splitlines()[2:]

    assert table == setting_rows()


def test_every_command_the_readme_shows_exists() -> None:
    known: set[tuple[str, ...]] = {(name,) for name in get_group(app).commands}
    for name, group in get_group(app).commands.items():
        known |= {(name, inner) for inner in getattr(group, "commands", {})}

    shown = re.findall(r"(?m)^(?:\S*/)?huying ([a-z-]+)(?: ([a-z-]+))?", README)
    assert shown
    for command, inner in shown:
        inside = [pair for pair in known if len(pair) == 2 and pair[0] == command]
        assert (command,) in known, f"README shows huying {command}"
        assert not inside or (command, inner) in known, f"README shows huying {command} {inner}"


def test_every_target_the_readme_shows_exists_in_the_makefile() -> None:
    makefile = (Path(__file__).parents[2] / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"(?m)^([a-z]+):", makefile))
    shown = set(re.findall(r"`make ([a-z]+)", README)) | set(re.findall(r"(?m)^make ([a-z]+)", README))

    assert {"run", "test", "help"} <= shown <= targets


def test_the_readme_links_to_files_that_exist() -> None:
    root = Path(__file__).parents[2]
    links = re.findall(r"(?<!!)\[[^\]]+\]\(([^)#:]+)(?:#[^)]*)?\)", README)

    assert links
    assert [link for link in links if not (root / link).exists()] == []


def test_the_readme_counts_and_names_every_process_of_an_installation() -> None:
    ((counted, table),) = re.findall(r"(.)个常驻进程,设置相同:\n\n((?:\|.*\n)+)", README)
    named = re.findall(r"(?m)^\| `huying ([a-z]+)`", table)

    assert sorted(named) == sorted(ROLES)
    assert counted == COUNTED[len(ROLES)]


def test_the_deployment_counts_its_units_as_there_are() -> None:
    deploy = Path(__file__).parents[2] / "infra" / "deploy"
    told = (deploy / "README.md").read_text(encoding="utf-8")
    counted = re.findall(r"(.)个(?: `\.service`| systemd 单元|单元:)", told)

    assert len(list(deploy.glob("*.service"))) == len(ROLES)
    assert counted == [COUNTED[len(ROLES)]] * 3


def test_the_manual_names_the_topic_of_every_subject() -> None:
    manual = (Path(__file__).parents[2] / "docs" / "operating.md").read_text(encoding="utf-8")
    start = manual.index("| 主题 | 内容 |")
    rows = manual[start : manual.index("\n\n", start)].splitlines()[2:]

    named = [row.split("|")[1].strip() for row in rows]
    assert named == [f"`{topic_name('NODE', subject).replace('NODE', '<节点>')}`" for subject in SUBJECTS]


def test_the_manual_names_every_code_of_a_problem_and_every_code_has_a_cure() -> None:
    """One list: what the doctor can say stands in docs/operating.md."""
    root = Path(__file__).parents[2]
    manual = (root / "docs" / "operating.md").read_text(encoding="utf-8")
    table = manual[manual.index("## 问题代码") : manual.index("## 升级")]
    first_column = "".join(line.split("|")[1] for line in table.splitlines() if line.startswith("| `"))
    named = set(re.findall(r"`([a-z]+(?:-[a-z]+)+)`", first_column))
    assert named == set(CURES)
    said = "".join(
        source.read_text(encoding="utf-8")
        for room in ("infra", "adapters", "projections")
        for source in (root / room).rglob("*.py")
        if source.name != "cures.py"
    )
    assert [code for code in CURES if f'"{code}"' not in said] == []
