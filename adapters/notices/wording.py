"""通知文字: from files, in Chinese, for each channel. Nothing here knows what a call is about: it leaves the house."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from domain.notices.records import Notice
from domain.rules.notice_rule import Channel
from domain.shared.calendar import LOCAL
from domain.shared.urgency import Urgency

TEMPLATES = Path(__file__).parent / "templates"


class Wording:
    """Fills the templates. `origin`: the address people open the product at; without one no link is given."""

    def __init__(self, origin: str, folder: Path = TEMPLATES) -> None:
        self._origin = origin.rstrip("/")
        # Plain text for mail, SMS and voice: nothing in it is read as HTML by anybody.
        self._environment = Environment(
            loader=FileSystemLoader(folder),
            autoescape=False,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def single(self, channel: Channel, notice: Notice) -> tuple[str, str]:
        """Title and text of one notice."""
        shown = self._shown(notice)
        return self._filled("title.txt", **shown), self._filled(f"{channel.value}.txt", **shown)

    def digest(self, channel: Channel, notices: Sequence[Notice], at: datetime) -> tuple[str, str]:
        """Title and text of a daily digest: what is asked first, the nearest due first."""
        ordered = sorted(notices, key=lambda n: (not n.topic.owed, n.due is None, n.due or at, n.position))
        shown = {
            "notices": [self._shown(notice) for notice in ordered],
            "day": _day(at),
            "inbox": f"{self._origin}/inbox" if self._origin else "",
        }
        return self._filled("digest_title.txt", **shown), self._filled("digest.txt", **shown)

    def link(self, notice: Notice) -> str:
        """Where the matter stands in the product, or ""."""
        return f"{self._origin}{notice.href}" if self._origin else ""

    def _shown(self, notice: Notice) -> dict[str, object]:
        return {
            "number": notice.number,
            "numbered": "考核周期" if notice.topic.of_a_period else "事项编号",
            "topic": notice.topic.label,
            "owed": notice.topic.owed,
            "urgency": "" if notice.urgency is Urgency.ORDINARY else notice.urgency.label,
            "due": due_text(notice.due) if notice.due is not None else "",
            "organization": notice.organization_name,
            "by": notice.by_organization,
            "recorded": due_text(notice.recorded_at),
            "link": self.link(notice),
            "inbox": f"{self._origin}/inbox" if self._origin else "",
        }

    def _filled(self, template: str, **shown: object) -> str:
        return self._environment.get_template(template).render(**shown).strip()


def due_text(moment: datetime) -> str:
    """E.g. "5月9日8时30分", which can be read out too."""
    local = moment.astimezone(LOCAL)
    minutes = f"{local.minute}分" if local.minute else ""
    return f"{local.month}月{local.day}日{local.hour}时{minutes}"


def _day(moment: datetime) -> str:
    local = moment.astimezone(LOCAL)
    return f"{local.month}月{local.day}日"
