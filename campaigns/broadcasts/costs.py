"""What a broadcast may cost: sending the messages, and the face value of the coupons that are used."""

from typing import Final

from campaigns.broadcasts import ways
from campaigns.broadcasts.moving import about
from crm_core.coupons.models import CouponTemplate
from crm_core.coupons.rules import CouponKind
from foundation import database

_RECENT_VISITS: Final = 1000
_ITEM_PRICE: Final = (
    "SELECT max(p.labour_centihours * rate.fen / 100 + p.parts_fen) "
    "FROM (SELECT max(s.labour_rate_fen) AS fen FROM store s WHERE s.is_live) rate, "
    "  service_item i JOIN item_price p ON p.item_id = i.id WHERE i.code = ANY($1::text[])"
)
_USUAL_BILL: Final = (
    "SELECT avg(v.paid_fen)::bigint "
    "FROM (SELECT paid_fen FROM service_visit WHERE paid_fen > 0 ORDER BY id DESC LIMIT $1) v"
)


async def reach_fen(broadcast_id: int) -> int:
    """What it cost to reach those whom the broadcast has reached, each by their way, in fen."""
    sent = await database.fetch(
        "SELECT way, count(sent_at) AS people FROM broadcast_recipient WHERE broadcast_id = $1 GROUP BY way",
        broadcast_id,
    )
    channels = ways.channels_of(await ways.of(broadcast_id))
    return sum([row["people"] * await channels[row["way"]].reach_fen() for row in sent if row["people"]])


async def coupons_fen(broadcast_id: int) -> int:
    """What the broadcast's coupons took off bills so far, in fen, without what was for refunded work.

    Coupons whose source has a `~` are counted too: a merge marks a customer's second coupon so.
    """
    cost: int = await database.fetch_value(
        "SELECT coalesce(sum(d.discount_fen - d.cancelled_fen), 0)::bigint "
        "FROM coupon u JOIN redemption d ON d.coupon_id = u.id "
        "WHERE (u.source_ref = $1 OR u.source_ref LIKE $1 || '~%') AND d.undone_at IS NULL",
        about(broadcast_id),
    )
    return cost


async def spent_fen(broadcast_id: int) -> int:
    """What it has cost so far, in fen: reaching people, and the coupons that were used."""
    return await reach_fen(broadcast_id) + await coupons_fen(broadcast_id)


async def gift_fen(template_id: int | None, coming: int) -> int:
    """What coupons that everybody gets cost if so many come, in fen; 0 without a template."""
    template = None if template_id is None else await CouponTemplate.get_or_none(id=template_id)
    return 0 if template is None else coming * await face_value_fen(template)


async def face_value_fen(template: CouponTemplate) -> int:
    """The most that one coupon takes off, in fen: its sum, its cap, or the highest price of its item.

    For a percentage without a cap it is that share of what owners usually pay for a visit.
    """
    if template.kind in (CouponKind.CASH, CouponKind.THRESHOLD):
        return int(template.value_fen)
    if template.kind is CouponKind.ITEM:
        return int(await database.fetch_value(_ITEM_PRICE, template.item_codes) or 0)
    if template.cap_fen is not None:
        return int(template.cap_fen)
    usual_fen = int(await database.fetch_value(_USUAL_BILL, _RECENT_VISITS) or 0)
    return usual_fen * (100 - int(template.pay_percent)) // 100
