"""督办通知单: drafted, signed by a named leader, answered, checked, closed; and what each step refuses."""

import pytest

from domain.calls.work import handling as h
from domain.obligations.words import Action
from domain.shared.commands import Command
from domain.shared.posts import Post
from domain.supervision import events as e
from domain.supervision import orders as o
from domain.supervision.rights import Subject
from domain.supervision.words import Level, OrderKind, OrderStage
from tests.domain.memory import local
from tests.domain.supervision.county import SupervisedCounty, told


def test_an_order_is_signed_answered_checked_and_closed(county: SupervisedCounty) -> None:
    call = county.ordered()
    county.at("2026-05-15", "09:00")
    (issued,) = county.say(o.IssueOrder(call_id=call, order=1, demands="立即响应"), "ducha_leader")
    assert isinstance(issued, e.OrderIssued)
    assert issued.signed_by == county.by("ducha_leader").person
    assert issued.copied_to_post == Post.LEADER
    assert issued.reply.due == local("2026-05-22", "17:30")
    assert county.offered_here(call, "zhifa") == {"reply_to_order"}
    assert county.offered_here(call, "zhifa_leader") == {"reply_to_order"}, "copied to the leader in charge"

    county.say(h.Respond(call_id=call, handler="郑某", contact="1390000", first_step="到场"), "zhifa")
    county.say(o.ReplyToOrder(call_id=call, order=1, text="已响应,今日到场"), "zhifa")
    assert county.matter(call).orders[0].stage is OrderStage.REPLIED
    (check,) = county.matter(call).open_obligations
    assert (check.action, check.organization) == (Action.CHECK_REPLY, county.orgs["ducha"])
    assert county.offered_here(call, "supervisor") == {"accept_reply", "refuse_reply"}
    facts = county.say(o.AcceptReply(call_id=call, order=1), "supervisor")
    assert told(facts) == ["ReplyAccepted", "OrderClosed"], "what it named is done"
    assert not county.matter(call).open_obligations


def test_an_accepted_reply_keeps_the_order_open_until_the_work_is_done(county: SupervisedCounty) -> None:
    call = county.ordered()
    county.say(o.IssueOrder(call_id=call, order=1), "ducha_leader")
    county.say(o.ReplyToOrder(call_id=call, order=1, text="明日响应"), "zhifa")
    assert told(county.say(o.AcceptReply(call_id=call, order=1), "supervisor")) == ["ReplyAccepted"]
    assert county.refused(o.CloseOrder(call_id=call, order=1), "supervisor").code == "still-overdue"
    county.say(h.Respond(call_id=call, handler="郑某", contact="1390000", first_step="到场"), "zhifa")
    assert told(county.say(o.CloseOrder(call_id=call, order=1), "supervisor")) == ["OrderClosed"]
    assert county.matter(call).orders[0].stage is OrderStage.CLOSED


def test_a_refused_reply_is_given_again_within_the_limit(county: SupervisedCounty) -> None:
    call = county.ordered()
    county.say(o.IssueOrder(call_id=call, order=1), "ducha_leader")
    county.say(o.ReplyToOrder(call_id=call, order=1, text="知道了"), "zhifa")
    county.at("2026-05-15", "09:00")
    (refused,) = county.say(o.RefuseReply(call_id=call, order=1, reason="没有说明何时办结"), "supervisor")
    assert isinstance(refused, e.ReplyRefused)
    (again,) = county.matter(call).open_obligations
    assert (again.action, again.deadline) == (Action.ORDER_REPLY, refused.reply)
    assert county.matter(call).orders[0].refused == 1


def test_of_two_orders_each_step_belongs_to_its_own(county: SupervisedCounty) -> None:
    """One matter, two departments: who answers and who checks is read from the order that the step names."""
    call = county.ordered("shichang")
    numbers = {order.addressee: order.order for order in county.matter(call).orders}
    asked = {name: numbers[county.orgs[name]] for name in ("zhifa", "shichang")}
    assert set(asked.values()) == {1, 2}
    for name, number in asked.items():
        county.say(o.IssueOrder(call_id=call, order=number, demands=f"请{county.names[name]}响应"), "ducha_leader")
    for name, number in asked.items():
        county.say(o.ReplyToOrder(call_id=call, order=number, text="知道了"), name)
        county.say(o.RefuseReply(call_id=call, order=number, reason="没有说明何时办结"), "supervisor")
        orders = county.matter(call).orders
        assert {one.order: one.refused for one in orders}[number] == 1
    for name, number in asked.items():
        order = county.matter(call).orders[number - 1]
        assert (order.addressee, order.demands) == (county.orgs[name], f"请{county.names[name]}响应")
        owed = [one for one in county.matter(call).open_obligations if one.entry == number]
        assert [(one.action, one.organization, one.owed_to) for one in owed] == [
            (Action.ORDER_REPLY, county.orgs[name], county.orgs["ducha"])
        ]


def test_the_order_of_the_city_is_checked_by_the_city(county: SupervisedCounty) -> None:
    """Beside one of the county, which has another issuer."""
    call = county.ordered()
    county.say(o.DraftOrder(call_id=call, addressee=county.orgs["zhifa"]), "city_supervisor")
    first, second = county.matter(call).orders
    assert (first.issuer, second.issuer) == (county.orgs["ducha"], county.orgs["city"])
    county.say(o.IssueOrder(call_id=call, order=2), "city_leader")
    assert county.matter(call).orders[1].demands == "", "none were written"
    county.say(o.ReplyToOrder(call_id=call, order=2, text="知道了"), "zhifa")
    (check,) = [one for one in county.matter(call).open_obligations if one.action is Action.CHECK_REPLY]
    assert check.organization == county.orgs["city"]
    county.say(o.RefuseReply(call_id=call, order=2, reason="没有说明何时办结"), "city_supervisor")
    (again,) = [one for one in county.matter(call).open_obligations if one.action is Action.ORDER_REPLY]
    assert again.owed_to == county.orgs["city"]


def test_only_a_leader_of_the_issuer_signs(county: SupervisedCounty) -> None:
    call = county.ordered()
    for who in ("supervisor", "leader", "zhifa_leader", "city_leader", "li", "mayor"):
        refusal = county.refused(o.IssueOrder(call_id=call, order=1), who)
        assert (refusal.code, refusal.status) == ("not-your-supervision", 403), who
    assert county.offered_here(call, "supervisor") == {"discard_order"}
    assert county.offered_here(call, "ducha_leader") == {"issue_order", "discard_order"}


def test_what_was_done_before_the_signature_is_ordered_no_more(county: SupervisedCounty) -> None:
    call = county.ordered()
    county.say(h.Respond(call_id=call, handler="郑某", contact="1390000", first_step="到场"), "zhifa")
    assert county.refused(o.IssueOrder(call_id=call, order=1), "ducha_leader").code == "nothing-overdue"
    county.say(o.DiscardOrder(call_id=call, order=1, reason="已响应"), "supervisor")
    assert county.matter(call).orders[0].stage is OrderStage.DISCARDED
    assert not county.matter(call).open_obligations


def test_whether_an_order_is_there_nobody_learns_to_whom_it_does_not_belong(county: SupervisedCounty) -> None:
    call = county.ordered()
    for order in (1, 2):
        assert county.refused(o.IssueOrder(call_id=call, order=order), "leader").code == "not-your-supervision"
    assert county.refused(o.IssueOrder(call_id=call, order=2), "ducha_leader").code == "not-your-supervision"


@pytest.mark.parametrize(
    ("command", "who"),
    [
        (o.ReplyToOrder, "zhifa"),
        (o.AcceptReply, "supervisor"),
        (o.RefuseReply, "supervisor"),
        (o.CloseOrder, "supervisor"),
    ],
)
def test_a_step_at_another_stage_names_the_stage(county: SupervisedCounty, command: type[Command], who: str) -> None:
    call = county.ordered()
    fields = {"text": "答复内容"} if command is o.ReplyToOrder else {}
    fields |= {"reason": "不符合"} if command is o.RefuseReply else {}
    refusal = county.refused(command.model_validate({"call_id": call, "order": 1, **fields}), who)
    assert refusal.code == "wrong-supervision-stage"
    assert "待签发" in refusal.message
    assert command.title in refusal.message


def test_only_the_addressee_answers(county: SupervisedCounty) -> None:
    call = county.ordered()
    county.say(o.IssueOrder(call_id=call, order=1), "ducha_leader")
    for who in ("shichang", "wang", "supervisor", "li"):
        assert county.refused(o.ReplyToOrder(call_id=call, order=1, text="代答"), who).status == 403


def test_a_supervisor_may_draft_before_the_machine_does(county: SupervisedCounty) -> None:
    call = county.silent()
    draft = o.DraftOrder(call_id=call, addressee=county.orgs["zhifa"])
    assert county.refused(draft, "supervisor").code == "nothing-overdue"
    county.at("2026-05-13", "09:00")
    (drafted,) = county.say(draft, "supervisor")
    assert isinstance(drafted, e.OrderDrafted)
    assert drafted.level is Level.COUNTY
    assert county.refused(draft, "supervisor").code == "open-order-stands"
    county.at("2026-05-14", "17:31")
    facts = county.tick(call, county.place(call, Action.RESPOND))
    assert "OrderDrafted" not in told(facts), "merged: one open order for an addressee in a matter"


def test_orders_are_not_repeated_within_the_interval(county: SupervisedCounty) -> None:
    call = county.ordered()
    county.say(o.IssueOrder(call_id=call, order=1), "ducha_leader")
    county.say(o.ReplyToOrder(call_id=call, order=1, text="已安排"), "zhifa")
    county.say(h.Respond(call_id=call, handler="郑某", contact="1390000", first_step="到场"), "zhifa")
    county.say(o.AcceptReply(call_id=call, order=1), "supervisor")
    county.at("2026-05-19", "09:00")
    draft = o.DraftOrder(call_id=call, addressee=county.orgs["zhifa"])
    county.at("2026-05-19", "18:00")
    assert county.refused(draft, "supervisor").code == "supervised-lately"
    county.at("2026-05-22", "09:00")
    assert told(county.say(draft, "supervisor")) == ["OrderDrafted"]


def test_vertical_units_and_ones_own_house_are_not_ordered(county: SupervisedCounty) -> None:
    call = county.silent(lead="yancao")
    county.at("2026-05-15", "09:00")
    for organization in ("yancao", "ducha"):
        draft = o.DraftOrder(call_id=call, addressee=county.orgs[organization])
        assert county.refused(draft, "supervisor").code == "cannot-be-supervised"


def test_the_city_supervises_a_case_of_the_county(county: SupervisedCounty) -> None:
    call = county.silent()
    county.at("2026-05-15", "09:00")
    (drafted,) = county.say(o.DraftOrder(call_id=call, addressee=county.orgs["zhifa"]), "city_supervisor")
    assert isinstance(drafted, e.OrderDrafted)
    assert (drafted.level, drafted.issuer.id) == (Level.CITY, county.orgs["city"])
    assert county.refused(o.IssueOrder(call_id=call, order=1), "ducha_leader").status == 403
    county.say(o.IssueOrder(call_id=call, order=1), "city_leader")
    copied = [one.name for one in county.matter(call).orders[0].copies]
    assert copied == ["城东镇", "呼应平台", "县委县政府督查室"], "the county's own body learns of it"
    county.say(o.ReplyToOrder(call_id=call, order=1, text="已安排"), "zhifa")
    assert county.offered_here(call, "city_supervisor") == {"accept_reply", "refuse_reply"}


def test_what_one_level_has_not_signed_holds_up_no_other(county: SupervisedCounty) -> None:
    """A draft binds nobody: the other level drafts beside it, and whoever signs first has ordered."""
    call = county.silent()
    county.at("2026-05-14", "09:00")
    draft = o.DraftOrder(call_id=call, addressee=county.orgs["zhifa"])
    county.say(draft, "city_supervisor")
    assert county.refused(draft, "city_supervisor").code == "open-order-stands", "one draft of each"
    county.at("2026-05-14", "17:31")
    county.tick(call)
    levels = [(order.level, order.stage) for order in county.matter(call).orders]
    assert levels == [(Level.CITY, OrderStage.DRAFTED), (Level.COUNTY, OrderStage.DRAFTED)]
    county.say(o.IssueOrder(call_id=call, order=2), "ducha_leader")
    assert county.refused(o.IssueOrder(call_id=call, order=1), "city_leader").code == "open-order-stands"
    assert county.refused(draft, "city_supervisor").code == "open-order-stands"
    county.say(o.DiscardOrder(call_id=call, order=1, reason="县里已督办"), "city_leader")


def test_who_supervises_nothing_drafts_nothing(county: SupervisedCounty) -> None:
    call = county.silent()
    county.at("2026-05-15", "09:00")
    for who in ("li", "mayor", "zhifa", "leader", "auditor"):
        draft = o.DraftOrder(call_id=call, addressee=county.orgs["zhifa"])
        assert county.refused(draft, who).code == "not-your-supervision", who


def test_a_township_supervises_a_comprehensive_matter_itself(county: SupervisedCounty) -> None:
    call = county.silent("shichang")
    supervise = o.SuperviseAsTownship(call_id=call, addressee=county.orgs["shichang"], demands="请参加联合整治")
    (issued,) = county.say(supervise, "mayor")
    assert isinstance(issued, e.TownshipSupervisionIssued)
    assert (issued.copied_to.id, issued.signed_by) == (county.orgs["ducha"], county.by("mayor").person)
    order = county.matter(call).orders[0]
    assert (order.kind, order.stage, order.issuer) == (OrderKind.TOWNSHIP, OrderStage.ISSUED, county.orgs["chengdong"])
    assert order.demands == "请参加联合整治"
    assert county.refused(supervise, "mayor").code == "open-order-stands"
    county.say(o.ReplyToOrder(call_id=call, order=1, text="明日参加"), "shichang")
    assert county.offered_here(call, "mayor") == {"accept_reply", "refuse_reply"}
    assert county.offered_here(call, "supervisor") == set(), "it is the township's own"
    county.say(o.AcceptReply(call_id=call, order=1), "mayor")
    assert county.matter(call).orders[0].stage is OrderStage.CLOSED, "it named nothing that is open"


def test_a_township_supervises_neither_a_simple_matter_nor_a_stranger(county: SupervisedCounty) -> None:
    simple = county.silent()
    fields = {"addressee": county.orgs["zhifa"], "demands": "请尽快响应"}
    assert county.refused(o.SuperviseAsTownship(call_id=simple, **fields), "mayor").code == "not-comprehensive"
    call = county.silent("shichang")
    stranger = {**fields, "addressee": county.orgs["zhujian"]}
    assert county.refused(o.SuperviseAsTownship(call_id=call, **stranger), "mayor").code == "not-a-party"
    assert county.refused(o.SuperviseAsTownship(call_id=call, **fields), "west_leader").status == 403
    assert county.offered_here(county.ordered(), "mayor", Subject.MATTER, 0) == {"supervise_as_township"}
