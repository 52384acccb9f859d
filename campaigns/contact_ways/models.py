"""Tables of 「联系我」 codes and links, and of what a new friend may claim."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from campaigns.contact_ways.greeting_rules import Greeting
from campaigns.contact_ways.rules import ContactKind, ContactWayState
from crm_core.customers.models import Source
from foundation.keys import Key
from foundation.owed import Paced
from foundation.personal import Deleted, Moved, Personal, Shown, WhileCustomer
from foundation.table import Table


class ContactWay(Paced):
    """A QR code or a link of one salesperson, or of several in turn, for one purpose: a poster, a stand at a show, a
    page, an advertisement.
    """

    id = fields.BigIntField(primary_key=True)
    kind = fields.CharEnumField(ContactKind, max_length=4, default=ContactKind.CODE, db_default=ContactKind.CODE)
    name = fields.CharField(max_length=30)
    """The name shown in the timeline, for example `展厅海报`. WeCom's remark for a code allows 30 characters."""
    occasion = fields.CharField(max_length=30, default="", db_default="")
    """活动: what it is for, such as `国庆车展`; several codes may share one."""
    token = fields.CharField(max_length=30, unique=True)
    """The `state` that WeCom reports with everyone who scans the code (at most 30 characters, WeCom doc 92228)."""
    staff_id = Key("staff")
    """Whose it is. It leads to them unless people take turns."""
    takes_several = fields.BooleanField(default=False, db_default=False)
    """Whether it was made for several people at once; WeCom keeps the kind of a code for good."""
    on_duty: list[int] = fields.JSONField(default=list, db_default=[])
    """Whose account it is to lead to now, as last decided; WeCom knows it unless the code is MOVING or PENDING."""
    store_id = Key("store", null=True)
    source = fields.CharEnumField(Source, max_length=20)
    coupon_template_id = Key("coupon_template", null=True)
    """The coupon that the welcome offers."""
    coupon_name = fields.CharField(max_length=20, default="")
    greeting = fields.CharEnumField(Greeting, max_length=10, default=Greeting.USUAL, db_default=Greeting.USUAL)
    state = fields.CharEnumField(ContactWayState, max_length=8)
    reason = fields.CharField(max_length=80, default="")
    config_id = fields.CharField(max_length=64, default="")
    """WeCom's id of the code or link. That of a code must not be lost: without it the code can never be changed,
    because WeCom's console does not show codes made by API.
    """
    qr_url = fields.CharField(max_length=300, default="")
    """Where the code's picture was when it was made; of a link its address, without our mark."""
    asked_at = fields.DatetimeField(null=True)
    """Since when WeCom may have made the link: an answer that was lost is looked for from then on."""
    unusable_since = fields.DatetimeField(null=True)
    """Since when WeCom says that the link cannot be used."""
    created_at = fields.DatetimeField()
    created_by = Key("staff")
    changed_at = fields.DatetimeField(null=True)
    """When WeCom was last given something to do about it, after it was planned."""
    ended_at = fields.DatetimeField(null=True)
    ended_by_id = Key("staff", null=True)
    version = fields.IntField(default=1, db_default=1)

    class Meta:
        table = "contact_way"
        indexes = (Index(fields=("store_id",)), Index(fields=("staff_id",)))
        constraints = (
            CheckConstraint(check="(state IN ('ENDING', 'ENDED')) = (ended_at IS NOT NULL)", name="contact_way_ended"),
            UniqueConstraint(
                fields=("config_id",), name="contact_way_of_link", condition="kind = 'LINK' AND config_id <> ''"
            ),
        )


class ContactWayTurn(Table):
    """Somebody who takes turns at a code by their shifts, or stands by for when nobody is on shift."""

    id = fields.BigIntField(primary_key=True)
    contact_way_id = Key("contact_way")
    staff_id = Key("staff")
    is_backup = fields.BooleanField(default=False, db_default=False)

    class Meta:
        table = "contact_way_turn"
        indexes = (Index(fields=("staff_id",)),)
        constraints = (
            UniqueConstraint(fields=("contact_way_id", "staff_id"), name="contact_way_turn_once"),
            UniqueConstraint(fields=("contact_way_id",), name="contact_way_turn_one_backup", condition="is_backup"),
        )


class AcquisitionQuota(Table):
    """The corp's quota of friends by links, as last read; one row at most."""

    id = fields.IntField(primary_key=True, generated=False)
    total = fields.IntField()
    balance = fields.IntField()
    lapsing: dict[str, int] = fields.JSONField(default=dict, db_default={})
    """How much lapses on which day (`2026-12-20`)."""
    read_at = fields.DatetimeField()

    class Meta:
        table = "acquisition_quota"
        constraints = (CheckConstraint(check="id = 1", name="acquisition_quota_one"),)


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
