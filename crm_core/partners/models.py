"""Tables of the partners' door: keys, and what each program calls rows of ours."""

from datetime import datetime
from enum import StrEnum

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint

from foundation.keys import Key
from foundation.personal import Deleted, Moved, Personal, WhileCustomer, Withheld
from foundation.table import Table


class ApiKey(Table):
    """接口密钥 of one program. The key itself is not kept, only its digest."""

    id = fields.BigIntField(primary_key=True)
    name = fields.CharField(max_length=40)
    source_system = fields.CharField(max_length=20)
    """The program's mark; its customer numbers are filed behind it (`dms:C0001`)."""
    store_ids: list[int] = fields.JSONField()
    scopes: list[str] = fields.JSONField()
    """Values of `scopes.Scope`."""
    calls_per_minute = fields.IntField()
    secret_hash = fields.CharField(max_length=64, unique=True)
    hint = fields.CharField(max_length=4)
    """The last characters, by which people tell keys apart."""
    earlier_hash = fields.CharField(max_length=64, null=True, unique=True)
    """The digest of the key before the last rotation."""
    earlier_until: datetime | None = fields.DatetimeField(null=True)
    made_by = Key("staff")
    made_at = fields.DatetimeField()
    last_used_at: datetime | None = fields.DatetimeField(null=True)
    """To the minute."""
    expires_at: datetime | None = fields.DatetimeField(null=True)
    ended_at: datetime | None = fields.DatetimeField(null=True)
    version = fields.IntField(default=1)

    class Meta:
        table = "api_key"
        constraints = (
            CheckConstraint(check="calls_per_minute BETWEEN 1 AND 1200", name="api_key_calls"),
            CheckConstraint(check="jsonb_array_length(store_ids) > 0", name="api_key_has_stores"),
            CheckConstraint(check="jsonb_array_length(scopes) > 0", name="api_key_has_scopes"),
            CheckConstraint(check="(earlier_hash IS NULL) = (earlier_until IS NULL)", name="api_key_earlier_ends"),
        )


class RecordKind(StrEnum):
    """What an external number stands for."""

    CUSTOMER = "CUSTOMER"
    CAR = "CAR"
    STOCK = "STOCK"
    ORDER = "ORDER"


class ExternalRecord(Table):
    """What another program calls a row of ours, and marks of what it told of it."""

    id = fields.BigIntField(primary_key=True)
    source_system = fields.CharField(max_length=20)
    kind = fields.CharEnumField(RecordKind, max_length=10)
    external_id = fields.CharField(max_length=40)
    customer_id = Key("customer", null=True)
    vehicle_id = Key("vehicle", null=True)
    past_order_id = Key("past_order", null=True)
    marks: dict[str, str] = fields.JSONField(default=dict)
    """`imports.marks`: by our column, the mark of what the program told."""
    told_at = fields.DatetimeField()

    personal = Personal(
        Moved(),
        Withheld("the number another program uses for the row; what it told is shown where it is kept"),
        WhileCustomer(),
        erase=Deleted(),
    )

    class Meta:
        table = "external_record"
        unique_together = (("source_system", "kind", "external_id"),)
        indexes = (Index(fields=("customer_id",)), Index(fields=("vehicle_id",)))
        constraints = (
            CheckConstraint(
                check="num_nonnulls(customer_id, vehicle_id, past_order_id) = 1", name="external_record_names_one"
            ),
        )
