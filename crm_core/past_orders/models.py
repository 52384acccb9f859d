"""Tables of orders that were closed before our time."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from crm_core.billing.rules import Payer
from foundation.keys import Key
from foundation.personal import NO_TEXT, WORKSHOP_RECORD, Emptied, Moved, Part, Personal, Shown
from foundation.table import Table


class PastOrder(Table):
    """A closed order of another program. Amounts in fen, as it had them."""

    id = fields.BigIntField(primary_key=True)
    store_id = Key("store")
    key = fields.CharField(max_length=72)
    """Its number; without one, `#` and a digest of car, day, kilometres and total."""
    vehicle_id = Key("vehicle")
    customer_id = Key("customer", null=True)
    """Who owned the car on that day."""
    opened_on = fields.DateField()
    settled_on = fields.DateField(null=True)
    km = fields.IntField(null=True)
    kind = fields.CharField(max_length=40, default="")
    complaint = fields.CharField(max_length=300, default="")
    labour_fen = fields.BigIntField(default=0)
    parts_fen = fields.BigIntField(default=0)
    discount_fen = fields.BigIntField(default=0)
    paid_fen = fields.BigIntField(default=0)
    advisor_id = Key("staff", null=True)
    advisor_name = fields.CharField(max_length=40, default="")
    """As the file had it: they may have left long ago."""
    content = fields.CharField(max_length=64)
    """A digest of the row: the same number with another content is a conflict."""
    file_row = fields.IntField(default=0)
    """Where it stood in the file."""
    imported_by = Key("staff", null=True)
    imported_at = fields.DatetimeField()

    personal = Personal(
        Moved(),
        Shown("历史工单", {"opened_on": "开单日期", "km": "里程（公里）", "complaint": "说明", "paid_fen": "实付"}),
        WORKSHOP_RECORD,
        erase=Emptied(),
        later={"complaint": NO_TEXT},
        over="coalesce(t.settled_on, t.opened_on)",
        parts=(Part("past_line", "past_order_id", Shown("历史工单项目", {"name": "项目", "amount_fen": "金额"})),),
    )

    class Meta:
        table = "past_order"
        indexes = (Index(fields=("vehicle_id", "opened_on")), Index(fields=("customer_id",)))
        constraints = (
            UniqueConstraint(fields=("store_id", "key"), name="past_order_once"),
            CheckConstraint(
                check="labour_fen >= 0 AND parts_fen >= 0 AND discount_fen >= 0 AND paid_fen >= 0",
                name="past_order_amounts",
            ),
            CheckConstraint(check="km BETWEEN 0 AND 999999", name="past_order_km"),
        )


class PastLine(Table):
    """A line of such an order: work or a part."""

    id = fields.BigIntField(primary_key=True)
    past_order: fields.ForeignKeyRelation[PastOrder] = fields.ForeignKeyField("wedealer.PastOrder", related_name=False)
    past_order_id: int
    line_key = fields.CharField(max_length=20)
    """Its number in the order; without one, `#` and how manieth row of the order it was."""
    is_part = fields.BooleanField(default=False)
    name = fields.CharField(max_length=120)
    part_number = fields.CharField(max_length=40, default="")
    quantity = fields.DecimalField(max_digits=10, decimal_places=2, default=1)
    amount_fen = fields.BigIntField()
    payer = fields.CharEnumField(Payer, max_length=2)
    technician_name = fields.CharField(max_length=40, default="")
    content = fields.CharField(max_length=64)

    class Meta:
        table = "past_line"
        constraints = (
            UniqueConstraint(fields=("past_order_id", "line_key"), name="past_line_once"),
            CheckConstraint(check="amount_fen >= 0", name="past_line_amount"),
        )
