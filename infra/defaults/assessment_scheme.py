"""随程序提供的考核规则: the thresholds by which figures are read until a period names its own."""

from functools import cache
from pathlib import Path

from domain.assessment.scheme import Scheme

_FILE = Path(__file__).with_suffix(".json")


@cache
def shipped_scheme() -> Scheme:
    """As shipped, a sample like all that cites 本县办法(示例)."""
    return Scheme.model_validate_json(_FILE.read_text())
