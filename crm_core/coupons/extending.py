"""加量、延期: more stock or time for a live template. It must be approved again, since approvers saw only the old
terms.
"""

from datetime import date

from crm_core.approvals import service as approvals
from crm_core.approvals.errors import AlreadyWaiting
from crm_core.approvals.events import ApprovalDecided
from crm_core.approvals.rules import ApprovalKind, ApprovalState
from crm_core.coupons import rules, templates, terms
from crm_core.coupons.errors import OnlyMore, TermsNotAccepted
from crm_core.coupons.events import TemplateMoved
from crm_core.coupons.models import CouponTemplate
from crm_core.coupons.rules import TemplateState
from crm_core.coupons.whose import subject_of
from crm_core.dealerships import audit
from crm_core.dealerships.actors import Actor, staff_actor
from crm_core.dealerships.permissions import authorise
from foundation import clock, database
from foundation.events import record

_LIVE = (TemplateState.ACTIVE, TemplateState.PAUSED)


async def ask(
    actor: Actor, template_id: int, *, more: int = 0, ends_on: date | None = None, expected_version: int
) -> CouponTemplate:
    """Ask for more stock or time for a live template. Nothing changes before it is approved.

    Raises:
        OnlyMore: the template is not live, nothing is added, or the new end is earlier.
        TermsNotAccepted: it is more than a template may have; the sentence says how many are left.
        AlreadyWaiting: an earlier request is not decided yet.
        NobodyToApprove, StaleVersion.
    """
    async with database.transaction():
        template = await templates.locked(template_id)
        authorise(actor, "coupon_templates.run", await subject_of(template))
        templates.assert_seen(template, expected_version)
        if template.asked_quota is not None:
            raise AlreadyWaiting
        new_end = ends_on or template.ends_on
        _check(template, more, new_end)
        template.asked_quota, template.asked_ends_on = template.quota + more, new_end
        await _save(actor, template, "申请加量")
        makers = [template.created_by_id] if template.created_by_id not in (None, actor.id) else []
        words = _words(template)
        await approvals.request(
            actor,
            ApprovalKind.COUPON_TEMPLATE,
            templates.about(template.id),
            content_hash=_asked_hash(template),
            title=template.name,
            store_ids=template.store_ids or None,
            note=words,
            facts={"amount_fen": terms.most_fen(template, quota=template.asked_quota)},
            hands=[maker for maker in makers if maker is not None],
        )
        await audit.note(actor, "coupon_templates.ask_for_more", templates.about(template.id), reason=words)
        return template


async def on_approval_decided(event: ApprovalDecided) -> None:
    """Runs inside the approval's transaction: if approved, apply the request; otherwise drop it."""
    if event.kind != ApprovalKind.COUPON_TEMPLATE or event.state is ApprovalState.INVALIDATED:
        return
    template = await CouponTemplate.select_for_update().get(id=templates.id_in(event.about))
    if template.asked_quota is None or _asked_hash(template) != event.content_hash:
        return
    words = _words(template)
    if event.is_approved:
        template.quota, template.ends_on = template.asked_quota, template.asked_ends_on
        template.approved_by_id = event.decided_by
    template.asked_quota = template.asked_ends_on = None
    await _save(event.actor, template, "已加量" if event.is_approved else "没有加量")
    if event.is_approved and event.decided_by is not None:
        decider = await staff_actor(event.decided_by)
        await audit.note(decider, "coupon_templates.extend", event.about, reason=words)


def _check(template: CouponTemplate, more: int, new_end: date | None) -> None:
    if template.state not in _LIVE or more < 0:
        raise OnlyMore
    if template.ends_on is None and new_end is not None:
        raise OnlyMore("这种券没有最晚日期，不能再加上。")
    if new_end is not None and template.ends_on is not None and new_end < template.ends_on:
        raise OnlyMore("最晚日期只能往后。")
    if more == 0 and new_end == template.ends_on:
        raise OnlyMore("请填再加几张，或更晚的日期。")
    if new_end is not None and new_end < clock.today():
        raise OnlyMore("这种券已经过期，请先把最晚日期往后延。")
    if template.quota + more > rules.MAX_QUOTA:
        left = rules.MAX_QUOTA - template.quota
        raise TermsNotAccepted(
            f"一种券最多 {rules.MAX_QUOTA:,} 张，现在 {template.quota:,} 张，最多还能加 {left:,} 张。"
        )


def _words(template: CouponTemplate) -> str:
    """The request in words for the approver."""
    assert template.asked_quota is not None
    more = template.asked_quota - template.quota
    parts = [f"加 {more:,} 张，共 {template.asked_quota:,} 张"] if more else []
    if template.asked_ends_on != template.ends_on and template.asked_ends_on is not None:
        parts.append(f"延到 {template.asked_ends_on.isoformat()}")
    return "；".join(parts)


def _asked_hash(template: CouponTemplate) -> str:
    """A hash of all terms as they would become, which is what the approver sees."""
    asked: dict[str, terms.TermValue] = {
        "quota": template.asked_quota,
        "ends_on": template.asked_ends_on,
        "is_extension": True,
    }
    return terms.content_hash(templates.terms_of(template) | asked)


async def _save(actor: Actor | str, template: CouponTemplate, words: str) -> None:
    template.version += 1
    await template.save()
    await record(
        TemplateMoved(
            actor=str(actor),
            template_id=template.id,
            template_name=template.name,
            action=words,
            state=template.state.value,
        )
    )
