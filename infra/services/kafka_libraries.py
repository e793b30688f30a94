"""Kafka 程序包: finds Java, and brings Apache Kafka's jars with Maven once."""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.services.problems import ServiceUnavailable, refuse_unwritable

KAFKA_FILES = Path(__file__).parent.parent / "kafka"
"""Where the pom and the templates stand."""

_OLDEST_JAVA = 17
_MARK = "complete"


def find_java() -> Path:
    """The java program to use: of JAVA_HOME, else of the search path. Refuses ServiceUnavailable below Java 17."""
    home = os.environ.get("JAVA_HOME")
    found = shutil.which("java", path=str(Path(home) / "bin")) if home else None
    found = found or shutil.which("java")
    install = f"请安装 Java {_OLDEST_JAVA} 或更新版本(例如软件包 openjdk-17-jre-headless)后重试。"
    if found is None:
        raise ServiceUnavailable(f"本机没有 Java,无法运行 Kafka:{install}")
    answer = subprocess.run([found, "-version"], capture_output=True, text=True, check=False)
    version = re.search(r'version "(?:1\.)?(\d+)', answer.stderr + answer.stdout)
    if version is None:
        raise ServiceUnavailable(f"本机的 Java({found})无法运行:{install}")
    if int(version[1]) < _OLDEST_JAVA:
        raise ServiceUnavailable(f"本机的 Java 是第 {version[1]} 版,Kafka 需要第 {_OLDEST_JAVA} 版:{install}")
    return Path(found)


def bring_libraries(folder: Path) -> Path:
    """Kafka's jars in `folder`, copied by Maven the first time and never again while the pom stays the same.

    Several processes may call it at once: one works, the others wait. Refuses ServiceUnavailable.
    """
    pom = KAFKA_FILES / "pom.xml"
    wanted = hashlib.sha256(pom.read_bytes()).hexdigest()
    if _complete(folder, wanted):
        return folder
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with _one_at_a_time(folder.with_name(folder.name + ".lock")):
            if not _complete(folder, wanted):
                part = folder.with_name(folder.name + ".part")
                shutil.rmtree(part, ignore_errors=True)
                _copy_with_maven(pom, part)
                (part / _MARK).write_text(wanted)
                # A folder with the final name is whole: whoever is killed on the way leaves only a ".part".
                shutil.rmtree(folder, ignore_errors=True)
                part.rename(folder)
    except OSError as error:
        raise refuse_unwritable(folder, error) from error
    return folder


def _complete(folder: Path, wanted: str) -> bool:
    mark = folder / _MARK
    return mark.is_file() and mark.read_text() == wanted


def _copy_with_maven(pom: Path, target: Path) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        raise ServiceUnavailable(
            "本机没有 Maven,无法取得 Kafka 程序包:请安装 Maven(软件包 maven)后重试,"
            f"或从已装好的机器复制目录 {target.with_suffix('')}。"
        )
    done = subprocess.run(
        [
            maven,
            "--batch-mode",
            "--no-transfer-progress",
            f"--file={pom}",
            "dependency:copy-dependencies",
            "-DincludeScope=runtime",
            f"-DoutputDirectory={target.resolve()}",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        lines = [line for line in done.stdout.splitlines() if "ERROR" in line]
        cause = lines[0] if lines else done.stderr.strip()
        raise ServiceUnavailable(f"Maven 未能取得 Kafka 程序包,请检查本机能否访问 Maven 仓库后重试:{cause}")


@contextmanager
def _one_at_a_time(lock: Path) -> Iterator[None]:
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
