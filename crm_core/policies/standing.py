"""Which value holds: the store's own, else the group's, else the default in the code. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from crm_core.policies.declaring import Policy, Rule, Value, rules_of
from crm_core.policies.kinds import OutOfBounds, read

P = TypeVar("P", bound=Policy)


@dataclass(frozen=True)
class Change:
    """A value and from when it holds in a store, or in the group if `store_id` is None.

    `kept` is None when the own value ends.
    """

    id: int
    policy: str
    field: str
    store_id: int | None
    kept: Any
    effective_from: datetime


class Changes:
    """All changes that were not withdrawn, indexed so that the value at any moment can be looked up."""

    def __init__(self, changes: Iterable[Change] = ()) -> None:
        self._of: dict[tuple[str, str, int | None], list[Change]] = defaultdict(list)
        self._stores: dict[str, set[int]] = defaultdict(set)
        self._moments: dict[str, set[datetime]] = defaultdict(set)
        for change in changes:
            self._of[change.policy, change.field, change.store_id].append(change)
            self._moments[change.policy].add(change.effective_from)
            if change.store_id is not None:
                self._stores[change.policy].add(change.store_id)
        for several in self._of.values():
            several.sort(key=lambda change: (change.effective_from, change.id), reverse=True)

    def stores(self, policy: type[Policy]) -> Sequence[int]:
        """The ids of stores that have, had or will have values of their own, in ascending order."""
        return sorted(self._stores.get(policy.key, ()))

    def moments(self, policy: type[Policy], since: datetime) -> Sequence[datetime]:
        """`since`, and each later moment at which something of the policy changes."""
        return sorted({since} | {moment for moment in self._moments.get(policy.key, ()) if moment > since})

    def in_effect(self, policy: str, field: str, store_id: int | None, at: datetime) -> Change | None:
        """The last change of exactly this store (or the group) up to a moment."""
        several = self._of.get((policy, field, store_id), ())
        return next((change for change in several if change.effective_from <= at), None)

    def own_value(self, rule: Rule, store_id: int | None, at: datetime) -> Value | None:
        """The value that the store (or the group) itself has set; None if it set none, or one that is no longer
        allowed.
        """
        change = self.in_effect(rule.policy.key, rule.field, store_id, at)
        if change is None or change.kept is None:
            return None
        try:
            return read(rule, change.kept)
        except OutOfBounds:
            # The bounds were narrowed after this value was set. The inherited value is safer than one that the code
            # does not expect.
            return None

    def value(self, rule: Rule, store_id: int | None, at: datetime) -> Value:
        """The value that holds at a moment: the store's own, else the group's, else the default."""
        own = None if store_id is None or rule.is_group_only else self.own_value(rule, store_id, at)
        if own is None:
            own = self.own_value(rule, None, at)
        return rule.default if own is None else own

    def values(self, policy: type[P], store_id: int | None, at: datetime) -> P:
        """All values of a policy that hold at a moment in a store (None: in the group)."""
        if policy.key not in self._moments:
            return policy()
        rules: Mapping[str, Rule] = rules_of(policy)
        return policy(**{field: self.value(rule, store_id, at) for field, rule in rules.items()})
