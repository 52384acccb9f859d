"""Requests that wait for a member's decision: a colleague gets their seat."""

from typing import Final

from crm_core.approvals import notices
from crm_core.approvals.models import Approval, ApprovalDecision
from crm_core.approvals.rules import ApprovalState
from crm_core.dealerships.actors import Actor, staff_actor
from crm_core.dealerships.belongings import Belonging, BelongingKind, HandedOn, Handing, estate
from crm_core.dealerships.permissions import authorise, is_allowed, subject
from foundation.reading import Query, literals

_BELONGINGS: Final = Query(
    Belonging,
    f"""
    SELECT {literals(BelongingKind.APPROVAL)} AS kind, a.id AS thing_id, '' AS role, a.store_id,
      NULL::bigint AS customer_id, a.title AS words
    FROM approval a WHERE a.state = {literals(ApprovalState.PENDING)}
      AND EXISTS (SELECT FROM jsonb_array_elements(a.levels) WITH ORDINALITY AS l(level, n)
                  WHERE l.n > a.level AND l.level -> 'approver_ids' @> to_jsonb($1::bigint))
      AND NOT (a.passed_by @> to_jsonb($1::bigint) AND NOT EXISTS (
        SELECT FROM jsonb_array_elements(a.levels) WITH ORDINALITY AS l(level, n)
        WHERE l.n > a.level + 1 AND l.level -> 'approver_ids' @> to_jsonb($1::bigint)))
    ORDER BY a.id
    """,
)


async def of_staff(staff_id: int) -> list[Belonging]:
    """The requests in which they have a seat and have not yet decided."""
    return await _BELONGINGS.all(staff_id)


async def hand_on(actor: Actor, thing: Belonging, handing: Handing) -> HandedOn:
    """The colleague gets the seat. Whoever asked for it, made it, has decided on it, or may not approve in its store
    cannot have it: then the others of the level decide, or a person has to choose.
    """
    approval = await Approval.select_for_update().get(id=thing.thing_id)
    authorise(actor, "staff.hand_over", subject(store_id=approval.store_id))
    # A level in which the leaver has agreed already keeps their agreement.
    levels = approval.levels[approval.level + (handing.from_id in approval.passed_by) :]
    if approval.state is not ApprovalState.PENDING or not any(handing.from_id in row["approver_ids"] for row in levels):
        return HandedOn.NO_LONGER_THEIRS
    taker = await staff_actor(handing.to_id)
    is_kept_from = handing.to_id in {approval.requester_id, *approval.hands}
    has_decided = await ApprovalDecision.exists(approval_id=approval.id, staff_id=handing.to_id)
    if is_kept_from or has_decided or not is_allowed(taker, "approvals.decide", subject(store_id=approval.store_id)):
        return HandedOn.FOR_A_PERSON
    for row in levels:
        seats = set(row["approver_ids"])
        if handing.from_id in seats:
            row["approver_ids"] = sorted(seats - {handing.from_id} | {handing.to_id})
    await approval.save(update_fields=["levels"])
    if handing.to_id in approval.levels[approval.level]["approver_ids"]:
        await notices.ask(approval, [handing.to_id])
    return HandedOn.DONE


estate(frozenset({BelongingKind.APPROVAL}), of_staff, hand_on)
