"""Tables of service appointments."""

from datetime import timedelta

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from crm_core.appointments.rules import AppointmentState
from crm_core.dealerships.models import BayKind
from foundation.keys import Key, Upward
from foundation.personal import WORKSHOP_RECORD, Kept, Moved, Personal, Shown, Withheld
from foundation.table import Table


class Place(Table):
    """A place taken in the workshop: one arrival in a slot and one bay for a time.

    A hold and a booking are both places, so one set of constraints makes over-booking impossible whatever the code
    does: `arrival_no` is unique per store and slot, and a bay's times never overlap.
    """

    id = fields.BigIntField(primary_key=True)
    store_id = Key("store")
    slot_at = fields.DatetimeField()
    """Start of the half-hour slot."""
    arrival_no = fields.IntField()
    """1 … bookable places of the slot."""
    bay_id = Key("bay")
    ends_at = fields.DatetimeField()
    held_for_customer_id = Key("customer", null=True)
    held_until = fields.DatetimeField(null=True)
    """Set while the owner is still filling in the booking; null once booked."""
    appointment_id = Key("appointment", null=True)

    personal = Personal(
        Moved(is_only_one=True),
        Withheld("lasts ten minutes; the appointment is shown"),
        Kept(timedelta(0), "the end of the hold", "deleted when the hold ends or becomes a booking"),
        column="held_for_customer_id",
    )

    class Meta:
        table = "appointment_place"
        unique_together = (("store_id", "slot_at", "arrival_no"),)
        indexes = (Index(fields=("held_until",)),)
        constraints = (
            CheckConstraint(check="ends_at > slot_at", name="place_has_length"),
            CheckConstraint(check="arrival_no >= 1", name="place_number"),
            CheckConstraint(check="(held_until IS NULL) <> (appointment_id IS NULL)", name="place_is_held_or_booked"),
            UniqueConstraint(
                fields=("appointment_id",), name="place_one_per_appointment", condition="appointment_id IS NOT NULL"
            ),
            UniqueConstraint(
                fields=("held_for_customer_id",),
                name="place_one_hold_per_customer",
                condition="held_until IS NOT NULL",
            ),
        )


class Appointment(Table):
    """服务预约: a promise of a slot to an owner for a car."""

    id = fields.BigIntField(primary_key=True)
    store_id = Key("store")
    customer_id = Key("customer")
    vehicle_id = Key("vehicle")
    starts_at = fields.DatetimeField()
    minutes = fields.IntField()
    bay_kind = fields.CharEnumField(BayKind, max_length=10)
    state = fields.CharEnumField(AppointmentState, max_length=10)
    source = fields.CharField(max_length=20)
    """`mini_program`, `console`, `bot`."""
    note = fields.CharField(max_length=200, default="")
    waits_on_site = fields.BooleanField(default=False)
    coupon_id = Key("coupon", null=True)
    campaign_token = fields.CharField(max_length=40, default="")
    """The send that brought the owner, for attribution."""
    confirm_by = fields.DatetimeField()
    advisor_id = Key("staff", null=True)
    confirmed_at = fields.DatetimeField(null=True)
    arrived_at = fields.DatetimeField(null=True)
    ended_at = fields.DatetimeField(null=True)
    end_reason = fields.CharField(max_length=80, default="")
    reschedule_count = fields.IntField(default=0)
    repair_order_id = Upward("repair_order", null=True, unique=True)
    created_at = fields.DatetimeField()
    version = fields.IntField(default=1)

    personal = Personal(Moved(), Shown("预约"), WORKSHOP_RECORD)

    class Meta:
        table = "appointment"
        indexes = (
            Index(fields=("store_id", "starts_at")),
            Index(fields=("customer_id", "starts_at")),
            Index(fields=("state", "starts_at")),
        )
        constraints = (
            CheckConstraint(check="minutes BETWEEN 5 AND 600", name="appointment_minutes"),
            CheckConstraint(
                check="state <> 'REQUESTED' OR confirm_by <= starts_at", name="appointment_confirmed_before_it_starts"
            ),
            UniqueConstraint(
                fields=("vehicle_id",),
                name="appointment_one_live_per_vehicle",
                condition="state IN ('REQUESTED', 'CONFIRMED', 'ARRIVED')",
            ),
        )


class AppointmentItem(Table):
    """What the owner wants done, with the price he was shown."""

    id = fields.BigIntField(primary_key=True)
    appointment: fields.ForeignKeyRelation[Appointment] = fields.ForeignKeyField(
        "wedealer.Appointment", related_name=False
    )
    appointment_id: int
    item_id = Key("service_item")
    name = fields.CharField(max_length=20)
    minutes = fields.IntField()
    labour_fen = fields.BigIntField()
    parts_fen = fields.BigIntField()

    class Meta:
        table = "appointment_item"
        unique_together = (("appointment", "item_id"),)
