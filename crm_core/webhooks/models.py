"""Tables of webhooks: targets, what is owed to them, and every try."""

from datetime import datetime
from enum import StrEnum

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint

from crm_core.webhooks.rules import KEPT_FOR, DeliveryState, Outcome, WebhookState
from foundation.json_types import Json
from foundation.keys import Key
from foundation.owed import Paced
from foundation.personal import Deleted, Kept, Moved, Personal, Withheld
from foundation.table import Table


class WebhookPause(StrEnum):
    """Why a webhook is paused."""

    KEEPS_FAILING = "KEEPS_FAILING"
    GONE = "GONE"  # The other side answered 410.
    BY_HAND = "BY_HAND"


class Webhook(Table):
    """A target and the events it is told."""

    id = fields.BigIntField(primary_key=True)
    name = fields.CharField(max_length=40)
    url = fields.CharField(max_length=300)
    source_system = fields.CharField(max_length=20, default="")
    """The program whose customer numbers payloads carry; empty: ours only."""
    store_ids: list[int] = fields.JSONField()
    events: list[str] = fields.JSONField()
    state = fields.CharEnumField(WebhookState, max_length=8)
    pause_reason: WebhookPause | None = fields.CharEnumField(WebhookPause, max_length=14, null=True)  # type: ignore[assignment]
    salt = fields.CharField(max_length=32)
    """Makes the secret, together with the installation's own (`rules.secret_of`)."""
    earlier_salt = fields.CharField(max_length=32, default="")
    earlier_until = fields.DatetimeField(null=True)
    failures = fields.IntField(default=0)
    """Tries in a row that failed."""
    failing_since = fields.DatetimeField(null=True)
    made_by = Key("staff")
    made_at = fields.DatetimeField()
    version = fields.IntField(default=1)

    class Meta:
        table = "webhook"
        constraints = (
            CheckConstraint(
                check="(state = 'PAUSED') = (pause_reason IS NOT NULL)", name="webhook_paused_for_a_reason"
            ),
            CheckConstraint(check="(failures = 0) = (failing_since IS NULL)", name="webhook_fails_since"),
            CheckConstraint(check="jsonb_array_length(store_ids) > 0", name="webhook_has_stores"),
        )


class WebhookDelivery(Paced):
    """One event owed to one target."""

    id = fields.BigIntField(primary_key=True)
    webhook_id = Key("webhook")
    event_name = fields.CharField(max_length=60)
    subject = fields.CharField(max_length=40)
    """A `Ref`: the thing it is about. What is told of one thing keeps its order."""
    customer_id = Key("customer", null=True)
    payload: dict[str, Json] = fields.JSONField()
    state = fields.CharEnumField(DeliveryState, max_length=10)
    created_at = fields.DatetimeField()
    ended_at: datetime | None = fields.DatetimeField(null=True)
    version = fields.IntField(default=1)

    personal = Personal(
        Moved(),
        Withheld("says which of our numbers were told to another program, nothing of the person"),
        Kept(KEPT_FOR, "its creation", "long enough to replay what the other side lost (house rule)"),
        erase=Deleted(),
    )

    class Meta:
        table = "webhook_delivery"
        indexes = (Index(fields=("webhook_id", "subject", "id")), Index(fields=("customer_id",)))
        constraints = (
            CheckConstraint(check="(state = 'PENDING') = (ended_at IS NULL)", name="webhook_delivery_ended"),
        )


class WebhookTry(Table):
    """One request, or one that was refused before it was made."""

    id = fields.BigIntField(primary_key=True)
    delivery_id = Key("webhook_delivery")
    at = fields.DatetimeField()
    outcome = fields.CharEnumField(Outcome, max_length=10)
    status = fields.IntField(null=True)
    detail = fields.CharField(max_length=20, default="")
    """`timeout`, `tls` … where nobody answered."""
    milliseconds = fields.IntField(default=0)

    class Meta:
        table = "webhook_try"
        indexes = (Index(fields=("delivery_id", "id")),)
        constraints = (
            CheckConstraint(
                check="(status IS NOT NULL) = (outcome IN ('ACCEPTED', 'STATUS'))", name="webhook_try_answer"
            ),
        )
