"""举报人保密的拒绝: what a confidential call never is, with the way out (domain.md §4, "Confidential informants")."""

from domain.shared.refusals import Invalid, Refusal


class ComplaintAboutItsStaff(Invalid):
    """A complaint about somebody's own staff never goes to them."""

    code = "complaint-about-its-staff"
    rule = (
        "本事项反映的是该单位的工作人员,不得派发、移交、抄送给该单位,也不得请其会商或由其承接。"
        "请派发给其上级主管单位,或移交纪检监察机关。"
    )


class HeirKeptAway(ComplaintAboutItsStaff):
    """Nor does its heir take it over: somebody else has to be named."""

    rule = (
        "本事项反映的是承接单位的工作人员,不得由其承接。请在“改由哪个单位承接”中另选单位并写明依据,或移交纪检监察机关。"
    )


class ComplaintIsThere(Invalid):
    """Whoever is complained about has a part in the call already, or keeps the original."""

    code = "complaint-is-there"
    rule = (
        "该单位正在办理本事项或保管原文,标记后也不能使其不知情。"
        "请撤回后由其他单位另行登记并先标记保密,或移交纪检监察机关。"
    )


class NothingEdited(Invalid):
    """The edited text is the original."""

    code = "nothing-edited"
    rule = "给承办单位看的内容与原文相同,起不到保密作用。请改写,去掉能认出举报人的情况;不需改写原文的请不填。"


class MarkedAlready(Refusal):
    """The mark stands, and nothing further would be kept back."""

    code = "marked-already"
    rule = "本事项已标记举报人保密。要改写给承办单位看的内容,或补充反映的是哪个单位的工作人员,请填写后再提交。"
