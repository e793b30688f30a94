"""Retakes every picture: `python -m tests.pictures [folder]`."""

import sys
import tempfile
from pathlib import Path

from tests.journeys.browser import chromium
from tests.journeys.instance import instance
from tests.pictures.album import take_pictures

_PICTURES = Path(__file__).parent.parent.parent / "docs" / "pictures"


def main() -> None:
    """Start an instance, let its people work for a while, photograph their pages."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else _PICTURES
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="huying-", ignore_cleanup_errors=True) as place,
        instance(Path(place)) as running,
        chromium() as browser,
    ):
        for picture in take_pictures(browser, running.address, folder):
            sys.stdout.write(f"{picture.name}\n")


if __name__ == "__main__":
    main()
