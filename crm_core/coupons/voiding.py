"""作废: coupons are taken away from their owners, after somebody else agreed, with a reason that the owners read."""

import hashlib
from collections.abc import Collection
from typing import Final

import orjson
from tortoise.exceptions import IntegrityError

from crm_core.approvals import service as approvals
from crm_core.approvals.errors import AlreadyWaiting
from crm_core.approvals.events import ApprovalDecided
from crm_core.approvals.rules import ApprovalKind, ApprovalState
from crm_core.coupons import notices, rules, templates
from crm_core.coupons.errors import NothingToVoid, StillOnOffer
from crm_core.coupons.events import CouponVoided
from crm_core.coupons.issuing import facts
from crm_core.coupons.models import Coupon, CouponVoiding
from crm_core.coupons.rules import VOIDABLE, TemplateState, VoidingState
from crm_core.dealerships import audit
from crm_core.dealerships.actors import Actor, staff_actor, system
from crm_core.dealerships.permissions import authorise, stores_within, subject
from foundation import clock, database, jobs
from foundation.events import record
from foundation.moves import next_state
from foundation.reading import literals

CARRY_OUT: Final = "coupons.void_agreed"
BATCH: Final = 200
"""Coupons taken away in one transaction, so that their owners are not kept waiting at the desk."""
VOIDING: Final = system("coupon_voiding")
_SUBJECT: Final = "coupon_voiding:"


async def ask(actor: Actor, template_id: int, *, chosen: Collection[int], reason: str) -> CouponVoiding:
    """Ask to void chosen coupons of a template, or, when none is chosen, all that nobody has used. Nothing changes
    before somebody else agrees. As with a draft, whoever may ask in one store may ask about a template of all stores,
    since the group decides.

    Raises:
        StillOnOffer: all are to be voided while the template still gives out others.
        NothingToVoid: a chosen coupon is used, ended, locked by a bill, of another template or of a customer of another
            store; or there is none.
        AlreadyWaiting: an earlier request about the template is not done yet.
        NobodyToApprove, NotAllowed, TemplateNotFound.
    """
    async with database.transaction():
        template = await templates.locked(template_id)
        authorise(actor, "coupons.void", subject(store_ids=template.store_ids))
        wanted = sorted(set(chosen))
        if not wanted and template.state is TemplateState.ACTIVE:
            raise StillOnOffer
        coupons, people = await _counted(actor, template_id, wanted)
        if coupons == 0 or coupons < len(wanted):
            raise NothingToVoid
        try:
            async with database.savepoint():
                voiding = await CouponVoiding.create(
                    template_id=template_id,
                    chosen=wanted,
                    coupon_count=coupons,
                    reason=reason,
                    state=VoidingState.WAITING,
                    asked_by_id=actor.id,
                    asked_at=clock.now(),
                )
        except IntegrityError as error:
            raise AlreadyWaiting from error
        await approvals.request(
            actor,
            ApprovalKind.COUPON_VOID,
            f"{_SUBJECT}{voiding.id}",
            content_hash=_hash(voiding),
            title=template.name,
            store_ids=template.store_ids or None,
            note=f"{coupons:,} 张：{reason}",
            facts={"customer_count": people},
        )
        await audit.note(actor, "coupons.ask_void", templates.about(template_id), reason=reason, coupons=coupons)
        return voiding


async def on_approval_decided(event: ApprovalDecided) -> None:
    """Runs inside the approval's transaction: if approved, the coupons are voided by a job; otherwise none is."""
    if event.kind != ApprovalKind.COUPON_VOID:
        return
    voiding = await CouponVoiding.select_for_update().get(id=int(event.about.removeprefix(_SUBJECT)))
    if voiding.state is not VoidingState.WAITING:
        return
    is_agreed = event.state is ApprovalState.APPROVED and event.content_hash == _hash(voiding)
    voiding.state = next_state(rules.VOIDING_MOVES, voiding.state, "agree" if is_agreed else "refuse")
    voiding.decided_at = clock.now()
    voiding.decided_by_id = None if event.decided_by == voiding.asked_by_id else event.decided_by  # Taken back.
    voiding.ended_at = None if is_agreed else voiding.decided_at
    await voiding.save()
    if not is_agreed:
        return
    decider = VOIDING if event.decided_by is None else await staff_actor(event.decided_by)
    await audit.note(
        decider,
        "coupons.void",
        templates.about(voiding.template_id),
        reason=voiding.reason,
        coupons=voiding.coupon_count,
    )
    await jobs.enqueue(CARRY_OUT, {"voiding_id": voiding.id}, dedupe_key=str(voiding.id))


async def carry_out(voiding_id: int) -> None:
    """Void the coupons of a request that was agreed to. One that a bill has locked stays, since its owner was shown the
    discounted price; a repetition finds the rest.
    """
    while await _void_some(voiding_id):
        pass


async def _void_some(voiding_id: int) -> bool:
    """Void one batch, and return whether more may be left."""
    async with database.transaction():
        voiding = await CouponVoiding.select_for_update().get_or_none(id=voiding_id, state=VoidingState.AGREED)
        if voiding is None:
            return False
        left = Coupon.select_for_update().filter(template_id=voiding.template_id, state__in=VOIDABLE)
        if voiding.chosen:
            left = left.filter(id__in=voiding.chosen)
        coupons = await left.prefetch_related("template").order_by("id").limit(BATCH)
        for coupon in coupons:
            await _void(coupon, voiding.reason)
        voiding.voided_count += len(coupons)
        if len(coupons) < BATCH:
            voiding.state = next_state(rules.VOIDING_MOVES, voiding.state, "finish")
            voiding.ended_at = clock.now()
        await voiding.save()
        return len(coupons) == BATCH


async def _void(coupon: Coupon, reason: str) -> None:
    coupon.state = next_state(rules.COUPON_MOVES, coupon.state, "void")
    coupon.ended_at, coupon.end_reason, coupon.frozen_why = clock.now(), reason, ""
    coupon.version += 1
    await coupon.save()
    await record(CouponVoided(**facts(str(VOIDING), coupon, coupon.template), reason=reason))
    if coupon.claimed_at is not None:
        await notices.tell_voided(coupon, coupon.template)


async def _counted(actor: Actor, template_id: int, wanted: list[int]) -> tuple[int, int]:
    """How many coupons can be voided, and how many people hold them; of chosen ones, those of customers of the actor's
    stores.
    """
    stores = stores_within(actor, "coupons.void")
    row = await database.fetch_one(
        "SELECT count(*) AS coupons, count(DISTINCT c.customer_id) AS people "
        "FROM coupon c JOIN customer p ON p.id = c.customer_id "
        f"WHERE c.template_id = $1 AND c.state IN ({literals(*sorted(VOIDABLE))}) AND (cardinality($2::bigint[]) = 0 "
        "  OR (c.id = ANY($2) AND ($3::bigint[] IS NULL OR p.home_store_id IS NULL OR p.home_store_id = ANY($3))))",
        template_id,
        wanted,
        None if stores is None else sorted(stores),
    )
    assert row is not None
    return int(row["coupons"]), int(row["people"])


def _hash(voiding: CouponVoiding) -> str:
    """What the approver agrees to: which coupons, and the reason."""
    seen = [voiding.template_id, voiding.chosen, voiding.coupon_count, voiding.reason]
    return hashlib.sha256(orjson.dumps(seen)).hexdigest()
