"""Recording what people did after a send: opened, claimed, booked, arrived, paid, opted out.

A token identifies the send. An arrival without a token is credited to the last send that the person opened or claimed
from within 30 days (house rule), or else to the last they were sent. For the comparison with the control group every
arrival is recorded.
"""

from typing import Final

from campaigns.broadcasts import stopping
from campaigns.broadcasts.errors import BroadcastNotFound
from campaigns.broadcasts.models import RecipientState
from campaigns.broadcasts.moving import about
from campaigns.broadcasts.rows import ITS_TASK
from campaigns.mass_channels import mass_channels
from campaigns.measuring import WINDOW, Cohort
from crm_core.appointments.events import AppointmentRequested, OwnerArrived
from crm_core.billing.events import BillPaid, BillRefunded
from crm_core.billing.rules import Payer
from crm_core.coupons.claiming import Offer
from crm_core.coupons.events import CouponClaimed
from crm_core.customers.events import ConsentWithdrawn, FriendLost, MarketingStopped
from crm_core.customers.people import current_id
from crm_core.dealerships.actors import Actor
from crm_core.repair_orders.events import RepairOrderOpened
from crm_core.surveys.events import ComplaintOpened
from foundation import clock, database
from foundation.reading import literals

_OF_TOKEN = (
    f"FROM send_task b WHERE b.token = $1 AND {ITS_TASK} "
    f"AND r.customer_id = $2 AND r.cohort = {literals(Cohort.PLANNED)}"
)


BY_LINK: Final = "sms"
"""In place of a token, from a link that is the same for everybody."""


async def send_of(customer_id: int | None, token: str) -> str:
    """The token of the send: for the fixed link, that of the last text the person was sent within the window; empty if
    there is none.
    """
    if token != BY_LINK:
        return token
    last: str | None = await database.fetch_value(
        f"SELECT b.token FROM broadcast_recipient r JOIN send_task b ON {ITS_TASK} "
        "WHERE r.customer_id = $1 AND r.staff_id IS NULL AND r.contacted_on IS NOT NULL AND b.asked_at >= $2 "
        "ORDER BY b.asked_at DESC LIMIT 1",
        customer_id,
        clock.now() - WINDOW,
    )
    return last or ""


async def touch(customer_id: int, token: str) -> bool:
    """Record that a signed-in person opened the page of a send; False if it was not sent to them."""
    row = await database.fetch_one(
        f"UPDATE broadcast_recipient r SET opened_at = coalesce(r.opened_at, $3) {_OF_TOKEN} RETURNING r.id",
        token,
        customer_id,
        clock.now(),
    )
    return row is not None


async def open_offer(actor: Actor, token: str) -> tuple[Offer | None, int | None, int | None]:
    """The offer behind a card's token, the id of the member who sent it, and the id of that member's store.

    The offer is None if the broadcast gives no coupon, the others if no member sent it. That the owner opened it
    is recorded.

    Raises:
        BroadcastNotFound: there is no such send, or it was not to this owner.
    """
    customer_id = await current_id(actor.id)
    token = await send_of(customer_id, token)
    if not actor.is_owner or not await touch(customer_id, token):
        raise BroadcastNotFound("这张券是送给另一位朋友的，或活动已结束。")
    row = await database.fetch_one(
        "SELECT c.id, c.coupon_template_id, b.staff_id, s.store_id FROM send_task b "
        "JOIN broadcast c ON c.id = b.broadcast_id LEFT JOIN staff s ON s.id = b.staff_id WHERE b.token = $1",
        token,
    )
    assert row is not None
    if row["coupon_template_id"] is None:
        return None, row["staff_id"], row["store_id"]
    offer = Offer(
        row["coupon_template_id"],
        customer_id=customer_id,
        source="campaign",
        source_ref=about(row["id"]),
        campaign_token=token,
    )
    return offer, row["staff_id"], row["store_id"]


async def on_claimed(event: CouponClaimed) -> None:
    """Record that the person claimed the coupon of the send."""
    if event.campaign_token:
        await database.execute(
            "UPDATE broadcast_recipient r SET claimed_at = coalesce(r.claimed_at, $3), "
            f"opened_at = coalesce(r.opened_at, $3) {_OF_TOKEN}",
            event.campaign_token,
            event.customer_id,
            clock.now(),
        )


async def on_booked(event: AppointmentRequested) -> None:
    """Record a booking for the send whose token the person came with, else for the send they opened last."""
    now = clock.now()
    if event.campaign_token and (token := await send_of(event.customer_id, event.campaign_token)):
        await database.execute(
            "UPDATE broadcast_recipient r SET booked_at = coalesce(r.booked_at, $3), "
            f"opened_at = coalesce(r.opened_at, $3) {_OF_TOKEN}",
            token,
            event.customer_id,
            now,
        )
        return
    await database.execute(
        "UPDATE broadcast_recipient SET booked_at = coalesce(booked_at, $2) WHERE id = ("
        f"  SELECT id FROM broadcast_recipient WHERE customer_id = $1 AND cohort = {literals(Cohort.PLANNED)} "
        "  AND greatest(opened_at, claimed_at) >= $3 ORDER BY greatest(opened_at, claimed_at) DESC LIMIT 1)",
        event.customer_id,
        now,
        now - WINDOW,
    )


async def on_arrived(event: OwnerArrived | RepairOrderOpened) -> None:
    """Record that a person is at the store, with or without a booking, and also if they are in a control group.

    An owner's own statement that they arrived does not count; an advisor must have seen the car or opened an order.
    """
    if event.actor == f"owner:{event.customer_id}":
        return
    now = clock.now()
    await database.execute(
        "WITH open AS ("
        "  SELECT r.id, r.state, r.opened_at, r.claimed_at, "
        "    coalesce(greatest(r.opened_at, r.claimed_at), r.sent_at, c.started_at) AS since "
        "  FROM broadcast_recipient r JOIN broadcast c ON c.id = r.broadcast_id "
        f"  WHERE r.customer_id = $1 AND r.cohort <> {literals(Cohort.EXCLUDED)} AND r.arrived_at IS NULL "
        "  AND c.started_at IS NOT NULL"
        "), last_touch AS ("
        f"  SELECT id FROM open WHERE since >= $3 AND (state = {literals(RecipientState.SENT)} "
        "  OR opened_at IS NOT NULL) "
        "  ORDER BY since DESC, id DESC LIMIT 1"
        ") UPDATE broadcast_recipient r SET arrived_at = $2, "
        "  is_last_touch = coalesce(r.id = (SELECT id FROM last_touch), false) "
        "FROM open WHERE open.id = r.id AND open.since >= $3",
        event.customer_id,
        now,
        now - WINDOW,
    )


async def on_paid(event: BillPaid) -> None:
    """Record that the visit was paid, so that the credited arrival counts as a return. A bill of 0 is no sale."""
    if event.total_fen == 0:
        return
    now = clock.now()
    await database.execute(
        "UPDATE broadcast_recipient SET converted_at = CASE WHEN is_last_touch THEN coalesce(converted_at, $2) END, "
        "  given_back_at = NULL "
        "WHERE customer_id = $1 AND arrived_at >= $3",
        event.customer_id,
        now,
        now - WINDOW,
    )


async def on_refunded(event: BillRefunded) -> None:
    """When all that was paid is refunded, the arrival no longer counts as a return, unless the person has another paid
    visit in those days. This holds for the control group too.
    """
    if not event.is_all_back:
        return
    await database.execute(
        "UPDATE broadcast_recipient r SET converted_at = NULL, given_back_at = $3 FROM bill gone "
        "WHERE gone.id = $2 AND r.customer_id = $1 "
        "AND r.arrived_at BETWEEN gone.paid_at - $4::interval AND gone.paid_at "
        f"AND NOT EXISTS (SELECT 1 FROM bill b WHERE b.customer_id = $1 AND b.payer = {literals(Payer.CP)} "
        "                AND b.paid_fen > b.refunded_fen "
        "                AND b.paid_at BETWEEN r.arrived_at AND r.arrived_at + $4::interval)",
        event.customer_id,
        event.bill_id,
        clock.now(),
        WINDOW,
    )


async def on_turned_away(event: MarketingStopped | ConsentWithdrawn | ComplaintOpened | FriendLost) -> None:
    """Record that a person opted out, complained or ended the friendship, for every send to them in the last 30 days,
    and check the stop lines. Sends whose results were not read yet may have reached the person, so they are included.
    """
    column, staff_id = "opted_out_at", None
    by = [one.name for one in mass_channels()]
    if isinstance(event, ConsentWithdrawn):
        by = [one.name for one in mass_channels() if one.consent == event.purpose]
    if isinstance(event, ComplaintOpened):
        column = "complained_at"
    if isinstance(event, FriendLost):
        if event.by != "customer":
            return
        column, staff_id = "unfriended_at", event.staff_id
    now = clock.now()
    rows = await database.fetch(
        f"UPDATE broadcast_recipient r SET {column} = $2 WHERE customer_id = $1 AND {column} IS NULL "
        f"AND state IN ({literals(RecipientState.SENT, RecipientState.TASKED)}) AND coalesce(sent_at, $2) >= $3 "
        "AND ($4::bigint IS NULL OR staff_id = $4) "
        "AND coalesce("
        "  (SELECT y.channel FROM broadcast_way y WHERE y.broadcast_id = r.broadcast_id AND y.number = r.way), "
        "  (SELECT c.channel FROM broadcast c WHERE c.id = r.broadcast_id)) = ANY($5) RETURNING broadcast_id",
        event.customer_id,
        now,
        now - WINDOW,
        staff_id,
        by,
    )
    for row in rows:
        await stopping.watch(row["broadcast_id"])
