"""Tables of cars: what they are, whose they are, how far they ran, what was done to them."""

from datetime import date
from enum import StrEnum

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from crm_core.spelling.phone import KEPT_FORM
from crm_core.spelling.phone import LONGEST as LONGEST_PHONE
from crm_core.vehicles.expiry_rules import Expiry
from foundation.keys import Key, Upward
from foundation.personal import (
    HOUSE_RECORD,
    NO_TEXT,
    WORKSHOP_RECORD,
    Deleted,
    Emptied,
    Moved,
    OwnRule,
    Personal,
    Shown,
    Stays,
    WhileCustomer,
)
from foundation.table import Table


class Powertrain(StrEnum):
    """What drives the car."""

    PETROL = "PETROL"
    PHEV = "PHEV"
    BEV = "BEV"


class BindingRole(StrEnum):
    """OWNER decides and pays; USER (family, driver) only sees progress."""

    OWNER = "OWNER"
    USER = "USER"


class BindingState(StrEnum):
    """车辆绑定."""

    PENDING = "PENDING"
    BOUND = "BOUND"
    UNBOUND = "UNBOUND"


class VehicleModel(Table):
    """A trim of the catalogue, with its maker's service intervals."""

    id = fields.BigIntField(primary_key=True)
    code = fields.CharField(max_length=20, unique=True)
    series = fields.CharField(max_length=20)
    """For example `云帆X6`; also the short name in messages."""
    trim = fields.CharField(max_length=40)
    powertrain = fields.CharEnumField(Powertrain, max_length=8)
    guide_price_fen = fields.BigIntField()
    first_interval_km = fields.IntField(default=5_000)
    first_interval_months = fields.IntField(default=6)
    interval_km = fields.IntField(default=10_000)
    interval_months = fields.IntField(default=12)
    is_active = fields.BooleanField(default=True, db_default=True)
    """False once it is no longer offered where a model is chosen; cars of it stay."""

    class Meta:
        table = "vehicle_model"


def _keeps_its_plates(vehicle: str) -> str:
    """SQL condition: somebody else's car, or one of which the workshop has a record, keeps plates and number."""
    return (
        f"EXISTS (SELECT FROM ownership o WHERE o.vehicle_id = {vehicle} AND o.customer_id <> ALL({{customers}})) "
        f"OR EXISTS (SELECT FROM service_visit s WHERE s.vehicle_id = {vehicle}) "
        f"OR EXISTS (SELECT FROM repair_order r WHERE r.vehicle_id = {vehicle}) "
        f"OR EXISTS (SELECT FROM past_order r WHERE r.vehicle_id = {vehicle})"
    )


class Vehicle(Table):
    """A car; VIN is the key, the plate is an attribute that moves."""

    id = fields.BigIntField(primary_key=True)
    vin = fields.CharField(max_length=17, unique=True)
    plate = fields.CharField(max_length=10, default="")
    plate_valid_until = fields.DateField(null=True)
    """The last day of a temporary plate; the database takes it away with the plate."""
    model: fields.ForeignKeyRelation[VehicleModel] = fields.ForeignKeyField("wedealer.VehicleModel", related_name=False)
    model_id: int
    model_text = fields.CharField(max_length=40, default="", db_default="")
    """What a file called the model of a car that stands under 其他车型."""
    home_store_id = Key("store", null=True)
    delivered_on = fields.DateField(null=True)
    mileage_km = fields.IntField(default=0)
    mileage_on = fields.DateField(null=True)
    last_service_on = fields.DateField(null=True)
    next_service_due_on = fields.DateField(null=True)
    insurance_ends_on = fields.DateField(null=True)
    """Copied from the newest `ExpiryRecord`, or imported from an earlier system."""
    inspection_ends_on = fields.DateField(null=True)
    gone_reason = fields.CharField(max_length=20, default="")

    personal = Personal(
        Stays("a car is the same car whoever owns it"),
        Shown(
            "车辆",
            {
                "plate": "车牌",
                "plate_valid_until": "临时号牌有效期",
                "vin": "车架号",
                "mileage_km": "里程（公里）",
                "delivered_on": "交付日期",
                "insurance_ends_on": "保险到期",
            },
        ),
        WORKSHOP_RECORD,
        column="",
        erase=Emptied({"plate": NO_TEXT, "vin": "'DEL' || lpad(t.id::text, 14, '0')", "insurance_ends_on": "NULL"}),
        rows="t.id IN (SELECT o.vehicle_id FROM ownership o WHERE o.customer_id = ANY({customers}))",
        spared=_keeps_its_plates("t.id"),
    )

    class Meta:
        table = "vehicle"
        indexes = (Index(fields=("plate",)), Index(fields=("model_id", "insurance_ends_on")))
        constraints = (
            CheckConstraint(check="mileage_km BETWEEN 0 AND 999999", name="vehicle_mileage"),
            CheckConstraint(check="vin = upper(vin)", name="vehicle_vin_upper"),
            CheckConstraint(
                check="plate_valid_until IS NULL OR position('临' IN plate) > 0",
                name="vehicle_only_temporary_plates_end",
            ),
        )


class PastPlate(Table):
    """A plate a car wore, with its last day. The database writes it whenever the plate of a car is replaced
    (`vehicle_changes_its_plate`).
    """

    id = fields.BigIntField(primary_key=True)
    vehicle_id = Key("vehicle")
    plate = fields.CharField(max_length=10)
    until_on = fields.DateField()

    personal = Personal(
        Stays("the car wore it whoever owned it"),
        Shown("以前的车牌", {"plate": "车牌", "until_on": "到"}),
        WORKSHOP_RECORD,
        column="",
        erase=Deleted(),
        rows="t.vehicle_id IN (SELECT o.vehicle_id FROM ownership o WHERE o.customer_id = ANY({customers}))",
        spared=_keeps_its_plates("t.vehicle_id"),
    )

    class Meta:
        table = "past_plate"
        indexes = (Index(fields=("vehicle_id", "id")), Index(fields=("plate",)))
        constraints = (CheckConstraint(check="plate <> ''", name="past_plate_is_one"),)


class ExpiryRecord(Table):
    """The day on which a car's insurance or inspection runs out, as read from the paper. Rows never change; the newest
    counts.
    """

    id = fields.BigIntField(primary_key=True)
    vehicle_id = Key("vehicle")
    kind = fields.CharEnumField(Expiry, max_length=10)
    ends_on = fields.DateField()
    customer_id = Key("customer", null=True)
    """The owner who typed the date; null if a member of staff (`staff_id`) saw the paper."""
    staff_id = Key("staff", null=True)
    recorded_at = fields.DatetimeField()

    personal = Personal(
        Moved(),
        Shown("保险与年检日期", {"kind": "种类", "ends_on": "到期", "recorded_at": "登记时间"}),
        HOUSE_RECORD,
        erase=Deleted(),
        over="t.recorded_at",
    )

    class Meta:
        table = "expiry_record"
        indexes = (Index(fields=("vehicle_id", "kind", "id")), Index(fields=("customer_id",)))
        constraints = (
            CheckConstraint(check="(customer_id IS NULL) <> (staff_id IS NULL)", name="expiry_record_said_by_one"),
            CheckConstraint(
                check="kind <> 'INSPECTION' OR date_part('day', ends_on + 1) = 1",
                name="expiry_record_month_of_inspection",
            ),
        )


class Ownership(Table):
    """A person's tie to a car with dates; many to many over time."""

    id = fields.BigIntField(primary_key=True)
    vehicle: fields.ForeignKeyRelation[Vehicle] = fields.ForeignKeyField("wedealer.Vehicle", related_name=False)
    vehicle_id: int
    customer_id = Key("customer")
    role = fields.CharEnumField(BindingRole, max_length=8)
    filed_phone = fields.CharField(max_length=LONGEST_PHONE, default="")
    """The mobile filed with the car when it was sold or first serviced; with the VIN it proves an owner."""
    since_on = fields.DateField()
    until_on = fields.DateField(null=True)

    personal = Personal(
        OwnRule("crm_core.binding_requests.merging:move_cars"),
        Shown("名下车辆", {"role": "关系", "filed_phone": "登记手机号", "since_on": "从", "until_on": "到"}),
        WORKSHOP_RECORD,
        erase=Emptied({"filed_phone": NO_TEXT, "until_on": "coalesce(t.until_on, {today})"}),
        over="t.until_on",
    )

    class Meta:
        table = "ownership"
        indexes = (Index(fields=("customer_id",)), Index(fields=("filed_phone",)))
        constraints = (
            UniqueConstraint(
                fields=("vehicle_id", "customer_id"), name="ownership_one_live", condition="until_on IS NULL"
            ),
            CheckConstraint(
                check=f"filed_phone = '' OR filed_phone ~ '{KEPT_FORM}'", name="ownership_filed_phone_kept_form"
            ),
        )


class Binding(Table):
    """车辆绑定: a mini-program account may see and decide about a car."""

    id = fields.BigIntField(primary_key=True)
    vehicle: fields.ForeignKeyNullableRelation[Vehicle] = fields.ForeignKeyField(
        "wedealer.Vehicle", related_name=False, null=True
    )
    vehicle_id: int | None
    """The car; null while it is known only from the photo of its licence."""
    vin_last6 = fields.CharField(max_length=6, default="")
    """The last six characters of the VIN as the applicant typed them."""
    store_id = Key("store", null=True)
    """The store whose advisors decide about the request."""
    customer_id = Key("customer")
    role = fields.CharEnumField(BindingRole, max_length=8)
    state = fields.CharEnumField(BindingState, max_length=8)
    how = fields.CharField(max_length=20)
    """`phone_and_vin` or `licence`."""
    licence_media = fields.CharField(max_length=80, default="")
    """The photo of the 行驶证 a service advisor compares."""
    requested_at = fields.DatetimeField()
    bound_at = fields.DatetimeField(null=True)
    ended_at = fields.DatetimeField(null=True)
    end_reason = fields.CharField(max_length=80, default="")
    """Why an advisor refused it. `merge:3` means that merge 3 gave the customer a second binding to the same car, and
    this was the one to end.
    """
    version = fields.IntField(default=1)

    personal = Personal(
        OwnRule("crm_core.binding_requests.merging:move_cars"),
        Shown(
            "小程序车辆绑定",
            {"vin_last6": "车架号后六位", "state": "状态", "requested_at": "申请时间", "ended_at": "解绑时间"},
        ),
        WhileCustomer(),
        erase=Emptied(
            {
                "vin_last6": NO_TEXT,
                "licence_media": NO_TEXT,
                "state": "'UNBOUND'",
                "ended_at": "coalesce(t.ended_at, {now})",
            }
        ),
    )

    class Meta:
        table = "binding"
        indexes = (Index(fields=("customer_id", "state")), Index(fields=("store_id", "state")))
        constraints = (
            UniqueConstraint(
                fields=("vehicle_id", "customer_id"), name="binding_one_live", condition="state <> 'UNBOUND'"
            ),
            UniqueConstraint(
                fields=("customer_id", "vin_last6"),
                name="binding_one_request",
                condition="state = 'PENDING' AND vin_last6 <> ''",
            ),
            CheckConstraint(check="state <> 'BOUND' OR vehicle_id IS NOT NULL", name="binding_bound_to_a_car"),
        )


class StockCar(Table):
    """库存车: a car a store has, from its arrival until it leaves."""

    id = fields.BigIntField(primary_key=True)
    vehicle_id = Key("vehicle")
    store_id: int = Key("store")
    colour = fields.CharField(max_length=20, default="")
    arrived_on = fields.DateField()
    left_on: date | None = fields.DateField(null=True)

    class Meta:
        table = "stock_car"
        constraints = (
            UniqueConstraint(fields=("vehicle_id",), name="stock_car_one_live", condition="left_on IS NULL"),
            CheckConstraint(check="left_on >= arrived_on", name="stock_car_leaves_after_arriving"),
        )


class SafetyRecall(Table):
    """A car that the maker calls back 召回, as the maker's list names it. It may be a car nobody here has seen yet."""

    id = fields.BigIntField(primary_key=True)
    number = fields.CharField(max_length=40)
    vin = fields.CharField(max_length=17)
    title = fields.CharField(max_length=60)
    remedy = fields.CharField(max_length=120, default="", db_default="")
    published_on = fields.DateField()
    done_on: date | None = fields.DateField(null=True)
    is_active = fields.BooleanField(default=True, db_default=True)

    class Meta:
        table = "safety_recall"
        constraints = (
            UniqueConstraint(fields=("number", "vin"), name="safety_recall_once"),
            CheckConstraint(check="vin ~ '^[A-HJ-NPR-Z0-9]{17}$'", name="safety_recall_vin"),
            CheckConstraint(check="done_on >= published_on", name="safety_recall_done"),
        )


class OdometerReading(Table):
    """A mileage read on a day; the rate between readings predicts the next service."""

    id = fields.BigIntField(primary_key=True)
    vehicle: fields.ForeignKeyRelation[Vehicle] = fields.ForeignKeyField("wedealer.Vehicle", related_name=False)
    vehicle_id: int
    read_on = fields.DateField()
    km = fields.IntField()
    starts_new_series = fields.BooleanField(default=False)
    """True when the instrument was replaced or an earlier value was mistyped; carries a reason."""
    reason = fields.CharField(max_length=80, default="")
    is_doubted = fields.BooleanField(default=False, db_default=False)
    """An imported value below an earlier one: kept, and left out of every sum."""

    class Meta:
        table = "odometer_reading"
        indexes = (Index(fields=("vehicle_id", "read_on")),)
        constraints = (CheckConstraint(check="km BETWEEN 0 AND 999999", name="odometer_km"),)


class ServiceVisit(Table):
    """A closed visit, ours or imported: what the next due date and the customer's history are made of."""

    id = fields.BigIntField(primary_key=True)
    vehicle: fields.ForeignKeyRelation[Vehicle] = fields.ForeignKeyField("wedealer.Vehicle", related_name=False)
    vehicle_id: int
    customer_id = Key("customer", null=True)
    store_id = Key("store", null=True)
    repair_order_id = Upward("repair_order", null=True, unique=True)
    past_order_id = Upward("past_order", null=True, unique=True)
    """An order another program closed."""
    visited_on = fields.DateField()
    km = fields.IntField(null=True)
    """Null where a file did not say."""
    summary = fields.CharField(max_length=80)
    is_maintenance = fields.BooleanField(default=True)
    """A repair-only visit updates mileage but not the service clock."""
    is_real_work = fields.BooleanField(default=True, db_default=True)
    """False for a wash, a question or internal work: it is history, and does not count as a visit."""
    paid_fen = fields.BigIntField(default=0)
    """What the owner paid themselves, net of refunds."""

    personal = Personal(
        Moved(),
        Shown("到店记录", {"visited_on": "日期", "summary": "项目", "km": "里程（公里）", "paid_fen": "实付"}),
        WORKSHOP_RECORD,
        erase=Emptied(),
        over="t.visited_on",
    )

    class Meta:
        table = "service_visit"
        indexes = (Index(fields=("vehicle_id", "visited_on")), Index(fields=("customer_id", "visited_on")))
