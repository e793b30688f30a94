"""设置: from the environment, then from the file that HUYING_SETTINGS names, then the defaults."""

from pathlib import Path

import pytest

from infra.services.problems import ServiceUnavailable
from infra.settings import SETTINGS_FILE, Settings


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "huying.env"
    path.write_text("HUYING_NODE=laixi\nHUYING_PORT=8123\n# a remark\nPATH=/nowhere\n", encoding="utf-8")
    monkeypatch.setenv(SETTINGS_FILE, str(path))
    monkeypatch.delenv("HUYING_NODE", raising=False)
    monkeypatch.delenv("HUYING_PORT", raising=False)
    return path


def test_the_named_file_sets_what_the_environment_leaves_open(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUYING_PORT", "8200")
    settings = Settings()
    assert (settings.node, settings.port, settings.host) == ("laixi", 8200, "127.0.0.1")


def test_what_the_command_line_gives_comes_first(file: Path) -> None:
    assert Settings(port=8300).port == 8300


def test_a_file_that_is_not_there_is_refused_and_not_passed_over(file: Path) -> None:
    file.unlink()
    with pytest.raises(ServiceUnavailable, match="不存在"):
        Settings()
