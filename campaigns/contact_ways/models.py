"""Tables of 「联系我」 codes and of what a new friend may claim."""

from enum import StrEnum

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import UniqueConstraint

from crm_core.customers.models import Source
from foundation.keys import Key
from foundation.owed import Paced
from foundation.personal import Deleted, Moved, Personal, Shown, WhileCustomer
from foundation.table import Table


class ContactWayState(StrEnum):
    """States of a code; it can be used once WeCom has made it."""

    PENDING = "PENDING"
    READY = "READY"
    MOVING = "MOVING"
    """It goes to a colleague, and WeCom has yet to be told; until then it leads to whoever had it."""
    FAILED = "FAILED"


class ContactWay(Paced):
    """A QR code of one salesperson for one purpose: a poster, a stand at a show, a page."""

    id = fields.BigIntField(primary_key=True)
    name = fields.CharField(max_length=30)
    """The name shown in the timeline, for example `展厅海报`. WeCom's remark for a code allows 30 characters."""
    token = fields.CharField(max_length=30, unique=True)
    """The `state` that WeCom reports with everyone who scans the code (at most 30 characters, WeCom doc 92228)."""
    staff_id = Key("staff")
    store_id = Key("store", null=True)
    source = fields.CharEnumField(Source, max_length=20)
    coupon_template_id = Key("coupon_template", null=True)
    """The coupon that the welcome offers."""
    coupon_name = fields.CharField(max_length=20, default="")
    state = fields.CharEnumField(ContactWayState, max_length=8)
    reason = fields.CharField(max_length=80, default="")
    config_id = fields.CharField(max_length=64, default="")
    """WeCom's id of the code. It must not be lost: without it the code can never be changed, because WeCom's console
    does not show codes made by API.
    """
    qr_url = fields.CharField(max_length=300, default="")
    created_at = fields.DatetimeField()
    created_by = Key("staff")

    class Meta:
        table = "contact_way"
        indexes = (Index(fields=("store_id",)), Index(fields=("staff_id",)))


class ClaimTicket(Table):
    """The right of one person to claim one coupon, handed out with a welcome."""

    id = fields.BigIntField(primary_key=True)
    token = fields.CharField(max_length=40, unique=True)
    customer_id = Key("customer")
    contact_way_id = Key("contact_way")
    coupon_template_id = Key("coupon_template")
    coupon_name = fields.CharField(max_length=20)
    issued_at = fields.DatetimeField()
    claimed_at = fields.DatetimeField(null=True)

    personal = Personal(
        Moved(unique_on=("coupon_template_id",)),
        Shown("扫码领券资格", {"issued_at": "时间", "coupon_name": "卡券", "claimed_at": "领取时间"}),
        WhileCustomer(),
        erase=Deleted(),
    )

    class Meta:
        table = "claim_ticket"
        constraints = (UniqueConstraint(fields=("customer_id", "coupon_template_id"), name="claim_ticket_once"),)
