"""The table of disputed lines."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from crm_core.bill_disputes.rules import DisputeState
from crm_core.coupons.rules import LineKind
from foundation.keys import Key
from foundation.personal import ACCOUNTS, GONE, Emptied, Moved, Personal, Shown, gone
from foundation.table import Table


class BillDispute(Table):
    """A dispute of one line. Name and sum of the line are copied, because a bill that is recalled gets new lines; of
    one that waits they are those of the bill that was sent last.
    """

    id = fields.BigIntField(primary_key=True)
    bill_id = Key("bill")
    line_no = fields.IntField()
    line_about = fields.CharField(max_length=40, default="", db_default="")
    """What the line is for, by which it is found again on a bill that was recalled and sent anew."""
    line_kind: LineKind | None = fields.CharEnumField(LineKind, max_length=12, null=True)  # type: ignore[assignment]
    name = fields.CharField(max_length=40)
    amount_fen = fields.BigIntField()
    store_id = Key("store")
    customer_id = Key("customer")
    reason = fields.CharField(max_length=200)
    held_fen = fields.BigIntField(default=0, db_default=0)
    """What is not due of the bill while this waits for an answer."""
    taken_off_fen = fields.BigIntField(default=0, db_default=0)
    """What was taken off the line with the answer."""
    noted_by_id = Key("staff", null=True)
    """Who wrote it down at the desk; None when the owner did so themselves."""
    state = fields.CharEnumField(DisputeState, max_length=10)
    raised_at = fields.DatetimeField()
    due_at = fields.DatetimeField()
    taken_at = fields.DatetimeField(null=True)
    handled_by_id = Key("staff", null=True)
    """Who took up the dispute, and at the end who answered it."""
    answer = fields.CharField(max_length=200, default="")
    """The answer in words, which the owner reads."""
    ended_at = fields.DatetimeField(null=True)
    version = fields.IntField(default=1)

    personal = Personal(
        Moved(),
        Shown(
            "账单异议",
            {"raised_at": "提出时间", "name": "项目", "amount_fen": "金额", "reason": "您的理由", "answer": "答复"},
        ),
        ACCOUNTS,
        erase=Emptied(),
        later={"reason": GONE, "answer": gone("answer")},
        over="t.ended_at",
        unfinished="t.ended_at IS NULL",
    )

    class Meta:
        table = "bill_dispute"
        indexes = (Index(fields=("store_id", "state", "due_at")), Index(fields=("customer_id",)))
        constraints = (
            UniqueConstraint(
                fields=("bill_id", "line_no"),
                name="bill_dispute_one_waiting_per_line",
                condition="state IN ('OPEN', 'IN_HAND')",
            ),
            CheckConstraint(check="reason <> ''", name="bill_dispute_has_reason"),
            CheckConstraint(check="held_fen BETWEEN 0 AND amount_fen", name="bill_dispute_held"),
            CheckConstraint(
                check="taken_off_fen BETWEEN 0 AND amount_fen AND (taken_off_fen = 0 OR state = 'CORRECTED')",
                name="bill_dispute_taken_off",
            ),
            CheckConstraint(check="(state IN ('OPEN', 'IN_HAND')) = (ended_at IS NULL)", name="bill_dispute_ended"),
            CheckConstraint(
                check="state NOT IN ('CORRECTED', 'UPHELD') OR (answer <> '' AND handled_by_id IS NOT NULL)",
                name="bill_dispute_answered_in_words",
            ),
            CheckConstraint(
                check="state <> 'IN_HAND' OR (handled_by_id IS NOT NULL AND taken_at IS NOT NULL)",
                name="bill_dispute_in_hand_of_somebody",
            ),
        )
