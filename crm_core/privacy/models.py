"""Table of what people ask about their data."""

from datetime import timedelta

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from crm_core.privacy.rules import PrivacyRequestKind, PrivacyRequestState
from foundation.keys import Key
from foundation.personal import Kept, OwnRule, Personal, Shown
from foundation.table import Table

LONGEST_WORDS = 300


class PrivacyRequest(Table):
    """One request, and the day it has to be answered by."""

    id = fields.BigIntField(primary_key=True)
    customer_id = Key("customer")
    kind = fields.CharEnumField(PrivacyRequestKind, max_length=10)
    details = fields.CharField(max_length=LONGEST_WORDS, default="")
    """What is wrong and what is right, in the person's words."""
    state = fields.CharEnumField(PrivacyRequestState, max_length=10)
    asked_at = fields.DatetimeField()
    due_on = fields.DateField()
    is_phone_verified = fields.BooleanField()
    """Whether WeChat had verified the person's phone when they asked. If not, the officer first checks their
    identity."""
    ended_at = fields.DatetimeField(null=True)
    answer = fields.CharField(max_length=LONGEST_WORDS, default="")
    version = fields.IntField(default=1)

    personal = Personal(
        OwnRule("crm_core.privacy.merging:move_requests"),
        Shown("个人信息请求"),
        Kept(timedelta(days=3 * 366), "its end", "evidence that a request was answered in time (PIPL art. 51)"),
    )

    class Meta:
        table = "privacy_request"
        indexes = (Index(fields=("customer_id",)), Index(fields=("state", "due_on")))
        constraints = (
            UniqueConstraint(
                fields=("customer_id", "kind"), name="privacy_request_one_open", condition="state = 'RECEIVED'"
            ),
            CheckConstraint(check="(state = 'RECEIVED') = (ended_at IS NULL)", name="privacy_request_ended"),
            CheckConstraint(check="kind <> 'CORRECTION' OR details <> ''", name="privacy_request_says_what_is_wrong"),
        )
