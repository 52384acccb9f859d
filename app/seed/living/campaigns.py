"""Each store's broadcasts: one of the autumn that is over and whose effect can be seen, and one that runs.

Audience, control group and tasks come from the freeze itself. What people then did is spread by `Rates`: stronger than
the trade's average of a whole base (1.7 % of those reached), since only owners overdue for a service were asked, and
they were offered 200 yuan.
"""

import random
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from app.seed.living.crew import Car, Crew
from app.seed.living.visit import Visit
from app.seed.living.visits import story
from app.seed.living.wishes import Catalogue
from app.seed.pictures import Album
from campaigns.broadcasts import dispatch, drafting, ending, freezing, syncing
from campaigns.broadcasts.drafting import BroadcastDraft
from campaigns.broadcasts.errors import NobodyReachable
from campaigns.broadcasts.models import Broadcast, RecipientState, SendTaskState
from campaigns.broadcasts.moving import about
from campaigns.broadcasts.ways import WantedWay
from campaigns.measuring import Cohort
from campaigns.own_words import GIFT_PAGE, Attachment, AttachmentKind, Content
from campaigns.segments import service as segments
from crm_core.approvals import service as approvals
from crm_core.approvals.models import Approval
from crm_core.coupons import claiming
from crm_core.coupons.claiming import Offer
from crm_core.coupons.models import CouponTemplate
from crm_core.customers.models import IdentityKind
from crm_core.dealerships import actors
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.models import Role
from crm_core.vehicles.models import BindingState, Powertrain
from foundation import clock, database
from foundation.http import HttpClient
from foundation.reading import literals
from foundation.settings import get_settings

AUTUMN_BEGINS: Final = date(2026, 10, 12)
"""A Monday; its thirty days are over before the story begins."""
WINTER_BEGINS_DAYS_AGO: Final = 1
CONTROL_PERCENT: Final = 25
BUDGET_FEN: Final = 20_000_00
COUPON: Final = "老友回店200元"
_OWN: Final = Content(
    "要开长途回家的话，提前两周来{门店}看看轮胎、刹车和电瓶，在线约好时间，到店不用等。\n不想再收到，打开卡片点“不再接收”。",
    [
        Attachment(AttachmentKind.MINI_PROGRAM, title="约个时间，走之前看一看", target=GIFT_PAGE),
        Attachment(AttachmentKind.MINI_PROGRAM, title="看看上次修了什么", target="pages/home/index.html"),
    ],
)
"""A marketer's own words, with two cards below them."""
_THEN: Final = (
    WantedWay("SUBSCRIBE_MASS", after_days=1),
    WantedWay("SMS_MASS", after_days=2),
    WantedWay("CALL_LIST", after_days=2),
)
"""Whom WeCom does not reach gets a text."""
_OVERDUE: Final = (180, 3_600)
"""Days since the last visit; 3,600 is the longest the seed knows."""
_DUE: Final = (60, 420)
_OWNERS_OF_A_STORE: Final = 4_000
"""Owners of a store for which the budget is enough; a larger store asks those of a shorter span of days."""
_FULL_VISITS: Final = 6
"""So many of those who came back get every step of their visit; the others only an entry in the store's history."""
_WAITING_SHARE: Final = 3
"""Every third salesperson has not confirmed the running broadcast yet."""


@dataclass(frozen=True)
class Rates:
    """Shares of everybody planned, and of those held out."""

    opened: float = 0.22
    claimed: float = 0.14
    came: float = 0.095
    came_anyway: float = 0.01


async def autumn(crew: Crew, catalogue: Catalogue, album: Album) -> list[AsyncIterator[datetime]]:
    """Draft, approve, send and count the finished broadcast; returns the visits it brought, to be lived."""
    begins = clock.at(AUTUMN_BEGINS, 10, 30)
    broadcast_id = await _run(crew, "秋季保养召回", "超过半年没来", _OVERDUE, begins, "入秋了，刹车和电瓶值得看一看。")
    if broadcast_id is None:
        return []
    await database.execute(_CONFIRM_ALL, broadcast_id, begins + timedelta(minutes=1), begins + timedelta(hours=3))
    await database.execute(_SENT, broadcast_id, begins + timedelta(hours=3))
    visits = await _spread(crew, catalogue, album, broadcast_id, begins)
    await clock.set_to(begins + timedelta(days=3, hours=11))
    await ending.finish(broadcast_id)
    return visits


async def winter(crew: Crew, *, with_platform: bool) -> None:
    """The broadcast that began yesterday; without a platform everybody has confirmed it."""
    today = clock.today()
    now = clock.now()
    begins = clock.at(today - timedelta(days=WINTER_BEGINS_DAYS_AGO), 10, 0)
    broadcast_id = await _run(crew, "冬季用车检查", "快到保养的", _DUE, begins, "天冷了，刹车和电瓶值得看一看。")
    if broadcast_id is None:
        return
    if with_platform:
        await _send_for_real(broadcast_id)
    else:
        await database.execute(_CONFIRM_ALL, broadcast_id, begins + timedelta(minutes=1), begins + timedelta(hours=2))
        await database.execute(_SENT, broadcast_id, begins + timedelta(hours=2))
    await clock.set_to(now)
    await database.execute(_OPENED, broadcast_id, 12, begins + timedelta(hours=4))


async def waiting_for_approval(crew: Crew) -> None:
    """A broadcast somebody has to look at, and one that is only a draft, gives no coupon, says the marketer's own words
    and goes to whom WeCom does not reach by a notice, by SMS, and at last by phone.
    """
    author = crew.people(Role.MKT)[-1]
    line = "节前出行，先把车看一看。"
    for name, is_asked in (("元旦回店礼", True), ("春节前检查（草稿）", False)):
        own, then = (None, ()) if is_asked else (_OWN, _THEN)
        broadcast = await _draft(crew, author, name, "半年到一年没来", _DUE, line, gives=is_asked, words=own, ways=then)
        if is_asked:
            try:
                await drafting.submit(author, broadcast.id, expected_version=broadcast.version, note="预算和去年一样")
            except NobodyReachable:
                return


# -- drafting and sending ---------------------------------------------------------------------------------------------


async def _draft(
    crew: Crew,
    author: Actor,
    name: str,
    segment_name: str,
    quiet_days: tuple[int, int],
    line: str,
    *,
    gives: bool = True,
    words: Content | None = None,
    ways: Sequence[WantedWay] = (),
) -> Broadcast:
    first, last = quiet_days
    owners = await database.fetch_value("SELECT count(*) FROM customer WHERE home_store_id = $1", crew.store.id)
    span = min(last - first, (last - first) * _OWNERS_OF_A_STORE // max(1, owners))
    quiet = {"field": "last_visit_days_ago", "at_least_days": first, "at_most_days": first + span}
    segment = await segments.create(author, name=segment_name, definition={"match": "all", "items": [quiet]})
    coupon_id = (await CouponTemplate.get(name=COUPON)).id if gives else None
    broadcast = BroadcastDraft(name, segment.id, line, coupon_id, CONTROL_PERCENT, BUDGET_FEN, words=words, ways=ways)
    return await drafting.draft(author, broadcast)


async def _run(
    crew: Crew, name: str, segment_name: str, quiet_days: tuple[int, int], begins: datetime, line: str
) -> int | None:
    """From the draft to the frozen audience, each step by the person responsible; None when nobody could be reached."""
    author = crew.people(Role.MKT)[0]
    await clock.set_to(begins - timedelta(days=2))
    broadcast = await _draft(crew, author, name, segment_name, quiet_days, line)
    try:
        broadcast = await drafting.submit(author, broadcast.id, expected_version=broadcast.version)
    except NobodyReachable:
        return None
    asked = await Approval.get(about=about(broadcast.id))
    await clock.set_to(begins - timedelta(days=1))
    await approvals.decide(crew.next(Role.GM), asked.id, agree=True, version_seen=asked.version)
    broadcast = await Broadcast.get(id=broadcast.id)
    await drafting.schedule(author, broadcast.id, begins, expected_version=broadcast.version)
    await clock.set_to(begins + timedelta(seconds=30))
    await freezing.start(broadcast.id)
    return int(broadcast.id)


async def _send_for_real(broadcast_id: int) -> None:
    """Give the tasks to the platform and let two of three salespeople press 「发送」."""
    send_tasks = await database.fetch("SELECT id FROM send_task WHERE broadcast_id = $1 ORDER BY id", broadcast_id)
    for send_task in send_tasks:
        await dispatch.dispatch(send_task["id"])
    await clock.set_to(clock.now() + timedelta(hours=2))
    made = await database.fetch(
        "SELECT b.id, b.message_id, s.userid FROM send_task b JOIN staff s ON s.id = b.staff_id "
        f"WHERE b.broadcast_id = $1 AND b.state = {literals(SendTaskState.CREATED)} ORDER BY b.id",
        broadcast_id,
    )
    client = HttpClient("simulator", get_settings().simulator_url, timeout_seconds=60.0)
    try:
        for number, send_task in enumerate(made):
            if number % _WAITING_SHARE == _WAITING_SHARE - 1:
                continue
            body = {"msgid": send_task["message_id"], "userid": send_task["userid"]}
            await client.request("POST", "control/mass-tasks/confirm", json=body)
            await syncing.sync(send_task["id"])
    finally:
        await client.close()


_WAS_SENT: Final = literals(RecipientState.SENT)
_CONFIRM_ALL: Final = f"""
UPDATE send_task SET state = {literals(SendTaskState.SENT)}, message_id = 'past-' || token,
  leased_at = $2, asked_at = $2, tasked_at = $2,
  confirmed_at = $3, synced_at = $3
WHERE broadcast_id = $1 AND state = {literals(SendTaskState.PENDING)}
"""
_SENT: Final = f"""
UPDATE broadcast_recipient SET state = CASE customer_id % 13 WHEN 0 THEN {literals(RecipientState.UNREACHED)}
    ELSE {_WAS_SENT} END,
  sent_at = CASE customer_id % 13 WHEN 0 THEN NULL ELSE $2::timestamptz END,
  contacted_on = CASE customer_id % 13 WHEN 0 THEN NULL ELSE ($2::timestamptz AT TIME ZONE 'Asia/Shanghai')::date END
WHERE broadcast_id = $1 AND state = {literals(RecipientState.QUEUED)}
"""
_OPENED: Final = f"""
UPDATE broadcast_recipient SET opened_at = $3::timestamptz + (customer_id % 600) * interval '1 minute'
WHERE broadcast_id = $1 AND state = {_WAS_SENT} AND opened_at IS NULL AND customer_id % 100 < $2
"""


# -- what people did --------------------------------------------------------------------------------------------------

_RECIPIENTS: Final = f"""
SELECT r.customer_id, r.cohort, r.state, b.token, v.id AS vehicle_id, v.mileage_km, m.powertrain,
  coalesce(i.value, '') AS openid
FROM broadcast_recipient r
JOIN ownership o ON o.customer_id = r.customer_id AND o.until_on IS NULL
JOIN vehicle v ON v.id = o.vehicle_id JOIN vehicle_model m ON m.id = v.model_id
LEFT JOIN binding n ON n.vehicle_id = v.id AND n.customer_id = r.customer_id
  AND n.state = {literals(BindingState.BOUND)}
LEFT JOIN identity i ON i.customer_id = r.customer_id AND i.kind = {literals(IdentityKind.OPENID)} AND n.id IS NOT NULL
LEFT JOIN send_task b ON b.broadcast_id = r.broadcast_id AND b.staff_id = r.staff_id AND b.number = r.task_number
WHERE r.broadcast_id = $1 AND r.cohort <> {literals(Cohort.EXCLUDED)}
  AND (r.cohort = {literals(Cohort.CONTROL)} OR r.state = {_WAS_SENT})
  AND (SELECT count(*) FROM ownership mine WHERE mine.customer_id = r.customer_id) = 1
ORDER BY i.value IS NULL, md5(r.customer_id::text)
"""


async def _spread(
    crew: Crew, catalogue: Catalogue, album: Album, broadcast_id: int, begins: datetime
) -> list[AsyncIterator[datetime]]:
    """Choose who opened, claimed and came, in the numbers that the rates give."""
    rates, dice = Rates(), crew.dice
    await database.execute(_OPENED, broadcast_id, round(rates.opened * 100), begins + timedelta(hours=4))
    rows = await database.fetch(_RECIPIENTS, broadcast_id)
    planned = [row for row in rows if row["cohort"] == "PLANNED"]
    control = [row for row in rows if row["cohort"] == "CONTROL"]
    with_phone = [row for row in planned if row["openid"]]
    claimers = with_phone[: round(len(planned) * rates.claimed)]
    came = round(len(planned) * rates.came)
    # Two of three who came had claimed; those with every step of their visit are the first of them.
    returning = claimers[: came * 2 // 3]
    returning += [row for row in planned if row not in claimers][: came - len(returning)]
    stories: list[AsyncIterator[datetime]] = []
    for number, row in enumerate(claimers):
        coupon_id = await _claim(row, broadcast_id, begins + timedelta(hours=5, minutes=dice.randrange(2880)))
        if number < _FULL_VISITS and row in returning:
            stories.append(story(_visit(crew, catalogue, album, row, coupon_id, number)))
    for number, row in enumerate([*returning[_FULL_VISITS:], *control[: round(len(control) * rates.came_anyway)]]):
        arrived = clock.at(AUTUMN_BEGINS + timedelta(days=4 + number * 5 % 25), 9 + number % 7, number * 7 % 60)
        await _came_back(crew, row, broadcast_id, arrived, dice)
    crew.forget({row["vehicle_id"] for row in rows})
    return stories


async def _claim(row: dict[str, Any], broadcast_id: int, moment: datetime) -> int:
    await clock.set_to(moment)
    template = await CouponTemplate.get(name=COUPON)
    offer = Offer(
        template.id, customer_id=row["customer_id"], source="campaign", source_ref=about(broadcast_id),
        campaign_token=row["token"],
    )  # fmt: skip
    owner = actors.owner(row["customer_id"], openid=row["openid"])
    return int((await claiming.claim_offer(owner, offer, vehicle_id=row["vehicle_id"])).id)


def _visit(crew: Crew, catalogue: Catalogue, album: Album, row: dict[str, Any], coupon_id: int, number: int) -> Visit:
    """A booking with the coupon, the visit, the payment; a big service, which is above the coupon's threshold."""
    car = Car(
        row["vehicle_id"], row["customer_id"], row["mileage_km"], Powertrain(row["powertrain"]),
        actors.owner(row["customer_id"], openid=row["openid"]),
    )  # fmt: skip
    day = AUTUMN_BEGINS + timedelta(days=7 + number * 3)
    jobs = ("EV-CHECK", "EV-FLUID", "TYRE") if car.is_electric else ("MAINT-L",)
    return Visit(
        crew, catalogue, album, car, clock.at(day, 9 + number, 5), jobs, "收到优惠，来做大保养",
        campaign_token=row["token"], coupon_id=coupon_id, number=number,
    )  # fmt: skip


async def _came_back(
    crew: Crew, row: dict[str, Any], broadcast_id: int, arrived: datetime, dice: random.Random
) -> None:
    """A visit as an entry only: in the car's history, the owner's totals and the broadcast's arrivals."""
    day, km = clock.local(arrived).date(), row["mileage_km"] + 3_000 + dice.randrange(4_000)
    paid_fen = dice.randrange(480, 1_400) * 100
    async with database.transaction():
        await database.execute(
            "INSERT INTO odometer_reading (vehicle_id, read_on, km, starts_new_series, reason) "
            "VALUES ($1, $2, $3, false, '')",
            row["vehicle_id"], day, km,
        )  # fmt: skip
        await database.execute(
            "INSERT INTO service_visit (vehicle_id, customer_id, store_id, visited_on, km, summary, is_maintenance, "
            "  paid_fen) VALUES ($1, $2, $3, $4, $5, '小保养', true, $6)",
            row["vehicle_id"], row["customer_id"], crew.store.id, day, km, paid_fen,
        )  # fmt: skip
        await database.execute(
            "UPDATE vehicle SET mileage_km = $2, mileage_on = $3, last_service_on = $3, next_service_due_on = $4 "
            "WHERE id = $1",
            row["vehicle_id"], km, day, day + timedelta(days=300),
        )  # fmt: skip
        await database.execute(
            "UPDATE customer SET last_visit_on = $2, visit_count = visit_count + 1, spend_fen = spend_fen + $3, "
            "  spend_24_months_fen = spend_24_months_fen + $3, next_service_due_on = $4 WHERE id = $1",
            row["customer_id"], day, paid_fen, day + timedelta(days=300),
        )  # fmt: skip
        await database.execute(
            f"UPDATE broadcast_recipient SET arrived_at = $3, is_last_touch = (state = {_WAS_SENT}), "
            f"  converted_at = CASE WHEN state = {_WAS_SENT} THEN $3::timestamptz + interval '2 hours' END, "
            f"  booked_at = CASE WHEN state = {_WAS_SENT} THEN $3::timestamptz - interval '2 days' END "
            "WHERE broadcast_id = $1 AND customer_id = $2",
            broadcast_id, row["customer_id"], arrived,
        )  # fmt: skip
