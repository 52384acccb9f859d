"""The tables of service appointments."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from crm_core.appointments.rules import AppointmentState
from crm_core.dealerships.models import BayKind
from crm_core.promised_times.models import PromisedTime
from foundation.keys import Key, Upward
from foundation.personal import HOUSE_RECORD, NO_TEXT, Emptied, Moved, Personal, Shown
from foundation.table import Table


class Place(Table):
    """What a promised time takes of the workshop: one arrival in a slot, and one bay for the time of the work.

    A held time has a place like a promised one, so the same constraints make over-booking impossible, whatever the code
    does: `arrival_no` is unique per store and slot, and the times of a bay never overlap.
    """

    id = fields.BigIntField(primary_key=True)
    promised_time: fields.OneToOneRelation[PromisedTime] = fields.OneToOneField(
        "wedealer.PromisedTime", related_name=False
    )
    promised_time_id: int
    """Deleting the promised time deletes the place."""
    store_id = Key("store")
    slot_at = fields.DatetimeField()
    """Start of the half-hour slot."""
    arrival_no = fields.IntField()
    """From 1 to the number of bookable places of the slot."""
    bay_kind = fields.CharEnumField(BayKind, max_length=10, db_default=BayKind.GENERAL)
    """What the work needs; a quick job may be seated in a general bay."""
    bay_id = Key("bay", null=True)
    """Where the work is seated, until a later booking moves it to make room. None if the workshop is so late that no
    bay is left for it, or once the car is in the workshop.
    """
    is_in_the_plan = fields.BooleanField(default=True, db_default=True)
    """Whether it takes bay and technician: until the repair order of the car does so."""
    ends_at = fields.DatetimeField()
    """When the bay is free again."""

    class Meta:
        table = "appointment_place"
        unique_together = (("store_id", "slot_at", "arrival_no"),)
        constraints = (
            CheckConstraint(check="ends_at > slot_at", name="place_has_length"),
            CheckConstraint(check="arrival_no >= 1", name="place_number"),
            CheckConstraint(check="is_in_the_plan OR bay_id IS NULL", name="place_in_the_plan_has_the_bay"),
        )


class Appointment(Table):
    """服务预约: a promise of a slot to an owner for a car."""

    id = fields.BigIntField(primary_key=True)
    store_id = Key("store")
    customer_id = Key("customer")
    vehicle_id = Key("vehicle", null=True)
    """The car; null until somebody has read its VIN: a visitor or a caller only gives a plate and a model."""
    given_plate = fields.CharField(max_length=10, default="")
    """Empty when a caller does not know it, or the car has none yet: on the day they are known by name and phone."""
    given_model_id = Key("vehicle_model", null=True)
    starts_at = fields.DatetimeField()
    minutes = fields.IntField()
    bay_kind = fields.CharEnumField(BayKind, max_length=10)
    state = fields.CharEnumField(AppointmentState, max_length=10)
    source = fields.CharField(max_length=20)
    """`mini_program`, `console`, `phone` (a stranger, booked by the desk), `bot`, `program` (another
    program by its API key), `import`."""
    note = fields.CharField(max_length=200, default="")
    waits_on_site = fields.BooleanField(default=False)
    coupon_id = Key("coupon", null=True)
    campaign_token = fields.CharField(max_length=40, default="")
    """The token of the campaign send that brought the owner, for attribution."""
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

    personal = Personal(
        Moved(),
        Shown("预约", {"starts_at": "时间", "state": "状态", "note": "备注", "created_at": "预约时间"}),
        HOUSE_RECORD,
        erase=Emptied(
            {"note": NO_TEXT, "end_reason": NO_TEXT, "given_plate": "CASE WHEN t.given_plate = '' THEN '' ELSE '-' END"}
        ),
        over="coalesce(t.ended_at, t.starts_at)",
        unfinished="t.state IN ('REQUESTED', 'CONFIRMED', 'ARRIVED')",
    )

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
                check="vehicle_id IS NOT NULL OR given_model_id IS NOT NULL",
                name="appointment_names_a_car",
            ),
            CheckConstraint(
                check="state <> 'CONVERTED' OR vehicle_id IS NOT NULL", name="appointment_received_with_its_car"
            ),
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
    """What the owner wants done, with the price they were shown."""

    id = fields.BigIntField(primary_key=True)
    appointment: fields.ForeignKeyRelation[Appointment] = fields.ForeignKeyField(
        "wedealer.Appointment", related_name=False
    )
    appointment_id: int
    item_id = Key("service_item")
    name = fields.CharField(max_length=40)
    minutes = fields.IntField()
    labour_fen = fields.BigIntField()
    parts_fen = fields.BigIntField()
    package_id = Key("service_package", null=True)
    """The package it was booked in; then labour and parts are its share of the package's price."""

    class Meta:
        table = "appointment_item"
        unique_together = (("appointment", "item_id"),)
