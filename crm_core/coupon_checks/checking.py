"""Looking for farmed coupons, and what a person decides about those that were found."""

from datetime import timedelta
from typing import Final

from crm_core.coupon_checks import rules
from crm_core.coupon_checks.errors import FindingNotFound
from crm_core.coupon_checks.models import CouponFinding, FoundCoupon
from crm_core.coupon_checks.rules import CheckPolicy, Claimed, FindingState, Found
from crm_core.coupons import freezing
from crm_core.coupons.models import Coupon
from crm_core.coupons.rules import CouponState
from crm_core.dealerships import audit
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, subject
from crm_core.policies.current import group_policy
from foundation import clock, database
from foundation.errors import StaleVersion
from foundation.moves import next_state
from foundation.refs import Ref

_LATELY: Final = """
SELECT c.id, c.template_id, c.customer_id, p.home_store_id, c.openid, c.source, c.issued_at, c.claimed_at,
       EXISTS (SELECT FROM staff s WHERE s.service_phone <> '' AND s.service_phone = p.phone) AS is_staff_phone,
       CASE WHEN o.id IS NOT NULL THEN EXISTS (SELECT FROM repair_line l WHERE l.repair_order_id = o.id
                                               AND l.started_at IS NOT NULL) END AS worked
FROM coupon c JOIN customer p ON p.id = c.customer_id
LEFT JOIN redemption r ON r.coupon_id = c.id AND r.undone_at IS NULL
LEFT JOIN bill b ON b.id = CASE WHEN r.about LIKE 'bill:%' THEN split_part(r.about, ':', 2)::bigint END
LEFT JOIN repair_order o
    ON o.id = CASE WHEN coalesce(b.about, r.about) LIKE 'repair_order:%'
              THEN split_part(coalesce(b.about, r.about), ':', 2)::bigint END
WHERE c.claimed_at >= $1 OR r.redeemed_at >= $1
ORDER BY c.id
"""
"""The claims and uses of the last days; an order without one started job had no work."""


async def look() -> int:
    """Note what is striking about the coupons of the last days, and return how many findings are new."""
    policy = await group_policy(CheckPolicy)
    since = clock.now() - timedelta(days=policy.look_back_days)
    claims = [
        Claimed(
            coupon_id=row["id"],
            template_id=row["template_id"],
            customer_id=row["customer_id"],
            store_id=row["home_store_id"],
            openid=row["openid"],
            is_gift=row["source"] == "gift",
            is_staff_phone=row["is_staff_phone"],
            issued_at=row["issued_at"],
            claimed_at=row["claimed_at"],
            worked=row["worked"],
        )
        for row in await database.fetch(_LATELY, since)
    ]
    return sum([await _note(found) for found in rules.found_in(claims, policy)])


async def confirm(actor: Actor, finding_id: int, note: str, *, expected_version: int) -> CouponFinding:
    """Something is wrong: freeze those that can still be used.

    Raises:
        FindingNotFound, NotAllowed, StaleVersion, IllegalMove.
    """
    async with database.transaction():
        finding = await _decided(actor, finding_id, "confirm", note, expected_version)
        ids = [each.coupon_id for each in await FoundCoupon.filter(finding_id=finding.id)]
        usable = await Coupon.filter(id__in=ids, state=CouponState.AVAILABLE)
        await freezing.freeze(actor, [each.id for each in usable], finding.words)
        return finding


async def clear(actor: Actor, finding_id: int, note: str, *, expected_version: int) -> CouponFinding:
    """Nothing is wrong, for the reason in the note.

    Raises:
        FindingNotFound, NotAllowed, StaleVersion, IllegalMove.
    """
    async with database.transaction():
        return await _decided(actor, finding_id, "clear", note, expected_version)


async def _decided(actor: Actor, finding_id: int, action: str, note: str, expected_version: int) -> CouponFinding:
    finding = await CouponFinding.select_for_update().get_or_none(id=finding_id)
    if finding is None:
        raise FindingNotFound
    authorise(actor, "coupon_checks.decide", subject(store_id=finding.store_id))
    if finding.version != expected_version:
        raise StaleVersion(current_version=finding.version, current_state=finding.state.value)
    finding.state = next_state(rules.MOVES, finding.state, action)
    finding.decided_at, finding.decided_by_id, finding.note = clock.now(), actor.id, note
    finding.version += 1
    await finding.save()
    told = "coupon_checks.confirm" if action == "confirm" else "coupon_checks.clear"
    await audit.note(actor, told, Ref("coupon_finding", finding.id), reason=note)
    return finding


async def _note(found: Found) -> bool:
    """Write a finding with those of its coupons that were not found before, if there are any."""
    async with database.transaction():
        await database.advisory_lock("coupon_checks")
        known = await FoundCoupon.filter(kind=found.kind, coupon_id__in=found.coupon_ids)
        fresh = sorted(set(found.coupon_ids) - {each.coupon_id for each in known})
        if not fresh:
            return False
        finding = await CouponFinding.create(
            kind=found.kind,
            store_id=found.store_id,
            words=found.words,
            state=FindingState.OPEN,
            found_at=clock.now(),
        )
        await FoundCoupon.bulk_create(
            FoundCoupon(finding_id=finding.id, kind=found.kind, coupon_id=coupon_id) for coupon_id in fresh
        )
        return True
