"""What is plugged into what: every endpoint module, every job module, every subscription, on one page.

Imported by the web, worker and scheduler processes alike, so that an event recorded anywhere finds its listeners.
"""

import importlib
from collections.abc import Callable, Coroutine
from typing import Any

from bot import cards, inbox
from bot.skills import appointments, approvals, complaints, repair_orders, send_tasks
from campaigns.broadcasts import attribution, leaving_out, planning, stopping
from campaigns.broadcasts.still_true import declined_task_stands, halt_stands, send_task_stands
from crm_core.appointments.events import AppointmentConfirmed, AppointmentEvent, AppointmentRequested, OwnerArrived
from crm_core.appointments.still_true import appointment_stands
from crm_core.approvals.events import ApprovalDecided
from crm_core.approvals.still_true import approval_stands
from crm_core.billing import leaving, paying, refunding
from crm_core.billing.events import BillPaid, BillRefunded, HandOverOffered
from crm_core.billing.still_true import bill_stands
from crm_core.coupons import extending, issuing, templates
from crm_core.coupons import merging as coupon_merging
from crm_core.coupons.events import CouponClaimed, TemplateMoved
from crm_core.coupons.still_true import coupon_stands
from crm_core.customers import friendships
from crm_core.customers.events import (
    ConsentWithdrawn,
    CustomerEdited,
    CustomersMerged,
    FriendAdded,
    FriendLost,
    MarketingStopped,
    MergeUndone,
    VisitRecorded,
)
from crm_core.customers.merging import move_rows
from crm_core.dealerships import sessions
from crm_core.dealerships.events import MemberJoined, MemberRenamed
from crm_core.messaging import conditions
from crm_core.payments import refunds
from crm_core.payments.events import PaymentSucceeded, RefundSucceeded
from crm_core.payments.still_true import outside_movement_stands
from crm_core.repair_orders import goodwill
from crm_core.repair_orders.events import CarCameAgain, RepairOrderOpened
from crm_core.repair_orders.still_true import (
    additional_work_stands,
    job_stands,
    pick_list_stands,
    repair_order_stands,
)
from crm_core.surveys.events import ComplaintOpened
from crm_core.surveys.still_true import complaint_stands, complaint_unresolved, survey_stands
from crm_core.vehicle_claims import merging as claim_merging
from crm_core.vehicle_claims.events import BindingRequested
from crm_core.vehicle_claims.still_true import binding_stands
from foundation import live
from foundation.events import Event, subscribe, subscribe_after_commit

ENDPOINTS = (
    "miniprogram_api.login",
    "miniprogram_api.me",
    "miniprogram_api.vehicles",
    "miniprogram_api.media",
    "miniprogram_api.appointments",
    "miniprogram_api.repair_orders",
    "miniprogram_api.additional_work",
    "miniprogram_api.live",
    "miniprogram_api.coupons",
    "miniprogram_api.bills",
    "miniprogram_api.payments",
    "miniprogram_api.surveys",
    "miniprogram_api.home",
    "miniprogram_api.contacts",
    "console.sign_in",
    "console.appointments",
    "console.customers",
    "console.follow_ups",
    "console.repair_orders",
    "console.day_board",
    "console.bay_board",
    "console.my_work",
    "console.quality_checks",
    "console.looking",
    "console.part_requests",
    "console.additional_work",
    "console.media",
    "console.live",
    "console.bills",
    "console.outside_movements",
    "console.complaints",
    "console.coupons",
    "console.segments",
    "console.broadcasts",
    "console.send_tasks",
    "console.approvals",
    "console.reception",
    "console.search",
    "console.binding_requests",
    "console.mileage",
    "console.leavers",
    "console.telling",
    "console.parked_work",
    "console.policies",
)
JOBS = (
    "foundation.upkeep",
    "crm_core.dealerships.jobs",
    "foundation.owed",
    "crm_core.customers.jobs",
    "crm_core.messaging.jobs",
    "crm_core.appointments.jobs",
    "crm_core.repair_orders.jobs",
    "crm_core.coupons.jobs",
    "crm_core.payments.jobs",
    "crm_core.surveys.jobs",
    "crm_core.billing.jobs",
    "crm_core.approvals.jobs",
    "campaigns.contact_ways.jobs",
    "campaigns.broadcasts.jobs",
    "bot.jobs",
)

_is_wired = False


def wire(*, with_endpoints: bool = True) -> None:
    """Import what registers itself and subscribe who must hear of whom; safe to call twice.

    Worker and scheduler serve nobody and leave the endpoints out: that spares each of them a second.
    """
    global _is_wired
    for module in (*(ENDPOINTS if with_endpoints else ()), *JOBS):
        importlib.import_module(module)
    if _is_wired:
        return
    _subscribe()
    _give_buttons_their_verbs()
    for condition in _CONDITIONS_OF_MESSAGES:
        conditions.register(condition.__name__, condition)
    _is_wired = True


def _subscribe() -> None:
    """Down is a call, up is an event: these are all the ups."""
    subscribe_after_commit(CustomersMerged, _look_at_sessions_again)
    subscribe_after_commit(MergeUndone, _look_at_sessions_again)
    for kind in AppointmentEvent.__subclasses__():
        subscribe_after_commit(kind, _hint_board)
    for move in (_move_rows_of_customer, claim_merging.move_cars, coupon_merging.move_coupons):
        subscribe(CustomersMerged, move)
    for part in (claim_merging.part_cars, coupon_merging.unmark_sources):
        subscribe(MergeUndone, part)
    subscribe_after_commit(BindingRequested, _hint_board_of_claim)
    for follow in (planning, templates, extending, refunds, goodwill):
        subscribe(ApprovalDecided, follow.on_approval_decided)
    subscribe(CouponClaimed, attribution.on_claimed)
    subscribe(AppointmentRequested, attribution.on_booked)
    subscribe(OwnerArrived, attribution.on_arrived)
    subscribe(RepairOrderOpened, attribution.on_arrived)
    subscribe(CarCameAgain, leaving.on_car_came_again)
    subscribe(BillPaid, attribution.on_paid)
    subscribe(BillRefunded, attribution.on_refunded)
    subscribe(MarketingStopped, attribution.on_turned_away)
    subscribe(ConsentWithdrawn, attribution.on_turned_away)
    subscribe(ComplaintOpened, attribution.on_turned_away)
    subscribe(FriendLost, attribution.on_turned_away)
    subscribe(TemplateMoved, stopping.on_template_moved)
    for change in _CHANGES_WHO_IS_SENT_TO:
        subscribe(change, leaving_out.on_change)
    subscribe(FriendAdded, issuing.welcome_new_friend)
    subscribe(MemberRenamed, friendships.move_friends_of_double)
    subscribe(MemberJoined, inbox.take_up)
    subscribe(MemberRenamed, inbox.take_up)
    subscribe(PaymentSucceeded, paying.on_payment_succeeded)
    subscribe(RefundSucceeded, refunding.on_refund_succeeded)


# What must still be true when a message leaves, asked of the room it is about; message.toml names it under `holds`.
_CONDITIONS_OF_MESSAGES: tuple[Callable[[conditions.Said], Coroutine[Any, Any, bool]], ...] = (
    additional_work_stands,
    appointment_stands,
    approval_stands,
    bill_stands,
    binding_stands,
    complaint_stands,
    complaint_unresolved,
    coupon_stands,
    declined_task_stands,
    halt_stands,
    job_stands,
    outside_movement_stands,
    pick_list_stands,
    repair_order_stands,
    send_task_stands,
    survey_stands,
)

# What may bring about one of `campaigns.exclusions` while a mass message waits for its salesperson.
_CHANGES_WHO_IS_SENT_TO: tuple[type[Event], ...] = (
    MarketingStopped,
    ConsentWithdrawn,
    ComplaintOpened,
    FriendLost,
    AppointmentRequested,
    AppointmentConfirmed,
    OwnerArrived,
    RepairOrderOpened,
    HandOverOffered,
    VisitRecorded,
    CustomersMerged,
    CustomerEdited,
)

# Tables above `customers` that name a customer, and the columns that may stand only once for one; cars and coupons have
# rules of their own.
_ROWS_OF_CUSTOMERS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("service_visit", ()),
    ("appointment", ()),
    ("repair_order", ()),
    ("declined_work", ()),
    ("message", ()),
    ("phone_call", ()),
    ("bill", ()),
    ("hand_over", ()),
    ("payment", ()),
    ("refund", ()),
    ("survey", ()),
    ("complaint", ()),
    ("claim_ticket", ("coupon_template_id",)),
    ("broadcast_recipient", ("broadcast_id",)),
)


def _give_buttons_their_verbs() -> None:
    """What a press on a card's button calls."""
    cards.register("confirm", "appointment", appointments.confirm)
    cards.register("approve", "approval", approvals.approve)
    cards.register("reject", "approval", approvals.reject)
    cards.register("decline", "send_task", send_tasks.decline)
    cards.register("start", "job", repair_orders.start_job)
    cards.register("picked", "pick_list", repair_orders.parts_picked)
    cards.register("keep", "repair_order", repair_orders.keep_promise)
    cards.register("take", "complaint", complaints.take)


async def _look_at_sessions_again(event: CustomersMerged | MergeUndone) -> None:
    """Whoever is signed in as one of the two sees the record that is theirs now."""
    assert event.customer_id is not None
    await sessions.changed(event.customer_id, event.merged_id)


async def _hint_board(event: AppointmentEvent) -> None:
    """The advisor's day shows arrivals beside repair orders; those hint for themselves."""
    await live.publish(f"store:{event.store_id}:workshop", {"appointment_id": event.appointment_id})


async def _hint_board_of_claim(event: BindingRequested) -> None:
    """A new claim appears on the advisors' day."""
    await live.publish(f"store:{event.store_id}:workshop", {"binding_id": event.binding_id})


async def _move_rows_of_customer(event: CustomersMerged) -> None:
    for table, unique_on in _ROWS_OF_CUSTOMERS:
        await move_rows(event.merge_id, table, unique_on=unique_on)
