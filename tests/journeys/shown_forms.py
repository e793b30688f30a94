"""Forms as a person finds them on a page: read out of its HTML, to be filled in and sent."""

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class ShownForm:
    """A form of a page: where it goes, and what stands in its fields."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)

    def with_typed(self, **typed: str) -> dict[str, str]:
        """The fields as a browser would send them, with what the person typed."""
        return {**self.fields, **typed}


class _Forms(HTMLParser):
    """Reads the forms out of a page: hidden and text inputs, chosen options, text areas, checked boxes."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[ShownForm] = []
        self._area: str | None = None
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(ShownForm(given.get("action", "")))
        if not self.forms or (tag != "option" and not given.get("name")):
            return
        fields = self.forms[-1].fields
        if tag == "textarea":
            self._area = given["name"]
            fields[self._area] = ""
        elif tag == "select":
            self._select = given["name"]
        elif tag == "option" and self._select and ("selected" in given or self._select not in fields):
            fields[self._select] = given.get("value", "")
        elif tag == "input" and given.get("type") not in ("file", "submit"):
            if given.get("type") in ("checkbox", "radio") and "checked" not in given:
                return
            fields[given["name"]] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = None
        if tag == "select":
            self._select = None

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self.forms[-1].fields[self._area] += data


def forms_in(page: str) -> list[ShownForm]:
    """The forms of a page in their order."""
    reader = _Forms()
    reader.feed(page)
    return reader.forms


def form_to(page: str, action: str) -> ShownForm:
    """The form of a page that goes to an address."""
    found = [form for form in forms_in(page) if form.action == action]
    assert found, f"no form to {action}: {[form.action for form in forms_in(page)]}"
    return found[0]
