"""What the address book proposes about one member: pure, from the book, the staff and the rules of the group."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from crm_core.dealerships.positions import ROLES
from crm_core.dealerships.role import Role


class ProposalKind(StrEnum):
    """How the book and the staff differ."""

    NEW = "NEW"
    """Somebody of the book has no role with us: they came, or came back."""
    MOVED = "MOVED"
    """Their department or position means another store or role."""
    RENAMED = "RENAMED"
    """The userid has another name: the same person, or another to whom it was given."""
    LEFT = "LEFT"
    """They are not in the book any more."""


class RuleKind(StrEnum):
    """What a rule reads."""

    DEPARTMENT = "DEPARTMENT"
    POSITION = "POSITION"
    TAG = "TAG"


@dataclass(frozen=True)
class InBook:
    """A member as the book has them."""

    userid: str
    name: str
    position: str
    departments: tuple[int, ...]
    tags: tuple[int, ...]
    is_there: bool


@dataclass(frozen=True)
class OnFile:
    """The same member with us."""

    staff_id: int
    name: str
    store_id: int | None
    is_active: bool
    roles: frozenset[tuple[Role, int | None]] = frozenset()
    """Each with the store in which it holds; None for a region or the group."""


@dataclass(frozen=True)
class BookRules:
    """The rules of the group, and the tree they are read along."""

    parents: Mapping[int, int] = field(default_factory=dict)
    stores: Mapping[int, int] = field(default_factory=dict)
    """Department → store."""
    positions: Mapping[str, Role] = field(default_factory=dict)
    tags: Mapping[int, Role] = field(default_factory=dict)


@dataclass(frozen=True)
class Proposal:
    """One difference, with what accepting it would set. `fingerprint` names exactly this difference."""

    kind: ProposalKind
    userid: str
    name: str
    position: str
    store_id: int | None
    role: Role | None
    fingerprint: str


def store_of(departments: tuple[int, ...], rules: BookRules) -> int | None:
    """The one store the departments mean: the nearest above each that has a rule. Two different ones mean none."""
    found = {store for store in (_store_above(department, rules) for department in departments) if store is not None}
    return found.pop() if len(found) == 1 else None


def _store_above(department: int, rules: BookRules) -> int | None:
    seen: set[int] = set()
    while department and department not in seen:
        if department in rules.stores:
            return rules.stores[department]
        seen.add(department)
        department = rules.parents.get(department, 0)
    return None


def role_of(position: str, tags: tuple[int, ...], rules: BookRules) -> Role | None:
    """What position or, failing that, tag means: the group's rules first, then what dealers commonly call a post."""
    words = position.strip()
    by_tag = [rules.tags[tag] for tag in sorted(tags) if tag in rules.tags]
    return rules.positions.get(words) or next(iter(by_tag), None) or ROLES.get(words.upper())


def proposals(book: InBook, staff: OnFile | None, rules: BookRules) -> list[Proposal]:
    """How one member differs. Nobody loses a role by this: what is held stays until a person accepts."""
    if not book.is_there:
        return [_proposal(ProposalKind.LEFT, book, None, None)] if staff and staff.is_active else []
    store_id, role = store_of(book.departments, rules), role_of(book.position, book.tags, rules)
    if staff is None or not staff.is_active or not staff.roles:
        return [_proposal(ProposalKind.NEW, book, store_id, role)]
    found = []
    if book.name and book.name != staff.name:
        found.append(_proposal(ProposalKind.RENAMED, book, None, None))
    other_store = store_id is not None and staff.store_id is not None and store_id != staff.store_id
    other_role = role is not None and role not in {held for held, _ in staff.roles}
    if other_store or other_role:
        found.append(_proposal(ProposalKind.MOVED, book, store_id if other_store else staff.store_id, role))
    return found


def _proposal(kind: ProposalKind, book: InBook, store_id: int | None, role: Role | None) -> Proposal:
    told = (kind, book.userid, book.name, book.position, store_id, role, *sorted(book.departments))
    fingerprint = hashlib.sha256("|".join(map(str, told)).encode()).hexdigest()[:32]
    return Proposal(kind, book.userid, book.name, book.position, store_id, role, fingerprint)
