"""责任单位栏: from what a list writes in its department column to the organizations of the directory."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from adapters.imports.faults import nearest
from adapters.imports.records import bare
from domain.duty_lists.kinds import DutyRole

_COOPERATES = re.compile("配合|协助|协办|指导")
_TOWNSHIP = re.compile("(乡镇|镇街|街道|乡镇街道|街道乡镇|镇|乡)(办|办事处|人民政府|政府)?")
_UNNAMED = re.compile("(各|各个|相应|相关|有关|其他|许可|行业|各行业|权属).{0,8}(部门|单位|机构|企业|指挥部)")
_PLACE = re.compile("^(本县|本区|本市|县|区|市)")


@dataclass(frozen=True, slots=True)
class ListedBearer:
    """列出的责任单位. `name` and `note` (role in parentheses) as the list has them; `lead` marks the first (牵头)."""

    organization: UUID
    name: str
    role: DutyRole
    note: str = ""
    lead: bool = False


@dataclass(frozen=True, slots=True)
class ListedBearers:
    """The whole cell. `unnamed` are words that name no single organization (各行业主管部门); `unknown` could not be
    found, each with a suggestion; `doubled` are second names of an organization already listed."""

    bearers: tuple[ListedBearer, ...]
    unnamed: tuple[str, ...]
    unknown: tuple[tuple[str, str], ...]
    doubled: tuple[str, ...]


class OrganizationNames:
    """机构名称对照: names and aliases of the directory, found whatever their width, blanks or leading 县."""

    def __init__(self, names: Mapping[str, UUID]) -> None:
        self._names = tuple(names)
        self._ids = {bare(name): organization for name, organization in names.items()}

    def find(self, name: str) -> UUID | None:
        """The organization, or None."""
        key = bare(name)
        return self._ids.get(key) or self._ids.get(_PLACE.sub("", key))

    def suggestion(self, name: str) -> str:
        """Which known names are near, as a question; empty when none is."""
        return nearest(name, self._names)


def read_bearers(cell: str, names: OrganizationNames, *, township_is_primary: bool) -> ListedBearers:
    """Read the cell. Who is marked 牵头 leads and stands first, else the first that is no helper.

    Notes with 配合, 协助 or 指导 mark helpers; where the township bears the matter, every department helps.
    """
    bearers: dict[UUID, ListedBearer] = {}
    unnamed, unknown, doubled = [], [], []
    for name, note in _names_in(cell, names):
        organization = names.find(name)
        if organization is not None and organization in bearers:
            doubled.append(name)
        elif organization is not None:
            helps = township_is_primary or bool(_COOPERATES.search(note))
            role = DutyRole.COOPERATIVE if helps else DutyRole.PRIMARY
            bearers[organization] = ListedBearer(organization, name, role, note)
        elif _TOWNSHIP.fullmatch(bare(name)):
            continue  # its duty stands in a column of its own
        elif _UNNAMED.fullmatch(name):
            unnamed.append(name)
        else:
            unknown.append((name, names.suggestion(name)))
    return ListedBearers(_lead_first(list(bearers.values())), tuple(unnamed), tuple(unknown), tuple(doubled))


def _lead_first(bearers: list[ListedBearer]) -> tuple[ListedBearer, ...]:
    primary = [bearer for bearer in bearers if bearer.role is DutyRole.PRIMARY]
    marked = [bearer for bearer in primary if "牵头" in bearer.note]
    lead = next(iter(marked or primary), None)
    if lead is None:
        return tuple(bearers)
    others = tuple(bearer for bearer in bearers if bearer is not lead)
    return (ListedBearer(lead.organization, lead.name, lead.role, lead.note, lead=True), *others)


def _names_in(cell: str, names: OrganizationNames) -> Iterator[tuple[str, str]]:
    """Name and note of each; “甲局及乙局”, “甲局等行业部门” are taken apart unless a name itself reads so."""
    for part in split_outside_parentheses(cell):
        name, note = _note_apart(part)
        pieces = [piece for piece in re.split("以及|及|等", name) if piece]
        if names.find(name) is None and len(pieces) > 1 and any(names.find(piece) for piece in pieces):
            yield from ((piece, note) for piece in pieces)
        elif name:
            yield name, note


def split_outside_parentheses(text: str) -> Iterator[str]:
    """Parts between 、 or commas or semicolons or line breaks; those inside parentheses part nothing."""
    depth, part = 0, ""
    for character in text:
        if character in "(\uff08":
            depth += 1
        elif character in ")\uff09":
            depth = max(0, depth - 1)
        if depth == 0 and character in "、,\uff0c;\uff1b\n":
            yield part.strip()
            part = ""
        else:
            part += character
    yield part.strip()


def _note_apart(part: str) -> tuple[str, str]:
    found = re.fullmatch(r"(?P<name>[^(\uff08]*)[(\uff08](?P<note>.*?)[)\uff09]?", part)
    if found is None:
        return part, ""
    return found["name"].strip(), found["note"].strip()
