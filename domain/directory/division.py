"""行政区划: decides what may happen to one division."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self
from uuid import UUID

from domain.directory.events import DivisionAbolished, DivisionEvent, DivisionRegistered, DivisionRenamed
from domain.directory.identity import check_division_code, division_stream
from domain.directory.kinds import DivisionLevel
from domain.directory.refusals import (
    DivisionGone,
    EmptyName,
    NothingChanged,
    NotYetEffective,
    UnknownDivision,
    WrongLevel,
)
from domain.shared.events import Envelope


@dataclass(frozen=True, slots=True)
class Division:
    """行政区划: what the next decision needs to know."""

    id: UUID
    version: int
    code: str
    name: str
    level: DivisionLevel
    parent: UUID | None
    abolished: bool = False

    @classmethod
    def register(
        cls, envelope: Envelope, code: str, name: str, level: DivisionLevel, parent: "Division | None"
    ) -> DivisionRegistered:
        """登记. Refuses MalformedCode, EmptyName, WrongLevel (parent not above), DivisionGone (parent abolished)."""
        check_division_code(code, level)
        if not name:
            raise EmptyName(field="name")
        if parent is not None:
            parent.check_standing()
            if parent.level.rank >= level.rank:
                raise WrongLevel(
                    f"{level.label}区划“{name}”不能隶属于{parent.level.label}区划“{parent.name}”,请核对上级区划代码。",
                    field="parent_code",
                )
        elif level is not DivisionLevel.PROVINCE:
            raise UnknownDivision(
                f"{level.label}区划“{name}”必须填写上级区划代码,请先登记其上级。", field="parent_code"
            )
        return DivisionRegistered.first(
            division_stream(envelope.node, code),
            envelope,
            code=code,
            name=name,
            level=level,
            parent=parent and parent.id,
            parent_code=parent and parent.code,
        )

    def rename(self, envelope: Envelope, name: str) -> DivisionRenamed:
        """更名. Refuses DivisionGone, EmptyName, NothingChanged."""
        self.check_standing()
        if not name:
            raise EmptyName(field="name")
        if name == self.name:
            raise NothingChanged(field="name")
        return DivisionRenamed.at_version(self.id, self.version + 1, envelope, code=self.code, name=name, was=self.name)

    def abolish(
        self, envelope: Envelope, effective_at: datetime, successors: "tuple[Division, ...]", document: str
    ) -> DivisionAbolished:
        """撤销. Refuses DivisionGone (it or a successor), NotYetEffective, UnknownDivision (itself as successor)."""
        self.check_standing()
        if effective_at > envelope.recorded_at:
            raise NotYetEffective(field="effective_at")
        for successor in successors:
            successor.check_standing()
            if successor.id == self.id:
                raise UnknownDivision("承接区域的区划不能是被撤销的区划本身,请另选。", field="successor_codes")
        return DivisionAbolished.at_version(
            self.id,
            self.version + 1,
            envelope,
            code=self.code,
            name=self.name,
            effective_at=effective_at,
            successors=tuple(successor.id for successor in successors),
            document=document,
        )

    def check_standing(self) -> Self:
        """Itself. Refuses DivisionGone."""
        if self.abolished:
            raise DivisionGone(f"行政区划“{self.name}”已撤销,不能再办理此操作,请改用承接其区域的区划。")
        return self


def evolve(division: Division | None, event: DivisionEvent) -> Division:
    """One step of the fold. Refuses UnknownDivision for a stream that is no division."""
    if not isinstance(event, DivisionEvent):  # an id of another sort of stream was given
        raise UnknownDivision
    match event:
        case DivisionRegistered():
            return Division(
                event.originator_id, event.originator_version, event.code, event.name, event.level, event.parent
            )
        case _ if division is None:
            raise UnknownDivision
        case DivisionRenamed():
            return replace(division, version=event.originator_version, name=event.name)
        case DivisionAbolished():
            return replace(division, version=event.originator_version, abolished=True)
        case _:
            return replace(division, version=event.originator_version)
