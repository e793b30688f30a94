"""Folders for servers, outside any that pytest makes too deep for a socket."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest


@pytest.fixture
def folder() -> Iterator[Path]:
    """An empty folder; a server's own user may own what is in it."""
    with TemporaryDirectory(prefix="huying-", ignore_cleanup_errors=True) as name:
        yield Path(name)
