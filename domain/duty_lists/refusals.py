"""清单的拒绝: every way the duty lists say no."""

from domain.shared.refusals import Invalid, NotFound, NotYours, Refusal


class NotListKeeper(NotYours):
    """Drafting is for the list keeper of the organization that keeps the list."""

    code = "not-list-keeper"
    rule = "责任清单由机构编制部门的清单管理员起草和维护,请由清单管理员办理,或书面提出调整申请。"


class NotListReviewer(NotYours):
    """Review is for a leader of 编办 or of the justice office."""

    code = "not-list-reviewer"
    rule = "清单版本由机构编制部门或司法行政部门的负责同志审核,请由其办理。"


class NotListApprover(NotYours):
    """Approval is for a leader of the two offices."""

    code = "not-list-approver"
    rule = "清单版本以党委办公室、政府办公室名义批准,请由两办负责同志办理。"


class ReviewedByDrafter(NotYours):
    """Nobody reviews what they submitted."""

    code = "reviewed-by-drafter"
    rule = "送审人不能审核自己送审的版本,请由其他负责同志审核。"


class ListStands(Refusal):
    """A list of this kind is there already."""

    code = "list-stands"
    rule = "该类责任清单已经建立,请在已有清单中起草新版本。"


class UnknownList(NotFound):
    """There is no list of this kind, or the id is of another sort of stream."""

    code = "unknown-list"
    rule = "没有建立该类责任清单,请先建立清单。"


class UnknownRevision(NotFound):
    """There is no such revision, or the id is of another sort of stream."""

    code = "unknown-revision"
    rule = "没有这个清单版本,请在清单页面核对版本号。"


class UnknownItem(NotFound):
    """The revision holds no item with this code."""

    code = "unknown-item"
    rule = "该清单版本中没有这个事项,请核对事项编号,或查看其他版本。"


class UnknownBearer(Invalid):
    """A duty, step or area names an organization that is not in the directory."""

    code = "unknown-bearer"
    rule = "责任单位没有在机构名录中登记,请先登记机构,或改选已登记的机构。"


class BearerGone(Invalid):
    """A duty, step or area names an organization that was dissolved."""

    code = "bearer-gone"
    rule = "责任单位已经撤销,请改为职责承继机构。"


class NotATownship(Invalid):
    """The area of a revision names something that is no township."""

    code = "not-a-township"
    rule = "适用范围只能选择乡镇(街道),请重新选择。"


class PublishedIsFixed(Refusal):
    """A published revision is superseded, never edited."""

    code = "published-revision-fixed"
    rule = "已公布的版本不得修改,只能由新版本替代:请在其基础上起草新版本。"


class DraftClosed(Refusal):
    """The draft was discarded."""

    code = "revision-discarded"
    rule = "该版本草稿已经作废,请重新起草版本。"


class WrongRevisionStage(Refusal):
    """The step does not fit the stage of the revision."""

    code = "wrong-revision-stage"
    rule = "该版本当前状态不能办理此操作,请按起草、送审、审核、批准、公布的顺序办理。"


class DraftOvertaken(Refusal):
    """Another revision of the list was published since this draft was opened."""

    code = "draft-overtaken"
    rule = "起草期间该清单已公布新版本,请作废本草稿,在最新版本基础上重新起草。"


class UnpublishedBase(Refusal):
    """A draft can only carry on a published revision of the same list."""

    code = "unpublished-base"
    rule = "新版本只能以本清单已公布的版本为基础,请选择已公布的版本。"


class EmptyRevision(Refusal):
    """A revision without any item."""

    code = "empty-revision"
    rule = "该版本没有任何事项,请先列入事项再送审。"


class EmptyTitle(Invalid):
    """An item, field or list without a name."""

    code = "empty-title"
    rule = "清单名称、领域和事项名称不能为空,请填写。"


class EmptyDuty(Invalid):
    """A duty or step without a text."""

    code = "empty-duty"
    rule = "每项职责和每个环节都必须写明内容,请补充职责内容或删去该项。"


class NoPrimaryBearer(Invalid):
    """An item for which nobody answers."""

    code = "no-primary-bearer"
    rule = "每个事项必须有主体责任单位,请至少填写一项主体责任。"


class DoubledDuty(Invalid):
    """The same bearer twice in the same role and mode."""

    code = "doubled-duty"
    rule = "同一单位在同一事项中的同类职责重复填写,请合并为一项。"


class DoubledLimit(Invalid):
    """Two limits for one action at one urgency."""

    code = "doubled-limit"
    rule = "同一环节、同一紧急程度只能规定一个时限,请删去重复的时限。"


class DoubledTitle(Invalid):
    """Two items of one field with the same title."""

    code = "doubled-item-title"
    rule = "同一领域内已有同名事项,请修改已有事项,或更改事项名称。"


class TownshipDutyReclaimed(Invalid):
    """An item taken back by the higher level can't lay a duty on a township."""

    code = "township-duty-reclaimed"
    rule = "上级收回事项由上级部门承担,不得再给乡镇(街道)规定职责,请删去乡镇(街道)职责。"


class TownshipMustBePrimary(Invalid):
    """A basic item of the townships is theirs to answer for."""

    code = "township-must-be-primary"
    rule = "基本履职事项由乡镇(街道)承担主体责任,请将乡镇(街道)列为主体责任单位,或改列配合履职事项清单。"


class TownshipMustNotBePrimary(Invalid):
    """In a cooperative item the department answers and the township helps."""

    code = "township-must-not-be-primary"
    rule = "配合履职事项由上级部门承担主体责任,乡镇(街道)只承担配合责任,请调整职责角色。"


class NothingAmended(Refusal):
    """An amendment that says what the item says already."""

    code = "nothing-amended"
    rule = "修改后的内容与原内容相同,无需修改,请核对后再提交。"


class ReasonMissing(Invalid):
    """Removing, discarding, sending back and suspending need a written reason."""

    code = "reason-missing"
    rule = "移出事项、作废草稿、退回修改和暂停执行都须写明理由,请补充。"


class DocumentNumberMissing(Invalid):
    """Published without document number."""

    code = "document-number-missing"
    rule = "公布清单必须有批准文件文号,请填写文号。"


class EffectiveBeforePublication(Invalid):
    """In force before it was published."""

    code = "effective-before-publication"
    rule = "生效日期不得早于公布日期,请调整生效日期。"


class PublishedInFuture(Invalid):
    """Said to be published on a day that has not come."""

    code = "published-in-future"
    rule = "公布日期不能晚于今天,请在公布当日或之后登记。"


class EffectiveInThePast(Invalid):
    """A revision that would change which duty held on days gone by."""

    code = "effective-in-the-past"
    rule = "生效日期不得早于登记公布的当天:已经过去的日子按当时有效的版本认定责任,请将生效日期定为今天或以后。"


class EffectiveBeforePredecessor(Invalid):
    """In force before the revision it supersedes."""

    code = "effective-before-predecessor"
    rule = "生效日期不得早于本清单上一版本的生效日期,请调整生效日期。"


class SuspendedItemNotRevised(Refusal):
    """A new revision that carries on an item which a change of law suspended."""

    code = "suspended-item-not-revised"
    rule = "有事项已因法律变化暂停执行,请先按新的规定修改或移出该事项,再公布新版本。"


class SuspendedAlready(Refusal):
    """The item is suspended from that day, or from an earlier one."""

    code = "item-suspended-already"
    rule = "该事项已经暂停执行,无需重复办理。"


class SuspendedRetroactively(Invalid):
    """A suspension that would change the duties of days gone by."""

    code = "suspended-retroactively"
    rule = "暂停执行日期不得早于今天,已经过去的日子按当时有效的清单认定责任,请调整日期。"


class NotInForceThen(Refusal):
    """No published revision with this item is in force then or later."""

    code = "no-revision-to-suspend-in"
    rule = "所选日期没有含该事项的有效版本,无需暂停执行,请核对事项编号和日期。"


class PublishesOnlyAtSetUp(NotYours):
    """An import goes straight to publication only when the system is set up."""

    code = "publishes-only-at-set-up"
    rule = "只有系统初始化时可以直接导入已公布的清单;请导入为草稿,再依次送审、审核、批准、公布。"


class NothingImported(Refusal):
    """The table says what the list says already."""

    code = "nothing-imported"
    rule = "导入表与现行版本内容完全相同,没有需要变更的事项,未生成新版本。"
