"""Making and running templates: a marketer drafts one, others approve it; who has rights in all its stores runs it."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Final

from tortoise.exceptions import IntegrityError

from crm_core.approvals import service as approvals
from crm_core.approvals.events import ApprovalDecided
from crm_core.approvals.rules import ApprovalKind, ApprovalState
from crm_core.coupons import catalogue, rules, terms
from crm_core.coupons.errors import OneGiftAtATime, TemplateNotFound, TermsNotAccepted
from crm_core.coupons.events import TemplateMoved
from crm_core.coupons.models import CouponTemplate
from crm_core.coupons.rules import CouponKind, TemplateState
from crm_core.coupons.whose import may_draft, subject_of
from crm_core.dealerships import audit
from crm_core.dealerships.actors import Actor, system
from crm_core.dealerships.permissions import authorise, subject
from foundation import clock, database
from foundation.errors import NotAllowed, StaleVersion
from foundation.events import record
from foundation.moves import next_state

_SUBJECT: Final = "coupon_template:"
_WORDS: Final = {
    "edit": "已修改",
    "submit": "提交审批",
    "approve": "已启用",
    "send_back": "退回草稿",
    "pause": "已暂停",
    "resume": "已恢复",
    "end": "已停发",
    "archive": "已归档",
}


def about(template_id: int) -> str:
    """The ref by which approvals and the audit log name a template."""
    return f"{_SUBJECT}{template_id}"


def id_in(named: str) -> int:
    """The template that `about` names."""
    return int(named.removeprefix(_SUBJECT))


@dataclass(frozen=True)
class Terms:
    """The terms of a draft. Sums are in fen; `pay_percent` 80 is 8 折."""

    name: str
    kind: CouponKind
    quota: int
    valid_days: int
    value_fen: int = 0
    pay_percent: int = 100
    cap_fen: int | None = None
    threshold_fen: int = 0
    item_codes: tuple[str, ...] = ()
    store_ids: tuple[int, ...] = ()
    per_person: int = 1
    per_vehicle: int = 1
    claim_days: int = 30
    ends_on: date | None = None
    is_vehicle_bound: bool = False
    restores_on_refund: bool = True
    is_new_friend_gift: bool = False
    is_transferable: bool = False
    budget_fen: int | None = None
    after_visit_days: int | None = None
    after_visit_least_fen: int = 0
    is_birthday_gift: bool = False

    def columns(self) -> dict[str, terms.TermValue]:
        """The terms as columns of the row.

        Raises:
            TermsNotAccepted: something the kind needs is missing.
        """
        refusal = terms.missing_terms(
            self.kind,
            quota=self.quota,
            value_fen=self.value_fen,
            pay_percent=self.pay_percent,
            threshold_fen=self.threshold_fen,
            item_codes=self.item_codes,
            budget_fen=self.budget_fen,
            cap_fen=self.cap_fen,
        )
        if refusal:
            raise TermsNotAccepted(refusal)
        return asdict(self) | {"item_codes": list(self.item_codes), "store_ids": list(self.store_ids)}


async def draft(actor: Actor, wanted: Terms) -> CouponTemplate:
    """Write a draft.

    Raises:
        TermsNotAccepted: something the kind needs is missing, or it is for a job that does not exist.
    """
    _authorise_draft(actor, wanted)
    await catalogue.assert_known(wanted.item_codes)
    template = CouponTemplate(state=TemplateState.DRAFT, created_by_id=actor.id or None, created_at=clock.now())
    template.update_from_dict(wanted.columns())
    await template.save()
    return template


async def edit(actor: Actor, template_id: int, wanted: Terms, *, expected_version: int) -> CouponTemplate:
    """Change a template that is not live yet, by its author. It becomes a draft again, and a waiting approval is
    voided.

    Raises:
        TermsNotAccepted, IllegalMove, StaleVersion.
    """
    _authorise_draft(actor, wanted)
    columns = wanted.columns()
    await catalogue.assert_known(wanted.item_codes)
    wanted_hash = terms.content_hash(columns)
    async with database.transaction():
        # Before the template, in the order in which a decision locks them too.
        await approvals.invalidate(actor, ApprovalKind.COUPON_TEMPLATE, about(template_id), unless_hash=wanted_hash)
        template = await _own(actor, template_id, expected_version)
        if terms.content_hash(terms_of(template)) == wanted_hash:
            return template
        template.update_from_dict(columns)
        await _move(actor, template, "edit")
        return template


async def submit(actor: Actor, template_id: int, *, expected_version: int, note: str = "") -> CouponTemplate:
    """Ask somebody else to approve exactly these terms. A template for all stores needs the group's approval.

    Raises:
        NobodyToApprove, IllegalMove, StaleVersion.
    """
    async with database.transaction():
        template = await _own(actor, template_id, expected_version)
        await _move(actor, template, "submit")
        await approvals.request(
            actor,
            ApprovalKind.COUPON_TEMPLATE,
            about(template.id),
            content_hash=terms.content_hash(terms_of(template)),
            title=template.name,
            store_ids=template.store_ids or None,
            note=note,
            facts={"amount_fen": terms.most_fen(template)},
        )
        return template


async def on_approval_decided(event: ApprovalDecided) -> None:
    """Runs inside the approval's transaction: if approved, the template is live; otherwise it is a draft again.

    Raises:
        OneGiftAtATime: another gift for new friends is live, so the decision fails.
    """
    if event.kind != ApprovalKind.COUPON_TEMPLATE or event.state is ApprovalState.INVALIDATED:
        return  # The verb that changed the template has already made it a draft.
    template = await CouponTemplate.select_for_update().get(id=id_in(event.about))
    is_the_same = terms.content_hash(terms_of(template)) == event.content_hash
    if template.state is not TemplateState.PENDING_APPROVAL or not is_the_same:
        return
    if event.is_approved:
        template.approved_by_id = event.decided_by
    await _move(system("approval"), template, "approve" if event.is_approved else "send_back")


async def move(
    actor: Actor, template_id: int, action: rules.RunAction, *, expected_version: int | None = None
) -> CouponTemplate:
    """Change the state of an approved template: pause, resume, end or archive it.

    Raises:
        OneGiftAtATime, IllegalMove, StaleVersion.
    """
    async with database.transaction():
        if action == "end":
            # Before the template, in the order in which a decision locks them too.
            await approvals.invalidate(actor, ApprovalKind.COUPON_TEMPLATE, about(template_id))
        template = await locked(template_id)
        authorise(actor, "coupon_templates.run", await subject_of(template))
        assert_seen(template, expected_version)
        if action == "end":
            template.forget_asked()
        await _move(actor, template, action)
        await audit.note(actor, f"coupon_templates.{action}", about(template_id))
        return template


async def locked(template_id: int) -> CouponTemplate:
    """Lock the template. The caller must then check the permission and the version, in this order.

    Raises:
        TemplateNotFound: it does not exist.
    """
    template = await CouponTemplate.select_for_update().get_or_none(id=template_id)
    if template is None:
        raise TemplateNotFound
    return template


def assert_seen(template: CouponTemplate, expected_version: int | None) -> None:
    """Check the version the actor saw.

    Raises:
        StaleVersion: the template has changed since.
    """
    if expected_version is not None and template.version != expected_version:
        raise StaleVersion(current_version=template.version, current_state=template.state.value)


async def _own(actor: Actor, template_id: int, expected_version: int) -> CouponTemplate:
    """Lock a draft that is the actor's own or that they take over from its author, and so becomes theirs.

    Raises:
        NotAllowed: the draft is another author's.
    """
    template = await locked(template_id)
    if not await may_draft(actor, template.created_by_id, template.store_ids):
        raise NotAllowed("只有起草人能修改和提交。")
    assert_seen(template, expected_version)
    if template.created_by_id != actor.id:
        template.created_by_id = actor.id
        await template.save(update_fields=["created_by_id"])
        await audit.note(actor, "coupon_templates.take_up", about(template.id))
    return template


def _authorise_draft(actor: Actor, wanted: Terms) -> None:
    """Check that the author has rights in the named stores. Without stores (valid everywhere) anybody who drafts may
    propose it, since the group decides.
    """
    authorise(actor, "coupon_templates.draft", subject(store_ids=wanted.store_ids))


def terms_of(template: CouponTemplate) -> dict[str, terms.TermValue]:
    """The template's terms as an approver sees them, in the form of `Terms.columns`."""
    return {name: getattr(template, name) for name in Terms.__dataclass_fields__}


async def _move(actor: Actor, template: CouponTemplate, action: str) -> None:
    """Change the state by the table of moves, increase the version, save, and record the event."""
    template.state = next_state(rules.TEMPLATE_MOVES, template.state, action)
    template.version += 1
    try:
        async with database.savepoint():
            await template.save()
    except IntegrityError as error:
        if "coupon_template_one_new_friend_gift" in str(error):
            raise OneGiftAtATime from error
        raise
    await record(
        TemplateMoved(
            actor=str(actor),
            template_id=template.id,
            template_name=template.name,
            action=_WORDS[action],
            state=template.state.value,
        )
    )
