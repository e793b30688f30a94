"""乡镇为主体: a township calls for the county's cooperation, leads, and judges nothing of its own work."""

from tests.journeys.county_over_http import County
from tests.journeys.shown_forms import forms_in

TITLE = "乡村规划区内违法建设"


def test_the_township_leads_where_the_list_says_so_and_the_platform_confirms(county: County) -> None:
    """The page proposes the township; nobody evaluates it, so the call is filed without an evaluation."""
    county.clock.set("2026-04-13 09:00")
    town, mayor, operator = county.person("cd-01"), county.person("cd-03"), county.person("pt-01")
    call = town.submit(text="村民未批先建,已砌到二层", place="柳行村东")
    mayor.do(call, "endorse")
    operator.do(call, "accept")
    found = next(
        hit
        for hit in operator.get("/items", words=TITLE, township=town.organization)
        if hit["item"]["title"].startswith(TITLE)
    )
    basis = {"revision": found["revision"]["id"], "item": found["item"]["code"]}
    path = f"/calls/{call}/triage?item={basis['item']}&revision={basis['revision']}"
    operator.page(f"/calls/{call}")  # waits until the views show what was written
    form = next(
        f for f in forms_in(operator.browser.get(path).text) if f.action.endswith("/triage") and "lead" in f.fields
    )
    assert form.fields["lead"] == town.organization
    own = operator.refused(call, "dispatch", basis="powers", reference="三定规定", lead=town.organization)
    assert own["code"] == "caller-leads"
    operator.do(call, "dispatch", basis="list_item", **basis, lead=town.organization)

    assert town.queue()[call]["action"] in ("respond", "handle")
    town.do(call, "respond", handler="张所长", contact="199 0000 0301", first_step="今天责令停工")
    town.do(call, "report-result", text="已自行拆除")
    assert operator.queue()[call]["action"] == "confirm"
    assert "confirm-result" not in mayor.call(call)["possible_steps"]
    assert mayor.refused(call, "confirm-result")["code"] == "not-your-call"
    operator.do(call, "confirm-result", on_site=True)
    operator.do(call, "resolve", spot_checked=True)
    assert operator.call(call)["stage"] == "closed"
    assert mayor.refused(call, "evaluate", grade="satisfied")["status"] in (403, 409)
