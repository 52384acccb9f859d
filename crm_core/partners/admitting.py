"""Who calls: a key becomes an actor, within its limit of calls a minute."""

import math

import orjson

from crm_core.dealerships.actors import Actor, partner
from crm_core.partners.errors import KeyNotGood, TooManyCalls
from crm_core.partners.rules import hashed, is_good
from foundation import clock, database
from foundation.cache import RateLimit


async def admitted(token: str) -> Actor:
    """The program whose key this is; the call is counted.

    Raises:
        KeyNotGood: no key of ours, or one that has expired or was ended.
        TooManyCalls: its calls of this minute are used up.
    """
    now = clock.now()
    key = await database.fetch_one(
        "SELECT id, name, source_system, store_ids, scopes, calls_per_minute, last_used_at, expires_at, ended_at "
        "FROM api_key WHERE secret_hash = $1 OR (earlier_hash = $1 AND earlier_until > $2)",
        hashed(token),
        now,
    )
    if key is None or not is_good(now, expires_at=key["expires_at"], ended_at=key["ended_at"]):
        raise KeyNotGood
    limit = RateLimit("partner_calls", limit=key["calls_per_minute"], period_seconds=60)
    if wait := await limit.wait_seconds(str(key["id"])):
        raise TooManyCalls(retry_after_seconds=math.ceil(wait))
    await database.execute(
        "UPDATE api_key SET last_used_at = date_trunc('minute', $2::timestamptz) "
        "WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < date_trunc('minute', $2::timestamptz))",
        key["id"],
        now,
    )
    store_ids, scopes = orjson.loads(key["store_ids"]), orjson.loads(key["scopes"])
    return partner(key["id"], key["name"], key["source_system"], store_ids, scopes)
