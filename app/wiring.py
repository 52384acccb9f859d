"""Every subscription to events on one page; what registers itself is found by its place (`app.rooms`).

Imported by the web, worker and scheduler processes alike, so that an event recorded anywhere finds its listeners.
"""

import importlib

from app import check, rooms
from bot import inbox
from campaigns.broadcasts import attribution, drafting, leaving_out, library, stopping
from campaigns.group_posts import drafting as group_posts
from campaigns.moments import drafting as moments
from campaigns.standing_plans import service as standing_plans
from campaigns.waking.loop.call_list import worth_a_call
from crm_core.appointments import selling as appointments_selling
from crm_core.appointments.events import (
    AppointmentCancelled,
    AppointmentConfirmed,
    AppointmentEvent,
    AppointmentExpired,
    AppointmentRequested,
    AppointmentRescheduled,
    OwnerArrived,
    OwnerDidNotCome,
)
from crm_core.approvals import deputies
from crm_core.approvals.events import ApprovalDecided
from crm_core.arrivals.events import CarAtGate
from crm_core.authorised_persons import ending as persons_ending
from crm_core.authorised_persons import merging as person_merging
from crm_core.authorised_persons.events import PersonEnded
from crm_core.bill_disputes import disputing
from crm_core.bill_disputes.events import DisputeMoved
from crm_core.billing import paying, refunding
from crm_core.billing.events import BillConfirmed, BillPaid, BillRefunded, BillSent
from crm_core.binding_requests import merging as binding_merging
from crm_core.binding_requests.events import BindingRequested, VehicleSold, VehicleUnbound
from crm_core.coupons import ending as coupons_ending
from crm_core.coupons import extending, issuing, templates, voiding
from crm_core.coupons import merging as coupon_merging
from crm_core.coupons.events import CouponClaimed, TemplateMoved
from crm_core.custom_fields import values as custom_values
from crm_core.customers import friendships
from crm_core.customers.events import (
    ConsentWithdrawn,
    CustomerEdited,
    CustomersMerged,
    FriendAdded,
    FriendLost,
    MarketingStopped,
    MergeUndone,
    QuietHoursChanged,
    VisitRecorded,
)
from crm_core.dealerships import sessions
from crm_core.dealerships.events import AuditFoundBroken, DeputyEnded, DeputyNamed, MemberJoined, MemberRenamed
from crm_core.deposits import service as deposits
from crm_core.documents import issuing as documents_issuing
from crm_core.documents import of_things as documents_of_things
from crm_core.exports import asking as exports_asking
from crm_core.loan_cars import planning as loan_cars
from crm_core.loan_cars.events import LendingEvent, LendingStepped
from crm_core.monthly_accounts import service as monthly_accounts
from crm_core.payments import refunds
from crm_core.payments.events import PaymentSucceeded, RefundEnded, RefundSucceeded
from crm_core.privacy import merging as privacy_merging
from crm_core.privacy import notices as privacy_notices
from crm_core.receivables import service as receivables
from crm_core.repair_orders import discounting, goodwill
from crm_core.repair_orders import queries as repair_orders
from crm_core.repair_orders import selling as orders_selling
from crm_core.repair_orders.afterwards import feedback
from crm_core.repair_orders.events import (
    AdditionalWorkDecided,
    CarCameAgain,
    EstimateAuthorised,
    EstimateSent,
    InspectionConfirmed,
    OwnerLeftUnrepaired,
    QualityChecked,
    RepairOrderDelivered,
    RepairOrderOpened,
    RepairOrderVoided,
)
from crm_core.repair_orders.hand_over import leaving
from crm_core.repair_orders.hand_over.events import HandOverOffered
from crm_core.repair_orders.later_discounts import giving as later_discounts
from crm_core.settings import connections
from crm_core.surveys.events import ComplaintOpened, ComplaintStepped, SurveySubmitted
from crm_core.tasks import following, worth
from crm_core.valet import asking as valet
from crm_core.valet.events import RunEvent
from crm_core.webhooks import catalogue as webhook_catalogue
from crm_core.webhooks import telling as webhook_telling
from foundation import live
from foundation.events import Event, subscribe, subscribe_after_commit

_is_wired = False
_has_endpoints = False


def wire(*, with_endpoints: bool = True) -> None:
    """Import the modules that register themselves, and make all subscriptions; safe to call twice.

    Worker and scheduler answer no requests and leave the endpoints out, which saves each of them a second.
    """
    global _is_wired, _has_endpoints
    if _is_wired and (_has_endpoints or not with_endpoints):
        return
    doors = [*rooms.findables(), *rooms.parked(), *rooms.setting_lists(), *rooms.endpoints()] if with_endpoints else []
    found = (*rooms.jobs(), *rooms.conditions(), *rooms.billables(), *rooms.ways_out(), *rooms.buttons())
    for module in (*doors, *found, *rooms.exportables(), *rooms.estates(), *rooms.workloads()):
        importlib.import_module(module)
    if not _is_wired:
        _subscribe()
    _is_wired, _has_endpoints = True, with_endpoints


def _subscribe() -> None:
    """A room calls the rooms below it; the rooms above it hear of its events. These are all such subscriptions."""
    connections.tested_by(check.tested)
    worth.decided_by(worth_a_call)
    subscribe_after_commit(CustomersMerged, _look_at_sessions_again)
    subscribe_after_commit(MergeUndone, _look_at_sessions_again)
    for kind in AppointmentEvent.__subclasses__():
        subscribe_after_commit(kind, _hint_board)
    for move in (
        binding_merging.move_cars,
        person_merging.move_persons,
        coupon_merging.move_coupons,
        privacy_merging.move_requests,
    ):
        subscribe(CustomersMerged, move)
    for part in (binding_merging.part_cars, person_merging.part_persons, coupon_merging.unmark_sources):
        subscribe(MergeUndone, part)
    subscribe_after_commit(BindingRequested, _hint_board_of_binding_request)
    subscribe_after_commit(CarAtGate, _hint_board_of_gate)
    subscribe(VehicleUnbound, persons_ending.on_unbound)
    # The order matters: first a sale may be refused, then appointments release their coupons, then the coupons end.
    for end in (orders_selling.on_sold, appointments_selling.on_sold, _end_coupons_of_car):
        subscribe(VehicleSold, end)
    subscribe(VehicleSold, _forget_what_was_noted)
    subscribe_after_commit(PersonEnded, _close_open_pages)
    subscribe_after_commit(VehicleUnbound, _close_open_pages)
    for follow in (
        drafting,
        standing_plans,
        moments,
        group_posts,
        templates,
        extending,
        voiding,
        refunds,
        refunding,
        goodwill,
        discounting,
        later_discounts,
        exports_asking,
    ):
        subscribe(ApprovalDecided, follow.on_approval_decided)
    subscribe(ApprovalDecided, library.on_approval_decided)
    subscribe(CouponClaimed, attribution.on_claimed)
    subscribe(AppointmentRequested, attribution.on_booked)
    subscribe(OwnerArrived, attribution.on_arrived)
    subscribe(RepairOrderOpened, attribution.on_arrived)
    subscribe(CarCameAgain, leaving.on_car_came_again)
    for booked in (AppointmentRequested, AppointmentConfirmed):
        subscribe(booked, following.on_booked)
    for ended in (AppointmentCancelled, AppointmentExpired, OwnerDidNotCome):
        subscribe(ended, following.on_unbooked)
    for called_off in (AppointmentCancelled, AppointmentExpired, OwnerDidNotCome):
        subscribe(called_off, valet.on_called_off)
    subscribe(AppointmentRescheduled, valet.on_rescheduled)
    subscribe(AppointmentRescheduled, loan_cars.on_rescheduled)
    for called_off in (AppointmentCancelled, AppointmentExpired, OwnerDidNotCome):
        subscribe(called_off, loan_cars.on_called_off)
    subscribe(RepairOrderOpened, loan_cars.on_opened)
    subscribe(RepairOrderVoided, loan_cars.on_order_ended)
    subscribe(OwnerLeftUnrepaired, loan_cars.on_order_ended)
    for lent in LendingEvent.__subclasses__():
        subscribe_after_commit(lent, _hint_board_of_lending)
    for step in RunEvent.__subclasses__():
        subscribe_after_commit(step, _hint_board_of_run)
    subscribe(RepairOrderOpened, following.on_order_opened)
    subscribe(VehicleSold, following.on_sold)
    subscribe(MarketingStopped, following.on_marketing_stopped)
    subscribe(InspectionConfirmed, documents_issuing.on_inspection_signed)
    subscribe(EstimateSent, documents_issuing.on_estimate_sent)
    subscribe(EstimateAuthorised, documents_issuing.on_authorised)
    subscribe(AdditionalWorkDecided, documents_issuing.on_additional_work_decided)
    subscribe(QualityChecked, documents_issuing.on_quality_checked)
    subscribe(BillConfirmed, documents_issuing.on_bill_confirmed)
    subscribe(BillPaid, documents_issuing.on_bill_paid)
    subscribe(DisputeMoved, documents_issuing.on_dispute_moved)
    subscribe(RepairOrderDelivered, documents_issuing.on_delivered)
    subscribe(LendingStepped, documents_of_things.on_lending_stepped)
    subscribe(BillConfirmed, receivables.on_bill_confirmed)
    subscribe(BillSent, disputing.on_bill_sent)
    subscribe(BillPaid, attribution.on_paid)
    subscribe(BillRefunded, attribution.on_refunded)
    subscribe(MarketingStopped, attribution.on_turned_away)
    subscribe(ConsentWithdrawn, attribution.on_turned_away)
    subscribe(ComplaintOpened, attribution.on_turned_away)
    subscribe(SurveySubmitted, feedback.on_survey_submitted)
    subscribe(ComplaintStepped, feedback.on_complaint_stepped)
    subscribe(FriendLost, attribution.on_turned_away)
    subscribe(TemplateMoved, stopping.on_template_moved)
    for change in _CHANGES_WHO_IS_SENT_TO:
        subscribe(change, leaving_out.on_change)
    subscribe(FriendAdded, issuing.welcome_new_friend)
    subscribe(MemberRenamed, friendships.move_friends_of_double)
    subscribe(DeputyNamed, deputies.on_named)
    subscribe(DeputyEnded, deputies.on_ended)
    subscribe(AuditFoundBroken, privacy_notices.tell_of_broken_audit)
    subscribe(MemberJoined, inbox.take_up)
    subscribe(MemberRenamed, inbox.take_up)
    subscribe(PaymentSucceeded, paying.on_payment_succeeded)
    subscribe(PaymentSucceeded, deposits.on_payment_succeeded)
    subscribe(PaymentSucceeded, documents_of_things.on_payment_succeeded)
    subscribe(RefundSucceeded, refunding.on_refund_succeeded)
    subscribe(RefundSucceeded, monthly_accounts.on_refund_succeeded)
    subscribe(RefundSucceeded, documents_of_things.on_refund_succeeded)
    subscribe(RefundSucceeded, deposits.on_refund_succeeded)
    subscribe(RefundEnded, deposits.on_refund_ended)
    for offered in webhook_catalogue.OFFERED:
        subscribe(offered.event, webhook_telling.on_event)


# Events after which one of `campaigns.exclusions` may apply while a mass message waits for its salesperson.
_CHANGES_WHO_IS_SENT_TO: tuple[type[Event], ...] = (
    MarketingStopped,
    ConsentWithdrawn,
    QuietHoursChanged,
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


async def _look_at_sessions_again(event: CustomersMerged | MergeUndone) -> None:
    """After a merge, sessions of either customer record show the record that was kept."""
    assert event.customer_id is not None
    await sessions.changed(event.customer_id, event.merged_id)


async def _hint_board(event: AppointmentEvent) -> None:
    """The advisor's day also shows arrivals, so it is told of them; repair orders send their own hints."""
    await live.publish(f"store:{event.store_id}:workshop", {"appointment_id": event.appointment_id})


async def _end_coupons_of_car(event: VehicleSold) -> None:
    """End the coupons of a sold car. Done here since neither of the two rooms may import the other."""
    assert event.customer_id is not None
    await coupons_ending.end_of_car(event.vehicle_id, event.customer_id, appointments_selling.SOLD)


async def _forget_what_was_noted(event: VehicleSold) -> None:
    """Forget what stores noted about a car's previous owner: the next owner must not see it."""
    await custom_values.forget_personal(event.vehicle_id)


async def _close_open_pages(event: PersonEnded | VehicleUnbound) -> None:
    """A person who lost access may still have the visit's page open: it reads again, is refused and closes."""
    for repair_order_id in await repair_orders.in_workshop(event.vehicle_id):
        await live.publish(f"repair_order:{repair_order_id}", {"vehicle_id": event.vehicle_id})


async def _hint_board_of_run(event: RunEvent) -> None:
    """The calendar of drivers reads again."""
    await live.publish(f"store:{event.store_id}:workshop", {"valet_run_id": event.valet_run_id})


async def _hint_board_of_lending(event: LendingEvent) -> None:
    """The calendar of loan cars and the advisor's day read again."""
    await live.publish(f"store:{event.store_id}:workshop", {"lending_id": event.lending_id})


async def _hint_board_of_gate(event: CarAtGate) -> None:
    """The desk sees at once who is at the gate."""
    await live.publish(f"store:{event.store_id}:workshop", {"gate_arrival_id": event.gate_arrival_id})


async def _hint_board_of_binding_request(event: BindingRequested) -> None:
    """A new binding request appears on the advisors' day."""
    await live.publish(f"store:{event.store_id}:workshop", {"binding_id": event.binding_id})
