"""体检结果: one thing looked at, as the doctor prints it and the status page shows it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, whether it is well, what was found; and where it is not, the cure and a stable code."""

    subject: str
    well: bool
    text: str
    cure: str = ""
    code: str = ""
    href: str = ""
    """The page of what is concerned, where there is one."""
