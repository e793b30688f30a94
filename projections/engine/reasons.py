"""原因: why something could not be folded, in words that may be kept and logged."""

import psycopg
from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError

_LONGEST = 2_000


def reason_of(problem: BaseException) -> str:
    """What went wrong, without what was written in the fact: a parked stream's reason outlives withdrawn content.

    So the database's detail lines (they quote the row) and the inputs of a validation are left out.
    """
    match problem:
        case DBAPIError(orig=psycopg.Error() as cause):
            said = f"{type(cause).__name__}: {cause.diag.message_primary or type(problem).__name__}"
        case ValidationError():
            said = "; ".join(
                f"{'.'.join(map(str, error['loc']))}: {error['type']}" for error in problem.errors(include_input=False)
            )
            said = f"{type(problem).__name__}: {said}"
        case _:
            said = f"{type(problem).__name__}: {problem}"
    return said.replace("\x00", "")[:_LONGEST]
