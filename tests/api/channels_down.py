"""A county of which every way out is down: refused connections everywhere."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from pydantic import SecretStr

from adapters.notices.preferences import NoticePreferences, Webhooks
from domain.directory.identity import person_stream
from domain.notices.records import Preferences
from domain.notices.routing import Wishes
from domain.rules.notice_rule import Channel
from infra.services.ports import free_ports
from tests.journeys.county_over_http import BEGINNING, County, SetClock, open_county
from tests.notice_doubles import SECRET


@contextmanager
def channels_down(dsn: str, folder: Path) -> Iterator[County]:
    """The demonstration county; its operator wishes for mail, its platform has a system connected."""
    mail, gateway, system = free_ports(3)
    clock = SetClock(BEGINNING)
    with open_county(
        dsn,
        folder,
        clock,
        mail_server=SecretStr(f"smtp://127.0.0.1:{mail}"),
        mail_from="huying@example.gov.cn",
        notice_gateway=f"http://127.0.0.1:{gateway}/notices",
        notice_gateway_secret=SecretStr(SECRET),
    ) as county:
        house = county.house
        wishes = Preferences(Wishes(frozenset({Channel.EMAIL})), email="operator@example.gov.cn")
        NoticePreferences(house.engine, house.keys, clock).keep(person_stream(county.node, "pt-02"), wishes)
        platform = UUID(str(county.person("pt-01").viewer.organization))
        Webhooks(house.engine, house.keys, clock).register(platform, f"http://127.0.0.1:{system}/oa")
        yield county
