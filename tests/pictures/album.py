"""相册: which page, as whom, how wide. What the pages show was done by the people of the scene, through the browser."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser

from tests.journeys.acts import AUDITOR, CALLER, OPERATOR, liaison_of
from tests.journeys.browser import Person
from tests.pictures.scene import Scene, play

_COLOURS = 256
"""Pages are flat: so many colours are enough, and the pictures stay small."""


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture: its name without the width, who looks, at which page, and how much of it at most (pixels down)."""

    name: str
    who: tuple[str, str] | None
    path: str
    phone: bool = False
    tall: int = 900

    @property
    def file(self) -> str:
        """The picture's file name."""
        return f"{self.name}-{390 if self.phone else 1440}.png"


def shots(scene: Scene) -> tuple[Shot, ...]:
    """Every picture of the album."""
    lead = liaison_of("综合行政执法局")
    administrator = ("朱志远", "系统管理员")
    return (
        Shot("sign-in", None, "/sign-in"),
        Shot("sign-in", None, "/sign-in", phone=True),
        Shot("home", CALLER, "/", phone=True),
        Shot("home", OPERATOR, "/"),
        Shot("queue", OPERATOR, "/queue/to-do"),
        Shot("queue", lead, "/queue/to-do", phone=True),
        Shot("new-call", CALLER, "/calls/new", phone=True, tall=1200),
        Shot("call", lead, scene.handled, tall=1400),
        Shot("call", CALLER, scene.handled, phone=True, tall=1700),
        Shot("call-closed", AUDITOR, scene.closed, tall=2100),
        Shot("triage", OPERATOR, scene.dispatching, tall=1500),
        Shot("ruling", OPERATOR, scene.objected),
        Shot("item", lead, scene.item),
        Shot("revision", CALLER, scene.revision),
        Shot("directory", OPERATOR, "/directory"),
        Shot("organization", administrator, scene.organization),
        Shot("status", administrator, "/status"),
        Shot("problem", liaison_of("住房和城乡建设局"), scene.handled, phone=True),
    )


def take_pictures(browser: Browser, address: str, folder: Path) -> Iterator[Path]:
    """Let the scene be played, then photograph it."""
    for shot in shots(play(browser, address)):
        person = Person(browser, address, phone=shot.phone)
        if shot.who is not None:
            person.sign_in(*shot.who)
        person.open(shot.path)
        person.page.evaluate("document.fonts.ready")
        _open_as_tall_as_wanted(person, shot)
        path = folder / shot.file
        person.page.screenshot(path=path)
        _make_small(path)
        person.close()
        yield path


def _open_as_tall_as_wanted(person: Person, shot: Shot) -> None:
    """The window as tall as the page, but not taller than wanted: the bar below then stands below."""
    tall = int(person.page.evaluate("document.documentElement.scrollHeight"))
    window = person.page.viewport_size
    assert window is not None
    person.page.set_viewport_size({"width": window["width"], "height": max(window["height"], min(tall, shot.tall))})


def _make_small(path: Path) -> None:
    with Image.open(path) as taken:
        small = taken.convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE)
    small.save(path, optimize=True)
