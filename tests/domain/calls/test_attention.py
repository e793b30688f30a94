"""提醒与抄送: the township urges who is late, seldom; a copy lets somebody read who owes nothing."""

from datetime import timedelta
from uuid import UUID

from domain.calls.around import attention
from domain.calls.around import attention_events as ate
from domain.calls.work import records as r
from domain.shared.urgency import Urgency
from tests.domain.calls.county import CallCounty
from tests.domain.memory import local


def reminding(county: CallCounty, call: UUID, organization: str = "zhifa") -> attention.RemindParty:
    return attention.RemindParty(call_id=call, reminded=county.orgs[organization], text="请尽快")


class TestReminding:
    def test_who_is_late_is_urged_about_what_it_is_latest_with(self, county: CallCounty) -> None:
        call = county.handling()
        county.at("2026-05-20", "10:00")
        (fact,) = county.say(reminding(county, call), "wang")
        assert isinstance(fact, ate.CallerReminded)
        assert (fact.task, fact.task_text, fact.due) == ("respond", "响应", local("2026-05-12", "17:30"))
        assert fact.again == local("2026-05-21", "10:00")

    def test_nobody_is_urged_before_they_are_late(self, county: CallCounty) -> None:
        call = county.handling("shichang")
        refusal = county.refused(reminding(county, call), "wang")
        assert (refusal.code, refusal.field) == ("nothing-overdue", "reminded")
        assert attention.REMIND.untimely(county.call(call), county.orgs["chengdong"], county.now) is not None
        county.at("2026-05-20", "10:00")
        assert attention.REMIND.untimely(county.call(call), county.orgs["chengdong"], county.now) is None
        assert county.refused(reminding(county, call, "zhujian"), "wang").code == "nothing-overdue"

    def test_the_same_one_not_again_before_a_working_day(self, county: CallCounty) -> None:
        call = county.handling()
        county.at("2026-05-22", "10:00")  # a Friday
        county.say(reminding(county, call), "mayor")
        for day, time in (("2026-05-22", "17:00"), ("2026-05-25", "09:59")):
            county.at(day, time)
            refusal = county.refused(reminding(county, call), "wang")
            assert (refusal.code, refusal.field) == ("reminded-already", "reminded")
            assert attention.REMIND.untimely(county.call(call), county.orgs["chengdong"], county.now) is not None
        county.at("2026-05-25", "10:00")
        county.say(reminding(county, call), "wang")

    def test_another_who_is_late_is_urged_beside_and_each_has_a_limit_of_its_own(self, county: CallCounty) -> None:
        call, township = county.handling("shichang"), county.orgs["chengdong"]
        county.at("2026-05-22", "10:00")
        county.say(reminding(county, call), "mayor")
        assert attention.REMIND.untimely(county.call(call), township, county.now) is None
        county.at("2026-05-22", "15:00")
        assert {owed.organization_name for owed in attention.remindable(county.call(call), township, county.now)} == {
            "市场监管局"
        }
        county.say(reminding(county, call, "shichang"), "wang")
        for one in ("zhifa", "shichang"):
            assert county.refused(reminding(county, call, one), "wang").code == "reminded-already"
        refusal = attention.REMIND.untimely(county.call(call), township, county.now)
        assert refusal is not None
        assert refusal.code == "reminded-already"
        county.at("2026-05-25", "10:00")
        assert county.refused(reminding(county, call, "shichang"), "wang").code == "reminded-already"
        county.say(reminding(county, call), "wang")

    def test_in_an_emergency_sooner(self, county: CallCounty) -> None:
        call = county.handling(urgency=Urgency.EMERGENCY)
        county.pass_time(minutes=40)
        (fact,) = county.say(reminding(county, call), "wang")
        assert isinstance(fact, ate.CallerReminded)
        assert fact.again == county.now + timedelta(minutes=30)

    def test_the_platform_is_urged_like_anybody(self, county: CallCounty) -> None:
        call = county.placed()
        county.pass_time(days=1)
        county.say(reminding(county, call, "platform"), "wang")

    def test_only_the_township_that_called_urges(self, county: CallCounty) -> None:
        call = county.handling()
        county.at("2026-05-20", "10:00")
        for who in ("west", "li", "zhifa", "grid"):
            assert county.refused(reminding(county, call), who).code in {"not-your-post", "not-your-call"}


class TestCopying:
    def test_a_copy_is_read_and_owes_nothing(self, county: CallCounty) -> None:
        call = county.handling()
        before = county.call(call)
        county.say(attention.SendCopy(call_id=call, copied=county.orgs["huanjing"], text="供了解"), "li")
        after = county.call(call)
        assert county.orgs["huanjing"] in after.readers - after.concerned
        assert after.obligations == before.obligations
        assert not county.offered(call, "huanjing")
        assert county.refused(r.AddNote(call_id=call, text="备注"), "huanjing").code == "not-your-call"

    def test_nobody_gets_a_copy_of_what_they_read_already(self, county: CallCounty) -> None:
        call = county.handling()
        for name in ("zhifa", "chengdong", "platform"):
            refusal = county.refused(attention.SendCopy(call_id=call, copied=county.orgs[name]), "wang")
            assert (refusal.code, refusal.field) == ("reads-already", "copied")
        copy = attention.SendCopy(call_id=call, copied=county.orgs["huanjing"])
        county.say(copy, "mayor")
        assert county.refused(copy, "li").code == "reads-already"
