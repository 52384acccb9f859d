"""The tables of customers: identities, friendships, sources, consents, merges and follow-ups."""

from datetime import timedelta
from enum import StrEnum

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from crm_core.customers.birthdays import KEPT_FORM as BIRTHDAY_FORM
from crm_core.dealerships.models import Staff, Store
from crm_core.spelling.phone import KEPT_FORM
from crm_core.spelling.phone import LONGEST as LONGEST_PHONE
from foundation.keys import Key
from foundation.owed import Paced
from foundation.personal import (
    NO_LIST,
    NO_TEXT,
    NOTHING,
    Deleted,
    Emptied,
    Kept,
    Moved,
    OwnRule,
    Personal,
    Shown,
    Stays,
    WhileCustomer,
    Withheld,
)
from foundation.table import Table


class Source(StrEnum):
    """Where a touch came from; `first_source` of a customer never changes."""

    MARKETING_AD = "MARKETING_AD"
    OEM_ASSIGNED = "OEM_ASSIGNED"
    VERTICAL_SITE = "VERTICAL_SITE"
    LIVE_STREAM = "LIVE_STREAM"
    DCC_INBOUND = "DCC_INBOUND"
    WALK_IN = "WALK_IN"
    REFERRAL = "REFERRAL"
    SHOW = "SHOW"
    RETAINED_REPEAT = "RETAINED_REPEAT"
    WECOM_ADD = "WECOM_ADD"
    MINI_PROGRAM = "MINI_PROGRAM"
    REACTIVATION = "REACTIVATION"


class IdentityKind(StrEnum):
    """How a platform or a person names a customer."""

    EXTERNAL_USERID = "EXTERNAL_USERID"
    UNIONID = "UNIONID"
    OPENID = "OPENID"
    PHONE = "PHONE"
    LANDLINE = "LANDLINE"
    USCC = "USCC"
    """统一社会信用代码 of a company."""
    FILE_NUMBER = "FILE_NUMBER"
    """客户编号: what another program calls them, behind that program's mark (`dms:C0001`)."""


class Purpose(StrEnum):
    """What personal data may be used for; each has its own consent (PIPL art. 13–14, 23)."""

    SERVICE_NOTICE = "SERVICE_NOTICE"
    MARKETING_SMS = "MARKETING_SMS"
    MARKETING_WECOM = "MARKETING_WECOM"
    MARKETING_CALL = "MARKETING_CALL"
    PROFILING = "PROFILING"
    PHOTO_PUBLICITY = "PHOTO_PUBLICITY"
    AD_AUDIENCE = "AD_AUDIENCE"
    """Handing a hash of their number to an advertising platform, which is another controller."""


class Customer(Table):
    """客户: a person or company, however many identities, cars and friends among our staff it has."""

    id = fields.BigIntField(primary_key=True)
    name = fields.CharField(max_length=50)
    phone = fields.CharField(max_length=LONGEST_PHONE, null=True)
    """The primary number, verified or typed by staff, in its stored form (`spelling.phone`). Not unique, since families
    share numbers."""
    phone_verified_at = fields.DatetimeField(null=True)
    is_phone_usable = fields.BooleanField(default=True)
    """False for recycled and empty numbers."""
    nickname = fields.CharField(max_length=50, null=True)
    """What they call themselves in WeChat. It never replaces the name on file, and is shown as the name only if there
    is none."""
    home_store: fields.ForeignKeyNullableRelation[Store] = fields.ForeignKeyField(
        "wedealer.Store", related_name=False, null=True
    )
    home_store_id: int | None
    consultant: fields.ForeignKeyNullableRelation[Staff] = fields.ForeignKeyField(
        "wedealer.Staff", related_name=False, null=True
    )
    consultant_id: int | None
    """The owning salesperson."""
    advisor: fields.ForeignKeyNullableRelation[Staff] = fields.ForeignKeyField(
        "wedealer.Staff", related_name=False, null=True
    )
    advisor_id: int | None
    """The service advisor who looks after them."""
    first_source = fields.CharEnumField(Source, max_length=20)
    tags: list[str] = fields.JSONField(default=list)
    last_visit_on = fields.DateField(null=True)
    """Last closed repair order with real work, over all their cars; maintained by `record_visit`."""
    visit_count = fields.IntField(default=0)
    spend_fen = fields.BigIntField(default=0)
    """The total they themselves have ever paid for service."""
    spend_24_months_fen = fields.BigIntField(default=0)
    next_service_due_on = fields.DateField(null=True)
    """The earliest due date of their cars; with `last_visit_on` it decides dormancy."""
    gone_reason = fields.CharField(max_length=20, default="")
    """Evidence that they are no longer an owner we can reach: sold, scrapped, moved, wrong number."""
    is_company = fields.BooleanField(default=False, db_default=False)
    gender = fields.CharField(max_length=8, default="", db_default="")
    """How they wish to be addressed, `spelling.name.Gender`; empty when nobody said."""
    city = fields.CharField(max_length=20, default="", db_default="")
    """Where they live, as they said; empty when nobody did."""
    birthday = fields.CharField(max_length=10, default="", db_default="")
    """`1988-08-15`, or `08-15` of somebody who keeps the year to themselves; empty when nobody said."""
    remark = fields.CharField(max_length=500, default="", db_default="")
    """What the file they came from said besides: an address, whose second number it is."""
    marketing_stopped_at = fields.DatetimeField(null=True)
    """Since when they refuse marketing, on every channel and in every store."""
    complaint_until = fields.DateField(null=True)
    """No marketing until this day after a complaint."""
    restricted_at = fields.DatetimeField(null=True)
    """限制处理: since when their data serves their own repairs and nothing else (PIPL art. 44)."""
    erased_at = fields.DatetimeField(null=True)
    """When what we knew of them was deleted; the row stays for the records that a law keeps."""
    merged_into_id = Key("customer", null=True)
    created_at = fields.DatetimeField()
    version = fields.IntField(default=1)

    personal = Personal(
        Stays("it is the record itself; `merged_into_id` leads from the one to the other"),
        Shown(
            "个人资料",
            {
                "name": "姓名",
                "phone": "手机号",
                "nickname": "微信昵称",
                "gender": "称呼",
                "city": "城市",
                "birthday": "生日",
                "remark": "备注",
                "tags": "标签",
                "created_at": "建档时间",
                "last_visit_on": "最近到店",
                "visit_count": "到店次数",
                "spend_fen": "累计消费",
            },
        ),
        WhileCustomer(),
        column="merged_into_id",
        erase=Emptied(
            {
                "name": "'已删除的客户'",
                "phone": "NULL",
                "phone_verified_at": "NULL",
                "is_phone_usable": "false",
                "nickname": "NULL",
                "gender": NO_TEXT,
                "city": NO_TEXT,
                "birthday": NO_TEXT,
                "remark": NO_TEXT,
                "tags": NO_LIST,
                "consultant_id": "NULL",
                "advisor_id": "NULL",
                "next_service_due_on": "NULL",
                "gone_reason": "'已删除'",
                "restricted_at": "coalesce(t.restricted_at, {now})",
                "marketing_stopped_at": "coalesce(t.marketing_stopped_at, {now})",
                "erased_at": "coalesce(t.erased_at, {now})",
            }
        ),
        rows="t.id = ANY({customers})",
    )

    class Meta:
        table = "customer"
        indexes = (
            Index(fields=("phone",)),
            Index(fields=("home_store_id", "last_visit_on")),
            Index(fields=("consultant_id",)),
            Index(fields=("name",)),
        )
        constraints = (
            CheckConstraint(check="spend_fen >= 0 AND visit_count >= 0", name="customer_totals"),
            CheckConstraint(check="merged_into_id <> id", name="customer_not_into_itself"),
            CheckConstraint(check=f"phone ~ '{KEPT_FORM}' AND phone !~ '^[+]86'", name="customer_phone_kept_form"),
            CheckConstraint(check="name <> ''", name="customer_has_a_name"),
            CheckConstraint(check=f"birthday = '' OR birthday ~ '{BIRTHDAY_FORM}'", name="customer_birthday_kept_form"),
            CheckConstraint(
                check="erased_at IS NULL OR (restricted_at IS NOT NULL AND marketing_stopped_at IS NOT NULL "
                "AND phone IS NULL AND nickname IS NULL AND remark = '')",
                name="customer_erased_is_empty",
            ),
        )


class Identity(Table):
    """One id a platform has for a customer. Each belongs to one customer only, except phones."""

    id = fields.BigIntField(primary_key=True)
    customer: fields.ForeignKeyRelation[Customer] = fields.ForeignKeyField("wedealer.Customer", related_name=False)
    customer_id: int
    kind = fields.CharEnumField(IdentityKind, max_length=16)
    value = fields.CharField(max_length=64)
    created_at = fields.DatetimeField()

    personal = Personal(
        Moved(unique_on=("kind", "value")),
        Shown("登录与联系方式", {"kind": "种类", "value": "号码", "created_at": "登记时间"}),
        WhileCustomer(),
        erase=Deleted(),
    )

    class Meta:
        table = "identity"
        indexes = (Index(fields=("customer_id",)), Index(fields=("kind", "value")))
        constraints = (
            # Families share a phone; every other identity names exactly one person.
            UniqueConstraint(
                fields=("kind", "value"), name="identity_one_person", condition="kind NOT IN ('PHONE', 'LANDLINE')"
            ),
            UniqueConstraint(fields=("customer_id", "kind", "value"), name="identity_once"),
        )


class Tombstone(Table):
    """The mark of a name of somebody who was erased (`tombstones`). It names nobody."""

    id = fields.BigIntField(primary_key=True)
    mark = fields.CharField(max_length=64, unique=True)
    erased_at = fields.DatetimeField()
    named_on = fields.DateField()
    """When a list, a file or a program last named them."""

    personal = Personal(
        Stays("it belongs to nobody on file"),
        Withheld("a keyed hash that leads to nobody"),
        Kept(
            timedelta(days=3 * 366),
            "the last time a list named them",
            "as long as lists of others may still bring back somebody who was erased (PIPL art. 47; house rule)",
        ),
        column="",
        erase=Deleted(),
        rows="false",
        over="t.named_on",
    )

    class Meta:
        table = "tombstone"
        constraints = (CheckConstraint(check="mark ~ '^[0-9a-f]{64}$'", name="tombstone_names_nobody"),)


class Friendship(Paced):
    """A customer is (or was) a WeCom friend of a staff member."""

    id = fields.BigIntField(primary_key=True)
    customer: fields.ForeignKeyRelation[Customer] = fields.ForeignKeyField("wedealer.Customer", related_name=False)
    customer_id: int
    staff: fields.ForeignKeyRelation[Staff] = fields.ForeignKeyField("wedealer.Staff", related_name=False)
    staff_id: int
    external_userid = fields.CharField(max_length=64)
    add_way = fields.IntField(default=0)
    state = fields.CharField(max_length=64, default="")
    """The mark of the QR code or link by which they were added, as the platform returned it."""
    since = fields.DatetimeField()
    """When this friendship began; only for display."""
    last_added_at = fields.DatetimeField(null=True)
    """The newest adding we know of; an ending counts only if it is not older."""
    last_ended_at = fields.DatetimeField(null=True)
    """The newest ending we know of; it is kept when the friendship is renewed."""
    last_chatted_at = fields.DatetimeField(null=True)
    """When they last talked in WeCom, as the member noted (`friendships.note_chat`). A mass message goes to the friend
    who chatted last (WeCom doc 92135), which only WeCom knows for sure."""
    wrote_at = fields.DatetimeField(null=True)
    """When they first wrote, as far as WeCom tells: it does so of those who came by an acquisition link."""
    ended_at = fields.DatetimeField(null=True)
    ended_by = fields.CharField(max_length=10, default="")
    """`customer`, `staff`, `transfer` (given to a colleague) or `unseen` (no longer in the member's list, and nobody
    told us who ended it)."""
    remark = fields.CharField(max_length=64, default="", db_default="")
    """What the member calls the customer in WeCom (备注), as last read."""
    corp_tags: dict[str, str] = fields.JSONField(default=dict, db_default={})
    """The corp tags the member gave in WeCom, as last read: names by id."""
    seen_in_id = Key("friend_pull", null=True)
    """The newest reading of the member's list that met them."""
    unread_since = fields.DatetimeField(null=True)
    """Since when WeCom has news about the customer (added, remark, phones, tags) that we have not read; null: none."""

    personal = Personal(
        Moved(),
        Shown(
            "企业微信好友",
            {"since": "添加时间", "remark": "同事给您的备注", "corp_tags": "标签", "ended_at": "解除时间"},
        ),
        WhileCustomer(),
        erase=Deleted(),
    )

    class Meta:
        table = "friendship"
        unique_together = (("staff", "external_userid"),)
        indexes = (Index(fields=("customer_id",)), Index(fields=("external_userid",)))


class SourceTouch(Table):
    """One contact of a customer with one source. All are kept; the first one decides `first_source`."""

    id = fields.BigIntField(primary_key=True)
    customer: fields.ForeignKeyRelation[Customer] = fields.ForeignKeyField("wedealer.Customer", related_name=False)
    customer_id: int
    source = fields.CharEnumField(Source, max_length=20)
    detail = fields.CharField(max_length=80, default="")
    at = fields.DatetimeField()

    personal = Personal(
        Moved(),
        Shown("来源记录", {"at": "时间", "source": "来源", "detail": "说明"}),
        WhileCustomer(),
        erase=Deleted(),
    )

    class Meta:
        table = "source_touch"
        indexes = (Index(fields=("customer_id", "at")),)


class Consent(Table):
    """A line of the consent ledger: given, and perhaps withdrawn; never edited otherwise."""

    id = fields.BigIntField(primary_key=True)
    customer: fields.ForeignKeyRelation[Customer] = fields.ForeignKeyField("wedealer.Customer", related_name=False)
    customer_id: int
    purpose = fields.CharEnumField(Purpose, max_length=20)
    text_version = fields.CharField(max_length=20)
    given_at = fields.DatetimeField()
    how = fields.CharField(max_length=40)
    evidence: dict[str, object] = fields.JSONField(default=dict)
    withdrawn_at = fields.DatetimeField(null=True)
    withdrawn_how = fields.CharField(max_length=40, default="")

    personal = Personal(
        OwnRule("crm_core.customers.merging:_move_consents"),
        Shown(
            "同意记录",
            {
                "purpose": "用途",
                "text_version": "说明的版本",
                "given_at": "同意时间",
                "how": "方式",
                "withdrawn_at": "撤回时间",
            },
        ),
        Kept(
            timedelta(days=3 * 366),
            "the end of the relation",
            "evidence that we were allowed",
            law="同意与撤回的记录须留存备查（个人信息保护法第五十五、五十六条）",
        ),
        erase=Emptied({"evidence": NOTHING}),
        over="t.withdrawn_at",
    )

    class Meta:
        table = "consent"
        indexes = (Index(fields=("customer_id",)),)
        constraints = (
            UniqueConstraint(
                fields=("customer_id", "purpose"), name="consent_one_live", condition="withdrawn_at IS NULL"
            ),
        )


class CustomerMerge(Table):
    """A merge of two records; the ids of moved rows are stored so that it can be undone."""

    id = fields.BigIntField(primary_key=True)
    kept_id = Key("customer")
    merged_id = Key("customer")
    reason = fields.CharField(max_length=40)
    moved: dict[str, object] = fields.JSONField()
    at = fields.DatetimeField()
    actor = fields.CharField(max_length=80)
    undone_at = fields.DatetimeField(null=True)

    personal = Personal(
        Stays("it is what says how to undo it"),
        Withheld("says which of our records were doubles, nothing of the person"),
        WhileCustomer(),
        column="kept_id",
        erase=Deleted(),
        rows="t.kept_id = ANY({customers}) OR t.merged_id = ANY({customers})",
    )

    class Meta:
        table = "customer_merge"
        indexes = (Index(fields=("kept_id",)), Index(fields=("merged_id",)))


class ProposedPhone(Table):
    """A number that a member noted in WeCom and that differs from the one on file; a proposal until a colleague
    decides.

    Each number is proposed only once, so a refused one is not proposed again.
    """

    id = fields.BigIntField(primary_key=True)
    customer: fields.ForeignKeyRelation[Customer] = fields.ForeignKeyField("wedealer.Customer", related_name=False)
    customer_id: int
    staff: fields.ForeignKeyRelation[Staff] = fields.ForeignKeyField("wedealer.Staff", related_name=False)
    staff_id: int
    """The member who noted it."""
    phone = fields.CharField(max_length=LONGEST_PHONE)
    proposed_at = fields.DatetimeField()
    decided_at = fields.DatetimeField(null=True)
    decided_by_id = Key("staff", null=True)
    is_accepted = fields.BooleanField(default=False)

    personal = Personal(
        Moved(unique_on=("phone",)),
        Shown("待确认的手机号", {"phone": "手机号", "proposed_at": "时间"}),
        WhileCustomer(),
        erase=Deleted(),
    )

    class Meta:
        table = "proposed_phone"
        unique_together = (("customer", "phone"),)
        constraints = (
            CheckConstraint(check=f"phone ~ '{KEPT_FORM}'", name="proposed_phone_form"),
            CheckConstraint(check="decided_at IS NOT NULL OR NOT is_accepted", name="proposed_phone_decided"),
        )


class FollowUp(Table):
    """跟进: a logged contact with its result and the next time."""

    id = fields.BigIntField(primary_key=True)
    customer: fields.ForeignKeyRelation[Customer] = fields.ForeignKeyField("wedealer.Customer", related_name=False)
    customer_id: int
    staff: fields.ForeignKeyRelation[Staff] = fields.ForeignKeyField("wedealer.Staff", related_name=False)
    staff_id: int
    contact = fields.CharField(max_length=10)
    """`call`, `wecom`, `visit`; `note` is a remark without a contact and does not count as follow-up."""
    body = fields.CharField(max_length=500)
    next_at = fields.DatetimeField(null=True)
    """When to speak to the customer again; it is due from then until `done_at` is set."""
    keeper_id = Key("staff", null=True)
    """Who is to speak to them next: whoever recorded it, later whoever took over the customer."""
    done_at = fields.DatetimeField(null=True)
    """When that next contact took place, or was dropped."""
    at = fields.DatetimeField()

    personal = Personal(
        Moved(),
        Withheld("owners are not shown what the staff note; messages and calls that reached them are shown"),
        WhileCustomer(),
        erase=Deleted(),
    )

    class Meta:
        table = "follow_up"
        indexes = (Index(fields=("customer_id", "at")), Index(fields=("keeper_id", "next_at")))
        constraints = (
            CheckConstraint(check="(next_at IS NULL) = (keeper_id IS NULL)", name="follow_up_due_has_keeper"),
            CheckConstraint(check="done_at IS NULL OR next_at IS NOT NULL", name="follow_up_done_was_due"),
        )
