"""Tables of surveys and complaints."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint

from crm_core.surveys.rules import ComplaintState, SurveyState
from foundation.keys import Key, Upward
from foundation.personal import WORKSHOP_RECORD, Moved, Personal, Shown
from foundation.table import Table


class Survey(Table):
    """One owner is asked once about one visit."""

    id = fields.BigIntField(primary_key=True)
    repair_order_id = Upward("repair_order", unique=True)
    store_id = Key("store")
    customer_id = Key("customer")
    vehicle_id = Key("vehicle")
    advisor_id = Key("staff", null=True)
    """Whose work it is about: they can neither send nor edit it."""
    state = fields.CharEnumField(SurveyState, max_length=10)
    openid = fields.CharField(max_length=64, default="")
    """The account that opened it; nobody else answers it."""
    delivered_at = fields.DatetimeField()
    send_at = fields.DatetimeField()
    sent_at = fields.DatetimeField(null=True)
    opened_at = fields.DatetimeField(null=True)
    submitted_at = fields.DatetimeField(null=True)
    expires_at = fields.DatetimeField(null=True)
    answers: dict[str, object] = fields.JSONField(default=dict)
    score = fields.IntField(null=True)
    version = fields.IntField(default=1)

    personal = Personal(Moved(), Shown("评价"), WORKSHOP_RECORD)

    class Meta:
        table = "survey"
        indexes = (
            Index(fields=("customer_id", "send_at")),
            Index(fields=("state", "send_at")),
            Index(fields=("store_id", "submitted_at")),
        )
        constraints = (
            CheckConstraint(check="score IS NULL OR score BETWEEN 0 AND 10", name="survey_score"),
            CheckConstraint(
                check="(state = 'SUBMITTED') = (submitted_at IS NOT NULL)", name="survey_submitted_has_time"
            ),
        )


class Complaint(Table):
    """Something was not good; the clock runs from `opened_at`, or from `reopened_at`."""

    id = fields.BigIntField(primary_key=True)
    about = fields.CharField(max_length=40)
    """`survey:3` or `hand_over:5`."""
    source = fields.CharField(max_length=6)
    """Where it came from, as the card says it: 小程序评价."""
    store_id = Key("store")
    customer_id = Key("customer")
    vehicle_id = Key("vehicle")
    repair_order_id = Upward("repair_order", null=True)
    advisor_id = Key("staff", null=True)
    """Whose work it is about."""
    body = fields.CharField(max_length=300)
    state = fields.CharEnumField(ComplaintState, max_length=12)
    opened_at = fields.DatetimeField()
    acknowledged_at = fields.DatetimeField(null=True)
    acknowledged_by_id = Key("staff", null=True)
    """Who has it now; null again when it is opened again."""
    reopened_at = fields.DatetimeField(null=True)
    """The owner was still not content: the clock runs from here."""
    escalated_at = fields.DatetimeField(null=True)
    """When the general manager was told that it is unresolved."""
    version = fields.IntField(default=1)

    personal = Personal(Moved(), Shown("投诉"), WORKSHOP_RECORD)

    class Meta:
        table = "complaint"
        unique_together = (("about",),)
        indexes = (Index(fields=("store_id", "state")), Index(fields=("customer_id",)))
        constraints = (
            CheckConstraint(
                check="acknowledged_by_id IS NULL OR advisor_id IS NULL OR acknowledged_by_id <> advisor_id",
                name="complaint_not_by_its_subject",
            ),
        )


class ComplaintStep(Table):
    """One step of a complaint in the words of whoever took it; never changed."""

    id = fields.BigIntField(primary_key=True)
    complaint_id = Key("complaint")
    action = fields.CharField(max_length=12)
    """Of the table of moves."""
    staff_id = Key("staff", null=True)
    """Null for what the owner brought about."""
    note = fields.CharField(max_length=300)
    at = fields.DatetimeField()

    class Meta:
        table = "complaint_step"
        indexes = (Index(fields=("complaint_id", "id")),)
