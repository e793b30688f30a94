"""名录导入表: the rows of the five import tables, as parsed. `line` is the row's number in the file, for refusals."""

from dataclasses import dataclass
from datetime import datetime

from domain.directory.kinds import DivisionLevel, Management, OrganizationKind
from domain.shared.posts import Post


@dataclass(frozen=True, slots=True)
class DivisionRow:
    """区划表的一行. Level and parent follow from the 12-digit code where they are not given."""

    line: int
    code: str
    name: str
    level: DivisionLevel | None = None
    parent_code: str | None = None


@dataclass(frozen=True, slots=True)
class OrganizationRow:
    """机构表的一行. `established_at` None: now."""

    line: int
    code: str
    name: str
    kind: OrganizationKind
    management: Management = Management.COUNTY
    aliases: tuple[str, ...] = ()
    division_code: str | None = None
    parent_code: str | None = None
    established_at: datetime | None = None
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PersonRow:
    """人员表的一行. A blank phone leaves a known one as it is."""

    line: int
    code: str
    name: str
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class AppointmentRow:
    """任职表的一行. `starts_at` None: held now, since whenever. `ends_at` None: says nothing about the end."""

    line: int
    person_code: str
    organization_code: str
    post: Post
    starts_at: datetime | None = None
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ShiftRow:
    """值班表的一行: one person on duty in a duty room. The shifts of a table replace what stood in their time."""

    line: int
    organization_code: str
    person_code: str
    starts_at: datetime
    ends_at: datetime
    in_charge: bool = False


@dataclass(frozen=True, slots=True)
class DirectoryRows:
    """名录导入: any of the five tables; later ones may refer to earlier ones and to what is registered already."""

    divisions: tuple[DivisionRow, ...] = ()
    organizations: tuple[OrganizationRow, ...] = ()
    persons: tuple[PersonRow, ...] = ()
    appointments: tuple[AppointmentRow, ...] = ()
    shifts: tuple[ShiftRow, ...] = ()


def level_of(code: str) -> DivisionLevel:
    """The level that a 12-digit statistical code tells by its trailing zeros (15 digits: a grid)."""
    if len(code) == 15:
        return DivisionLevel.GRID
    if code[9:] != "000":
        return DivisionLevel.VILLAGE
    if code[6:9] != "000":
        return DivisionLevel.TOWNSHIP
    if code[4:6] != "00":
        return DivisionLevel.COUNTY
    return DivisionLevel.CITY if code[2:4] != "00" else DivisionLevel.PROVINCE


def parent_code_of(code: str, level: DivisionLevel) -> str | None:
    """The code of the division above, by the code's own structure. A town without a county stands under its city,
    whose code is the same prefix; None for a province."""
    kept = {
        DivisionLevel.CITY: 2,
        DivisionLevel.COUNTY: 4,
        DivisionLevel.TOWNSHIP: 6,
        DivisionLevel.VILLAGE: 9,
        DivisionLevel.GRID: 12,
    }.get(level)
    return None if kept is None else code[:kept].ljust(12, "0")
