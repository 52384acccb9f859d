"""One try of one delivery: taken by one worker, sent outside any transaction, and what came of it written down."""

import random
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import orjson

from crm_core.customers.models import IdentityKind
from crm_core.webhooks import rules
from crm_core.webhooks.models import WebhookPause
from crm_core.webhooks.rules import DeliveryState, Outcome, WebhookState
from foundation import clock, database, guarded_http
from foundation.guarded_http import AddressRefused, NoAnswer
from foundation.reading import Query, literals, read_model
from foundation.settings import get_settings

OPEN: Final = f"""
    state = {literals(DeliveryState.PENDING)}
    AND EXISTS (SELECT FROM webhook w WHERE w.id = webhook_delivery.webhook_id
                AND w.state = {literals(WebhookState.ACTIVE)})
    AND NOT EXISTS (SELECT FROM webhook_delivery e WHERE e.webhook_id = webhook_delivery.webhook_id
                    AND e.subject = webhook_delivery.subject AND e.id < webhook_delivery.id
                    AND e.state = {literals(DeliveryState.PENDING)}
                    AND e.next_try_at IS DISTINCT FROM 'infinity')
"""
"""SQL: it is its turn. Of one thing only the first that is still owed, and that nobody gave up, is sent, so its target
hears them in order."""


@read_model
class _Taken:
    """A delivery in this worker's hands, and its target."""

    id: int
    webhook_id: int
    subject: str
    customer_id: int | None
    payload: dict[str, object]
    tries: int
    url: str
    source_system: str
    salt: str
    earlier_salt: str
    earlier_until: datetime | None


# The time of the next try is written before this one begins: it is the lease, and the next try if the worker dies.
_TAKE: Final = Query(
    _Taken,
    f"""
    WITH mine AS (
        UPDATE webhook_delivery SET next_try_at = $2, tries = tries + 1
        WHERE id = $1 AND coalesce(next_try_at, created_at) <= $3 AND {OPEN}
        RETURNING id, webhook_id, subject, customer_id, payload, tries
    )
    SELECT m.id, m.webhook_id, m.subject, m.customer_id, m.payload, m.tries, w.url, w.source_system, w.salt,
           w.earlier_salt, w.earlier_until
    FROM mine m JOIN webhook w ON w.id = m.webhook_id
    """,
)


@dataclass(frozen=True)
class _Ended:
    """How a try ended."""

    outcome: Outcome
    status: int | None = None
    detail: str = ""
    milliseconds: int = 0
    retry_after: str = ""

    @property
    def words(self) -> str:
        """For those who operate the system."""
        return f"HTTP {self.status}" if self.status is not None else self.detail or self.outcome.value.lower()


async def send(delivery_id: int) -> int | None:
    """Try it if it is due and its turn; returns the next delivery of the same thing when this one arrived."""
    now = clock.now()
    taken = await _TAKE.first(delivery_id, now + rules.LEASE, now)
    if taken is None:
        return None
    ended = await _try(taken, await _body(taken), now)
    async with database.transaction():
        await database.execute(
            "INSERT INTO webhook_try (delivery_id, at, outcome, status, detail, milliseconds) "
            "VALUES ($1, $2, $3, $4, $5, $6)",
            taken.id, now, ended.outcome.value, ended.status, ended.detail, ended.milliseconds,
        )  # fmt: skip
        if ended.outcome is Outcome.ACCEPTED:
            await _accepted(taken)
        else:
            await _failed(taken, ended, now)
    if ended.outcome is not Outcome.ACCEPTED:
        return None
    following: int | None = await database.fetch_value(
        f"SELECT min(id) FROM webhook_delivery WHERE webhook_id = $1 AND subject = $2 "
        f"AND state = {literals(DeliveryState.PENDING)}",
        taken.webhook_id,
        taken.subject,
    )
    return following


async def forget_old() -> None:
    """Delete deliveries made too long ago to be replayed; their tries go with them."""
    await database.execute("DELETE FROM webhook_delivery WHERE created_at < $1", clock.now() - rules.KEPT_FOR)


async def _body(taken: _Taken) -> bytes:
    """The payload, with what the other program calls the customer today."""
    number = None
    if taken.source_system and taken.customer_id is not None:
        number = await database.fetch_value(
            "SELECT substr(value, length($3) + 2) FROM identity WHERE customer_id = $1 AND kind = $2 "
            "AND value LIKE $3 || ':%' ORDER BY id LIMIT 1",
            taken.customer_id, IdentityKind.FILE_NUMBER.value, taken.source_system,
        )  # fmt: skip
    return orjson.dumps({**taken.payload, "customer_external_id": number})


async def _try(taken: _Taken, body: bytes, now: datetime) -> _Ended:
    settings = get_settings()
    number, timestamp = f"msg_{taken.id}", int(now.timestamp())
    salts = [taken.salt]
    if taken.earlier_until is not None and now < taken.earlier_until:
        salts.append(taken.earlier_salt)
    master = settings.lasting_key
    signatures = [rules.signature(rules.secret_of(master, salt), number, timestamp, body) for salt in salts]
    headers = {
        "content-type": "application/json",
        "user-agent": "WeDealer-Webhooks",
        "webhook-id": number,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signatures),
    }
    try:
        answer = await guarded_http.post(taken.url, body, headers, allowed=settings.webhook_networks)
    except AddressRefused:
        return _Ended(Outcome.REFUSED, detail="address")
    except NoAnswer as error:
        return _Ended(Outcome.NO_ANSWER, detail=error.how)
    outcome = Outcome.ACCEPTED if 200 <= answer.status < 300 else Outcome.STATUS
    return _Ended(outcome, answer.status, "", answer.milliseconds, answer.retry_after)


async def _accepted(taken: _Taken) -> None:
    await database.execute(
        f"UPDATE webhook_delivery SET state = {literals(DeliveryState.DELIVERED)}, ended_at = $2, next_try_at = NULL, "
        "trouble = '', version = version + 1 WHERE id = $1",
        taken.id,
        clock.now(),
    )
    await database.execute(
        "UPDATE webhook SET failures = 0, failing_since = NULL WHERE id = $1 AND failures > 0", taken.webhook_id
    )


async def _failed(taken: _Taken, ended: _Ended, now: datetime) -> None:
    wait = rules.asked_to_wait(ended.status or 0, ended.retry_after)
    pause = max(rules.pause_before(taken.tries, random.random()), wait or rules.FIRST_PAUSE * 0)
    is_over = taken.tries >= rules.MOST_TRIES
    await database.execute(
        "UPDATE webhook_delivery SET next_try_at = CASE WHEN $5 THEN NULL ELSE $2::timestamptz END, trouble = $3, "
        f"  state = CASE WHEN $5 THEN {literals(DeliveryState.GIVEN_UP)} ELSE state END, "
        "  ended_at = CASE WHEN $5 THEN $4::timestamptz END, version = version + 1 WHERE id = $1",
        taken.id, now + pause, ended.words, now, is_over,
    )  # fmt: skip
    row = await database.fetch_one(
        "UPDATE webhook SET failures = failures + 1, failing_since = coalesce(failing_since, $2) "
        "WHERE id = $1 RETURNING failures, failing_since",
        taken.webhook_id,
        now,
    )
    assert row is not None
    is_gone = ended.status == rules.GONE
    if is_gone or rules.keeps_failing(row["failures"], row["failing_since"], now):
        reason = WebhookPause.GONE if is_gone else WebhookPause.KEEPS_FAILING
        await database.execute(
            f"UPDATE webhook SET state = {literals(WebhookState.PAUSED)}, pause_reason = $2, version = version + 1 "
            f"WHERE id = $1 AND state = {literals(WebhookState.ACTIVE)}",
            taken.webhook_id,
            reason.value,
        )
