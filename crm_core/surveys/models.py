"""Tables of surveys and complaints."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from crm_core.surveys.rules import ComplaintState, SurveyState
from foundation.keys import Key, Upward
from foundation.personal import GONE, HOUSE_RECORD, NO_LIST, NO_TEXT, NOTHING, Emptied, Moved, Part, Personal, Shown
from foundation.table import Table


class Survey(Table):
    """回访问卷 of one visit: its owner is asked once."""

    id = fields.BigIntField(primary_key=True)
    repair_order_id = Upward("repair_order", unique=True)
    store_id = Key("store")
    customer_id = Key("customer")
    vehicle_id = Key("vehicle")
    advisor_id = Key("staff", null=True)
    """The advisor whose work the survey is about; they can neither send nor edit it."""
    state = fields.CharEnumField(SurveyState, max_length=10)
    openid = fields.CharField(max_length=64, default="")
    """The account that opened it first; only this account may answer."""
    delivered_at = fields.DatetimeField()
    send_at = fields.DatetimeField()
    sent_at = fields.DatetimeField(null=True)
    opened_at = fields.DatetimeField(null=True)
    submitted_at = fields.DatetimeField(null=True)
    expires_at = fields.DatetimeField(null=True)
    answers: dict[str, object] = fields.JSONField(default=dict)
    score = fields.IntField(null=True)
    version = fields.IntField(default=1)

    personal = Personal(
        Moved(),
        Shown("评价", {"submitted_at": "时间", "score": "推荐分", "answers": "您的回答"}),
        HOUSE_RECORD,
        erase=Emptied({"openid": NO_TEXT, "answers": NOTHING}),
        over="coalesce(t.submitted_at, t.expires_at)",
    )

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
    """投诉. Its time limits run from `opened_at`, or from `reopened_at` if it was reopened."""

    id = fields.BigIntField(primary_key=True)
    about = fields.CharField(max_length=40)
    """What the complaint is about: `survey:3` or `hand_over:5`; one that a person brought is about itself."""
    source = fields.CharField(max_length=6)
    """Where it came from, in the words of the card: 小程序评价."""
    store_id = Key("store")
    customer_id = Key("customer")
    vehicle_id = Key("vehicle")
    repair_order_id = Upward("repair_order", null=True)
    advisor_id = Key("staff", null=True)
    """The advisor whose work the complaint is about."""
    body = fields.CharField(max_length=300)
    photos: list[str] = fields.JSONField(default=list, db_default=[])
    """Photos that the owner or the desk added, by their keys in the media store."""
    state = fields.CharEnumField(ComplaintState, max_length=12)
    opened_at = fields.DatetimeField()
    acknowledged_at = fields.DatetimeField(null=True)
    acknowledged_by_id = Key("staff", null=True)
    """Who has taken it up; null again after it was reopened."""
    reopened_at = fields.DatetimeField(null=True)
    """When it was last reopened; its time limits run from here."""
    escalated_at = fields.DatetimeField(null=True)
    """When the general manager was told that the complaint is unresolved."""
    version = fields.IntField(default=1)

    personal = Personal(
        Moved(),
        Shown("投诉", {"opened_at": "时间", "body": "内容", "state": "状态"}),
        HOUSE_RECORD,
        erase=Emptied({"body": GONE, "photos": NO_LIST}),
        over="CASE WHEN t.state IN ('VERIFIED', 'CLOSED') THEN t.opened_at END",
        unfinished="t.state NOT IN ('VERIFIED', 'CLOSED')",
        parts=(Part("complaint_step", "complaint_id", emptied={"note": GONE}),),
    )

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
    """One step of a complaint, in the words of the person who took it; rows never change."""

    id = fields.BigIntField(primary_key=True)
    complaint_id = Key("complaint")
    action = fields.CharField(max_length=12)
    """An action of `COMPLAINT_MOVES`, or `add` (the owner said more) or `amends` (the owner was given something)."""
    staff_id = Key("staff", null=True)
    """Who took the step; null if the owner caused it."""
    note = fields.CharField(max_length=300)
    at = fields.DatetimeField()

    class Meta:
        table = "complaint_step"
        indexes = (Index(fields=("complaint_id", "id")),)


class ComplaintLateness(Table):
    """A promised time of a complaint that passed, and when those responsible were told; once for each time it began."""

    id = fields.BigIntField(primary_key=True)
    complaint_id = Key("complaint")
    state = fields.CharEnumField(ComplaintState, max_length=12)
    """Where it stood when the time passed."""
    began_at = fields.DatetimeField()
    """When the complaint was opened, or last reopened."""
    due_at = fields.DatetimeField()
    told_at = fields.DatetimeField()

    class Meta:
        table = "complaint_lateness"
        constraints = (UniqueConstraint(fields=("complaint_id", "state", "began_at"), name="complaint_late_once"),)
