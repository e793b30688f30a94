"""示范县 as calls need it: two townships, platform, duty room, departments, 编办, a designating group, one list."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from domain.calls.aftermath import evaluations
from domain.calls.call import Call
from domain.calls.commands import barred_steps, possible_steps
from domain.calls.dispatch import dispatching as d
from domain.calls.dispatch import objections, part_dispatching
from domain.calls.fold import evolve
from domain.calls.intake import acceptance
from domain.calls.intake import submission as i
from domain.calls.slow_work import consultation, interim
from domain.calls.slow_work import shelving as s
from domain.calls.words import BasisKind, Grade
from domain.calls.work import completion
from domain.calls.work import handling as h
from domain.directory.division_commands import RegisterDivision
from domain.directory.kinds import DivisionLevel, Management, OrganizationKind
from domain.duty_lists.drafts import DutyDraft, ItemDraft
from domain.duty_lists.import_command import ImportItems, PublicationTerms
from domain.duty_lists.items import ActionLimit
from domain.duty_lists.kinds import DutyMode, DutyRole, LimitedAction, ListKind
from domain.duty_lists.revision import evolve as evolve_revision
from domain.obligations.obligation import Obligation
from domain.obligations.words import Action
from domain.rules.commands import ChargeOffice
from domain.rules.words import Office
from domain.shared.commands import Command
from domain.shared.deadlines import CountFrom, Limit, LimitUnit
from domain.shared.events import Actor, Event
from domain.shared.posts import Post
from domain.shared.refusals import Refusal
from domain.shared.urgency import Urgency
from infra.defaults.shipped_rules import shipped_rules
from tests.domain.memory import House, MemoryStreams, local

MONDAY = "2026-05-11"
"""An ordinary week: no holiday, no make-up day."""

THREE_DAYS = Limit(amount=3, unit=LimitUnit.WORKING_DAYS, count_from=CountFrom.NEXT_DAY, basis="餐饮油烟事项时限")

_ORGANIZATIONS = {
    "platform": ("呼应平台", OrganizationKind.PLATFORM),
    "duty_room": ("总值班室", OrganizationKind.DUTY_ROOM),
    "bianban": ("县委编办", OrganizationKind.ESTABLISHMENT_OFFICE),
    "group": ("职责协调领导小组", OrganizationKind.LEADER_GROUP),
    "jiwei": ("县纪委监委", OrganizationKind.DISCIPLINE_BODY),
    "ducha": ("县委县政府督查室", OrganizationKind.SUPERVISION_BODY),
    "zhifa": ("综合行政执法局", OrganizationKind.DEPARTMENT),
    "shichang": ("市场监管局", OrganizationKind.DEPARTMENT),
    "zhujian": ("住房和城乡建设局", OrganizationKind.DEPARTMENT),
    "huanjing": ("生态环境分局", OrganizationKind.DEPARTMENT),
    "yancao": ("烟草专卖局", OrganizationKind.DEPARTMENT),
}

_PEOPLE = {
    "wang": ("王呼叫", "chengdong", Post.CALLER),
    "mayor": ("陈镇长", "chengdong", Post.TOWNSHIP_LEADER),
    "grid": ("方网格", "chengdong", Post.GRID_WORKER),
    "west": ("西呼叫", "chengxi", Post.CALLER),
    "west_leader": ("西镇长", "chengxi", Post.TOWNSHIP_LEADER),
    "west_duty": ("西值班", "chengxi", Post.DUTY_OFFICER),
    "li": ("李受理", "platform", Post.OPERATOR),
    "zhao": ("赵受理", "platform", Post.OPERATOR),
    "duty": ("周值班", "duty_room", Post.DUTY_OFFICER),
    "zhifa": ("郑专管", "zhifa", Post.LIAISON),
    "shichang": ("吴专管", "shichang", Post.LIAISON),
    "zhujian": ("冯专管", "zhujian", Post.LIAISON),
    "huanjing": ("褚专管", "huanjing", Post.LIAISON),
    "yancao": ("卫专管", "yancao", Post.LIAISON),
    "keeper": ("钱清单", "bianban", Post.LIST_KEEPER),
    "leader": ("孙县长", "group", Post.LEADER),
    "supervisor": ("蒋督办", "ducha", Post.SUPERVISOR),
    "auditor": ("沈查阅", "ducha", Post.AUDITOR),
}


@dataclass
class CallCounty(House):
    """The county, and short ways to bring a call to a stage."""

    orgs: Mapping[str, UUID] = field(default_factory=dict)
    people: Mapping[str, Actor] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)

    def by(self, name: str) -> Actor:
        """A person of the county by the short name."""
        return self.people[name]

    def say(self, command: Command, by: str) -> list[Event]:
        """Ask as a person of the county."""
        return self.ask(command, self.people[by])

    def refused(self, command: Command, by: str) -> Any:
        """The refusal, with a Chinese sentence that ends as one."""
        refusal = self.refusal(command, self.people[by])
        assert any("\u4e00" <= letter <= "\u9fff" for letter in refusal.message)
        assert refusal.message.endswith("。")
        return refusal

    def call(self, call: UUID) -> Call:
        return self.streams.get(call, evolve)

    def obligation(self, call: UUID, kind: Action, organization: str | None = None) -> Obligation:
        """The open obligation of a kind."""
        obligation = self.call(call).owing(kind, self.orgs[organization] if organization else None)
        assert obligation is not None, f"no open obligation {kind}"
        return obligation

    def open_kinds(self, call: UUID) -> set[Action]:
        return {obligation.action for obligation in self.call(call).open_obligations}

    def offered(self, call: UUID, by: str) -> set[type[Command]]:
        """What a page would offer a person."""
        actor = self.people[by]
        return {step.command for step in possible_steps(self.call(call), Post(actor.post), actor.organization)}

    def barred(self, call: UUID, by: str) -> dict[type[Command], Refusal]:
        """What a page would say is forbidden by a rule, instead of offering it."""
        actor = self.people[by]
        bars = barred_steps(self.call(call), Post(actor.post), actor.organization)
        return {step.command: refusal for step, refusal in bars}

    def submitted(self, by: str = "wang", **more: Any) -> UUID:
        """A call of 城东镇, waiting for endorsement (an emergency: placed at once)."""
        fields = {"text": "门口有人占道摆摊", "place": "人民路12号", **more}
        return self.say(i.SubmitCall(**fields), by)[0].originator_id

    def placed(self, **more: Any) -> UUID:
        call = self.submitted(**more)
        if self.call(call).urgency is not Urgency.EMERGENCY:
            self.say(i.EndorseCall(call_id=call), "mayor")
        return call

    def accepted(self, **more: Any) -> UUID:
        call = self.placed(**more)
        self.say(acceptance.AcceptCall(call_id=call), "li")
        return call

    def declined(self, **more: Any) -> UUID:
        call = self.placed(**more)
        self.say(acceptance.DeclineCall(call_id=call, ground="not_public_affairs", reason="属民事纠纷"), "li")
        return call

    def dispatching(self, call: UUID, lead: str = "zhifa", *assistants: str, **more: Any) -> d.DispatchCall:
        """A dispatch off the list, unless an item is named."""
        basis: dict[str, Any] = {"basis": BasisKind.POWERS, "reference": "“三定”规定第三条"}
        if "item" in more:
            basis = {"basis": BasisKind.LIST_ITEM, "revision": self.revision}
        return d.DispatchCall(
            **{
                **basis,
                "call_id": call,
                "lead": self.orgs[lead],
                "assistants": tuple(self.orgs[name] for name in assistants),
                **more,
            }
        )

    def dispatch(self, call: UUID, lead: str = "zhifa", *assistants: str, by: str = "li", **more: Any) -> Any:
        """The fact of a dispatch."""
        (fact,) = self.say(self.dispatching(call, lead, *assistants, **more), by)
        return fact

    def handling(self, *assistants: str, lead: str = "zhifa", urgency: Urgency = Urgency.ORDINARY, **more: Any) -> UUID:
        """A call being handled by 综合行政执法局 unless another is named."""
        call = self.accepted(urgency=urgency)
        self.dispatch(call, lead, *assistants, **more)
        return call

    def objection(self, call: UUID, **more: Any) -> objections.RaiseObjection:
        fields = {"ground": "another_bearer", "cited": "清单第3项", "reason": "应由街道承担", **more}
        return objections.RaiseObjection(call_id=call, **fields)

    def upholding(self, call: UUID, organization: str = "zhifa") -> objections.UpholdObjection:
        return objections.UpholdObjection(call_id=call, organization=self.orgs[organization], reason="派错")

    def upheld_in_part(self, *assistants: str, **more: Any) -> UUID:
        """综合行政执法局 goes on, but for the part it objected to."""
        call = self.handling(*assistants, **more)
        self.say(self.objection(call, whole=False), "zhifa")
        self.say(self.upholding(call), "li")
        return call

    def dispatching_part(self, call: UUID, handler: str = "huanjing", **more: Any) -> part_dispatching.DispatchPart:
        fields = {"basis": BasisKind.POWERS, "reference": "“三定”规定第三条", "part": "油烟部分", **more}
        return part_dispatching.DispatchPart(
            **{"call_id": call, "objector": self.orgs["zhifa"], "handler": self.orgs[handler], **fields}
        )

    def taken_over(self) -> UUID:
        """A part of what an assistant was asked for turned out to be the lead's."""
        call = self.handling("shichang")
        self.say(self.objection(call, whole=False), "shichang")
        self.say(self.upholding(call, "shichang"), "li")
        self.say(self.dispatching_part(call, "zhifa", objector=self.orgs["shichang"]), "li")
        return call

    def objected(self, **more: Any) -> UUID:
        """Being handled by 综合行政执法局, which says it is not its duty."""
        call = self.handling(**more)
        self.say(self.objection(call), "zhifa")
        return call

    def designating(self, **more: Any) -> UUID:
        """After the objection an opinion was given; the leader group is to designate."""
        call = self.objected(**more)
        self.say(objections.RequestOpinion(call_id=call, question="由谁承办"), "li")
        self.say(self.opinion(call), "keeper")
        return call

    def opinion(self, call: UUID, proposed: str = "zhujian") -> objections.GiveOpinion:
        return objections.GiveOpinion(
            call_id=call, proposed=self.orgs[proposed], reference="编办函〔2026〕3号", citable=True, text="属住建职责"
        )

    def designation(self, call: UUID, handler: str = "zhujian") -> objections.DesignateHandler:
        return objections.DesignateHandler(
            call_id=call, handler=self.orgs[handler], reference="会议纪要〔2026〕5号", reason="依三定规定"
        )

    def reported(self, *assistants: str, **more: Any) -> UUID:
        call = self.handling(*assistants, **more)
        self.say(h.ReportResult(call_id=call, text="已清理完毕"), "zhifa")
        return call

    def confirmed(self, *assistants: str, **more: Any) -> UUID:
        call = self.reported(*assistants, **more)
        self.say(completion.ConfirmResult(call_id=call), "wang")
        return call

    def resolved(self, *assistants: str, **more: Any) -> UUID:
        call = self.confirmed(*assistants, **more)
        self.say(completion.ResolveCall(call_id=call), "li")
        return call

    def evaluated(self, *assistants: str, grade: Grade = Grade.DISSATISFIED, **more: Any) -> UUID:
        call = self.resolved(*assistants, **more)
        self.say(completion.EvaluateCall(call_id=call, grade=grade), "wang")
        return call

    def interim_proposal(self, call: UUID, *days: str, **more: Any) -> interim.ProposeInterim:
        """A penalty case of 90 days filed on 11 May 2026, with a milestone on each of these days."""
        plan = [{"day": day, "text": f"节点{n}"} for n, day in enumerate(days or ("2026-06-10", "2026-08-07"), 1)]
        fields = {
            "file_number": "示综执立〔2026〕12号",
            "filed_on": "2026-05-11",
            "statute": "《中华人民共和国行政处罚法》第六十条",
            "statutory_days": 90,
            "milestones": plan,
            "text": "已立案调查",
            **more,
        }
        return interim.ProposeInterim.model_validate({"call_id": call, **fields})

    def interim_proposed(self, *days: str, **more: Any) -> UUID:
        call = self.handling(**more)
        self.say(self.interim_proposal(call, *days), "zhifa")
        return call

    def interim_resolved(self, *days: str, **more: Any) -> UUID:
        call = self.interim_proposed(*days, **more)
        self.say(interim.ApproveInterim(call_id=call), "li")
        return call

    def convening(self, call: UUID, *invited: str, starts: datetime | None = None) -> consultation.ConveneConsultation:
        """A consultation in an hour."""
        return consultation.ConveneConsultation(
            call_id=call,
            starts=starts or self.now + timedelta(hours=1),
            place="三楼会议室",
            invited=tuple(self.orgs[name] for name in invited or ("zhifa", "zhujian")),
            subject="怎样解决",
        )

    def recording(self, call: UUID, *attended: str, **more: Any) -> consultation.RecordConsultation:
        return consultation.RecordConsultation.model_validate(
            {
                "call_id": call,
                "attended": [self.orgs[name] for name in attended],
                "minutes": "会商纪要",
                **more,
            }
        )

    def consulted(self, *attended: str, by: str = "li", call: UUID | None = None, **more: Any) -> UUID:
        """Being handled; a consultation was held an hour later."""
        call = call or self.handling()
        self.say(self.convening(call), by)
        self.pass_time(minutes=61)
        self.say(self.recording(call, *(attended or ("zhifa", "zhujian")), **more), by)
        return call

    def shelving_proposed(self, call: UUID | None = None) -> UUID:
        call = self.consulted(call=call)
        self.say(s.ProposeShelving(call_id=call, reason="资金未落实"), "zhifa")
        return call

    def shelved(self, call: UUID | None = None) -> UUID:
        call = self.shelving_proposed(call)
        self.say(s.ApproveShelving(call_id=call, reference="县政府纪要〔2026〕8号"), "leader")
        return call

    def contested(self, *assistants: str, **more: Any) -> UUID:
        call = self.evaluated(*assistants, **more)
        self.say(evaluations.ContestEvaluation(call_id=call, reason="评价的是别的事", proof="派发单"), "zhifa")
        return call

    @property
    def revision(self) -> UUID:
        """The first revision of the list."""
        return self._published[0]

    @property
    def later_revision(self) -> UUID:
        """The second revision, in force from 1 June."""
        return self._published[1]

    @property
    def reclaimed(self) -> UUID:
        """The list of what the county took back from the townships."""
        return self._published[2]

    @property
    def _published(self) -> list[UUID]:
        return [events[0].originator_id for events in self.streams.facts.values() if _is_revision(events)]

    def code_of(self, title: str, revision: UUID | None = None) -> str:
        """The code of an item by its title."""
        items = self.streams.get(revision or self.revision, evolve_revision).items
        return next(item.code for item in items.values() if item.title == title)


def _is_revision(events: list[Event]) -> bool:
    return events[0].wire == "duty_lists.RevisionOpened"


def the_county() -> CallCounty:
    """A fresh county on Monday morning, 11 May 2026, 09:00."""
    streams, orgs, people = _founded()
    names = {code: name for code, (name, _) in _ORGANIZATIONS.items()}
    return CallCounty(local(MONDAY, "09:00"), streams.copy(), orgs, people, names)


@cache
def _founded() -> tuple[MemoryStreams, dict[str, UUID], dict[str, Actor]]:
    """Founded once for the whole run: rules as shipped, directory, one list in two revisions."""
    house = House(local("2026-03-02", "09:00"))
    for command in shipped_rules():
        house.ask(command)
    parent = None
    for code, name, level in (
        ("370000000000", "示范省", DivisionLevel.PROVINCE),
        ("370100000000", "示范市", DivisionLevel.CITY),
        ("370101000000", "示范县", DivisionLevel.COUNTY),
    ):
        house.ask(RegisterDivision(code=code, name=name, level=level, parent_code=parent))
        parent = code
    orgs = {}
    townships = {"chengdong": ("城东镇", "370101100000"), "chengxi": ("城西镇", "370101101000")}
    for code, (name, division) in townships.items():
        house.ask(RegisterDivision(code=division, name=name, level=DivisionLevel.TOWNSHIP, parent_code=parent))
        orgs[code] = house.organization(code, name, OrganizationKind.TOWNSHIP, division_code=division)
    for code, (name, kind) in _ORGANIZATIONS.items():
        management = Management.VERTICAL if code == "yancao" else Management.COUNTY
        orgs[code] = house.organization(code, name, kind, management=management)
    names = {code: name for code, (name, _) in {**_ORGANIZATIONS, **townships}.items()}
    for office, code in (
        (Office.PLATFORM, "platform"),
        (Office.DUTY_ROOM, "duty_room"),
        (Office.ESTABLISHMENT_OFFICE, "bianban"),
        (Office.DESIGNATOR, "group"),
        (Office.SUPERVISION_BODY, "ducha"),
    ):
        house.ask(ChargeOffice(office=office, organization=orgs[code]))
    people = {
        key: house.in_post(f"p-{key.replace('_', '-')}", name, orgs[code], names[code], post)
        for key, (name, code, post) in _PEOPLE.items()
    }
    _publish(house, orgs, "示办发〔2026〕3号", date(2026, 3, 2), smoke_by="huanjing")
    house.at("2026-05-08", "09:00")
    _publish(house, orgs, "示办发〔2026〕8号", date(2026, 6, 1), smoke_by="zhifa")
    house.ask(
        ImportItems(
            kind=ListKind.RECLAIMED,
            keeper=orgs["bianban"],
            items=(
                ItemDraft(
                    field="应急管理",
                    title="烟花爆竹许可",
                    duties=(DutyDraft(bearer=orgs["zhifa"], role=DutyRole.PRIMARY, text="许可。"),),
                ),
            ),
            publication=PublicationTerms(
                document_number="示办发〔2026〕4号", published_on=date(2026, 5, 8), effective_from=date(2026, 5, 8)
            ),
        )
    )
    return house.streams, orgs, people


def _publish(house: House, orgs: Mapping[str, UUID], number: str, effective: date, smoke_by: str) -> None:
    stalls = ItemDraft(
        field="城市管理",
        title="占道经营",
        duties=(
            DutyDraft(bearer=orgs["zhifa"], role=DutyRole.PRIMARY, text="查处占道经营。"),
            DutyDraft(bearer=orgs["shichang"], role=DutyRole.COOPERATIVE, text="核查经营资质。"),
            DutyDraft(role=DutyRole.COOPERATIVE, text="劝导、维持秩序。"),
            DutyDraft(role=DutyRole.COOPERATIVE, mode=DutyMode.STANDING, text="日常巡查。"),
        ),
    )
    smoke = ItemDraft(
        field="生态环境",
        title="餐饮油烟扰民",
        duties=(DutyDraft(bearer=orgs[smoke_by], role=DutyRole.PRIMARY, text=f"查处超标排放({number})。"),),
        limits=(ActionLimit(action=LimitedAction.HANDLE, urgency=Urgency.ORDINARY, limit=THREE_DAYS),),
    )
    named = ItemDraft(
        field="城市管理",
        title="流动摊点疏导",
        duties=(
            DutyDraft(bearer=orgs["zhifa"], role=DutyRole.PRIMARY, text="疏导。"),
            DutyDraft(bearer=orgs["chengdong"], role=DutyRole.COOPERATIVE, text="设置疏导点。"),
        ),
    )
    villages = ItemDraft(
        field="城乡建设",
        title="村庄违建",
        duties=(
            DutyDraft(role=DutyRole.PRIMARY, text="巡查、制止、拆除。"),
            DutyDraft(bearer=orgs["zhujian"], role=DutyRole.COOPERATIVE, text="认定违建。"),
        ),
    )
    house.ask(
        ImportItems(
            kind=ListKind.TERRITORIAL,
            keeper=orgs["bianban"],
            items=(stalls, smoke, named, villages),
            publication=PublicationTerms(
                document_number=number, published_on=house.now.date(), effective_from=effective
            ),
        )
    )
