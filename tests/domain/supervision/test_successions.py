"""机构撤并与督办: what was asked of a dissolved body, or by it, is its successor's; what was signed to it stays so."""

from uuid import UUID

from domain.calls.dispatch import passing
from domain.calls.work import handling as h
from domain.directory.kinds import OrganizationKind
from domain.directory.organization_commands import DissolveOrganization
from domain.obligations.words import Action, Performance
from domain.shared.changes import changed
from domain.shared.posts import Post
from domain.supervision import circulars as c
from domain.supervision import events as e
from domain.supervision import orders as o
from domain.supervision.fold_succession import awaited
from domain.supervision.succession import SucceedInMatter
from domain.supervision.words import CircularStage, OrderStage, Standing
from tests.domain.memory import PLATFORM_ITSELF
from tests.domain.supervision.county import SupervisedCounty, told


def dissolve(county: SupervisedCounty, was: str = "zhifa", heir: str = "zhujian") -> None:
    county.ask(
        DissolveOrganization(organization=county.orgs[was], successor=county.orgs[heir], document="示编〔2026〕9号")
    )
    county.pass_time(minutes=1)


def succeeding(county: SupervisedCounty, call: UUID, was: str = "zhifa") -> SucceedInMatter:
    return SucceedInMatter(call_id=call, dissolved=county.orgs[was])


def issued(county: SupervisedCounty) -> UUID:
    call = county.ordered()
    county.say(o.IssueOrder(call_id=call, order=1), "ducha_leader")
    return call


def test_an_order_is_answered_by_the_successor_of_a_dissolved_body(county: SupervisedCounty) -> None:
    call = issued(county)
    (before,) = county.matter(call).open_obligations
    dissolve(county)
    answer = o.ReplyToOrder(call_id=call, order=1, text="机构改革中,已接手办理")
    assert county.refused(answer, "zhujian").code == "not-your-supervision"
    (fact,) = county.ask(succeeding(county, call))
    assert isinstance(fact, e.PartySucceeded)
    assert (fact.was.id, fact.now.id) == (county.orgs["zhifa"], county.orgs["zhujian"])
    (order,), (after,) = county.matter(call).orders, county.matter(call).open_obligations
    assert (order.addressee, order.addressee_name) == (county.orgs["zhujian"], "住房和城乡建设局")
    assert (after.organization, after.inherited_from) == (county.orgs["zhujian"], county.orgs["zhifa"])
    assert after.deadline == before.deadline, "time before stays"
    gone = [one for one in county.matter(call).obligations if one.organization == county.orgs["zhifa"]]
    assert [one.performance for one in gone] == [Performance.TRANSFERRED]
    county.say(answer, "zhujian")
    assert county.matter(call).orders[0].stage is OrderStage.REPLIED
    assert county.refusal(succeeding(county, call), PLATFORM_ITSELF).code == "nothing-to-succeed"


def test_a_circular_is_rectified_by_the_successor_and_confirmed_by_the_issuers(county: SupervisedCounty) -> None:
    call = county.silent()
    county.at("2026-05-25", "09:00")
    county.tick(call)
    county.say(c.IssueCircular(call_id=call, circular=1), "ducha_leader")
    heir = county.organization("ducha-2", "县督查考核中心", OrganizationKind.SUPERVISION_BODY)
    county.orgs = {**county.orgs, "ducha-2": heir}
    leader = county.in_post("p-heir-leader", "尹主任", heir, "县督查考核中心", Post.LEADER)
    county.people = {**county.people, "new_leader": leader}
    dissolve(county)
    dissolve(county, "ducha", "ducha-2")
    county.ask(succeeding(county, call))
    county.ask(succeeding(county, call, "ducha"))
    county.say(c.ReportRectification(call_id=call, circular=1, text="已落实整改"), "zhujian")
    county.say(c.ConfirmRectification(call_id=call, circular=1), "new_leader")
    assert county.matter(call).circulars[0].stage is CircularStage.RECTIFIED


def test_a_circular_that_is_over_awaits_neither_whom_it_named_nor_whose_it_was(county: SupervisedCounty) -> None:
    """Rectified or dropped, it needs no successor: its own part in the matter, apart from orders and what is owed."""
    call = county.silent()
    county.at("2026-05-25", "09:00")
    county.tick(call)

    def by_circulars() -> frozenset[UUID]:
        return awaited(changed(county.matter(call), orders=(), obligations=()))

    parts = {county.orgs["ducha"], county.orgs["zhifa"]}
    assert by_circulars() == parts
    county.say(c.IssueCircular(call_id=call, circular=1), "ducha_leader")
    county.say(c.ReportRectification(call_id=call, circular=1, text="已落实整改"), "zhifa")
    assert by_circulars() == parts
    county.say(c.ConfirmRectification(call_id=call, circular=1), "supervisor")
    assert by_circulars() == frozenset()

    other = county.silent()
    county.at("2026-06-15", "09:00")
    county.tick(other)
    call = other
    assert by_circulars() == parts
    county.say(c.DiscardCircular(call_id=other, circular=1, reason="先约谈"), "ducha_leader")
    assert by_circulars() == frozenset()


def test_what_an_heir_of_the_issuer_asked_for_is_owed_to_it(county: SupervisedCounty) -> None:
    call = issued(county)
    heir = county.organization("ducha-2", "县督查考核中心", OrganizationKind.SUPERVISION_BODY)
    county.orgs = {**county.orgs, "ducha-2": heir}
    dissolve(county, "ducha", "ducha-2")
    county.ask(succeeding(county, call, "ducha"))
    (reply,) = (one for one in county.matter(call).open_obligations if one.action is Action.ORDER_REPLY)
    assert (reply.organization, reply.owed_to, reply.owed_to_name) == (county.orgs["zhifa"], heir, "县督查考核中心")


def test_an_order_is_closed_only_once_the_successor_has_done_what_it_named(county: SupervisedCounty) -> None:
    call = issued(county)
    dissolve(county)
    county.ask(succeeding(county, call))
    county.ask(passing.SucceedParty(call_id=call, dissolved=county.orgs["zhifa"]))
    county.say(o.ReplyToOrder(call_id=call, order=1, text="正在接手"), "zhujian")
    assert told(county.say(o.AcceptReply(call_id=call, order=1), "supervisor")) == ["ReplyAccepted"]
    assert county.refused(o.CloseOrder(call_id=call, order=1), "supervisor").code == "still-overdue"
    county.say(h.Respond(call_id=call, handler="冯专管", contact="0531-2", first_step="到场"), "zhujian")
    county.say(o.CloseOrder(call_id=call, order=1), "supervisor")


def test_a_draft_names_what_the_successor_is_late_with_when_it_is_signed(county: SupervisedCounty) -> None:
    call = county.ordered()
    dissolve(county)
    signing = o.IssueOrder(call_id=call, order=1)
    assert county.refused(signing, "ducha_leader").code == "addressee-gone"
    county.ask(succeeding(county, call))
    county.ask(passing.SucceedParty(call_id=call, dissolved=county.orgs["zhifa"]))
    (fact,) = county.say(signing, "ducha_leader")
    assert isinstance(fact, e.OrderIssued)
    assert fact.addressee.id == county.orgs["zhujian"]
    assert [item.place for item in fact.items] == [county.place(call, Action.RESPOND, "zhujian")]


def test_nothing_is_drafted_to_a_dissolved_body(county: SupervisedCounty) -> None:
    call = county.silent()
    dissolve(county)
    county.at("2026-05-14", "17:31")
    assert "OrderDrafted" not in told(county.tick(call))
    drafting = o.DraftOrder(call_id=call, addressee=county.orgs["zhifa"])
    assert county.refused(drafting, "supervisor").code == "addressee-gone"
    county.at("2026-05-25", "09:00")
    circulating = c.DraftCircular(call_id=call, addressee=county.orgs["zhifa"])
    assert county.refused(circulating, "supervisor").code == "addressee-gone"


def test_the_successor_is_ordered_once_however_many_turns_the_clock_takes(county: SupervisedCounty) -> None:
    call = issued(county)
    dissolve(county)
    county.ask(succeeding(county, call))
    county.ask(passing.SucceedParty(call_id=call, dissolved=county.orgs["zhifa"]))
    facts = told(county.tick(call))
    assert "UrgeIssued" in facts, "what was overdue is the successor's, with the time before"
    assert "OrderDrafted" not in facts, "an open order stands"
    rested = county.matter(call).ladder(county.place(call, Action.RESPOND, "zhifa"), Action.RESPOND)
    assert rested is not None
    assert rested.standing is Standing.ENDED


def test_what_is_over_stays_whose_it_was(county: SupervisedCounty) -> None:
    call = issued(county)
    county.say(h.Respond(call_id=call, handler="郑专管", contact="0531-1", first_step="到场"), "zhifa")
    county.say(o.ReplyToOrder(call_id=call, order=1, text="已到场"), "zhifa")
    county.say(o.AcceptReply(call_id=call, order=1), "supervisor")
    dissolve(county)
    assert county.refusal(succeeding(county, call), PLATFORM_ITSELF).code == "nothing-to-succeed"
    assert county.matter(call).orders[0].addressee == county.orgs["zhifa"]


def test_only_the_platform_itself_lets_a_successor_step_in(county: SupervisedCounty) -> None:
    silent, call = county.silent(), issued(county)
    assert county.refusal(succeeding(county, call), PLATFORM_ITSELF).code == "nothing-to-succeed", "it stands"
    dissolve(county)
    assert county.refused(succeeding(county, call), "ducha_leader").code == "not-your-supervision"
    assert county.refusal(succeeding(county, silent), PLATFORM_ITSELF).code == "nothing-to-succeed"


def test_a_township_orders_nobody_who_is_gone(county: SupervisedCounty) -> None:
    call = county.silent("shichang", "zhujian")
    dissolve(county, "shichang", "huanjing")
    ordering = o.SuperviseAsTownship(call_id=call, addressee=county.orgs["shichang"], demands="请派员参加")
    assert county.refused(ordering, "mayor").code == "addressee-gone"


def test_what_was_circulated_of_a_body_is_not_circulated_again_of_its_successor(county: SupervisedCounty) -> None:
    call = county.silent()
    county.at("2026-05-25", "09:00")
    county.tick(call)
    county.say(c.IssueCircular(call_id=call, circular=1), "ducha_leader")
    due = county.matter(call).answers_due(county.matter(call).circulars[0])
    county.say(c.ReportRectification(call_id=call, circular=1, text="已落实整改"), "zhifa")
    county.say(c.ConfirmRectification(call_id=call, circular=1), "supervisor")
    dissolve(county)
    county.ask(passing.SucceedParty(call_id=call, dissolved=county.orgs["zhifa"]))
    county.pass_time(days=5)
    county.tick(call)
    matter = county.matter(call)
    named = {item.action for one in matter.circulars[1:] for item in one.items}
    assert named == {Action.HANDLE}, "what became long late since, and not the response"
    assert matter.answers_due(matter.circulars[0]) == due


def test_the_paper_says_once_until_when_to_answer_whoever_answers(county: SupervisedCounty) -> None:
    call = issued(county)
    due = county.matter(call).answers_due(county.matter(call).orders[0])
    dissolve(county)
    county.ask(succeeding(county, call))
    assert county.matter(call).answers_due(county.matter(call).orders[0]) == due
    assert len(due) == 1


def test_a_draft_that_passes_to_another_office_was_decided_by_nobody(county: SupervisedCounty) -> None:
    call = county.silent()
    county.at("2026-05-25", "09:00")
    county.tick(call)
    dissolve(county, "ducha", "bianban")
    county.ask(succeeding(county, call, "ducha"))
    assert county.matter(call).circular_decided_at(county.orgs["zhifa"]) is None
