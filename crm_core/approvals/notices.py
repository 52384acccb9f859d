"""Cards to the approvers, and the answer to the requester."""

from collections.abc import Iterable

from crm_core.approvals.models import Approval, ApprovalDelegation
from crm_core.approvals.rules import ApprovalKind, ApprovalPolicy, ApprovalState
from crm_core.dealerships.models import Staff
from crm_core.messaging.service import close_card, say
from crm_core.policies.current import group_policy
from crm_core.wording.facts import Facts
from foundation import clock
from foundation.refs import Ref

KIND_WORDS = {
    ApprovalKind.DISCOUNT: "优惠超限",
    ApprovalKind.LOST: "战败",
    ApprovalKind.INVALID_LEAD: "无效线索",
    ApprovalKind.TRANSFER: "客户转移",
    ApprovalKind.ORDER_CANCEL: "取消订单",
    ApprovalKind.REFUND: "退款",
    ApprovalKind.COUPON_TEMPLATE: "卡券模板",
    ApprovalKind.COUPON_VOID: "作废卡券",
    ApprovalKind.CAMPAIGN: "群发活动",
    ApprovalKind.GOODWILL: "善意减免",
    ApprovalKind.REPAIR_DISCOUNT: "维修优惠",
    ApprovalKind.HIGH_DISCOUNT: "大额维修优惠",
    ApprovalKind.RO_VOID: "作废工单",
    ApprovalKind.EXPORT: "导出数据",
    ApprovalKind.CREDIT_DELIVERY: "欠款交车",
}
VARIANTS = {
    ApprovalState.APPROVED: "approved",
    ApprovalState.REFUSED: "refused",
    ApprovalState.EXPIRED: "expired",
}
_OUTCOMES = {
    ApprovalState.APPROVED: "approve",
    ApprovalState.REFUSED: "refuse",
    ApprovalState.WITHDRAWN: "withdrawn",
    ApprovalState.EXPIRED: "expired",
    ApprovalState.INVALIDATED: "invalidated",
}


async def ask(approval: Approval, approver_ids: Iterable[int], *, again: str = "") -> None:
    """Send the card to those approvers who have not been sent this version; a value of `again` makes it a reminder."""
    requester = await Staff.get(id=approval.requester_id)
    facts: Facts = {
        "customer_count": approval.kept_facts.get("customer_count"),
        "staff_count": approval.kept_facts.get("staff_count"),
        "over_limit": approval.kept_facts.get("over_limit"),
        "asked_fen": approval.kept_facts.get("amount_fen"),
        "approval_kind": KIND_WORDS[approval.kind],
        "author": requester.name,
        "submitted_at": approval.requested_at,
        "decide_hours": (await group_policy(ApprovalPolicy)).expire_after_hours,
        "subject": approval.title,
        "request_note": approval.note or None,
    }
    for staff_id in sorted(await _seated(set(approver_ids), {approval.requester_id, *approval.hands})):
        await say(
            "approval_request",
            facts,
            staff_id=staff_id,
            about=Ref("approval", approval.id),
            version=approval.version,
            dedupe_key=f"approval:{approval.id}:{approval.version}:{staff_id}{again}",
        )


async def _seated(approver_ids: set[int], kept_from: set[int]) -> set[int]:
    """Ids of those who may decide in these seats today, including delegates and without those in `kept_from`."""
    today, seats = clock.today(), approver_ids - kept_from
    lent = await ApprovalDelegation.filter(
        approver_id__in=list(seats), from_on__lte=today, until_on__gte=today
    ).values_list("delegate_id", flat=True)
    return (seats | {int(delegate) for delegate in lent}) - kept_from  # type: ignore[call-overload]


async def close_cards(approval: Approval, who: str) -> None:
    """Update the open cards of this request with its outcome; the cards of a level that was passed say that it
    agreed.
    """
    outcome = _OUTCOMES.get(approval.state, "approve")
    await close_card(Ref("approval", approval.id), "approval_request", outcome, who)


async def tell_requester(approval: Approval, decider: str) -> None:
    """Send the answer to the requester, except when they withdrew or changed it themselves and know already."""
    variant = VARIANTS.get(approval.state)
    if variant is None:
        return
    next_step = "看详情" if approval.state is ApprovalState.APPROVED else "改好后可重新提交"
    await say(
        "approval_decided",
        {
            "subject": approval.title,
            "decider": decider,
            "decided_at": approval.ended_at,
            "decision_note": approval.end_note or None,
            "next_step": next_step,
        },
        staff_id=approval.requester_id,
        about=Ref("approval", approval.id),
        dedupe_key=f"approval:{approval.id}:decided",
        variant=variant,
    )
