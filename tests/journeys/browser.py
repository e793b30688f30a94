"""People at a real browser: Chromium, as a phone or a desk."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from playwright.sync_api import Browser, BrowserContext, Locator, Page, ViewportSize, expect, sync_playwright

from infra.test_setup import browser_program

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1440, "height": 900}


_SESSIONS: dict[tuple[str, str, str], list[tuple[str, str]]] = {}
"""Who is signed in where: names and values of the cookies."""


def forget_sessions(address: str) -> None:
    """Where time was set forward, everybody has to sign in again."""
    for who in [who for who in _SESSIONS if who[0] == address]:
        del _SESSIONS[who]


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless Chromium of the system."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_program(), args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def people_at(browser: Browser, address: str) -> Iterator[Callable[..., "Person"]]:
    """People at browsers; each is closed at the end, and no page may have had a script error."""
    present: list[Person] = []

    def come(**how: bool) -> Person:
        present.append(Person(browser, address, **how))
        return present[-1]

    yield come
    for one in present:
        one.close()


class Person:
    """Somebody at a browser, signed in by one click in the demonstration. Fails the test on any script error."""

    def __init__(self, browser: Browser, address: str, *, phone: bool = False, javascript: bool = True) -> None:
        self.address = address
        self._javascript = javascript
        self._context: BrowserContext = browser.new_context(
            viewport=PHONE if phone else DESK,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            java_script_enabled=javascript,
            is_mobile=phone,
            has_touch=phone,
        )
        self.page: Page = self._context.new_page()
        self.faults: list[str] = []
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("console", lambda message: self._hear(message.type, message.text))

    def sign_in(self, name: str, organization: str) -> Self:
        """One click on the sign-in page; who has done so before opens another window with the same session."""
        who = (self.address, name, organization)
        if who in _SESSIONS:
            self._context.add_cookies(
                [{"name": kept, "value": value, "url": self.address} for kept, value in _SESSIONS[who]]
            )
            return self.open("/")
        self.page.goto(f"{self.address}/sign-in")
        row = self.page.locator("li[data-words]").filter(has_text=name).filter(has_text=organization)
        row.locator("button").first.click()
        expect(self.page.locator(".hy-account summary")).to_contain_text(name)
        _SESSIONS[who] = [
            (one["name"], one["value"]) for one in self._context.cookies() if "name" in one and "value" in one
        ]
        return self

    def open(self, path: str) -> Self:
        """Go to a page of the instance."""
        self.page.goto(f"{self.address}{path}")
        return self.ready()

    def ready(self) -> Self:
        """Wait until the page's scripts have run: what is done before is not seen by them."""
        if self._javascript:
            self.page.locator("html[data-ready]").wait_for()
        return self

    def owing(self, words: str) -> Self:
        """From 待办, the matter with these words."""
        self.open("/queue/to-do")
        self.page.get_by_role("link", name=words).first.click()
        expect(self.page.locator("#call, .hy-desk")).to_be_visible()
        return self

    def form(self, title: str) -> Locator:
        """The form of a step, by its title; unfolded where it stands folded."""
        self.ready()
        form = self.page.locator("form").filter(has=self.page.locator(f"button[type=submit]:text-is('{title}')")).first
        folded = self.page.locator("details:not([open])").filter(has=form).first
        if folded.count():
            folded.locator("summary").first.click()
        return form

    def fill(self, form: Locator, typed: Mapping[str, str | bool]) -> Self:
        """Type, choose or tick, by the words that stand at each field."""
        for label, value in typed.items():
            group = form.get_by_role("group", name=label)
            if group.count():
                group.get_by_label(str(value)).first.check()
                continue
            field = form.get_by_label(label).first
            if isinstance(value, bool):
                field.set_checked(value)
            elif field.evaluate("field => field.tagName") == "SELECT":
                field.select_option(label=value)
            else:
                field.fill(value)
        return self

    def take(self, title: str, typed: Mapping[str, str | bool] | None = None) -> Self:
        """Take a step with its form on the page of the call: fill it in and press its button."""
        form = self.form(title)
        self.fill(form, typed or {})
        button = form.locator("button[type=submit]")
        button.evaluate("button => button.scrollIntoView({block: 'center'})")
        button.click()
        return self

    def press(self, button: str) -> Self:
        """Press a button as a person does: scrolled to where it can be seen whole."""
        self.ready()
        place = self.page.get_by_role("button", name=button, exact=True).first
        place.evaluate("button => button.scrollIntoView({block: 'center'})")
        place.click()
        return self

    def for_the_album(self, name: str) -> None:
        """A picture, where somebody asks for one (HUYING_PICTURES names the folder)."""
        if folder := os.environ.get("HUYING_PICTURES"):
            self.picture(Path(folder) / f"{name}.png")

    def picture(self, path: Path) -> None:
        """The whole page as it is now."""
        self.page.screenshot(path=path, full_page=True)

    def close(self) -> None:
        """End the session; nothing may have gone wrong in the page's scripts."""
        self._context.close()
        assert not self.faults, self.faults

    def _hear(self, kind: str, text: str) -> None:
        # A refused form answers 4xx, which the browser also writes to its console: that is no fault of the page.
        if kind == "error" and "Failed to load resource" not in text:
            self.faults.append(text)
