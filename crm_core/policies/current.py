"""Which values hold now. Every verb, query and job asks here, about its thing's store.

All changes of the group are a few hundred rows. Each process keeps them and reads them anew when they are older than a
second, so a change is known everywhere within one; a planned one begins at its moment by the clock of the business, in
all processes alike. It is not read with each transaction, which would be one more round trip for every booking and
board, and not told by Redis, which may be down: for a second two processes may answer by the old and the new number,
which harms nobody, since what was promised is written down with its own time.
"""

from dataclasses import dataclass
from time import monotonic
from typing import Final, Generic

import orjson

from crm_core.policies.declaring import rules_of
from crm_core.policies.kinds import keep
from crm_core.policies.standing import Change, Changes, P
from foundation import clock, database

KNOWN_WITHIN_SECONDS: Final = 1.0
"""A change made by another process."""
_ALL: Final = "SELECT id, policy, field, store_id, value, effective_from FROM policy_change WHERE withdrawn_at IS NULL"


@dataclass
class _Kept:
    changes: Changes
    read_at: float


_kept: _Kept | None = None


def forget() -> None:
    """Read anew at the next question."""
    global _kept
    _kept = None


async def read_changes() -> Changes:
    """All changes that stand, from the database, as the running transaction sees them."""
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
    """The values that hold now in a store; None for what belongs to no store: the group's."""
    return (await _changes()).values(policy, store_id, clock.now())


async def group_policy(policy: type[P]) -> P:
    """The values of the group: all there are of a policy that is group only."""
    return await policy_of(policy, None)


class PerStore(Generic[P]):
    """The values of all stores at one moment, for what looks at many stores at once."""

    def __init__(self, policy: type[P], group: P, own: dict[int, P]) -> None:
        self._policy = policy
        self.group = group
        self._own = own

    def of(self, store_id: int | None) -> P:
        """A store's."""
        return self.group if store_id is None else self._own.get(store_id, self.group)

    def as_json(self, field: str) -> str:
        """One rule of all stores as a parameter of `in_store`."""
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
    """SQL: the whole number of `PerStore.as_json` for a row's store, so that one statement judges each row by the rule
    of its own store.
    """
    return f"coalesce({parameter}::jsonb ->> {store_id}::text, {parameter}::jsonb ->> '')::int"
