"""测试准备: what the tests need beside Python: Java and Maven for Kafka, Chromium, Chinese fonts, Pango for documents.

Installs what is missing where it may (Debian as root), else says what to install and ends with 1.
"""

import os
import shutil
import subprocess
import sys
from ctypes.util import find_library
from pathlib import Path

from infra.services.kafka_libraries import bring_libraries
from infra.services.problems import ServiceUnavailable

CHROMIUM = Path("/usr/bin/chromium")
_FONTS = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
_PACKAGES = {"java": "openjdk-17-jre-headless", "mvn": "maven"}


def missing_packages() -> list[str]:
    """Debian packages that are wanted and not there."""
    wanted = [package for command, package in _PACKAGES.items() if shutil.which(command) is None]
    if not CHROMIUM.exists():
        wanted.append("chromium")
    if not _FONTS.exists():
        wanted.append("fonts-noto-cjk")
    if find_library("pangoft2-1.0") is None:
        wanted.append("libpangoft2-1.0-0")
    return wanted


def main() -> int:
    """Bring what is missing; 0 when everything is there."""
    wanted = missing_packages()
    if wanted:
        if os.geteuid() != 0 or shutil.which("apt-get") is None:
            print(
                f"测试还需要安装:{'、'.join(wanted)}(Debian:sudo apt-get install {' '.join(wanted)})。", file=sys.stderr
            )
            return 1
        print(f"正在安装测试所需的 {'、'.join(wanted)}……")
        quiet = {"stdout": subprocess.DEVNULL, "env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}}
        subprocess.run(["apt-get", "update", "-qq"], check=True, **quiet)  # type: ignore[call-overload]
        subprocess.run(["apt-get", "install", "-y", "-qq", *wanted], check=True, **quiet)  # type: ignore[call-overload]
    try:
        bring_libraries(Path("var/kafka/lib"))
    except ServiceUnavailable as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
