"""Tables of invoices: the titles that owners store, and their requests."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from crm_core.invoicing.rules import InvoiceKind, InvoiceState, RedReason, TitleKind
from foundation.keys import Key
from foundation.owed import Paced
from foundation.personal import ACCOUNTS, GONE, NO_TEXT, Deleted, Emptied, Moved, Personal, Shown, WhileCustomer
from foundation.table import Table


class InvoiceTitle(Table):
    """抬头: to whom an owner has invoices made out."""

    id = fields.BigIntField(primary_key=True)
    customer_id = Key("customer")
    kind = fields.CharEnumField(TitleKind, max_length=8)
    name = fields.CharField(max_length=100)
    tax_number = fields.CharField(max_length=20, default="")
    address = fields.CharField(max_length=120, default="")
    phone = fields.CharField(max_length=20, default="")
    bank = fields.CharField(max_length=60, default="")
    account = fields.CharField(max_length=40, default="")
    email = fields.CharField(max_length=80, default="")
    used_at = fields.DatetimeField()
    """When the title was last used; the most recent one is offered first."""

    personal = Personal(
        Moved(unique_on=("kind", "name", "tax_number")),
        Shown(
            "发票抬头",
            {
                "name": "抬头",
                "tax_number": "税号",
                "address": "地址",
                "phone": "电话",
                "bank": "开户行",
                "account": "账号",
                "email": "收票邮箱",
            },
        ),
        WhileCustomer(),
        erase=Deleted(),
    )

    class Meta:
        table = "invoice_title"
        unique_together = (("customer_id", "kind", "name", "tax_number"),)
        constraints = (
            CheckConstraint(check="(kind = 'COMPANY') = (tax_number <> '')", name="invoice_title_company_has_number"),
            CheckConstraint(check="name <> ''", name="invoice_title_has_name"),
        )


class InvoiceRequest(Paced):
    """An owner's request for the invoice of a bill, with a copy of the title as it was then."""

    id = fields.BigIntField(primary_key=True)
    bill_id = Key("bill")
    store_id = Key("store")
    customer_id = Key("customer")
    kind = fields.CharEnumField(InvoiceKind, max_length=8)
    title_kind = fields.CharEnumField(TitleKind, max_length=8)
    name = fields.CharField(max_length=100)
    tax_number = fields.CharField(max_length=20, default="")
    address = fields.CharField(max_length=120, default="")
    phone = fields.CharField(max_length=20, default="")
    bank = fields.CharField(max_length=60, default="")
    account = fields.CharField(max_length=40, default="")
    email = fields.CharField(max_length=80, default="")
    amount_fen = fields.BigIntField()
    state = fields.CharEnumField(InvoiceState, max_length=10)
    asked_at = fields.DatetimeField()
    due_at = fields.DatetimeField()
    ended_at = fields.DatetimeField(null=True)
    handled_by_id = Key("staff", null=True)
    number = fields.CharField(max_length=20, default="")
    """The number of the invoice, once it is issued."""
    serial = fields.CharField(max_length=40, default="", db_default="")
    """Our number of what is ordered at the service that issues invoices."""
    ordered_at = fields.DatetimeField(null=True)
    tax_percent = fields.IntField(null=True)
    """The rate of what was ordered, so that an order sent again is the same order."""
    service_said = fields.CharField(max_length=120, default="", db_default="")
    """Why the service refused the last order, in its words."""
    red_reason = fields.CharEnumField(RedReason, max_length=2, null=True)
    red_number = fields.CharField(max_length=20, default="", db_default="")
    red_at = fields.DatetimeField(null=True)
    refusal = fields.CharField(max_length=120, default="")
    version = fields.IntField(default=1)

    personal = Personal(
        Moved(),
        Shown(
            "开票申请",
            {
                "asked_at": "申请时间",
                "name": "抬头",
                "tax_number": "税号",
                "address": "地址",
                "phone": "电话",
                "bank": "开户行",
                "account": "账号",
                "email": "收票邮箱",
                "amount_fen": "金额",
                "number": "发票号码",
                "red_number": "红字发票号码",
            },
        ),
        ACCOUNTS,
        erase=Emptied({"email": NO_TEXT}),
        later={
            "name": GONE,
            "address": NO_TEXT,
            "phone": NO_TEXT,
            "bank": NO_TEXT,
            "account": NO_TEXT,
            "service_said": NO_TEXT,
        },
        over="t.ended_at",
        unfinished="t.ended_at IS NULL",
    )

    class Meta:
        table = "invoice_request"
        indexes = (Index(fields=("store_id", "state", "due_at")), Index(fields=("customer_id",)))
        constraints = (
            UniqueConstraint(
                fields=("bill_id",),
                name="invoice_request_one_live_per_bill",
                condition="state IN ('REQUESTED', 'ISSUING', 'ISSUED', 'REDDENING')",
            ),
            UniqueConstraint(fields=("number",), name="invoice_request_number_once", condition="number <> ''"),
            UniqueConstraint(
                fields=("red_number",), name="invoice_request_red_number_once", condition="red_number <> ''"
            ),
            CheckConstraint(check="amount_fen > 0", name="invoice_request_amount"),
            CheckConstraint(
                check="kind = 'NORMAL' OR (title_kind = 'COMPANY' AND tax_number <> '')",
                name="invoice_request_special_is_for_companies",
            ),
            CheckConstraint(
                check="(state IN ('ISSUED', 'REDDENING', 'RED')) = (number <> '')",
                name="invoice_request_issued_has_number",
            ),
            CheckConstraint(check="(state = 'REFUSED') = (refusal <> '')", name="invoice_request_refused_in_words"),
            CheckConstraint(
                check="(state IN ('REQUESTED', 'ISSUING')) = (ended_at IS NULL)", name="invoice_request_ended"
            ),
            CheckConstraint(
                check="state IN ('REQUESTED', 'WITHDRAWN') OR handled_by_id IS NOT NULL",
                name="invoice_request_handled_by_somebody",
            ),
            CheckConstraint(
                check="state NOT IN ('ISSUING', 'REDDENING') OR (serial <> '' AND ordered_at IS NOT NULL)",
                name="invoice_request_ordered",
            ),
            CheckConstraint(
                check="(state = 'RED') = (red_number <> '') AND (state = 'RED') = (red_at IS NOT NULL) "
                "AND (state NOT IN ('REDDENING', 'RED') OR red_reason IS NOT NULL)",
                name="invoice_request_red",
            ),
        )
