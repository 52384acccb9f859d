"""The tables of bills, their discounts and refunds."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from crm_core.billing.rules import BillState, Payer
from crm_core.coupons.rules import LineKind
from foundation.keys import Key
from foundation.personal import ACCOUNTS, Emptied, Moved, Part, Personal, Shown
from foundation.table import Table


class Bill(Table):
    """What one payer owes for one thing. A trigger of the database keeps its sums equal to those of its lines."""

    id = fields.BigIntField(primary_key=True)
    about = fields.CharField(max_length=40)
    """The thing that is billed: `repair_order:12`."""
    number = fields.CharField(max_length=32)
    """The thing's number for people; it never changes."""
    title = fields.CharField(max_length=40)
    """The thing's name for the payer: 维修工单 0007."""
    store_id = Key("store")
    customer_id = Key("customer")
    vehicle_id = Key("vehicle", null=True)
    coupons_from: str | None = fields.CharField(max_length=40, null=True)  # type: ignore[assignment]
    """The thing whose coupon locks the bill takes over: `appointment:5`."""
    made_by_id = Key("staff")
    """The advisor who made it, and who therefore may not approve its refunds."""
    payer = fields.CharEnumField(Payer, max_length=2)
    state = fields.CharEnumField(BillState, max_length=16)
    subtotal_fen = fields.BigIntField(default=0)
    discount_fen = fields.BigIntField(default=0)
    total_fen = fields.BigIntField(default=0)
    """The sum to pay."""
    paid_fen = fields.BigIntField(default=0)
    disputed_fen = fields.BigIntField(default=0, db_default=0)
    """What is not due while a dispute of it waits for an answer; still part of the sum to pay."""
    refunded_fen = fields.BigIntField(default=0)
    created_at = fields.DatetimeField()
    sent_at = fields.DatetimeField(null=True)
    confirmed_at = fields.DatetimeField(null=True)
    paid_at = fields.DatetimeField(null=True)
    version = fields.IntField(default=1)

    personal = Personal(
        Moved(),
        Shown(
            "账单",
            {
                "number": "账单号",
                "title": "名目",
                "created_at": "时间",
                "total_fen": "应付",
                "paid_fen": "已付",
                "refunded_fen": "已退",
            },
        ),
        ACCOUNTS,
        erase=Emptied(),
        over="t.paid_at",
        unfinished="t.payer = 'CP' AND t.total_fen > t.paid_fen",
        parts=(Part("bill_line", "bill_id", Shown("账单项目", {"name": "项目", "amount_fen": "金额"})),),
    )

    class Meta:
        table = "bill"
        unique_together = (("about", "payer"),)
        indexes = (Index(fields=("customer_id", "state")), Index(fields=("store_id", "state")))
        constraints = (
            CheckConstraint(check="total_fen = subtotal_fen - discount_fen AND total_fen >= 0", name="bill_total"),
            CheckConstraint(check="discount_fen >= 0", name="bill_discount"),
            CheckConstraint(check="paid_fen >= 0 AND paid_fen <= total_fen", name="bill_paid_at_most_total"),
            CheckConstraint(check="disputed_fen BETWEEN 0 AND total_fen - paid_fen", name="bill_disputed_is_unpaid"),
            CheckConstraint(
                check="(state IN ('PAID', 'PARTLY_REFUNDED', 'REFUNDED')) = "
                "(paid_at IS NOT NULL AND paid_fen = total_fen)",
                name="bill_paid_is_exactly_paid",
            ),
            CheckConstraint(check="refunded_fen BETWEEN 0 AND paid_fen", name="bill_refunded"),
        )


class BillLine(Table):
    """One sum; for a repair job its labour or its parts. Its share of the discounts is stored, for refunds."""

    id = fields.BigIntField(primary_key=True)
    bill: fields.ForeignKeyRelation[Bill] = fields.ForeignKeyField("wedealer.Bill", related_name=False)
    bill_id: int
    line_no = fields.IntField()
    about = fields.CharField(max_length=40)
    """What it is for: `repair_line:12`."""
    kind = fields.CharEnumField(LineKind, max_length=12)
    name = fields.CharField(max_length=40)
    item_code = fields.CharField(max_length=20, default="")
    amount_fen = fields.BigIntField()
    discount_fen = fields.BigIntField(default=0)
    authorised_version = fields.CharField(max_length=64)
    """The fingerprint of the offer the payer authorised; nothing is billed without one."""
    authorised_at = fields.DatetimeField()
    payer_approval_number = fields.CharField(max_length=40, default="", db_default="")
    """The number under which maker or insurer agreed to pay it."""
    off_fen = fields.BigIntField(default=0, db_default=0)
    """What the house took off, before the payer authorised the sum or because they were right to dispute it; a coupon's
    share is `discount_fen`.
    """

    class Meta:
        table = "bill_line"
        unique_together = (("bill", "line_no"),)
        constraints = (
            CheckConstraint(check="discount_fen BETWEEN 0 AND amount_fen", name="bill_line_never_negative"),
            CheckConstraint(check="authorised_version <> ''", name="bill_line_authorised"),
            CheckConstraint(check="off_fen >= 0", name="bill_line_off"),
            UniqueConstraint(fields=("about", "kind"), name="bill_line_billed_once"),
        )

    @property
    def payable_fen(self) -> int:
        """What the payer really pays for it."""
        return int(self.amount_fen) - int(self.discount_fen)


class BillDiscount(Table):
    """The discount of one coupon on a bill, and its shares of the lines."""

    id = fields.BigIntField(primary_key=True)
    bill: fields.ForeignKeyRelation[Bill] = fields.ForeignKeyField("wedealer.Bill", related_name=False)
    bill_id: int
    coupon_id = Key("coupon")
    name = fields.CharField(max_length=12)
    discount_fen = fields.BigIntField()
    shares_fen: dict[str, int] = fields.JSONField()
    """The share of each line in fen, by line number."""

    class Meta:
        table = "bill_discount"
        unique_together = (("bill", "coupon_id"),)
        constraints = (CheckConstraint(check="discount_fen > 0", name="bill_discount_takes_something_off"),)


class BillRefundLine(Table):
    """The part of a refund that is for one line; per line at most what was really paid for it."""

    id = fields.BigIntField(primary_key=True)
    bill: fields.ForeignKeyRelation[Bill] = fields.ForeignKeyField("wedealer.Bill", related_name=False)
    bill_id: int
    refund_id = Key("refund")
    line_no = fields.IntField()
    amount_fen = fields.BigIntField()
    is_done = fields.BooleanField(default=False)
    """True once the money is refunded; False while it is only requested."""

    class Meta:
        table = "bill_refund_line"
        unique_together = (("refund_id", "line_no"),)
        indexes = (Index(fields=("bill_id",)),)
        constraints = (CheckConstraint(check="amount_fen > 0", name="bill_refund_line_amount"),)
