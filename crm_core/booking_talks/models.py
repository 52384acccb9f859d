"""The table of talks about bookings."""

from enum import StrEnum

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from foundation.json_types import Json
from foundation.keys import Key
from foundation.personal import CALLBACKS, Deleted, Moved, Personal, Withheld
from foundation.table import Table


class TalkState(StrEnum):
    """Where a talk about a booking stands."""

    ASKING = "ASKING"
    """Something is still to be said."""
    OFFERED = "OFFERED"
    """A card shows the booking, and waits for a press."""
    BOOKED = "BOOKED"
    OVER = "OVER"
    """Another talk began, or they do not book after all."""


class BookingTalk(Table):
    """What a member of staff has said in the chat about one booking, until it is made or forgotten."""

    id = fields.BigIntField(primary_key=True)
    staff_id = Key("staff")
    state = fields.CharEnumField(TalkState, max_length=8)
    known: dict[str, Json] = fields.JSONField()
    """What was said so far, and the numbered choices of the last question (`talking`)."""
    customer_id: int | None = Key("customer", null=True)
    vehicle_id: int | None = Key("vehicle", null=True)
    store_id: int | None = Key("store", null=True)
    item_id: int | None = Key("service_item", null=True)
    starts_at = fields.DatetimeField(null=True)
    appointment_id: int | None = Key("appointment", null=True)
    said_at = fields.DatetimeField()
    version = fields.IntField(default=1, db_default=1)

    personal = Personal(
        Moved(),
        Withheld("what staff write to each other's tool; the booking it led to is shown"),
        CALLBACKS,
        erase=Deleted(),
        over="t.said_at",
    )

    class Meta:
        table = "booking_talk"
        indexes = (
            Index(fields=("said_at",)),
            Index(fields=("customer_id",)),
            Index(fields=("vehicle_id",)),
        )
        constraints = (
            UniqueConstraint(
                fields=("staff_id",), name="booking_talk_one_open", condition="state IN ('ASKING', 'OFFERED')"
            ),
            CheckConstraint(
                check="state <> 'OFFERED' OR (customer_id IS NOT NULL AND vehicle_id IS NOT NULL "
                "AND store_id IS NOT NULL AND item_id IS NOT NULL AND starts_at IS NOT NULL)",
                name="booking_talk_offer_is_whole",
            ),
            CheckConstraint(check="(state = 'BOOKED') = (appointment_id IS NOT NULL)", name="booking_talk_booked"),
        )
