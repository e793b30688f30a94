"""督办通知单: drafted, signed by a leader, answered, checked, closed; and a township's own supervision."""

from collections.abc import Mapping
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from domain.calls.call import Call
from domain.calls.events import OrganizationRef
from domain.directory.kinds import OrganizationKind
from domain.rules.rulebook import LimitKind, Office
from domain.shared.commands import Desk, Handlers
from domain.shared.events import Event
from domain.shared.posts import Post
from domain.supervision import events as e
from domain.supervision import refusals, rights
from domain.supervision.asking import TEXT, OrderCommand, SupervisionCommand, Work
from domain.supervision.drafting import check_stands, copies, draft_order, order_bar, ordered_lately
from domain.supervision.lateness import overdue_items, settled
from domain.supervision.matter import Order
from domain.supervision.numbering import order_number
from domain.supervision.rights import Subject, SupervisionStep
from domain.supervision.words import Level, OrderStage


class DraftOrder(SupervisionCommand):
    """拟制督办通知单."""

    wire: ClassVar[str] = "supervision.draft_order"
    title: ClassVar[str] = "拟制督办通知单"

    addressee: UUID = Field(title="被督办单位")


def draft(command: DraftOrder, desk: Desk) -> list[Event]:
    """拟制, ahead of the machine. Refuses CannotBeSupervised, NothingOverdue, OpenOrderStands, SupervisedLately."""
    work = Work(DRAFT_ORDER, command, desk)
    now, issuer = desk.envelope.recorded_at, work.setting.own
    bar = order_bar(work.setting, work.call, work.matter, command.addressee, issuer.id, now)
    if bar is not None:
        raise bar
    addressee = work.setting.organization(command.addressee)
    level = Level.CITY if work.seat.kind == OrganizationKind.CITY_PLATFORM else Level.COUNTY
    named = OrganizationRef(id=addressee.id, name=addressee.name)
    drafted = draft_order(work.setting, work.call, work.matter, named, issuer, now, level)
    assert drafted is not None, "no bar stands against it"
    return work.take(drafted).facts


class IssueOrder(OrderCommand):
    """签发督办通知单."""

    wire: ClassVar[str] = "supervision.issue_order"
    title: ClassVar[str] = "签发督办通知单"

    demands: str = Field(default="", title="督办要求", max_length=TEXT)


def issue(command: IssueOrder, desk: Desk) -> list[Event]:
    """签发, by a leader of the issuer, by name. It names what is overdue now.

    Refuses AddresseeGone, OpenOrderStands and SupervisedLately (another level has signed meanwhile), NothingOverdue.
    """
    work = Work(ISSUE_ORDER, command, desk)
    order = _order(work)
    check_stands(work.setting, order.addressee)
    if work.matter.standing_order(order.addressee, order.issuer, beside=order.order) is not None:
        raise refusals.OpenOrderStands
    if ordered_lately(work.call, work.matter, order.addressee, desk.envelope.recorded_at, work.setting.rules):
        raise refusals.SupervisedLately
    items = overdue_items(work.call, order.addressee, desk.envelope.recorded_at, work.setting.rules)
    if not items:
        raise refusals.NothingOverdue
    issuer = OrganizationRef(id=order.issuer, name=order.issuer_name)
    addressee = OrganizationRef(id=order.addressee, name=order.addressee_name)
    return work.fact(
        e.OrderIssued,
        order=order.order,
        number=order.number,
        level=order.level,
        issuer=issuer,
        addressee=addressee,
        items=items,
        signed_by=desk.envelope.actor.person,
        copied_to_post=Post.LEADER.value,
        reply=work.setting.deadline(LimitKind.ORDER_REPLY, work.call.urgency),
        copies=copies(work.setting, work.call, order.level, issuer, addressee),
        demands=command.demands or None,
    ).facts


class DiscardOrder(OrderCommand):
    """不予签发."""

    wire: ClassVar[str] = "supervision.discard_order"
    title: ClassVar[str] = "不予签发督办通知单"

    reason: str = Field(title="理由", min_length=2, max_length=TEXT)


def discard(command: DiscardOrder, desk: Desk) -> list[Event]:
    """作废草稿."""
    return Work(DISCARD_ORDER, command, desk).fact(e.OrderDiscarded, order=command.order, reason=command.reason).facts


class ReplyToOrder(OrderCommand):
    """答复督办."""

    wire: ClassVar[str] = "supervision.reply_to_order"
    title: ClassVar[str] = "答复督办"

    text: str = Field(title="未按期办理的原因、现在的进展和下一步", min_length=2, max_length=TEXT)


def reply(command: ReplyToOrder, desk: Desk) -> list[Event]:
    """答复, by the addressee. Late replies are taken too: late for ever, but given."""
    work = Work(REPLY_TO_ORDER, command, desk)
    check = work.setting.deadline(LimitKind.CHECK_REPLY, work.call.urgency)
    return work.fact(
        e.OrderReplied, order=command.order, organization=work.setting.own, check=check, text=command.text
    ).facts


class AcceptReply(OrderCommand):
    """认可答复."""

    wire: ClassVar[str] = "supervision.accept_reply"
    title: ClassVar[str] = "认可答复"

    remark: str = Field(default="", title="审核意见", max_length=TEXT)


def accept(command: AcceptReply, desk: Desk) -> list[Event]:
    """认可答复; where what the order named is done, the order is closed with it."""
    work = Work(ACCEPT_REPLY, command, desk)
    closes = settled(work.call, _order(work).items)
    work.fact(e.ReplyAccepted, order=command.order, closes=closes, remark=command.remark or None)
    if closes:
        work.fact(e.OrderClosed, order=command.order)
    return work.facts


class RefuseReply(OrderCommand):
    """退回答复."""

    wire: ClassVar[str] = "supervision.refuse_reply"
    title: ClassVar[str] = "退回答复"

    reason: str = Field(title="答复哪里不符合要求", min_length=2, max_length=TEXT)


def refuse(command: RefuseReply, desk: Desk) -> list[Event]:
    """退回答复: the addressee answers again within the limit."""
    work = Work(REFUSE_REPLY, command, desk)
    again = work.setting.deadline(LimitKind.ORDER_REPLY, work.call.urgency)
    return work.fact(e.ReplyRefused, order=command.order, reply=again, reason=command.reason).facts


class CloseOrder(OrderCommand):
    """督办销号."""

    wire: ClassVar[str] = "supervision.close_order"
    title: ClassVar[str] = "督办销号"

    remark: str = Field(default="", title="销号说明", max_length=TEXT)


def close(command: CloseOrder, desk: Desk) -> list[Event]:
    """销号. Refuses StillOverdue while something it named is not done."""
    work = Work(CLOSE_ORDER, command, desk)
    if not settled(work.call, _order(work).items):
        raise refusals.StillOverdue
    return work.fact(e.OrderClosed, order=command.order, remark=command.remark or None).facts


class SuperviseAsTownship(SupervisionCommand):
    """镇街督办."""

    wire: ClassVar[str] = "supervision.supervise_as_township"
    title: ClassVar[str] = "镇街督办(综合性事项)"

    addressee: UUID = Field(title="被督办的承办单位")
    demands: str = Field(title="督办内容和要求", min_length=2, max_length=TEXT)


def supervise_as_township(command: SuperviseAsTownship, desk: Desk) -> list[Event]:
    """镇街督办, by its leader, on a matter several organizations handle; copied to 督查机构.

    Refuses NotComprehensive, NotAParty, AddresseeGone, OpenOrderStands, and OfficeNotCharged where the county has no
    督查机构.
    """
    work = Work(SUPERVISE_AS_TOWNSHIP, command, desk)
    call, setting = work.call, work.setting
    handling = comprehensive_parties(call)
    if not handling:
        raise refusals.NotComprehensive
    addressee = handling.get(command.addressee)
    if addressee is None:
        raise refusals.NotAParty(field="addressee")
    check_stands(setting, addressee.id)
    own = [o for o in work.matter.orders if o.issuer == call.township and o.addressee == addressee.id]
    if any(order.open for order in own):
        raise refusals.OpenOrderStands
    number = len(work.matter.orders) + 1
    return work.fact(
        e.TownshipSupervisionIssued,
        order=number,
        number=order_number(work.matter.id, number, desk.envelope.recorded_at),
        issuer=setting.own,
        addressee=addressee,
        items=overdue_items(call, addressee.id, desk.envelope.recorded_at, setting.rules),
        signed_by=desk.envelope.actor.person,
        copied_to=setting.office(Office.SUPERVISION_BODY),
        copied_to_post=Post.LEADER.value,
        reply=setting.deadline(LimitKind.ORDER_REPLY, call.urgency),
        demands=command.demands,
    ).facts


def comprehensive_parties(call: Call) -> Mapping[UUID, OrganizationRef]:
    """综合性事项的承办单位: whom the calling township may supervise; none where fewer than two others handle it."""
    others = {
        party.organization: OrganizationRef(id=party.organization, name=party.name)
        for party in call.current_parties
        if party.organization != call.township
    }
    return others if len(others) > 1 else {}


def _order(work: Work) -> Order:
    order = work.matter.order(work.number)
    assert order is not None, "the step found it"
    return order


def _at(*stages: OrderStage) -> frozenset[str]:
    return frozenset(stages)


DRAFT_ORDER = SupervisionStep(DraftOrder, Subject.MATTER, rights.SUPERVISING_POSTS, rights.supervises)
ISSUE_ORDER = SupervisionStep(
    IssueOrder,
    Subject.ORDER,
    frozenset({Post.LEADER}),
    rights.order_issuer,
    _at(OrderStage.DRAFTED),
    primary=True,
)
DISCARD_ORDER = SupervisionStep(
    DiscardOrder, Subject.ORDER, rights.SUPERVISING_POSTS, rights.order_issuer, _at(OrderStage.DRAFTED)
)
REPLY_TO_ORDER = SupervisionStep(
    ReplyToOrder,
    Subject.ORDER,
    rights.ANSWERING_POSTS,
    rights.order_addressee,
    _at(OrderStage.ISSUED),
    primary=True,
)
ACCEPT_REPLY = SupervisionStep(
    AcceptReply, Subject.ORDER, rights.CHECKING_POSTS, rights.order_issuer, _at(OrderStage.REPLIED), primary=True
)
REFUSE_REPLY = SupervisionStep(
    RefuseReply, Subject.ORDER, rights.CHECKING_POSTS, rights.order_issuer, _at(OrderStage.REPLIED)
)
CLOSE_ORDER = SupervisionStep(
    CloseOrder, Subject.ORDER, rights.CHECKING_POSTS, rights.order_issuer, _at(OrderStage.ACCEPTED), primary=True
)
SUPERVISE_AS_TOWNSHIP = SupervisionStep(
    SuperviseAsTownship, Subject.MATTER, frozenset({Post.TOWNSHIP_LEADER}), rights.calling_township
)

STEPS: tuple[SupervisionStep, ...] = (
    DRAFT_ORDER,
    ISSUE_ORDER,
    DISCARD_ORDER,
    REPLY_TO_ORDER,
    ACCEPT_REPLY,
    REFUSE_REPLY,
    CLOSE_ORDER,
    SUPERVISE_AS_TOWNSHIP,
)

HANDLERS: Handlers = {
    DraftOrder: draft,
    IssueOrder: issue,
    DiscardOrder: discard,
    ReplyToOrder: reply,
    AcceptReply: accept,
    RefuseReply: refuse,
    CloseOrder: close,
    SuperviseAsTownship: supervise_as_township,
}
