"""页面资源入库: copies the files that pages use out of pinned npm packages into api/web/static/vendor.

Run `python -m infra.vendor_static` after changing a pin: it needs npm, which nothing else of this product does.
What it wrote is committed; api/web/vendor.md tells versions, licences and hashes.
"""

import hashlib
import re
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

WEB = Path(__file__).resolve().parent.parent / "api" / "web"
VENDOR = WEB / "static" / "vendor"

ICONS = (
    "activity",
    "arrow-clockwise",
    "arrow-left",
    "bell",
    "bar-chart",
    "card-checklist",
    "check-circle",
    "check2-circle",
    "chevron-right",
    "clock",
    "diagram-3",
    "exclamation-circle",
    "exclamation-triangle-fill",
    "file-earmark",
    "geo-alt",
    "house",
    "inbox",
    "info-circle",
    "journal-text",
    "lightning-charge",
    "list",
    "megaphone",
    "mic",
    "pause-circle",
    "person-circle",
    "printer",
    "search",
    "shield-lock",
    "x-circle",
)
"""Names of the icons pages use (bootstrap-icons), drawn from one sprite."""


_LICENCE = "LICENSE"


@dataclass(frozen=True, slots=True)
class Pin:
    """One npm package at one version, and which of its files are taken."""

    package: str
    version: str
    licence: str
    files: dict[str, str]


PINS = (
    Pin("bootstrap", "5.3.9", "MIT", {"dist/css/bootstrap.min.css": "bootstrap.min.css", "LICENSE": _LICENCE}),
    # Later 2.x and 4.x use optional chaining, which the browsers of older domestic systems can't parse.
    Pin("htmx.org", "2.0.4", "0BSD", {"dist/htmx.min.js": "htmx.min.js"}),
    # Canvas only: its SVG would be written into the page with style attributes, which the pages forbid.
    Pin(
        "echarts",
        "5.5.1",
        "Apache-2.0",
        {"dist/echarts.common.min.js": "echarts.common.min.js", "LICENSE": _LICENCE, "NOTICE": "echarts-NOTICE.txt"},
    ),
    Pin("bootstrap-icons", "1.13.2", "MIT", {f"icons/{name}.svg": name for name in ICONS} | {"LICENSE": _LICENCE}),
)


def main() -> None:
    """Fetch, copy, draw the sprite, write vendor.md."""
    VENDOR.mkdir(parents=True, exist_ok=True)
    lines = [_HEAD]
    for pin in PINS:
        taken = _taken(pin)
        if _LICENCE in taken:
            taken[f"{pin.package}-LICENSE.txt"] = taken.pop(_LICENCE)
        drawings = {name: taken.pop(name) for name in ICONS if name in taken}
        if drawings:
            taken["icons.svg"] = _sprite(drawings)
        for name, content in taken.items():
            (VENDOR / name).write_bytes(content)
            digest = hashlib.sha256(content).hexdigest()
            lines.append(f"| `static/vendor/{name}` | {pin.package} | {pin.version} | {pin.licence} | `{digest}` |")
    (WEB / "vendor.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _taken(pin: Pin) -> dict[str, bytes]:
    with tempfile.TemporaryDirectory() as folder:
        pack = ["npm", "pack", "--silent", f"{pin.package}@{pin.version}"]
        subprocess.run(pack, cwd=folder, check=True, stdout=subprocess.DEVNULL)
        (archive,) = Path(folder).glob("*.tgz")
        with tarfile.open(archive) as package:
            taken = {}
            for path, name in pin.files.items():
                member = package.extractfile(f"package/{path}")
                assert member is not None, path
                content = member.read()
                # Source maps are not shipped: a browser's developer tools would ask for them in vain.
                taken[name] = re.sub(rb"\n?/[/*]# sourceMappingURL=\S+( \*/)?\s*$", b"\n", content)
            return taken


def _sprite(icons: dict[str, bytes]) -> bytes:
    symbols = []
    for name, content in icons.items():
        drawing = re.search(r"<svg[^>]*>(.*)</svg>", content.decode(), re.S)
        assert drawing is not None, name
        body = " ".join(drawing.group(1).split())
        symbols.append(f'<symbol id="{name}" viewBox="0 0 16 16">{body}</symbol>')
    return ('<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n").encode()


_HEAD = """# 随产品分发的页面资源

Written by `python -m infra.vendor_static`. Each file is the package's own, without its source map reference;
`icons.svg` is a sprite drawn from single icons. Pages load nothing from elsewhere.

htmx stays at 2.0.4: 2.0.6 and later use optional chaining, which Chromium before 80 can't parse. htmx 2 would keep
page HTML in the browser's storage: `historyCacheSize` is 0 (templates/base.html). Bootstrap's JavaScript is not used.

| file | package | version | licence | sha256 |
|---|---|---|---|---|"""


if __name__ == "__main__":
    main()
