"""生产形态: on this one machine, the shape of a real installation: Kafka, and each part as a process."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from infra.services.kafka import KafkaCluster
from infra.services.ports import free_ports
from infra.services.postgres import Postgres
from infra.services.problems import ServiceUnavailable

_ROLES = ("relay", "project", "notify", "clock", "serve")


def run_production_shape(folder: Path, port: int) -> None:
    """Run until Ctrl-C. A part that ends by itself ends the whole, with a sentence. Refuses ServiceUnavailable."""
    with ExitStack() as services:
        # The database is held here, so that the processes join it and none of them stops it for the others.
        services.enter_context(Postgres(folder / "postgres"))
        cluster = services.enter_context(KafkaCluster(folder / "kafka", ports=free_ports(1)))
        environment = {
            **os.environ,
            "HUYING_KAFKA": cluster.bootstrap,
            "HUYING_FOLDER": str(folder),
            "HUYING_DEMONSTRATION": "1",
        }
        stopping = False

        def stop(*_: object) -> None:
            nonlocal stopping
            stopping = True

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        parts: dict[str, subprocess.Popen[bytes]] = {}
        try:
            for role in _ROLES:
                parts[role] = _start(role, port, environment)
            while not stopping:
                for role, part in parts.items():
                    if part.poll() is not None:
                        raise ServiceUnavailable(f"“{role}”进程已退出(代码 {part.returncode}),请查看上面的提示。")
                time.sleep(0.2)
        finally:
            _stop(list(parts.values()))


def _start(role: str, port: int, environment: dict[str, str]) -> "subprocess.Popen[bytes]":
    arguments = ["--port", str(port)] if role == "serve" else []
    # A session of its own: Ctrl-C comes to this process, which stops the others in order.
    return subprocess.Popen([sys.executable, "-m", "infra", role, *arguments], env=environment, start_new_session=True)


def _stop(parts: Sequence["subprocess.Popen[bytes]"]) -> None:
    for part in reversed(parts):
        if part.poll() is None:
            part.terminate()
    for part in reversed(parts):
        try:
            part.wait(timeout=8)
        except subprocess.TimeoutExpired:
            part.kill()
            part.wait()
