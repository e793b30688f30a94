"""考核评价的事实 (events.md, subject `assessment`): one stream a period, and one that lists them.

A period's figures are counted from the facts of calls until they are frozen. Then they stand in PeriodFrozen as they
were that day, with the version of the definitions and the position up to which facts were counted: anybody can count
again and lay both side by side. What one fact does not hold of them stands in FiguresCounted before it.
"""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from domain.assessment.measure import Dimension
from domain.assessment.scheme import Scheme
from domain.assessment.words import ExclusionGround
from domain.calls.events import OrganizationRef
from domain.shared.deadlines import Instant
from domain.shared.events import Event, SealedText


class Count(BaseModel):
    """分子与分母: `met` of `counted`."""

    model_config = ConfigDict(frozen=True)

    met: int = Field(ge=0)
    counted: int = Field(ge=0)


UNLISTED = "-"
"""清单外: the key of the line of what has no item or no field, in facts where an empty key is the county's."""


class FrozenLine(BaseModel):
    """一行指标: of an organization, item or field by its key (UNLISTED for none), or (`key` empty) of the county."""

    model_config = ConfigDict(frozen=True)

    dimension: Dimension
    key: str
    name: str
    counts: Mapping[str, Count]


class AssessmentEvent(Event):
    """A fact of one period, or of the register of them."""


class PeriodOpened(AssessmentEvent, wire="assessment.PeriodOpened"):
    """考核周期开始: from the beginning of `first_day` until the end of `last_day`, whole months."""

    name: str
    first_day: date
    last_day: date
    since: Instant
    until: Instant
    scheme: Scheme


class PeriodListed(AssessmentEvent, wire="assessment.PeriodListed"):
    """列入考核周期目录: in the register of a node, with the opening of the period (decision 0063)."""

    period: UUID
    name: str
    first_day: date
    last_day: date


class PeriodWithdrawn(AssessmentEvent, wire="assessment.PeriodWithdrawn"):
    """撤销考核周期: opened by mistake; nothing was taken out of its figures, nothing was frozen."""

    reason: SealedText


class ExclusionProposed(AssessmentEvent, wire="assessment.ExclusionProposed"):
    """提出剔除: what an organization had to do on a call, and fell due in this period, shall not be counted.

    `deciders`: the offices whose people decide it (督查机构, 平台), who are told. Facts without it tell nobody.
    """

    exclusion: int = Field(ge=1)
    call: UUID
    call_number: str
    organization: OrganizationRef
    ground: ExclusionGround
    reason: SealedText
    deciders: tuple[OrganizationRef, ...] = ()


class ExclusionDecided(AssessmentEvent, wire="assessment.ExclusionDecided"):
    """剔除决定, by somebody else than who proposed it."""

    exclusion: int = Field(ge=1)
    approved: bool
    call: UUID
    organization: OrganizationRef
    reason: SealedText


class FiguresCounted(AssessmentEvent, wire="assessment.FiguresCounted"):
    """统计数字: a part of the figures that PeriodFrozen freezes in the same act, told before it because one fact does
    not hold all figures of a large county. `definitions` and `position` are those of the freeze."""

    definitions: str
    position: int = Field(ge=0)
    figures: tuple[FrozenLine, ...]


class PeriodFrozen(AssessmentEvent, wire="assessment.PeriodFrozen"):
    """冻结: the figures as they stood, counted by `definitions` from the facts up to `position`.

    `figures` are the last of them: so many (`lines_before`, in most counties none) stand in the facts of FiguresCounted
    directly before it.
    """

    definitions: str
    position: int = Field(ge=0)
    figures: tuple[FrozenLine, ...]
    lines_before: int = Field(default=0, ge=0)


class ResultPublished(AssessmentEvent, wire="assessment.ResultPublished"):
    """公布: with the document that publishes the frozen figures."""

    document: str
