"""Tables of the dealer group itself."""

from datetime import timedelta
from typing import Final

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from crm_core.dealerships.bay_kind import BayKind as BayKind
from crm_core.dealerships.role import Role as Role
from foundation.keys import Key
from foundation.owed import Paced
from foundation.personal import Deleted, Kept, OwnRule, Personal, Shown
from foundation.table import Table


class Region(Table):
    """大区."""

    id = fields.BigIntField(primary_key=True)
    name = fields.CharField(max_length=40, unique=True)
    is_active = fields.BooleanField(default=True, db_default=True)

    class Meta:
        table = "region"


class Store(Table):
    """门店: a place that sells and services cars, with its own hours, rates and switches."""

    id = fields.BigIntField(primary_key=True)
    code = fields.CharField(max_length=8, unique=True)
    name = fields.CharField(max_length=40)
    short_name = fields.CharField(max_length=10)
    """The name in messages; message templates allow ten characters."""
    city = fields.CharField(max_length=20)
    region: fields.ForeignKeyRelation[Region] = fields.ForeignKeyField("wedealer.Region", related_name=False)
    region_id: int
    opens_minute = fields.IntField(default=8 * 60 + 30)
    """Minutes after Shanghai midnight."""
    closes_minute = fields.IntField(default=18 * 60)
    last_slot_minute = fields.IntField(default=17 * 60 + 30)
    labour_rate_fen = fields.BigIntField(default=240_00)
    """Price of an hour of mechanical work."""
    body_rate_fen = fields.BigIntField(default=280_00)
    ev_rate_fen = fields.BigIntField(default=320_00)
    confirms_automatically = fields.BooleanField(default=False)
    """Whether a booking is confirmed without the advisor when capacity and parts allow."""
    phone = fields.CharField(max_length=20, default="")
    address = fields.CharField(max_length=120, default="")
    latitude = fields.FloatField(null=True)
    """Where a phone's map shows the store, in degrees of GCJ-02, which WeChat and the maps of Chinese phones take; what
    a GPS device tells (WGS-84) would be several hundred metres off. None where nobody has entered it."""
    longitude = fields.FloatField(null=True)
    is_live = fields.BooleanField(default=True)
    """False for archive codes: closed or merged stores whose owners are still in the base."""

    class Meta:
        table = "store"
        constraints = (
            CheckConstraint(
                check="(latitude IS NULL AND longitude IS NULL) OR (latitude IS NOT NULL AND longitude IS NOT NULL "
                "AND latitude BETWEEN 3 AND 54 AND longitude BETWEEN 73 AND 136)",
                name="store_on_the_map",
            ),
            CheckConstraint(
                check="0 <= opens_minute AND opens_minute <= last_slot_minute AND last_slot_minute < closes_minute "
                "AND closes_minute <= 1440",
                name="store_hours",
            ),
        )


class StoreClosure(Table):
    """A day on which a store is shut, or has other hours than that weekday has."""

    id = fields.BigIntField(primary_key=True)
    store: fields.ForeignKeyRelation[Store] = fields.ForeignKeyField("wedealer.Store", related_name=False)
    store_id: int
    day = fields.DateField()
    reason = fields.CharField(max_length=40, default="")
    opens_minute = fields.IntField(null=True)
    closes_minute = fields.IntField(null=True)
    """Both None: shut all day."""
    is_active = fields.BooleanField(default=True, db_default=True)

    class Meta:
        table = "store_closure"
        unique_together = (("store", "day"),)
        constraints = (
            CheckConstraint(
                check="(opens_minute IS NULL) = (closes_minute IS NULL) "
                "AND (opens_minute IS NULL OR opens_minute < closes_minute)",
                name="store_closure_hours",
            ),
        )


class Bay(Table):
    """工位."""

    id = fields.BigIntField(primary_key=True)
    store: fields.ForeignKeyRelation[Store] = fields.ForeignKeyField("wedealer.Store", related_name=False)
    store_id: int
    name = fields.CharField(max_length=8)
    kind = fields.CharEnumField(BayKind, max_length=10)
    is_active = fields.BooleanField(default=True)

    class Meta:
        table = "bay"
        unique_together = (("store", "name"),)


class Staff(Table):
    """An employee; `userid` is WeCom's, kept in lower case because the platform ignores case."""

    id = fields.BigIntField(primary_key=True)
    userid = fields.CharField(max_length=64, unique=True)
    name = fields.CharField(max_length=20)
    store: fields.ForeignKeyNullableRelation[Store] = fields.ForeignKeyField(
        "wedealer.Store", related_name=False, null=True
    )
    store_id: int | None
    title = fields.CharField(max_length=40, default="")
    service_phone = fields.CharField(max_length=20, default="")
    """The number owners call them on at work; empty where only the store's is given out. Never a private number."""
    skills: list[str] = fields.JSONField(default=list)
    """What a technician may touch: `QUICK`, `GENERAL`, `EV`, `BODY`."""
    team_id = Key("team", null=True)
    is_active = fields.BooleanField(default=True)
    """False for members who left or are disabled in the address book."""
    directory_at = fields.DatetimeField(null=True)
    """Time of the newest report of the address book about them; older reports are ignored. For a leaver: when they
    left."""
    closed_at = fields.DatetimeField(null=True)
    """When a manager ended their account here; no report of the address book lets them in again."""
    version = fields.IntField(default=1, db_default=1)
    """Counts the changes of their store and roles."""

    class Meta:
        table = "staff"
        constraints = (
            CheckConstraint(check="userid = lower(userid)", name="staff_userid_lower"),
            CheckConstraint(
                check="service_phone = '' OR service_phone ~ '^[0-9+][0-9-]{4,19}$'", name="staff_service_phone_dials"
            ),
            CheckConstraint(check="closed_at IS NULL OR NOT is_active", name="staff_closed_is_not_active"),
        )


class StaffRole(Table):
    """A role held in a store, a region or the whole group."""

    id = fields.BigIntField(primary_key=True)
    staff: fields.ForeignKeyRelation[Staff] = fields.ForeignKeyField("wedealer.Staff", related_name=False)
    staff_id: int
    role = fields.CharEnumField(Role, max_length=4)
    store: fields.ForeignKeyNullableRelation[Store] = fields.ForeignKeyField(
        "wedealer.Store", related_name=False, null=True
    )
    store_id: int | None
    region: fields.ForeignKeyNullableRelation[Region] = fields.ForeignKeyField(
        "wedealer.Region", related_name=False, null=True
    )
    region_id: int | None

    class Meta:
        table = "staff_role"
        indexes = (Index(fields=("staff_id",)), Index(fields=("store_id", "role")))


SESSION_KEPT: Final = Kept(
    timedelta(days=30), "its end", "to see who used what when, if something is found amiss (house rule)"
)


class DealerGroup(Table):
    """集团: whose installation this is. One row, written when it begins."""

    id = fields.SmallIntField(primary_key=True, generated=False)
    name = fields.CharField(max_length=40)
    short_name = fields.CharField(max_length=6)
    sms_signature = fields.CharField(max_length=8)
    corp_id = fields.CharField(max_length=64)
    begun_at = fields.DatetimeField()

    class Meta:
        table = "dealer_group"
        constraints = (CheckConstraint(check="id = 1", name="dealer_group_is_one"),)


class SignInAddress(Table):
    """An address printed on the server that signs one administrator in, once."""

    id = fields.BigIntField(primary_key=True)
    staff: fields.ForeignKeyRelation[Staff] = fields.ForeignKeyField("wedealer.Staff", related_name=False)
    staff_id: int
    token_hash = fields.CharField(max_length=64, unique=True)
    made_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()
    used_at = fields.DatetimeField(null=True)

    class Meta:
        table = "sign_in_address"
        constraints = (CheckConstraint(check="used_at < expires_at", name="sign_in_address_in_time"),)


class Session(Table):
    """A signed-in staff member or owner; revoking it ends the token."""

    id = fields.UUIDField(primary_key=True)
    kind = fields.CharField(max_length=8)
    subject_id = fields.BigIntField()
    openid = fields.CharField(max_length=64, default="")
    created_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()
    revoked_at = fields.DatetimeField(null=True)

    personal = Personal(
        OwnRule("crm_core.customers.merging:merge"),
        Shown("登录记录", {"created_at": "登录时间", "expires_at": "有效至", "revoked_at": "退出时间"}),
        SESSION_KEPT,
        column="subject_id",
        erase=Deleted(),
        rows="t.kind = 'owner' AND t.subject_id = ANY({customers})",
    )

    class Meta:
        table = "session"
        indexes = (Index(fields=("kind", "subject_id")),)
        constraints = (CheckConstraint(check="kind IN ('staff', 'owner')", name="session_kind"),)


class AuditEntry(Table):
    """Who did or saw what; append-only and hash-chained, so that a missing line shows."""

    id = fields.BigIntField(primary_key=True)
    at = fields.DatetimeField()
    actor = fields.CharField(max_length=80)
    action = fields.CharField(max_length=60)
    subject = fields.CharField(max_length=80)
    reason = fields.CharField(max_length=200, default="")
    details: dict[str, object] = fields.JSONField(default=dict)
    previous_hash = fields.CharField(max_length=64)
    hash = fields.CharField(max_length=64)

    class Meta:
        table = "audit_entry"
        indexes = (Index(fields=("actor", "action", "at")), Index(fields=("subject",)))
        constraints = (UniqueConstraint(fields=("previous_hash",), name="audit_entry_chain"),)


class AuditCheck(Table):
    """A look at the chain of the audit log; the next one goes on where the last good one ended."""

    id = fields.BigIntField(primary_key=True)
    at = fields.DatetimeField()
    is_whole = fields.BooleanField()
    """Whether it began with the first line of all."""
    lines = fields.BigIntField()
    to_id = fields.BigIntField()
    """The last line that was good."""
    to_hash = fields.CharField(max_length=64)
    broken_id = fields.BigIntField(null=True)
    """The first line that does not follow from the one before."""

    class Meta:
        table = "audit_check"
        indexes = (Index(fields=("is_whole", "id")),)


class DataOrigin(Table):
    """Holds one row, `demo`, once invented people were written: from then on no real platform may be called."""

    id = fields.IntField(primary_key=True)
    kind = fields.CharField(max_length=10)

    class Meta:
        table = "data_origin"
        constraints = (CheckConstraint(check="id = 1 AND kind = 'demo'", name="data_origin_one_row"),)


class Unread(Paced):
    """Something that must be read from WeCom and that no other row stands for; the row is deleted once it was read."""

    id = fields.BigIntField(primary_key=True)
    kind = fields.CharField(max_length=20)
    key = fields.CharField(max_length=64)
    since = fields.DatetimeField()

    class Meta:
        table = "unread"
        unique_together = (("kind", "key"),)
