"""短时限: limits of a minute, so that what people leave lying comes due while everything is under fire."""

from datetime import timedelta
from uuid import uuid4

from pydantic import SecretStr

from domain.rules.commands import LimitLine, SetLimits
from domain.rules.events import Basis
from domain.rules.words import LimitKind
from domain.shared.commands import Ask
from domain.shared.deadlines import LimitUnit
from domain.shared.urgency import Urgency
from infra.actors import system_actor
from infra.clock import now
from infra.composition import House
from infra.settings import Settings
from tests.journeys.kafka_shape import NODE, Shape

MINUTE = timedelta(minutes=1)
URGED_AFTER = MINUTE

_MINUTES = {
    LimitKind.ENDORSE: 1,
    LimitKind.ACCEPT: 1,
    LimitKind.DISPATCH: 1,
    LimitKind.RESPOND: 1,
    LimitKind.URGE_AFTER: 1,
    LimitKind.ORDER_AFTER: 2,
    LimitKind.CIRCULAR_AFTER: 3,
}
_BASIS = Basis(document="本县办法(示例)", clause="故障考验")


def set_short_limits(shape: Shape) -> None:
    """Whatever is asked of people from now on is due within a minute, and what being late leads to soon after."""
    lines = tuple(
        LimitLine(kind=kind, urgency=Urgency.ORDINARY, amount=amount, unit=LimitUnit.MINUTES, basis=_BASIS)
        for kind, amount in _MINUTES.items()
    )
    secret = SecretStr(shape.settings["HUYING_MASTER_KEY"])
    settings = Settings(folder=shape.folder, node=NODE, master_key=secret, database_url=shape.dsn, kafka="")
    with House.open(settings, now, dsn=shape.dsn) as house:
        house.bus.execute(SetLimits(lines=lines), Ask(uuid4(), system_actor(NODE)))
