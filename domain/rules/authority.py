"""规则的办理权限与依据: who keeps the rules, and on which document a rule may stand."""

from datetime import date

from domain.directory.authority import require_directory_keeper
from domain.directory.refusals import NotAdministrator
from domain.rules import refusals
from domain.rules.events import Basis
from domain.rules.streams import evolve_documents, rules_stream
from domain.rules.words import RuleStream
from domain.shared.calendar import LOCAL
from domain.shared.commands import Desk


def require_rule_keeper(desk: Desk) -> None:
    """县级系统管理员 (or the platform itself at set-up). Refuses NotRuleKeeper."""
    try:
        require_directory_keeper(desk.streams, desk.envelope.actor)
    except NotAdministrator:
        raise refusals.NotRuleKeeper from None


def today(desk: Desk) -> date:
    """The local day on which the command is recorded."""
    return desk.envelope.recorded_at.astimezone(LOCAL).date()


def cite(desk: Desk, basis: Basis, day: date) -> None:
    """Every rule stands on an adopted document that is in force on the day the rule starts.

    Refuses UnknownDocument, DocumentNotYetEffective.
    """
    known = desk.streams.find(rules_stream(desk.envelope.node, RuleStream.DOCUMENTS), evolve_documents)
    document = known.documents.get(basis.document) if known else None
    if document is None:
        raise refusals.UnknownDocument(
            f"规则文件“{basis.document}”尚未登记:每项时限和理由都须有依据,请先登记该文件。", field="basis"
        )
    if document.effective_from > day:
        raise refusals.DocumentNotYetEffective(field="basis")
