"""What the guided story begins with: coupons on offer, parts on the shelves, a poster in the showroom, a segment.

Made through the same verbs staff use, each by the person whose work it is: 林晓 drafts, 高建军 approves for all stores.
"""

from http import HTTPStatus
from typing import Final

from app.seed.group import HEAD_OF_GROUP, Group
from campaigns.contact_ways import keeping, quota
from campaigns.contact_ways import service as contact_ways
from campaigns.contact_ways.greeting_rules import Greeting
from campaigns.contact_ways.keeping import Purpose
from campaigns.contact_ways.models import ContactWay
from campaigns.contact_ways.rules import ContactKind
from campaigns.segments import service as segments
from campaigns.segments.ready_made import READY_MADE
from crm_core.approvals import service as approvals
from crm_core.approvals.models import Approval
from crm_core.coupons import templates
from crm_core.coupons.models import CouponTemplate
from crm_core.coupons.rules import CouponKind
from crm_core.coupons.templates import Terms
from crm_core.customers.models import Source
from crm_core.dealerships.actors import Actor, staff_actor
from crm_core.dealerships.models import Role, Staff
from crm_core.parts import stock
from crm_core.parts.models import Part, Stock
from crm_core.pricing.models import ServiceItem
from foundation import database
from foundation.http import HttpClient
from foundation.settings import get_settings

WELCOME_COUPON: Final = "小保养立减100"
POSTER: Final = "展厅海报"
_QUOTA: Final = 200
_QUOTA_DAYS: Final = 40
"""Bought for the live stream's advertisement; it lapses at the end of the year."""
_MAINTENANCE: Final = ("MAINT-S", "MAINT-L", "EV-CHECK", "EV-FLUID")

_TEMPLATES: Final = (
    Terms(
        WELCOME_COUPON, CouponKind.THRESHOLD, quota=5_000, valid_days=45, value_fen=100_00, threshold_fen=400_00,
        item_codes=(), is_new_friend_gift=True,
    ),
    Terms("免费32项检测", CouponKind.ITEM, quota=20_000, valid_days=60, item_codes=("CHECK-32",)),
    Terms("工时8折", CouponKind.LABOUR, quota=3_000, valid_days=90, pay_percent=80, cap_fen=200_00),
    Terms(
        "老友回店200元", CouponKind.CASH, quota=10_000, valid_days=30, value_fen=200_00, threshold_fen=800_00,
        is_vehicle_bound=True,
    ),
    Terms(
        "生日免费洗车", CouponKind.ITEM, quota=10_000, valid_days=30, item_codes=("WASH",), is_birthday_gift=True,
        per_person=10,
    ),
    Terms("续保礼刹车油", CouponKind.ITEM, quota=5_000, valid_days=180, item_codes=("FLUID-B",)),
    Terms("新车试驾礼", CouponKind.ITEM, quota=2_000, valid_days=60, item_codes=("WASH",)),
)  # fmt: skip

_ON_SHELF: Final = {"OIL-KIT": 40, "EV-KIT": 15, "FILTER-C": 24, "AC-CLEAN": 12, "PAD-F": 6, "PAD-R": 6}
_ON_SHELF_OTHERWISE: Final = 10


async def offer(group: Group) -> None:
    """Offer the coupons and put the parts on the shelves."""
    marketer, head = await _marketer(group), await staff_actor((await Staff.get(userid=HEAD_OF_GROUP)).id)
    await _stock(group)
    async with database.transaction():
        for terms in _TEMPLATES:
            await _on_offer(marketer, head, terms)


async def make(group: Group, *, with_platform: bool) -> None:
    """The poster and the segment; the simulated WeCom makes the codes at once, so that they hang before anybody
    looks.
    """
    first, marketer = group.live_stores[0], await _marketer(group)
    async with database.transaction():
        await keeping.create(
            marketer,
            Purpose(
                POSTER,
                group.staff[first.id, Role.SC][0],
                Source.SHOW,
                first.id,
                coupon_template_id=(await CouponTemplate.get(name=WELCOME_COUPON)).id,
            ),
        )
        sleeping = next(ready for ready in READY_MADE if ready.key == "sleeping")
        await segments.create(marketer, name=sleeping.name, definition=sleeping.definition)
        await _more_codes(marketer, group)
    if with_platform:
        for way in await ContactWay.filter(store_id=first.id).order_by("id"):
            await contact_ways.pay(way.id)
        await _buy_quota()
        await quota.read()


async def _buy_quota() -> None:
    client = HttpClient("simulator", get_settings().simulator_url)
    try:
        bought = {"friends": _QUOTA, "days": _QUOTA_DAYS, "tells": False}
        response = await client.request("POST", "control/acquisition-quota", json=bought)
    finally:
        await client.close()
    if response.status >= HTTPStatus.BAD_REQUEST:
        raise RuntimeError(f"the simulator sells no quota: {response.body[:300]!r}")


async def _more_codes(marketer: Actor, group: Group) -> None:
    """What else hangs around, and a show that is over."""
    first = group.live_stores[0]
    consultants = group.staff[first.id, Role.SC]
    shared = Purpose(
        "直播间",
        consultants[0],
        Source.LIVE_STREAM,
        first.id,
        "双十一直播",
        takers=tuple(consultants[:3]),
        backup_id=consultants[3],
        greeting=Greeting.SHOW,
    )
    await keeping.create(marketer, shared, mark="live-1111")
    link = Purpose(
        "抖音广告", consultants[1], Source.MARKETING_AD, first.id, "双十一直播", greeting=Greeting.SHOW,
        kind=ContactKind.LINK,
    )  # fmt: skip
    await keeping.create(marketer, link, mark="douyin-1111")
    show = await keeping.create(
        marketer, Purpose("车展展台", consultants[0], Source.SHOW, first.id, "国庆车展"), mark="show-2026-10"
    )
    await keeping.end(marketer, show.id, expected_version=show.version)


async def _marketer(group: Group) -> Actor:
    return await staff_actor(group.staff[group.live_stores[0].id, Role.MKT][0])


async def _on_offer(marketer: Actor, head: Actor, terms: Terms) -> None:
    template = await templates.draft(marketer, terms)
    await templates.submit(marketer, template.id, expected_version=template.version)
    asked = await Approval.get(about=f"coupon_template:{template.id}")
    await approvals.decide(head, asked.id, agree=True, version_seen=asked.version)


async def _stock(group: Group) -> None:
    names = await ServiceItem.exclude(part_number="").order_by("-id").values_list("part_number", "name")
    for place, (number, name) in enumerate(dict(names).items()):
        part = await Part.create(number=number, name=str(name)[:20])
        await Stock.bulk_create(
            Stock(part_id=part.id, store_id=store.id, on_hand=_ON_SHELF.get(str(number), _ON_SHELF_OTHERWISE))
            for store in group.live_stores
        )
        shelf = f"{'ABDE'[place % 4]}-{place // 4 + 1:02}"
        for lies in await Stock.filter(part_id=part.id, on_hand__gt=0):
            clerk = group.staff[lies.store_id, Role.PRT][0]
            await stock.change_bin(lies.store_id, part.id, "", shelf, lies.on_hand, clerk)
