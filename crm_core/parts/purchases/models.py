"""Tables of purchase orders."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from crm_core.parts.purchases.rules import PurchaseState
from foundation.keys import Key
from foundation.table import Table


class Supplier(Table):
    """供应商: from whom parts are bought."""

    id = fields.BigIntField(primary_key=True)
    name = fields.CharField(max_length=40, unique=True)
    lead_days = fields.IntField(default=2, db_default=2)
    """After how many days a delivery usually comes."""
    is_active = fields.BooleanField(default=True, db_default=True)

    class Meta:
        table = "supplier"
        constraints = (CheckConstraint(check="lead_days BETWEEN 0 AND 180", name="supplier_lead_days"),)


class PurchaseOrder(Table):
    """采购单: parts that a store orders from one supplier."""

    id = fields.BigIntField(primary_key=True)
    store_id = Key("store")
    supplier_id = Key("supplier")
    state = fields.CharEnumField(PurchaseState, max_length=14)
    note = fields.CharField(max_length=120, default="", db_default="")
    made_by = Key("staff")
    made_at = fields.DatetimeField()
    ordered_by = Key("staff", null=True)
    ordered_at = fields.DatetimeField(null=True)
    ended_at = fields.DatetimeField(null=True)
    version = fields.IntField(default=1, db_default=1)

    class Meta:
        table = "purchase_order"
        indexes = (Index(fields=("store_id", "state")),)
        constraints = (
            CheckConstraint(
                check="(state IN ('ARRIVED', 'CANCELLED')) = (ended_at IS NOT NULL)", name="purchase_order_ended"
            ),
            CheckConstraint(
                check="state IN ('DRAFT', 'CANCELLED') OR (ordered_at IS NOT NULL AND ordered_by IS NOT NULL)",
                name="purchase_order_ordered",
            ),
        )


class PurchaseLine(Table):
    """One part of a purchase order: how many pieces, at which price, expected when, and how many came."""

    id = fields.BigIntField(primary_key=True)
    purchase_id = Key("purchase_order")
    part_id = Key("part")
    quantity = fields.IntField()
    arrived = fields.IntField(default=0, db_default=0)
    cost_fen = fields.BigIntField()
    """What one piece costs."""
    eta = fields.DatetimeField(null=True)
    """预计到货; NULL until it is ordered."""
    reason = fields.CharField(max_length=80, default="", db_default="")
    """Why it was proposed, if it was."""

    class Meta:
        table = "purchase_line"
        indexes = (Index(fields=("part_id",)),)
        constraints = (
            UniqueConstraint(fields=("purchase_id", "part_id"), name="purchase_line_once"),
            CheckConstraint(check="quantity > 0", name="purchase_line_quantity"),
            CheckConstraint(check="arrived BETWEEN 0 AND quantity", name="purchase_line_arrived"),
            CheckConstraint(check="cost_fen >= 0", name="purchase_line_cost"),
        )


class DeliveryHold(Table):
    """订货留件: pieces on their way that a booking was promised. When they come they are a hold on the shelf."""

    id = fields.BigIntField(primary_key=True)
    purchase_line_id = Key("purchase_line")
    about = fields.CharField(max_length=60)
    """`appointment:5` or `repair_order:12`."""
    quantity = fields.IntField()
    held_at = fields.DatetimeField()

    class Meta:
        table = "delivery_hold"
        indexes = (Index(fields=("about",)),)
        constraints = (
            UniqueConstraint(fields=("purchase_line_id", "about"), name="delivery_hold_once"),
            CheckConstraint(check="quantity > 0", name="delivery_hold_quantity"),
        )
