"""加量、延期、提高预算: more stock, time or budget for a live template. It must be approved again, since approvers saw
only the old terms. Less stock or budget costs nothing more, so it holds at once, down to what was issued.
"""

from datetime import date

from crm_core.approvals import service as approvals
from crm_core.approvals.errors import AlreadyWaiting
from crm_core.approvals.events import ApprovalDecided
from crm_core.approvals.rules import ApprovalKind, ApprovalState
from crm_core.coupons import budgeting, rules, templates, terms
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
from foundation.money import format_yuan

_LIVE = (TemplateState.ACTIVE, TemplateState.PAUSED)


async def ask(
    actor: Actor,
    template_id: int,
    *,
    more: int = 0,
    ends_on: date | None = None,
    budget_fen: int | None = None,
    expected_version: int,
) -> CouponTemplate:
    """Ask for more stock, time or budget for a live template. Nothing changes before it is approved.

    Raises:
        OnlyMore: the template is not live, nothing is added, the new end is earlier or the new budget smaller.
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
        raised_fen = None if budget_fen == template.budget_fen else budget_fen
        _check(template, more, new_end, raised_fen)
        template.asked_quota, template.asked_ends_on = template.quota + more, new_end
        template.asked_budget_fen = raised_fen
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
            facts={"amount_fen": raised_fen or terms.most_fen(template, quota=template.asked_quota)},
            hands=[maker for maker in makers if maker is not None],
        )
        await audit.note(actor, "coupon_templates.ask_for_more", templates.about(template.id), reason=words)
        return template


async def lower(
    actor: Actor,
    template_id: int,
    *,
    quota: int | None = None,
    budget_fen: int | None = None,
    expected_version: int,
) -> CouponTemplate:
    """Lower the stock or the budget of a live template, at once. What was issued stays as it is, so neither can be
    lowered below it.

    Raises:
        OnlyMore: the template is not live, nothing becomes less, or more was issued.
        AlreadyWaiting: a request for more is not decided yet.
        StaleVersion.
    """
    async with database.transaction():
        template = await templates.locked(template_id)
        authorise(actor, "coupon_templates.run", await subject_of(template))
        templates.assert_seen(template, expected_version)
        if template.asked_quota is not None:
            raise AlreadyWaiting
        before = (template.quota, template.budget_fen)
        found = await budgeting.standing(template, budget_fen=budget_fen) if budget_fen is not None else None
        if problem := rules.cannot_lower(
            rules.Lowered(
                is_live=template.state in _LIVE,
                quota=template.quota,
                issued=template.issued_count,
                budget_fen=template.budget_fen,
                bound_fen=None if found is None else found.spent_fen + found.committed_fen,
            ),
            quota=quota,
            budget_fen=budget_fen,
        ):
            raise OnlyMore(problem)
        template.quota = template.quota if quota is None else quota
        template.budget_fen = template.budget_fen if budget_fen is None else budget_fen
        template.budget_told_at = None if budget_fen is not None else template.budget_told_at
        await _save(actor, template, "已减量")
        words = "；".join(
            [f"总量 {before[0]:,} → {template.quota:,} 张"] * (template.quota != before[0])
            + [f"预算 {_yuan(before[1])} → {_yuan(template.budget_fen)}"] * (template.budget_fen != before[1])
        )
        await audit.note(actor, "coupon_templates.lower", templates.about(template.id), reason=words)
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
        if template.asked_budget_fen is not None:
            template.budget_fen, template.budget_told_at = template.asked_budget_fen, None
        template.approved_by_id = event.decided_by
    template.forget_asked()
    await _save(event.actor, template, "已加量" if event.is_approved else "没有加量")
    if event.is_approved and event.decided_by is not None:
        decider = await staff_actor(event.decided_by)
        await audit.note(decider, "coupon_templates.extend", event.about, reason=words)


def _check(template: CouponTemplate, more: int, new_end: date | None, raised_fen: int | None) -> None:
    if template.state not in _LIVE or more < 0:
        raise OnlyMore
    if template.ends_on is None and new_end is not None:
        raise OnlyMore("这种券没有最晚日期，不能再加上。")
    if new_end is not None and template.ends_on is not None and new_end < template.ends_on:
        raise OnlyMore("最晚日期只能往后。")
    if raised_fen is not None and template.budget_fen is None:
        raise OnlyMore("这种券没有预算，不用提高；要定预算请用「减量」。")
    if raised_fen is not None and template.budget_fen is not None and raised_fen < template.budget_fen:
        raise OnlyMore("这里只能提高预算；要降低请用「减量」。")
    if more == 0 and new_end == template.ends_on and raised_fen is None:
        raise OnlyMore("请填再加几张、更晚的日期，或更高的预算。")
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
    if template.asked_budget_fen is not None:
        parts.append(f"预算 {_yuan(template.budget_fen)} → {_yuan(template.asked_budget_fen)}")
    return "；".join(parts)


def _yuan(fen: int | None) -> str:
    return "不限" if fen is None else f"{format_yuan(fen)} 元"


def _asked_hash(template: CouponTemplate) -> str:
    """A hash of all terms as they would become, which is what the approver sees."""
    asked: dict[str, terms.TermValue] = {
        "quota": template.asked_quota,
        "ends_on": template.asked_ends_on,
        "budget_fen": template.asked_budget_fen or template.budget_fen,
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
