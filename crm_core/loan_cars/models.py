"""Tables of loan cars and of who has them."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from crm_core.loan_cars.rules import LendingState
from foundation.keys import Key
from foundation.personal import HOUSE_RECORD, NO_LIST, NO_TEXT, Emptied, Moved, Personal, Shown
from foundation.table import Table


class LoanCar(Table):
    """代步车 of a store."""

    id = fields.BigIntField(primary_key=True)
    store_id = Key("store")
    plate = fields.CharField(max_length=12)
    model = fields.CharField(max_length=30)
    """In words: 云帆X3 白色."""
    is_electric = fields.BooleanField(default=False, db_default=False)
    mileage_km = fields.IntField(default=0, db_default=0)
    """As it was at the last hand-out or return."""
    is_active = fields.BooleanField(default=True, db_default=True)

    class Meta:
        table = "loan_car"
        constraints = (
            UniqueConstraint(fields=("plate",), name="loan_car_once"),
            CheckConstraint(check="mileage_km BETWEEN 0 AND 999999", name="loan_car_mileage"),
        )
        indexes = (Index(fields=("store_id",)),)


class Lending(Table):
    """借车: a loan car for one visit. Those that take a car never overlap (an exclusion in SQL)."""

    id = fields.BigIntField(primary_key=True)
    store_id = Key("store")
    loan_car_id = Key("loan_car")
    customer_id = Key("customer")
    appointment_id = Key("appointment", null=True)
    repair_order_id = Key("repair_order", null=True)
    """The order of the visit; of one lent with a booking, once it was opened."""
    state = fields.CharEnumField(LendingState, max_length=10)
    starts_at = fields.DatetimeField()
    ends_at = fields.DatetimeField()
    """When it is to be back."""
    driver = fields.CharField(max_length=20, default="", db_default="")
    """Who drives, by the licence that was shown."""
    licence_valid_until = fields.DateField(null=True)
    agreement = fields.CharField(max_length=200, default="", db_default="")
    """What was agreed: 押金, 保险, 违章."""
    out_at = fields.DatetimeField(null=True)
    out_by = Key("staff", null=True)
    out_mileage_km = fields.IntField(null=True)
    out_energy_percent = fields.IntField(null=True)
    out_marks = fields.CharField(max_length=200, default="", db_default="")
    out_photos: list[str] = fields.JSONField(default=list, db_default=[])
    """Keys in the media store."""
    back_at = fields.DatetimeField(null=True)
    back_to = Key("staff", null=True)
    back_mileage_km = fields.IntField(null=True)
    back_energy_percent = fields.IntField(null=True)
    back_marks = fields.CharField(max_length=200, default="", db_default="")
    """What is new since the hand-out."""
    back_photos: list[str] = fields.JSONField(default=list, db_default=[])
    cancelled_at = fields.DatetimeField(null=True)
    end_reason = fields.CharField(max_length=80, default="", db_default="")
    created_by = Key("staff")
    created_at = fields.DatetimeField()
    version = fields.IntField(default=1, db_default=1)

    personal = Personal(
        Moved(),
        Shown(
            "代步车",
            {
                "starts_at": "取车时间",
                "ends_at": "还车时间",
                "state": "状态",
                "driver": "驾驶人",
                "agreement": "约定",
                "out_mileage_km": "取车里程（公里）",
                "back_mileage_km": "还车里程（公里）",
            },
        ),
        HOUSE_RECORD,
        erase=Emptied(
            {
                "driver": NO_TEXT,
                "agreement": NO_TEXT,
                "out_photos": NO_LIST,
                "back_photos": NO_LIST,
                "out_marks": NO_TEXT,
                "back_marks": NO_TEXT,
                "end_reason": NO_TEXT,
            }
        ),
        over="coalesce(t.back_at, t.cancelled_at)",
        unfinished="t.back_at IS NULL AND t.cancelled_at IS NULL",
    )

    class Meta:
        table = "lending"
        indexes = (
            Index(fields=("store_id", "starts_at")),
            Index(fields=("customer_id",)),
            Index(fields=("appointment_id",)),
            Index(fields=("repair_order_id",)),
        )
        constraints = (
            CheckConstraint(check="starts_at < ends_at", name="lending_times"),
            CheckConstraint(
                check="appointment_id IS NOT NULL OR repair_order_id IS NOT NULL", name="lending_for_a_visit"
            ),
            CheckConstraint(
                check="(state IN ('OUT', 'RETURNED')) = (out_at IS NOT NULL) AND (out_at IS NULL "
                "OR (out_by IS NOT NULL AND out_mileage_km IS NOT NULL AND out_energy_percent IS NOT NULL "
                "AND licence_valid_until IS NOT NULL))",
                name="lending_handed_out",
            ),
            CheckConstraint(
                check="(state = 'RETURNED') = (back_at IS NOT NULL) AND (back_at IS NULL "
                "OR (back_to IS NOT NULL AND back_mileage_km >= out_mileage_km AND back_energy_percent IS NOT NULL))",
                name="lending_returned",
            ),
            CheckConstraint(check="(state = 'CANCELLED') = (cancelled_at IS NOT NULL)", name="lending_cancelled"),
            CheckConstraint(
                check="out_energy_percent BETWEEN 0 AND 100 AND back_energy_percent BETWEEN 0 AND 100",
                name="lending_levels",
            ),
            UniqueConstraint(fields=("loan_car_id",), name="lending_out_once", condition="state = 'OUT'"),
            UniqueConstraint(
                fields=("appointment_id",),
                name="lending_one_of_a_booking",
                condition="state IN ('PLANNED', 'OUT')",
            ),
            UniqueConstraint(
                fields=("repair_order_id",),
                name="lending_one_of_an_order",
                condition="state IN ('PLANNED', 'OUT')",
            ),
        )
