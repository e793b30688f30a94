"""One embedded demonstration instance and one browser for all journeys that do not need their own."""

import tempfile
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser

from tests.journeys.browser import Person, chromium, people_at
from tests.journeys.county_over_http import counties as counties
from tests.journeys.county_over_http import county as county
from tests.journeys.instance import Instance, instance


@pytest.fixture(scope="session")
def demonstration() -> Iterator[Instance]:
    """The demonstration county, embedded, as `make run` starts it."""
    # A short path: the database's socket stands in this folder.
    with (
        tempfile.TemporaryDirectory(prefix="huying-", ignore_cleanup_errors=True) as folder,
        instance(Path(folder)) as running,
    ):
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium."""
    with chromium() as opened:
        yield opened


@pytest.fixture
def people(browser: Browser, demonstration: Instance) -> Iterator[Callable[..., Person]]:
    """People at browsers; each is closed at the end, and no page may have had a script error."""
    with people_at(browser, demonstration.address) as people:
        yield people


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A picture as a phone takes it, with its place in it."""
    picture = Image.effect_noise((1200, 900), 40).convert("RGB")
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825).update({1: "N", 2: (36.0, 30.0, 0.0), 3: "E", 4: (117.0, 10.0, 0.0)})
    kept = BytesIO()
    picture.save(kept, "JPEG", exif=exif.tobytes())
    path = tmp_path / "现场照片.jpg"
    path.write_bytes(kept.getvalue())
    return path
