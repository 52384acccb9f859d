"""The catalogue of service work and what it costs per model series."""

from enum import StrEnum

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from crm_core.dealerships.models import BayKind
from crm_core.pricing.fault_kinds import FaultKind
from crm_core.pricing.work_kinds import WorkKind
from foundation.keys import Key
from foundation.table import Table


class ServiceItem(Table):
    """A job with an operation code 工时代码: 小保养, 前刹车片…"""

    id = fields.BigIntField(primary_key=True)
    code = fields.CharField(max_length=20, unique=True)
    name = fields.CharField(max_length=40)
    minutes = fields.IntField()
    """Planned time in the bay."""
    bay_kind = fields.CharEnumField(BayKind, max_length=10)
    is_maintenance = fields.BooleanField(default=False)
    """Whether doing it restarts the service clock."""
    is_real_work = fields.BooleanField(default=True, db_default=True)
    """False for a wash, for example: a customer who came only for that does not count as active again."""
    is_bookable = fields.BooleanField(default=True)
    needs_road_test = fields.BooleanField(default=False)
    """Braking and steering work is road-tested by the inspector."""
    work_kind = fields.CharEnumField(WorkKind, max_length=8, default=WorkKind.SMALL, db_default=WorkKind.SMALL)
    """How long the house answers for it once it is done."""
    fault_kind = fields.CharEnumField(
        FaultKind, max_length=8, default=FaultKind.ORDINARY, db_default=FaultKind.ORDINARY
    )
    """What a repair of it that the maker pays counts as under the 三包 law."""
    has_ordered_part = fields.BooleanField(default=False, db_default=False)
    """Its part is made for one car (定制件); its shipping counts as no repair day."""
    part_number = fields.CharField(max_length=20, default="")
    is_active = fields.BooleanField(default=True, db_default=True)
    """False once nobody may choose it any more; what was promised with it stays priced."""

    class Meta:
        table = "service_item"


class ItemPrice(Table):
    """Quota hours and parts of a job. An empty series is for all models, no store is for all stores; a price may hold
    from a day or until one, both included.

    One price for each item, series, store and first day: the unique index counts empty values as equal.
    """

    id = fields.BigIntField(primary_key=True)
    item: fields.ForeignKeyRelation[ServiceItem] = fields.ForeignKeyField("wedealer.ServiceItem", related_name=False)
    item_id: int
    series = fields.CharField(max_length=20, default="")
    labour_centihours = fields.IntField()
    """Quota hours × 100: 0.8 h is 80."""
    parts_fen = fields.BigIntField()
    store_id = Key("store", null=True)
    valid_from = fields.DateField(null=True)
    valid_until = fields.DateField(null=True)
    is_active = fields.BooleanField(default=True, db_default=True)

    class Meta:
        table = "item_price"
        constraints = (CheckConstraint(check="valid_from <= valid_until", name="item_price_days"),)


class ServicePackage(Table):
    """套餐: several jobs at one price. An empty series is for all models, no store is for all stores."""

    id = fields.BigIntField(primary_key=True)
    name = fields.CharField(max_length=20)
    price_fen = fields.BigIntField()
    series = fields.CharField(max_length=20, default="", db_default="")
    store_id = Key("store", null=True)
    valid_from = fields.DateField(null=True)
    valid_until = fields.DateField(null=True)
    """Both days are included; empty is without end."""
    is_active = fields.BooleanField(default=True, db_default=True)

    class Meta:
        table = "service_package"
        constraints = (
            CheckConstraint(check="price_fen >= 0", name="service_package_is_a_price"),
            CheckConstraint(check="valid_from <= valid_until", name="service_package_days"),
        )


class ServicePackageItem(Table):
    """A job of a package."""

    id = fields.BigIntField(primary_key=True)
    package_id = Key("service_package")
    item_id = Key("service_item")
    is_active = fields.BooleanField(default=True, db_default=True)

    class Meta:
        table = "service_package_item"
        constraints = (UniqueConstraint(fields=("package_id", "item_id"), name="service_package_item_once"),)


class LabourKind(StrEnum):
    """What an hour of labour is charged as."""

    MECHANICAL = "MECHANICAL"
    BODY = "BODY"
    EV = "EV"


class LabourRate(Table):
    """The price of a labour hour in a store from a day on."""

    id = fields.BigIntField(primary_key=True)
    store_id = Key("store")
    kind = fields.CharEnumField(LabourKind, max_length=10)
    hour_fen = fields.BigIntField()
    valid_from = fields.DateField()
    is_active = fields.BooleanField(default=True, db_default=True)

    class Meta:
        table = "labour_rate"
        constraints = (
            UniqueConstraint(fields=("store_id", "kind", "valid_from"), name="labour_rate_once"),
            CheckConstraint(check="hour_fen >= 0", name="labour_rate_is_a_price"),
        )
