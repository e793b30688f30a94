"""A small disk that can be filled up: what writes to it gets a real ENOSPC."""

import os
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Self

_STEP = 1024 * 1024


def can_be_mounted() -> bool:
    """Mounting is for root."""
    return os.geteuid() == 0


class SmallDisk:
    """A file system of its own in `folder` (tmpfs of so many megabytes). Mounted while the block runs."""

    def __init__(self, folder: Path, megabytes: int) -> None:
        self.folder = folder
        self._megabytes = megabytes
        self._ballast = folder / "ballast"

    def __enter__(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        # World-writable with the sticky bit, as /tmp: PostgreSQL runs as a user of its own.
        options = f"size={self._megabytes}m,mode=1777"
        subprocess.run(["mount", "-t", "tmpfs", "-o", options, "huying-faults", str(self.folder)], check=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # Lazily: whoever still has a file open there keeps it until its end.
        subprocess.run(["umount", "--lazy", str(self.folder)], check=True)

    def fill(self) -> None:
        """Not one byte is left."""
        with self._ballast.open("ab", buffering=0) as file:
            step = _STEP
            while step:
                try:
                    while file.write(bytes(step)) == step:
                        pass
                except OSError:
                    pass
                step //= 2

    def make_room(self) -> None:
        """All that `fill` took is free again."""
        self._ballast.unlink(missing_ok=True)
