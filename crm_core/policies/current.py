"""Which values hold now. Every verb, query and job asks here, for the store of the thing it works on.

All changes together are a few hundred rows. Each process caches them and reads them again when its copy is older than a
second, so every process knows a change within a second. A planned change begins at its moment by the business clock, in
all processes alike. The rows are not read in each transaction, which would cost every booking and board one more round
trip, and changes are not announced through Redis, which may be down. So for a second two processes may answer by the
old and the new value. That does no harm, because whatever was promised to somebody is stored with its own time.
"""

from dataclasses import dataclass
from time import monotonic
from typing import Final, Generic

import orjson

from crm_core.policies.declaring import Policy, rules_of
from crm_core.policies.kinds import keep
from crm_core.policies.standing import Change, Changes, P
from foundation import clock, database

KNOWN_WITHIN_SECONDS: Final = 1.0
"""How long a change made by another process may stay unnoticed."""
_ALL: Final = "SELECT id, policy, field, store_id, value, effective_from FROM policy_change WHERE withdrawn_at IS NULL"


@dataclass
class _Kept:
    changes: Changes
    read_at: float


_kept: _Kept | None = None


def forget() -> None:
    """Drop the cached changes, so that the next question reads the database."""
    global _kept
    _kept = None


async def read_changes() -> Changes:
    """All changes that were not withdrawn, read from the database as the running transaction sees it."""
    return Changes(
        Change(
            row["id"],
            row["policy"],
            row["field"],
            row["store_id"],
            None if row["value"] is None else orjson.loads(row["value"]),
            row["effective_from"],
        )
        for row in await database.fetch(_ALL)
    )


async def _changes() -> Changes:
    global _kept
    if _kept is None or monotonic() - _kept.read_at > KNOWN_WITHIN_SECONDS:
        read_at = monotonic()
        _kept = _Kept(await read_changes(), read_at)
    return _kept.changes


async def policy_of(policy: type[P], store_id: int | None) -> P:
    """The values that hold now in a store. For something that belongs to no store (None) they are the group's."""
    return (await _changes()).values(policy, store_id, clock.now())


async def group_policy(policy: type[P]) -> P:
    """The values that hold now for the group; for a policy that is group only there are no others."""
    return await policy_of(policy, None)


class PerStore(Generic[P]):
    """The values of all stores at one moment, for queries that cover many stores at once."""

    def __init__(self, policy: type[P], group: P, own: dict[int, P]) -> None:
        self._policy = policy
        self.group = group
        self._own = own

    def of(self, store_id: int | None) -> P:
        """The values of one store; None means the group's."""
        return self.group if store_id is None else self._own.get(store_id, self.group)

    def as_json(self, field: str) -> str:
        """One rule's values of all stores, as the JSON parameter that `in_store` reads."""
        kept = {"": keep(getattr(self.group, field))}
        kept |= {str(store_id): keep(getattr(own, field)) for store_id, own in self._own.items()}
        assert field in rules_of(self._policy)
        return orjson.dumps(kept).decode()


async def per_store(policy: type[P]) -> PerStore[P]:
    """The values that hold now in every store."""
    changes, now = await _changes(), clock.now()
    own = {store_id: changes.values(policy, store_id, now) for store_id in changes.stores(policy)}
    return PerStore(policy, changes.values(policy, None, now), own)


def in_store(parameter: str, store_id: str) -> str:
    """SQL expression for a rule's value in a row's store, so that one statement judges each row by its own store's
    rule.

    `parameter` is the placeholder that takes `PerStore.as_json`, `store_id` the column. The rule must be a whole
    number.
    """
    return f"coalesce({parameter}::jsonb ->> {store_id}::text, {parameter}::jsonb ->> '')::int"


async def group_version(kind: type[Policy], field: str) -> int:
    """Which version of one of the group's rules holds now: 1 as shipped, one more for each change since."""
    changed: int = await database.fetch_value(
        "SELECT count(*) FROM policy_change WHERE policy = $1 AND field = $2 AND store_id IS NULL "
        "AND withdrawn_at IS NULL AND effective_from <= $3",
        kind.key,
        field,
        clock.now(),
    )
    return 1 + changed
