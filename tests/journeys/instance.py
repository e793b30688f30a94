"""A real instance for journeys: the product's own processes, started as an operator starts them."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx2 as httpx

from infra.services.ports import free_ports, is_listening
from tests.adapters.kafka.bench import wait_until

_SECONDS_TO_START = 120.0


@dataclass(frozen=True, slots=True)
class Instance:
    """Where an instance is reached, its data folder, and its process."""

    address: str
    folder: Path
    pid: int


OWN_PROGRAM = ("-m", "infra")


def start_process(
    role: str,
    folder: Path,
    *arguments: str,
    settings: Mapping[str, str],
    program: Sequence[str] = OWN_PROGRAM,
) -> "subprocess.Popen[bytes]":
    """One of the product's processes; what it says goes to a file in its folder."""
    environment = {**os.environ, "HUYING_FOLDER": str(folder), **settings}
    with (folder / f"{role}.log").open("ab") as said:
        return subprocess.Popen(
            [sys.executable, *program, role, *arguments],
            env=environment,
            stdout=said,
            stderr=said,
            start_new_session=True,
        )


def stop_process(process: "subprocess.Popen[bytes]") -> None:
    """As Ctrl-C or systemd would."""
    if process.poll() is None:
        process.terminate()
    try:
        process.wait(timeout=15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def wait_until_it_answers(process: "subprocess.Popen[bytes]", address: str, log: Path) -> None:
    """Until the sign-in page comes, or the process has ended: then what it said."""

    def answers() -> bool:
        assert process.poll() is None, f"the instance ended with {process.returncode}: {log.read_text()[-2000:]}"
        return sign_in_page_comes(address)

    try:
        wait_until(answers, _SECONDS_TO_START)
    except AssertionError as late:
        raise AssertionError(f"{late}: {log.read_text()[-2000:]}") from late


def sign_in_page_comes(address: str) -> bool:
    """Whether somebody could sign in. A page is asked for where something listens: that costs a thousand times more."""
    if not is_listening(urlsplit(address).port or 80):
        return False
    try:
        return bool(httpx.get(f"{address}/sign-in", timeout=5).status_code == 200)
    except httpx.TransportError:
        return False


@contextmanager
def instance(
    folder: Path, *, demonstration: bool = True, settings: Mapping[str, str] | None = None
) -> Iterator[Instance]:
    """One process with everything in it, embedded (or over what `settings` name)."""
    folder.mkdir(parents=True, exist_ok=True)
    (port,) = free_ports(1)
    address = f"http://127.0.0.1:{port}"
    arguments = ["--port", str(port), *(["--demonstration"] if demonstration else [])]
    process = start_process("serve", folder, *arguments, settings=settings or {})
    try:
        wait_until_it_answers(process, address, folder / "serve.log")
        yield Instance(address, folder, process.pid)
    finally:
        stop_process(process)
