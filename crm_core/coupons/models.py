"""The tables of coupons."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from crm_core.coupons.rules import MAX_QUOTA, CouponKind, CouponState, Occasion, TemplateState, VoidingState
from foundation.keys import Key
from foundation.owed import Paced
from foundation.personal import ACCOUNTS, NO_TEXT, Emptied, OwnRule, Personal, Shown
from foundation.table import Table


class CouponTemplate(Table):
    """卡券模板: what every coupon made from it can do, how many there are and who may have how many."""

    id = fields.BigIntField(primary_key=True)
    name = fields.CharField(max_length=12)
    """Its name in messages, where twelve characters fit."""
    kind = fields.CharEnumField(CouponKind, max_length=10)
    state = fields.CharEnumField(TemplateState, max_length=16)
    value_fen = fields.BigIntField(default=0)
    """What a THRESHOLD or CASH coupon takes off, in fen."""
    pay_percent = fields.IntField(default=100)
    """For LABOUR and PERCENT: the percentage that is still paid; 8 折 is 80."""
    cap_fen = fields.BigIntField(null=True)
    threshold_fen = fields.BigIntField(default=0)
    item_codes: list[str] = fields.JSONField(default=list)
    """The items it is for; empty means all."""
    store_ids: list[int] = fields.JSONField(default=list)
    """The stores where it is valid; empty means all."""
    quota = fields.IntField()
    issued_count = fields.IntField(default=0)
    per_person = fields.IntField(default=1)
    per_vehicle = fields.IntField(default=1)
    valid_days = fields.IntField()
    """Days after the claim, until 23:59:59 of the last day in Shanghai."""
    claim_days = fields.IntField(default=30)
    """For how many days an issued coupon waits to be claimed."""
    ends_on = fields.DateField(null=True)
    """No coupon is issued, claimed or valid after this day."""
    asked_quota = fields.IntField(null=True)
    """The new total stock, while a request for more waits for approval."""
    asked_ends_on = fields.DateField(null=True)
    asked_budget_fen = fields.BigIntField(null=True)
    """The new budget, while a request waits that raises it."""
    is_vehicle_bound = fields.BooleanField(default=False)
    restores_on_refund = fields.BooleanField(default=True)
    is_new_friend_gift = fields.BooleanField(default=False)
    """Issued automatically to a new WeCom friend; only one such template is live at a time."""
    is_transferable = fields.BooleanField(default=False, db_default=False)
    """An owner may pass it on to a friend, once."""
    after_visit_days = fields.IntField(null=True)
    """Given by itself so many days after a paid visit; none: not given so."""
    after_visit_least_fen = fields.BigIntField(default=0, db_default=0)
    """What the owner must have paid for that visit."""
    is_birthday_gift = fields.BooleanField(default=False, db_default=False)
    """Given by itself to owners on their birthday, once a year."""
    budget_fen = fields.BigIntField(null=True)
    """What its coupons may take off together; nothing is issued that could go beyond it."""
    budget_told_at = fields.DatetimeField(null=True)
    """When its author was told that the budget is used up."""
    created_by_id = Key("staff", null=True)
    approved_by_id = Key("staff", null=True)
    created_at = fields.DatetimeField()
    version = fields.IntField(default=1)

    def forget_asked(self) -> None:
        """Nothing more is asked for any more."""
        self.asked_quota = self.asked_ends_on = self.asked_budget_fen = None

    class Meta:
        table = "coupon_template"
        indexes = (Index(fields=("state",)),)
        constraints = (
            CheckConstraint(check="issued_count BETWEEN 0 AND quota", name="coupon_template_quota"),
            CheckConstraint(
                check=f"quota <= {MAX_QUOTA} AND (asked_quota IS NULL OR asked_quota BETWEEN quota AND {MAX_QUOTA})",
                name="coupon_template_stock_is_bounded",
            ),
            CheckConstraint(
                check="(after_visit_days IS NULL OR after_visit_days BETWEEN 0 AND 365) AND after_visit_least_fen >= 0",
                name="coupon_template_after_visit",
            ),
            CheckConstraint(check="budget_fen IS NULL OR budget_fen > 0", name="coupon_template_budget"),
            CheckConstraint(
                check="asked_budget_fen IS NULL OR (asked_quota IS NOT NULL AND asked_budget_fen > budget_fen)",
                name="coupon_template_budget_is_raised",
            ),
            CheckConstraint(check="per_person >= 1 AND per_vehicle >= 1", name="coupon_template_limits"),
            CheckConstraint(check="valid_days >= 1 AND claim_days >= 1", name="coupon_template_days"),
            CheckConstraint(
                check="value_fen >= 0 AND threshold_fen >= 0 AND pay_percent BETWEEN 0 AND 100 "
                "AND (cap_fen IS NULL OR cap_fen > 0)",
                name="coupon_template_terms",
            ),
            CheckConstraint(
                check="created_by_id IS NULL OR created_by_id <> approved_by_id", name="coupon_template_four_eyes"
            ),
            UniqueConstraint(
                fields=("is_new_friend_gift",),
                name="coupon_template_one_new_friend_gift",
                condition="is_new_friend_gift AND state = 'ACTIVE'",
            ),
        )


class Coupon(Table):
    """One coupon of one customer. Its numbers per person and per car let unique indexes enforce the limits."""

    id = fields.BigIntField(primary_key=True)
    template: fields.ForeignKeyRelation[CouponTemplate] = fields.ForeignKeyField(
        "wedealer.CouponTemplate", related_name=False
    )
    template_id: int
    customer_id = Key("customer")
    person_no = fields.IntField()
    """The number of this coupon among the customer's coupons of the template, from 1."""
    vehicle_id = Key("vehicle", null=True)
    """The car it is bound to, for vehicle-bound templates."""
    vehicle_no = fields.IntField(null=True)
    state = fields.CharEnumField(CouponState, max_length=10)
    source = fields.CharField(max_length=20)
    """`gift`, `new_friend`, `after_visit`, `birthday`, `standing_plan`, `campaign`, `system`."""
    source_ref = fields.CharField(max_length=40, default="")
    """The reason it was issued, `campaign:3`; there is one coupon per customer and reference."""
    campaign_token = fields.CharField(max_length=40, default="")
    openid = fields.CharField(max_length=64, default="")
    issued_at = fields.DatetimeField()
    claim_by = fields.DatetimeField()
    claimed_at = fields.DatetimeField(null=True)
    valid_to = fields.DatetimeField(null=True)
    locked_for = fields.CharField(max_length=40, default="")
    """What has locked it: `bill:5` or `appointment:7`."""
    locked_until = fields.DatetimeField(null=True)
    """When a booking's lock ends by itself; a bill's lock lasts as long as the bill."""
    redeemed_at = fields.DatetimeField(null=True)
    ended_at = fields.DatetimeField(null=True)
    end_reason = fields.CharField(max_length=80, default="")
    given_by_id = Key("customer", null=True)
    """Who passed it on to its holder; such a coupon is not passed on again."""
    pass_hash = fields.CharField(max_length=64, default="", db_default="")
    """Of the secret in the link by which a friend may take it."""
    pass_until = fields.DatetimeField(null=True)
    frozen_why = fields.CharField(max_length=80, default="", db_default="")
    """Why it is frozen, for staff; its owner only reads that it cannot be used for now."""
    version = fields.IntField(default=1)

    personal = Personal(
        OwnRule("crm_core.coupons.merging:move_coupons"),
        Shown("卡券", {"state": "状态", "issued_at": "发放时间", "redeemed_at": "使用时间"}),
        ACCOUNTS,
        erase=Emptied({"openid": NO_TEXT}),
        over="coalesce(t.redeemed_at, t.ended_at, t.valid_to)",
    )

    class Meta:
        table = "coupon"
        indexes = (
            Index(fields=("customer_id", "state")),
            Index(fields=("state", "valid_to")),
            Index(fields=("state", "claim_by")),
            Index(fields=("locked_for",)),
            Index(fields=("source_ref",)),
            Index(fields=("template_id", "state"), name="coupon_of_template"),
            Index(fields=("given_by_id",)),
        )
        constraints = (
            UniqueConstraint(
                fields=("template_id", "customer_id", "person_no"),
                name="coupon_limit_per_person",
                condition="state <> 'VOID'",
            ),
            UniqueConstraint(
                fields=("template_id", "vehicle_id", "vehicle_no"),
                name="coupon_limit_per_vehicle",
                condition="vehicle_id IS NOT NULL AND state <> 'VOID'",
            ),
            UniqueConstraint(
                fields=("template_id", "customer_id", "source_ref"),
                name="coupon_once_per_source",
                condition="source_ref <> '' AND state <> 'VOID'",
            ),
            CheckConstraint(check="(claimed_at IS NULL) = (valid_to IS NULL)", name="coupon_claim_fixes_its_end"),
            CheckConstraint(check="(state = 'LOCKED') = (locked_for <> '')", name="coupon_lock_has_a_holder"),
            UniqueConstraint(fields=("pass_hash",), name="coupon_pass_once", condition="pass_hash <> ''"),
            CheckConstraint(check="(pass_hash = '') = (pass_until IS NULL)", name="coupon_pass_has_an_end"),
            CheckConstraint(check="(state = 'FROZEN') = (frozen_why <> '')", name="coupon_frozen_for_a_reason"),
            CheckConstraint(
                check="state NOT IN ('AVAILABLE', 'LOCKED', 'REDEEMED', 'FROZEN') OR claimed_at IS NOT NULL",
                name="coupon_used_only_when_claimed",
            ),
        )


class CouponGranting(Table):
    """自动发券: how many coupons a template gave by itself on a day, to how many it could not give, and why."""

    id = fields.BigIntField(primary_key=True)
    template_id = Key("coupon_template")
    occasion = fields.CharEnumField(Occasion, max_length=13)
    on_day = fields.DateField()
    given = fields.IntField(default=0)
    short = fields.IntField(default=0)
    """How many had nothing when it was last tried that day."""
    why = fields.CharField(max_length=20, default="")

    class Meta:
        table = "coupon_granting"
        constraints = (
            UniqueConstraint(fields=("template_id", "occasion", "on_day"), name="coupon_granting_once_a_day"),
            CheckConstraint(check="given >= 0 AND short >= 0", name="coupon_granting_counts"),
            CheckConstraint(check="(short > 0) = (why <> '')", name="coupon_granting_says_why"),
        )


class Redemption(Table):
    """核销: a coupon was used, where and for what; undone only by a full refund."""

    id = fields.BigIntField(primary_key=True)
    coupon: fields.ForeignKeyRelation[Coupon] = fields.ForeignKeyField("wedealer.Coupon", related_name=False)
    coupon_id: int
    about = fields.CharField(max_length=40)
    store_id = Key("store")
    staff_id = Key("staff", null=True)
    discount_fen = fields.BigIntField()
    cancelled_fen = fields.BigIntField(default=0)
    """The part of the discount on lines that were refunded since."""
    redeemed_at = fields.DatetimeField()
    undone_at = fields.DatetimeField(null=True)

    class Meta:
        table = "redemption"
        indexes = (Index(fields=("about",)),)
        constraints = (
            UniqueConstraint(fields=("coupon_id",), name="redemption_one_live", condition="undone_at IS NULL"),
            CheckConstraint(check="discount_fen >= 0", name="redemption_discount"),
            CheckConstraint(check="cancelled_fen BETWEEN 0 AND discount_fen", name="redemption_cancelled"),
        )


class CouponShowing(Table):
    """出示: a code that an owner shows at the desk, valid once and for some minutes. A scan takes it; a bill uses the
    scan.
    """

    id = fields.BigIntField(primary_key=True)
    coupon: fields.ForeignKeyRelation[Coupon] = fields.ForeignKeyField("wedealer.Coupon", related_name=False)
    coupon_id: int
    number = fields.CharField(max_length=10, unique=True)
    """The digits a cashier types when there is no scanner."""
    shown_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()
    scanned_at = fields.DatetimeField(null=True)
    scanned_by_id = Key("staff", null=True)
    store_id = Key("store", null=True)
    """The store in which it was scanned."""
    used_for = fields.CharField(max_length=40, default="")
    """What the scanned coupon was used on: `bill:5`."""
    used_at = fields.DatetimeField(null=True)

    class Meta:
        table = "coupon_showing"
        constraints = (
            UniqueConstraint(
                fields=("coupon_id",), name="coupon_showing_one_at_a_time", condition="scanned_at IS NULL"
            ),
            CheckConstraint(
                check="scanned_at IS NULL OR scanned_at BETWEEN shown_at AND expires_at",
                name="coupon_showing_scanned_in_time",
            ),
            CheckConstraint(
                check="(scanned_at IS NULL) = (scanned_by_id IS NULL) AND (scanned_at IS NULL) = (store_id IS NULL)",
                name="coupon_showing_scanned_by_somebody",
            ),
            CheckConstraint(
                check="(used_at IS NULL) = (used_for = '') AND (used_at IS NULL OR scanned_at IS NOT NULL)",
                name="coupon_showing_used_after_scan",
            ),
        )


class CouponVoiding(Paced):
    """作废申请: somebody asks to take coupons of one template away, somebody else agrees, and then it is done."""

    id = fields.BigIntField(primary_key=True)
    template_id = Key("coupon_template")
    chosen: list[int] = fields.JSONField(default=list)
    """The coupons that were chosen; empty means all of the template that nobody has used."""
    coupon_count = fields.IntField()
    """How many coupons it was about when it was asked, which is what the approver sees."""
    reason = fields.CharField(max_length=20)
    """What the owners read."""
    state = fields.CharEnumField(VoidingState, max_length=8)
    asked_by_id = Key("staff")
    asked_at = fields.DatetimeField()
    decided_by_id = Key("staff", null=True)
    decided_at = fields.DatetimeField(null=True)
    ended_at = fields.DatetimeField(null=True)
    voided_count = fields.IntField(default=0)

    class Meta:
        table = "coupon_voiding"
        indexes = (Index(fields=("asked_by_id",)), Index(fields=("template_id",)))
        constraints = (
            UniqueConstraint(
                fields=("template_id",), name="coupon_voiding_one_at_a_time", condition="state IN ('WAITING', 'AGREED')"
            ),
            CheckConstraint(
                check="(state = 'WAITING') = (decided_at IS NULL) "
                "AND (state IN ('DONE', 'REFUSED')) = (ended_at IS NOT NULL)",
                name="coupon_voiding_times",
            ),
            CheckConstraint(
                check="decided_by_id IS NULL OR decided_by_id <> asked_by_id", name="coupon_voiding_four_eyes"
            ),
            CheckConstraint(check="reason <> ''", name="coupon_voiding_for_a_reason"),
        )
