"""成文: from a sending in the outbox to a message ready to go: its words, and where the person is reached today."""

from collections.abc import Callable, Sequence
from uuid import UUID

from sqlalchemy import Engine

from adapters.notices.desk import Taken
from adapters.notices.port import Message, Refused
from adapters.notices.preferences import NoticePreferences, Webhooks
from adapters.notices.rows import notice_of, select_notices
from adapters.notices.tables import items, notices
from adapters.notices.wording import Wording
from domain.directory.person import Person
from domain.notices.records import Notice
from domain.rules.notice_rule import Channel
from domain.shared.urgency import Urgency

NO_ADDRESS = "notice-no-address"
"""The code of a sending for which the person has no address."""


class Composing:
    """Composes for every channel. `person_of` reads the directory's facts; only here is a phone number opened."""

    def __init__(
        self,
        engine: Engine,
        wording: Wording,
        preferences: NoticePreferences,
        webhooks: Webhooks,
        person_of: Callable[[UUID], Person | None],
    ) -> None:
        self._engine = engine
        self._wording = wording
        self._preferences = preferences
        self._webhooks = webhooks
        self._person_of = person_of

    def compose(self, taken: Taken) -> Message | Refused:
        """See Composer. Refused where there is no address."""
        told = self._notices(taken.id)
        if taken.channel is Channel.WEBHOOK:
            return self._for_a_system(taken, told[0])
        to = self._address(taken)
        if isinstance(to, Refused):
            return to
        if taken.gathered:
            title, text = self._wording.digest(taken.channel, told, taken.should_go_at)
        else:
            title, text = self._wording.single(taken.channel, told[0])
        return Message(str(taken.id), to, title, text, urgent=taken.urgency is Urgency.EMERGENCY)

    def _notices(self, delivery: UUID) -> Sequence[Notice]:
        statement = (
            select_notices()
            .join(items, items.c.notice_id == notices.c.notice_id)
            .where(items.c.delivery_id == delivery)
            .order_by(notices.c.position)
        )
        with self._engine.connect() as connection:
            found = [notice_of(row) for row in connection.execute(statement).mappings()]
        if not found:
            raise LookupError("a sending without a notice")
        return found

    def _address(self, taken: Taken) -> dict[str, str] | Refused:
        assert taken.person is not None, "only systems are told without a person"
        if taken.channel is Channel.EMAIL:
            email = self._preferences.of(taken.person).email
            return {"email": email} if email else Refused("没有填写电子邮件地址", NO_ADDRESS)
        person = self._person_of(taken.person)
        phone = (person.phone or "").replace(" ", "") if person is not None else ""
        if taken.channel is Channel.ZWWX:
            account = self._preferences.of(taken.person).zwwx or (person.code if person is not None else "")
            return {"account": account, "phone": phone} if account else Refused("没有政务微信账号", NO_ADDRESS)
        return {"phone": phone} if phone else Refused("名录中没有电话", NO_ADDRESS)

    def _for_a_system(self, taken: Taken, notice: Notice) -> Message | Refused:
        webhook = self._webhooks.of(taken.organization)
        if webhook is None:
            return Refused("对接已取消", NO_ADDRESS)
        of_a_period = notice.topic.of_a_period
        content = {
            "type": "huying.notice",
            "timestamp": notice.recorded_at.isoformat(),
            "data": {
                "call": None if of_a_period else str(notice.call),
                "period": str(notice.call) if of_a_period else None,
                "version": notice.version,
                "number": notice.number,
                "topic": notice.topic.value,
                "topic_text": notice.topic.label,
                "owed": notice.topic.owed,
                "urgency": notice.urgency.value,
                "due": notice.due.isoformat() if notice.due is not None else None,
                "organization": {"id": str(notice.organization), "name": notice.organization_name},
                "by_organization": notice.by_organization,
                "link": self._wording.link(notice),
            },
        }
        to = {"url": webhook.url, "secret": webhook.secret}
        return Message(str(taken.id), to, notice.topic.label, "", content=content)
