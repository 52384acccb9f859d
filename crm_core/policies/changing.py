"""Changing a rule: for the group or one store, from now or a later moment, with a reason; and taking a plan back."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, Protocol

import orjson

from crm_core.dealerships import audit
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.models import Store
from crm_core.dealerships.permissions import authorise, stores_within, subject
from crm_core.policies import current
from crm_core.policies.declaring import REGISTRY, Policy, Rule, rules_of
from crm_core.policies.errors import (
    AlreadyInEffect,
    EffectiveInThePast,
    NotForTheGroup,
    PolicyConflict,
    PolicyIsTheGroups,
    PolicyNotFound,
    PolicyUnchanged,
    PolicyValueRefused,
)
from crm_core.policies.kinds import Kept, OutOfBounds, keep, read
from crm_core.policies.models import PolicyChange
from foundation import clock, database
from foundation.errors import StaleVersion

MOMENT_AGO: Final = timedelta(minutes=2)
"""How far in the past a start time may lie: a form filled in with "now" arrives a little later."""
_CHANGE: Final = "policies.change"


async def change(
    actor: Actor,
    policy: str,
    field: str,
    value: Kept | None,
    *,
    store_id: int | None,
    reason: str,
    effective_from: datetime | None = None,
    expected_version: int,
) -> PolicyChange:
    """Set a rule for a store, or for the group if `store_id` is None, from now on or from a later moment.

    A value of None ends what was set there: the store follows the group again, the group the default in the code.
    `expected_version` is the version of this rule, for this store or the group, that the actor saw in `queries`.

    Raises:
        PolicyNotFound, PolicyIsTheGroups, NotForTheGroup, NotAllowed, PolicyValueRefused, PolicyConflict,
        EffectiveInThePast, PolicyUnchanged, StaleVersion.
    """
    rule = _rule(policy, field)
    async with database.transaction():
        await _authorise(actor, rule, store_id)
        kept = _checked(rule, value)
        await _one_at_a_time(rule)
        now = clock.now()
        if effective_from is not None and effective_from < now - MOMENT_AGO:
            raise EffectiveInThePast
        effective_from = max(now, effective_from or now)
        earlier = await PolicyChange.filter(policy=policy, field=field, store_id=store_id)
        _require_version(earlier, expected_version)
        before = await current.read_changes()
        was = before.in_effect(policy, field, store_id, effective_from)
        if kept is None and (was is None or was.kept is None):
            raise PolicyUnchanged
        made = await PolicyChange.create(
            policy=policy,
            field=field,
            store_id=store_id,
            number=len(earlier) + 1,
            value=None if kept is None else orjson.dumps(kept).decode(),
            effective_from=effective_from,
            reason=reason,
            changed_by_id=actor.id,
            changed_at=now,
        )
        await _require_no_conflict(rule.policy, effective_from)
        await audit.note(
            actor,
            _CHANGE,
            f"policy:{policy}.{field}",
            reason=reason,
            store_id=store_id,
            value=kept,
            was=was.kept if was else None,
            effective_from=effective_from.isoformat(),
        )
        database.after_commit(_forget)
        return made


async def withdraw(actor: Actor, change_id: int, *, reason: str) -> PolicyChange:
    """Take back a planned change before it takes effect; it stays in the history. Repeating the call is harmless.

    Raises:
        PolicyNotFound, NotForTheGroup, NotAllowed, AlreadyInEffect, PolicyConflict.
    """
    async with database.transaction():
        planned = await PolicyChange.get_or_none(id=change_id)
        if planned is None:
            raise PolicyNotFound
        rule = _rule(planned.policy, planned.field)
        await _authorise(actor, rule, planned.store_id)
        await _one_at_a_time(rule)
        await planned.refresh_from_db()
        if planned.withdrawn_at is not None:
            return planned
        if planned.effective_from <= clock.now():
            raise AlreadyInEffect
        planned.withdrawn_at, planned.withdrawn_by_id, planned.withdrawn_reason = clock.now(), actor.id, reason
        await planned.save(update_fields=["withdrawn_at", "withdrawn_by_id", "withdrawn_reason"])
        await _require_no_conflict(rule.policy, planned.effective_from)
        await audit.note(
            actor,
            "policies.withdraw",
            f"policy:{planned.policy}.{planned.field}",
            reason=reason,
            store_id=planned.store_id,
            value=planned.kept,
            effective_from=planned.effective_from.isoformat(),
        )
        database.after_commit(_forget)
        return planned


def _rule(policy: str, field: str) -> Rule:
    found = rules_of(REGISTRY[policy]).get(field) if policy in REGISTRY else None
    if found is None:
        raise PolicyNotFound
    return found


async def _authorise(actor: Actor, rule: Rule, store_id: int | None) -> None:
    authorise(actor, _CHANGE, subject(store_id=store_id))
    if store_id is None:
        if stores_within(actor, _CHANGE) is not None:
            raise NotForTheGroup
        return
    if rule.is_group_only:
        raise PolicyIsTheGroups
    if not await Store.exists(id=store_id):
        raise PolicyNotFound


def _checked(rule: Rule, value: Kept | None) -> Kept | None:
    if value is None:
        return None
    try:
        return keep(read(rule, value))
    except OutOfBounds as refusal:
        raise PolicyValueRefused(str(refusal)) from refusal


async def _one_at_a_time(rule: Rule) -> None:
    """Let changes of one policy wait for each other, because its values have to be consistent together."""
    await database.advisory_lock(f"policy:{rule.policy.key}")


class Withdrawable(Protocol):
    """A change as its version needs it. Both the table and the read model of the history have it."""

    @property
    def withdrawn_at(self) -> datetime | None: ...


def version_of(changes: Sequence[Withdrawable]) -> int:
    """The version of a rule in one store or the group: one for each change and one for each withdrawal."""
    return len(changes) + sum(one.withdrawn_at is not None for one in changes)


def _require_version(earlier: list[PolicyChange], expected: int) -> None:
    version = version_of(earlier)
    if version != expected:
        raise StaleVersion(current_version=version)


async def _require_no_conflict(policy: type[Policy], since: datetime) -> None:
    """Check that the values fit together from `since` on: at each later change, for the group and for every store that
    has values of its own.

    Raises:
        PolicyConflict: its message says where, from when, and why.
    """
    changes = await current.read_changes()
    for moment in changes.moments(policy, since):
        for store_id in (None, *changes.stores(policy)):
            problem = changes.values(policy, store_id, moment).conflict()
            if problem:
                where = (await Store.get(id=store_id)).short_name if store_id is not None else "集团"
                raise PolicyConflict(f"{where}从 {clock.told(moment)} 起：{problem}")


async def _forget() -> None:
    current.forget()
