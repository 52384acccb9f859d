"""Table of what people ask about their data."""

from datetime import timedelta

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from crm_core.privacy.rules import PrivacyRequestKind, PrivacyRequestState
from foundation.keys import Key
from foundation.personal import Emptied, Kept, OwnRule, Personal, Shown, gone
from foundation.table import Table

LONGEST_WORDS = 300
LONGEST_CHECK = 80


class PrivacyRequest(Table):
    """One request, and the day it has to be answered by."""

    id = fields.BigIntField(primary_key=True)
    customer_id = Key("customer")
    kind = fields.CharEnumField(PrivacyRequestKind, max_length=12)
    details = fields.CharField(max_length=LONGEST_WORDS, default="")
    """What is wrong and what is right, in the person's words."""
    state = fields.CharEnumField(PrivacyRequestState, max_length=10)
    asked_at = fields.DatetimeField()
    due_on = fields.DateField()
    is_phone_verified = fields.BooleanField()
    """Whether WeChat had verified the person's phone when they asked. If not, the officer first checks their
    identity."""
    recorded_by_id = Key("staff", null=True)
    """The officer who wrote it down for a person who asked by phone, at the desk or by letter. Null for those who asked
    in the mini-program."""
    identity_check = fields.CharField(max_length=LONGEST_CHECK, default="", db_default="")
    """How the officer made sure who asks."""
    handled_by_id = Key("staff", null=True)
    agreed_at = fields.DatetimeField(null=True)
    erase_after = fields.DatetimeField(null=True)
    """When an agreed deletion is carried out; until then the person may take it back."""
    ended_at = fields.DatetimeField(null=True)
    readable_until = fields.DatetimeField(null=True)
    """Until when the person may fetch the export."""
    answer = fields.CharField(max_length=LONGEST_WORDS, default="")
    holds: list[dict[str, object]] = fields.JSONField(default=list, db_default=[])
    """What stays because a law demands it: `Hold` as JSON."""
    version = fields.IntField(default=1)

    personal = Personal(
        OwnRule("crm_core.privacy.merging:move_requests"),
        Shown(
            "个人信息请求",
            {
                "asked_at": "时间",
                "kind": "请求",
                "details": "说明",
                "state": "状态",
                "ended_at": "答复时间",
                "answer": "答复",
            },
        ),
        Kept(
            timedelta(days=3 * 366),
            "its end",
            "evidence that a request was answered in time (PIPL art. 51)",
            law="请求与答复的记录须留存备查（个人信息保护法第五十一条）",
        ),
        erase=Emptied({"details": gone("details"), "answer": gone("answer"), "identity_check": gone("identity_check")}),
        over="t.ended_at",
    )

    class Meta:
        table = "privacy_request"
        indexes = (
            Index(fields=("customer_id",)),
            Index(fields=("state", "due_on")),
        )
        constraints = (
            UniqueConstraint(
                fields=("customer_id", "kind"),
                name="privacy_request_one_open",
                condition="state IN ('RECEIVED', 'AGREED')",
            ),
            CheckConstraint(
                check="(state IN ('RECEIVED', 'AGREED')) = (ended_at IS NULL)", name="privacy_request_ended"
            ),
            CheckConstraint(
                check="(state = 'AGREED') <= (kind = 'DELETION' AND erase_after IS NOT NULL)",
                name="privacy_request_agreed_waits",
            ),
            CheckConstraint(
                check="state NOT IN ('AGREED', 'DONE') OR is_phone_verified OR identity_check <> ''",
                name="privacy_request_of_whom_we_know",
            ),
            CheckConstraint(check="kind <> 'CORRECTION' OR details <> ''", name="privacy_request_says_what_is_wrong"),
        )


class RetentionRun(Table):
    """What one run of the nightly cleaning found by kind, and unless it was dry removed."""

    id = fields.BigIntField(primary_key=True)
    at = fields.DatetimeField()
    is_dry = fields.BooleanField()
    found: list[dict[str, object]] = fields.JSONField()
    """`retention.CleanedKind` as JSON."""
    ended_at = fields.DatetimeField(null=True)

    class Meta:
        table = "retention_run"
        indexes = (Index(fields=("is_dry", "id")),)
