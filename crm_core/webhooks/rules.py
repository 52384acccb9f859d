"""When a delivery is tried again, when its target is paused, and how it is signed. Pure."""

import base64
import hashlib
import hmac
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from foundation.moves import Moves


class WebhookState(StrEnum):
    """回调推送."""

    ACTIVE = "ACTIVE"
    PAUSED = "PAUSED"  # Its target kept failing, or a person stopped it; what happens meanwhile is owed.
    ENDED = "ENDED"


class DeliveryState(StrEnum):
    """One event for one target."""

    PENDING = "PENDING"
    DELIVERED = "DELIVERED"
    GIVEN_UP = "GIVEN_UP"


class Outcome(StrEnum):
    """How a try ended."""

    ACCEPTED = "ACCEPTED"
    STATUS = "STATUS"  # The other side answered something else than 2xx; a redirect is one of these.
    REFUSED = "REFUSED"  # The name led to an address that may not be called.
    NO_ANSWER = "NO_ANSWER"


WEBHOOK_MOVES: Final[Moves[WebhookState]] = {
    WebhookState.ACTIVE: {"pause": WebhookState.PAUSED, "end": WebhookState.ENDED, "edit": WebhookState.ACTIVE},
    WebhookState.PAUSED: {"resume": WebhookState.ACTIVE, "end": WebhookState.ENDED, "edit": WebhookState.PAUSED},
}
DELIVERY_MOVES: Final[Moves[DeliveryState]] = {
    DeliveryState.PENDING: {"accept": DeliveryState.DELIVERED, "give_up": DeliveryState.GIVEN_UP},
    DeliveryState.DELIVERED: {"replay": DeliveryState.PENDING},
    DeliveryState.GIVEN_UP: {"replay": DeliveryState.PENDING},
}

FIRST_PAUSE: Final = timedelta(minutes=1)
LONGEST_PAUSE: Final = timedelta(hours=6)
JITTER: Final = 0.2
"""A pause is longer or shorter by up to a fifth, so that what failed together does not come back together."""
MOST_TRIES: Final = 15
"""With the pauses above: two days, a weekend of the other side's administrator."""
LEASE: Final = timedelta(seconds=60)
"""A worker that sends has so long; whoever finds the delivery after that tries again. A request ends after ten."""
FEWEST_FAILURES: Final = 10
PAUSED_AFTER: Final = timedelta(hours=4)
"""A target that failed ten times in a row and for four hours is not restarting: a person must look."""
GOOD_AFTER_ROTATION: Final = timedelta(hours=24)
KEPT_FOR: Final = timedelta(days=30)
"""Deliveries can be replayed for a month; they name things, so not for ever."""
GONE: Final = 410
TOO_MANY: Final = 429
_SECRET_PREFIX: Final = "whsec_"


def pause_before(try_number: int, chance: float) -> timedelta:
    """How long to wait after the `try_number`th failure, from 1; `chance` is from 0 to 1."""
    plain: timedelta = min(FIRST_PAUSE * 2 ** min(try_number - 1, 20), LONGEST_PAUSE)
    return plain * (1 + JITTER * (2 * chance - 1))


def keeps_failing(failures: int, failing_since: datetime, now: datetime) -> bool:
    """Whether a target is paused."""
    return failures >= FEWEST_FAILURES and now - failing_since >= PAUSED_AFTER


def asked_to_wait(status: int, retry_after: str) -> timedelta | None:
    """What a busy target asks for, in seconds, at most the longest pause."""
    if status not in (TOO_MANY, 503) or not retry_after.isascii() or not retry_after.isdigit():
        return None
    return min(timedelta(seconds=int(retry_after[:6])), LONGEST_PAUSE)


def secret_of(master: str, salt: str) -> str:
    """The secret of a webhook as its receiver enters it. Nothing in the database gives it away."""
    key = hmac.new(master.encode(), b"webhook:" + salt.encode(), hashlib.sha256).digest()
    return _SECRET_PREFIX + base64.b64encode(key).decode()


def signature(secret: str, number: str, timestamp: int, body: bytes) -> str:
    """`v1,…` over number, time and body, as Standard Webhooks has it."""
    key = base64.b64decode(secret.removeprefix(_SECRET_PREFIX))
    signed = f"{number}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
