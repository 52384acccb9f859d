"""Tables of runs and of where a store drives."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from crm_core.valet.rules import RunKind, RunState
from foundation.keys import Key
from foundation.personal import GONE, HOUSE_RECORD, NO_LIST, NO_TEXT, Emptied, Moved, Personal, Shown
from foundation.table import Table


class ValetArea(Table):
    """取送范围: a part of town a store drives to."""

    id = fields.BigIntField(primary_key=True)
    store_id = Key("store")
    name = fields.CharField(max_length=20)
    """As it stands in an address: 南山区."""
    is_active = fields.BooleanField(default=True, db_default=True)

    class Meta:
        table = "valet_area"
        constraints = (UniqueConstraint(fields=("store_id", "name"), name="valet_area_once"),)


class ValetRun(Table):
    """取送车: one drive for one car. The runs that take a driver never overlap (an exclusion in SQL)."""

    id = fields.BigIntField(primary_key=True)
    store_id = Key("store")
    appointment_id = Key("appointment", null=True)
    """None of a rescue."""
    customer_id = Key("customer")
    vehicle_id = Key("vehicle", null=True)
    """None while nobody has seen the car of the booking."""
    kind = fields.CharEnumField(RunKind, max_length=8)
    state = fields.CharEnumField(RunState, max_length=10)
    address = fields.CharField(max_length=120)
    latitude = fields.FloatField(null=True)
    longitude = fields.FloatField(null=True)
    phone = fields.CharField(max_length=16)
    """Whom the driver calls at the address."""
    window_from = fields.DatetimeField()
    window_to = fields.DatetimeField()
    fee_fen = fields.BigIntField()
    """What the store asked for a run when it was booked."""
    code = fields.CharField(max_length=4)
    """Only the owner is shown it; whoever hands the car over tells it the driver."""
    driver_id = Key("staff", null=True)
    starts_at = fields.DatetimeField(null=True)
    ends_at = fields.DatetimeField(null=True)
    """From when to when the driver is not free for another run."""
    mileage_km = fields.IntField(null=True)
    photos: list[str] = fields.JSONField(default=list, db_default=[])
    """How the car looked when the driver took it, by their keys in the media store."""
    met_name = fields.CharField(max_length=20, default="", db_default="")
    met_phone = fields.CharField(max_length=16, default="", db_default="")
    """Who handed the car over at the address or received it there; empty if it was the owner."""
    signature = fields.CharField(max_length=80, default="", db_default="")
    """Theirs, by its key in the media store."""
    taken_at = fields.DatetimeField(null=True)
    ended_at = fields.DatetimeField(null=True)
    end_reason = fields.CharField(max_length=80, default="", db_default="")
    created_at = fields.DatetimeField()
    version = fields.IntField(default=1, db_default=1)

    personal = Personal(
        Moved(),
        Shown(
            "取送车",
            {"kind": "类别", "state": "状态", "address": "地址", "phone": "联系电话", "window_from": "约定时间"},
        ),
        HOUSE_RECORD,
        erase=Emptied(
            {
                "address": GONE,
                "phone": NO_TEXT,
                "photos": NO_LIST,
                "end_reason": NO_TEXT,
                "met_name": NO_TEXT,
                "met_phone": NO_TEXT,
                "signature": NO_TEXT,
                "latitude": "NULL",
                "longitude": "NULL",
            }
        ),
        over="t.ended_at",
        unfinished="t.ended_at IS NULL",
    )

    class Meta:
        table = "valet_run"
        indexes = (
            Index(fields=("store_id", "window_from")),
            Index(fields=("driver_id", "starts_at")),
            Index(fields=("customer_id",)),
            Index(fields=("vehicle_id",)),
        )
        constraints = (
            CheckConstraint(check="window_from < window_to", name="valet_run_window"),
            CheckConstraint(
                check="(state IN ('DELIVERED', 'FAILED', 'CANCELLED')) = (ended_at IS NOT NULL)", name="valet_run_ended"
            ),
            CheckConstraint(
                check="state NOT IN ('ASSIGNED', 'ON_THE_WAY', 'CAR_TAKEN', 'DELIVERED') "
                "OR (driver_id IS NOT NULL AND starts_at IS NOT NULL AND ends_at > starts_at)",
                name="valet_run_has_a_driver",
            ),
            CheckConstraint(
                check="state NOT IN ('CAR_TAKEN', 'DELIVERED') OR (taken_at IS NOT NULL AND mileage_km IS NOT NULL)",
                name="valet_run_taken",
            ),
            CheckConstraint(check="(kind = 'RESCUE') = (appointment_id IS NULL)", name="valet_run_of_a_booking"),
            CheckConstraint(check="(latitude IS NULL) = (longitude IS NULL)", name="valet_run_on_the_map"),
            CheckConstraint(check="fee_fen >= 0 AND mileage_km >= 0", name="valet_run_numbers"),
            UniqueConstraint(
                fields=("appointment_id", "kind"),
                name="valet_run_one_live_of_a_kind",
                condition="state IN ('PLANNED', 'ASSIGNED', 'ON_THE_WAY', 'CAR_TAKEN')",
            ),
        )
