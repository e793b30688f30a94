"""测试准备: what the tests need beside Python: Java and Maven for Kafka, Chromium, Chinese fonts, Pango for documents.

Installs what is missing where it may (Debian as root), else says what to install and ends with 1.
"""

import os
import shutil
import subprocess
import sys
from ctypes.util import find_library
from pathlib import Path

from infra.services.kafka import archive_classes
from infra.services.problems import ServiceUnavailable

_BROWSERS = {
    "chromium-headless-shell": Path("/usr/bin/chromium-headless-shell"),
    "chromium": Path("/usr/bin/chromium"),
}
"""Chromium, best first: without windows it opens a page at a fraction of the work; whole, where that is not offered."""
_FONTS = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
_PACKAGES = {"java": "openjdk-17-jre-headless", "mvn": "maven"}


def browser_program() -> Path:
    """The Chromium of this machine. Refuses FileNotFoundError where there is none."""
    for program in _BROWSERS.values():
        if program.exists():
            return program
    raise FileNotFoundError(f"没有浏览器,请安装其一:{'、'.join(_BROWSERS)}")


def missing_packages() -> list[str]:
    """Debian packages that are wanted and not there."""
    wanted = [package for command, package in _PACKAGES.items() if shutil.which(command) is None]
    if not any(program.exists() for program in _BROWSERS.values()):
        wanted.append("chromium")
    if not _FONTS.exists():
        wanted.append("fonts-noto-cjk")
    if find_library("pangoft2-1.0") is None:
        wanted.append("libpangoft2-1.0-0")
    return wanted


def main() -> int:
    """Bring what is missing; 0 when everything is there."""
    wanted, best = missing_packages(), next(iter(_BROWSERS))
    may_install = os.geteuid() == 0 and shutil.which("apt-get") is not None
    if wanted and not may_install:
        print(f"测试还需要安装:{'、'.join(wanted)}(Debian:sudo apt-get install {' '.join(wanted)})。", file=sys.stderr)
        return 1
    if may_install and (wanted or not _BROWSERS[best].exists()):
        if _apt("update") and _offered(best):
            wanted = [*(one for one in wanted if one != "chromium"), best]
        if wanted:
            print(f"正在安装测试所需的 {'、'.join(wanted)}……")
        if wanted and not _apt("install", "-y", *wanted) and missing_packages():
            print(f"未能安装 {'、'.join(missing_packages())},请检查软件源后重试。", file=sys.stderr)
            return 1
    try:
        archive_classes(Path("var/kafka/lib"))
    except ServiceUnavailable as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


def _apt(*what: str) -> bool:
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.run(["apt-get", "-qq", *what], check=False, stdout=subprocess.DEVNULL, env=quiet).returncode == 0


def _offered(package: str) -> bool:
    """Whether this system's sources have the package."""
    plain = {**os.environ, "LC_ALL": "C"}
    said = subprocess.run(
        ["apt-cache", "policy", package], capture_output=True, text=True, check=False, env=plain
    ).stdout
    return "Candidate:" in said and "Candidate: (none)" not in said


if __name__ == "__main__":
    sys.exit(main())
