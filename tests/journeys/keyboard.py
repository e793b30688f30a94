"""A person who has no mouse: Tab, Enter and the space bar, and the focus must be seen."""

from playwright.sync_api import Locator, Page, expect

_MOST_STOPS = 250


class Keyboard:
    """Reaches what stands on a page by Tab alone."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def reach(self, place: Locator) -> None:
        """Tab until the place has the focus; there it must be seen, not hidden behind a bar."""
        place = place.first
        expect(place).to_be_attached()
        for _ in range(_MOST_STOPS):
            self.page.keyboard.press("Tab")
            if place.evaluate("place => place === document.activeElement"):
                break
        else:
            raise AssertionError(f"not reached by Tab: {place}")
        seen = place.evaluate(
            """place => {
                const box = place.getBoundingClientRect();
                const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
                return Boolean(top) && (place.contains(top) || top.contains(place));
            }"""
        )
        assert seen, f"the focus stands where nobody sees it: {place}"

    def press(self, place: Locator) -> None:
        """Reach it and press Enter."""
        self.reach(place)
        self.page.keyboard.press("Enter")

    def write(self, place: Locator, text: str) -> None:
        """Reach it and type."""
        self.reach(place)
        self.page.keyboard.insert_text(text)

    def tick(self, place: Locator) -> None:
        """Reach it and press the space bar."""
        self.reach(place)
        self.page.keyboard.press("Space")
