"""The table of questions and answers."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from crm_core.reach.rules import AskAnswer, AskKind, AskPlace
from foundation.keys import Key
from foundation.personal import HOUSE_RECORD, Emptied, Moved, Personal, Shown
from foundation.table import Table


class ReachAsk(Table):
    """One question put to a customer, by a colleague or by the page of their order, and what they said; rows never
    change.
    """

    id = fields.BigIntField(primary_key=True)
    customer_id = Key("customer")
    store_id = Key("store")
    kind = fields.CharEnumField(AskKind, max_length=8)
    answer = fields.CharEnumField(AskAnswer, max_length=6)
    place = fields.CharEnumField(AskPlace, max_length=10)
    asked_by_id = Key("staff", null=True)
    """The colleague who asked; none where the owner answered on their own page."""
    asked_at = fields.DatetimeField()

    personal = Personal(
        Moved(unique_on=("kind",)),
        Shown("问过您的", {"asked_at": "时间", "kind": "问了什么", "answer": "您的回答"}),
        HOUSE_RECORD,
        erase=Emptied(),
        over="t.asked_at",
    )

    class Meta:
        table = "reach_ask"
        indexes = (Index(fields=("customer_id", "kind")), Index(fields=("store_id", "asked_at")))
        constraints = (
            UniqueConstraint(fields=("customer_id", "kind"), name="reach_ask_one_no", condition="answer = 'NO'"),
            CheckConstraint(check="asked_by_id IS NOT NULL OR place = 'ORDER'", name="reach_ask_by_whom"),
        )
