"""原因: what went wrong while folding: a stable code for machines, and words that may be kept and logged."""

import psycopg
from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

VIEW_FAILED = "view-failed"
"""The code of what nobody gave a code."""

_LONGEST = 2_000


def code_of(problem: BaseException) -> str:
    """The stable name of a problem: what it says of itself, else "view-failed"."""
    if isinstance(problem, SQLAlchemyError):  # its `code` is another thing
        return VIEW_FAILED
    return str(getattr(problem, "code", None) or VIEW_FAILED)


def reason_of(problem: BaseException) -> str:
    """What went wrong, without what was written in the fact: a parked stream's reason outlives withdrawn content.

    So the database's detail lines (they quote the row) and the inputs of a validation are left out.
    """
    match problem:
        case DBAPIError(orig=psycopg.Error() as cause):
            said = f"{type(cause).__name__}: {cause.diag.message_primary or type(problem).__name__}"
        case ValidationError():
            faults = problem.errors(include_url=False, include_context=False, include_input=False)
            said = "ValidationError: " + "; ".join(f"{'.'.join(map(str, f['loc']))}: {f['type']}" for f in faults)
        case _ if code_of(problem) != VIEW_FAILED:
            said = str(problem)
        case _:
            said = f"{type(problem).__name__}: {problem}"
    return " ".join(said.replace("\x00", "").split())[:_LONGEST]
