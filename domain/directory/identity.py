"""名录编码: from the codes people use to the streams of facts, and the form a code must have."""

import re
from uuid import UUID

from domain.directory.kinds import DivisionLevel
from domain.directory.refusals import MalformedCode
from domain.shared.identifiers import stream_id

_CITIZEN_NUMBER = re.compile(r"\d{17}[\dXx]|\d{15}")
_CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,39}")


def division_stream(node: str, code: str) -> UUID:
    """The stream of the division with this code."""
    return stream_id(node, "division", code)


def organization_stream(node: str, code: str) -> UUID:
    """The stream of the organization with this code."""
    return stream_id(node, "organization", code)


def person_stream(node: str, code: str) -> UUID:
    """The stream of the person with this code (工号)."""
    return stream_id(node, "person", code)


def check_division_code(code: str, level: DivisionLevel) -> None:
    """12 digits (GB/T 10114 with the statistical extension); a grid may have 15: its village's 12 and 3 of its own."""
    if not (code.isascii() and code.isdigit()) or not (
        len(code) == 12 or (len(code) == 15 and level is DivisionLevel.GRID)
    ):
        raise MalformedCode(
            f"区划代码“{code}”不符合要求:应为12位数字(网格可为15位),请按统计用区划代码填写。", field="code"
        )


def check_code(code: str, what: str) -> None:
    """Letters, digits, dot, dash, underscore, at most 40. Refuses a citizen's number: codes stand in clear for ever."""
    if _CITIZEN_NUMBER.fullmatch(code) and what == "人员编号":
        raise MalformedCode("人员编号不得使用公民身份号码,请改用工号。", field="code")
    if not _CODE.fullmatch(code):
        raise MalformedCode(
            f"{what}“{code}”不符合要求:只能由字母、数字、点、横线和下划线组成,不超过40个字符。", field="code"
        )
