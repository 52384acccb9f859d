"""The table of cars at the gate."""

from datetime import datetime

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from crm_core.arrivals.rules import ArrivalState
from foundation.keys import Key
from foundation.personal import CALLBACKS, Deleted, Personal, Stays, Withheld
from foundation.table import Table


class GateArrival(Table):
    """One car that a camera saw coming."""

    id = fields.BigIntField(primary_key=True)
    store_id = Key("store")
    plate = fields.CharField(max_length=20)
    """As the camera read it."""
    state = fields.CharEnumField(ArrivalState, max_length=9)
    vehicle_id: int | None = Key("vehicle", null=True)
    """The car on file with this plate; null for a stranger."""
    appointment_id: int | None = Key("appointment", null=True)
    """The booking it comes for: by its plate, or as somebody said."""
    first_seen_at = fields.DatetimeField()
    last_seen_at = fields.DatetimeField()
    ended_at: datetime | None = fields.DatetimeField(null=True)
    ended_by_id: int | None = Key("staff", null=True)
    version = fields.IntField(default=1, db_default=1)

    personal = Personal(
        Stays("it is of a car, and follows it"),
        Withheld("what a camera reported, kept for days; the visit it led to is shown"),
        CALLBACKS,
        column="",
        erase=Deleted(),
        over="t.last_seen_at",
        rows=(
            "t.vehicle_id IN (SELECT o.vehicle_id FROM ownership o WHERE o.customer_id = ANY({customers}) "
            "AND o.until_on IS NULL)"
        ),
    )

    class Meta:
        table = "gate_arrival"
        indexes = (Index(fields=("store_id", "last_seen_at")), Index(fields=("vehicle_id",)))
        constraints = (
            UniqueConstraint(
                fields=("store_id", "plate"), name="gate_arrival_one_waiting", condition="state = 'WAITING'"
            ),
            CheckConstraint(check="(state = 'WAITING') = (ended_at IS NULL)", name="gate_arrival_ended"),
        )
