"""督办文书: what a 督办通知单 or a 通报 says on paper, whatever it is printed with."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PrintedDocument:
    """One document, in words. `rows` stand under `heads`; an unsigned one says so in `mark` instead of a signature.

    `deadlines`: until when its addressee answers, and again after an answer that was refused. `grounds`: what each row
    rests on.
    """

    title: str
    number: str
    deadlines: tuple[str, ...]
    addressee: str
    paragraphs: tuple[str, ...]
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    grounds: tuple[str, ...]
    demands: tuple[str, ...]
    issuer: str
    signed_by: str
    day: str
    copies: tuple[str, ...]
    mark: str = ""
