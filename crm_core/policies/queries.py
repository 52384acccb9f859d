"""Every rule with the value that holds for the group and in each store, the planned changes, and the history."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Final

import orjson

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, is_allowed, stores_within, subject
from crm_core.policies import current
from crm_core.policies.changing import version_of
from crm_core.policies.declaring import REGISTRY, Policy, Rule, rules_of
from crm_core.policies.errors import PolicyNotFound
from crm_core.policies.kinds import Kept, OutOfBounds, keep, read, tell
from crm_core.policies.standing import Changes
from foundation import clock
from foundation.reading import Query, derive, read_model

_READ: Final = "policies.read"
_QUOTE: Final = "policies.quote"
_GROUP: Final = "集团"


class ChangeState(StrEnum):
    """Where a change stands."""

    PLANNED = "PLANNED"
    IN_EFFECT = "IN_EFFECT"
    PAST = "PAST"
    WITHDRAWN = "WITHDRAWN"


@read_model
class PolicyValue:
    """The value that holds for the group (`store_id` null), or in a store that has, had or will have its own value.

    A change has to name this `version`.
    """

    store_id: int | None
    store: str
    value: Kept
    told: str
    is_own: bool
    """Whether the value was set for exactly this store (or the group) and not inherited."""
    version: int
    may_change: bool


@read_model
class PolicyChangeRow:
    """A line of the history; a `value` of null means that the own value was ended."""

    id: int
    store_id: int | None
    store: str
    value: Kept | None
    told: str
    effective_from: datetime
    state: ChangeState
    changed_by: str
    changed_at: datetime
    reason: str
    withdrawn_by: str | None
    withdrawn_at: datetime | None
    withdrawn_reason: str


@read_model
class PolicyRule:
    """A rule with its bounds (of each value where it has several), where its default comes from, and its history.

    Values are whole numbers (money in fen), decimals and times of the day as text, lists of these, and windows as lists
    of pairs of times.
    """

    field: str
    name: str
    unit: str
    least: Kept
    most: Kept
    source: str
    is_group_only: bool
    default: Kept
    default_told: str
    values: list[PolicyValue]
    history: list[PolicyChangeRow]
    """The newest first."""


@read_model
class PolicyRules:
    """A room's rules."""

    key: str
    title: str
    rules: list[PolicyRule]


@read_model
class ToldRule:
    """A rule's value as a sentence would write it, for example 「2 小时」 for `appointments.confirm_within_minutes`."""

    rule: str
    told: str


@read_model
class _Change:
    """A change as it was made, with the names of its store and of those who made and withdrew it; `value` is JSON."""

    id: int
    policy: str
    field: str
    store_id: int | None
    store: str | None
    value: str | None
    effective_from: datetime
    changed_by: str
    changed_at: datetime
    reason: str
    withdrawn_by: str | None
    withdrawn_at: datetime | None
    withdrawn_reason: str


_CHANGES: Final = Query(
    _Change,
    """
    SELECT p.id, p.policy, p.field, p.store_id, s.short_name AS store, p.value, p.effective_from, c.name AS changed_by,
           p.changed_at, p.reason, w.name AS withdrawn_by, p.withdrawn_at, p.withdrawn_reason
    FROM policy_change p JOIN staff c ON c.id = p.changed_by_id
    LEFT JOIN store s ON s.id = p.store_id LEFT JOIN staff w ON w.id = p.withdrawn_by_id
    WHERE p.store_id IS NULL OR $1::bigint[] IS NULL OR p.store_id = ANY($1)
    ORDER BY p.effective_from DESC, p.id DESC
    """,
)


async def told_rules(actor: Actor, store_id: int | None) -> list[ToldRule]:
    """The values in a store (None: in the group) as words, for pages that state the house's rules.

    A page that had the number in its own text would still show it after the store changed the rule.
    """
    authorise(actor, _QUOTE, subject(store_id=store_id))
    changes, now = await current.read_changes(), clock.now()
    return [
        ToldRule(f"{policy.key}.{field}", tell(rule, changes.value(rule, store_id, now)))
        for policy in REGISTRY.values()
        for field, rule in rules_of(policy).items()
    ]


async def policies(actor: Actor) -> list[PolicyRules]:
    """All rules, with the values of the group and of those stores that the reader reaches."""
    authorise(actor, _READ, subject())
    return await _listed(actor, REGISTRY.values())


async def one_rule(actor: Actor, policy: str, field: str) -> PolicyRule:
    """One rule.

    Raises:
        PolicyNotFound.
    """
    authorise(actor, _READ, subject())
    if policy not in REGISTRY:
        raise PolicyNotFound
    (listed,) = await _listed(actor, [REGISTRY[policy]])
    found = next((rule for rule in listed.rules if rule.field == field), None)
    if found is None:
        raise PolicyNotFound
    return found


async def _listed(actor: Actor, wanted: Iterable[type[Policy]]) -> list[PolicyRules]:
    reached, changes = stores_within(actor, _READ), await current.read_changes()
    rows: dict[tuple[str, str], list[_Change]] = defaultdict(list)
    for row in await _CHANGES.all(None if reached is None else sorted(reached)):
        rows[row.policy, row.field].append(row)
    return [
        PolicyRules(
            policy.key,
            policy.title,
            [_rule(actor, rule, rows[policy.key, field], changes) for field, rule in rules_of(policy).items()],
        )
        for policy in wanted
    ]


def _rule(actor: Actor, rule: Rule, rows: list[_Change], changes: Changes) -> PolicyRule:
    stores = {row.store_id: row.store or _GROUP for row in rows if row.store_id is not None}
    places: list[tuple[int | None, str]] = [(None, _GROUP), *sorted(stores.items())]
    return PolicyRule(
        field=rule.field,
        name=rule.terms.name,
        unit=rule.terms.unit.value,
        least=keep(rule.terms.least),
        most=keep(rule.terms.most),
        source=rule.terms.source,
        is_group_only=rule.is_group_only,
        default=keep(rule.default),
        default_told=tell(rule, rule.default),
        values=[_value(actor, rule, store_id, name, rows, changes) for store_id, name in places],
        history=[_change(rule, row, changes) for row in rows],
    )


def _value(
    actor: Actor, rule: Rule, store_id: int | None, store: str, rows: list[_Change], changes: Changes
) -> PolicyValue:
    value = changes.value(rule, store_id, clock.now())
    may_change = is_allowed(actor, "policies.change", subject(store_id=store_id))
    if store_id is None:
        may_change = may_change and stores_within(actor, "policies.change") is None
    return PolicyValue(
        store_id=store_id,
        store=store,
        value=keep(value),
        told=tell(rule, value),
        is_own=changes.own_value(rule, store_id, clock.now()) is not None,
        version=version_of([row for row in rows if row.store_id == store_id]),
        may_change=may_change,
    )


def _change(rule: Rule, row: _Change, changes: Changes) -> PolicyChangeRow:
    try:
        value = None if row.value is None else read(rule, orjson.loads(row.value))
        told = ("按集团" if row.store_id is not None else "按默认") if value is None else tell(rule, value)
        kept = None if value is None else keep(value)
    except OutOfBounds:
        kept, told = None, "原来的值已不再允许"
    holds = changes.in_effect(row.policy, row.field, row.store_id, clock.now())
    if row.withdrawn_at is not None:
        state = ChangeState.WITHDRAWN
    elif row.effective_from > clock.now():
        state = ChangeState.PLANNED
    else:
        state = ChangeState.IN_EFFECT if holds is not None and holds.id == row.id else ChangeState.PAST
    return derive(PolicyChangeRow, row, store=row.store or _GROUP, value=kept, told=told, state=state)
