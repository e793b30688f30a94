"""紧急程度: 一般, 紧急, 特急(突发) (domain.md §2)."""

from enum import StrEnum


class Urgency(StrEnum):
    """紧急程度."""

    ORDINARY = "ordinary"
    URGENT = "urgent"
    EMERGENCY = "emergency"

    @property
    def label(self) -> str:
        """The word on screen."""
        return {"ordinary": "一般", "urgent": "紧急", "emergency": "特急"}[self.value]
