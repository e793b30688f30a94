"""考核规则: the thresholds by which figures are read, with the rule document that sets them. Data, never code."""

from pydantic import BaseModel, ConfigDict, Field


class Scheme(BaseModel):
    """考核规则. Below `minimum` cases no percentage is shown; below `participation` per cent of evaluations
    satisfaction is not compared; `aim` per cent is what completion should reach; a township's calls a month are
    looked at when they are fewer than `calls_low` or more than `calls_high`."""

    model_config = ConfigDict(frozen=True)

    minimum: int = Field(ge=1, le=1_000)
    participation: int = Field(ge=0, le=100)
    aim: int = Field(ge=0, le=100)
    calls_low: int = Field(ge=0, le=100_000)
    calls_high: int = Field(ge=0, le=1_000_000)
    basis: str = Field(min_length=1, max_length=200)
