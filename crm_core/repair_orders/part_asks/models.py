"""Table of what technicians ask the store room for."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint

from crm_core.repair_orders.part_asks.rules import ANSWER_MAX, WORDS_MAX, PartAskState
from foundation.keys import Key
from foundation.table import Table


class PartAsk(Table):
    """申领: something a technician needs for a job, in their words, and what the store room answered."""

    id = fields.BigIntField(primary_key=True)
    repair_order_id = Key("repair_order")
    line_id = Key("repair_line")
    words = fields.CharField(max_length=WORDS_MAX)
    quantity = fields.IntField()
    photo = fields.CharField(max_length=70, default="", db_default="")
    state = fields.CharEnumField(PartAskState, max_length=10)
    asked_by = Key("staff")
    asked_at = fields.DatetimeField()
    ended_by = Key("staff", null=True)
    ended_at = fields.DatetimeField(null=True)
    answer = fields.CharField(max_length=ANSWER_MAX, default="", db_default="")
    """Why it was refused."""
    part_request_id = Key("part_request", null=True)
    """What brings it, once it is given."""
    additional_work_id = Key("additional_work", null=True)
    """The sheet on which the owner decides."""

    class Meta:
        table = "part_ask"
        indexes = (
            Index(fields=("line_id",)),
            Index(fields=("repair_order_id", "state")),
            Index(fields=("asked_by", "ended_at")),
        )
        constraints = (
            CheckConstraint(check="quantity > 0", name="part_ask_quantity"),
            CheckConstraint(check="(state = 'ASKED') = (ended_at IS NULL)", name="part_ask_ended"),
            CheckConstraint(check="(state = 'GIVEN') = (part_request_id IS NOT NULL)", name="part_ask_given"),
            CheckConstraint(check="(state = 'TO_OWNER') = (additional_work_id IS NOT NULL)", name="part_ask_to_owner"),
            CheckConstraint(check="state = 'REFUSED' OR answer = ''", name="part_ask_refused"),
        )
