"""The page of the address book: the newest reading, the rules, and the differences as they stand."""

from datetime import datetime
from typing import Final

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.address_book.models import PullState
from crm_core.dealerships.address_book.proposing import standing
from crm_core.dealerships.address_book.rules import ProposalKind, RuleKind
from crm_core.dealerships.permissions import authorise
from crm_core.dealerships.role import Role
from crm_core.dealerships.stores import whole_group
from foundation.reading import Query, read_model


@read_model
class BookReading:
    """One reading of the whole book."""

    id: int
    state: PullState
    started_at: datetime
    ended_at: datetime | None
    by: str | None
    departments: int
    members: int
    trouble: str


@read_model
class BookKey:
    """A department (with the one above it: names recur), tag or position, and what the rules make of it."""

    kind: RuleKind
    key: str
    words: str
    members: int
    store_id: int | None
    role: Role | None


@read_model
class BookProposal:
    """One difference. `now_…` is what we have, the others are what accepting it proposes."""

    kind: ProposalKind
    userid: str
    fingerprint: str
    name: str
    position: str
    store_id: int | None
    role: Role | None
    staff_id: int | None
    now_name: str | None
    now_store_id: int | None
    now_roles: list[Role]


@read_model
class AddressBook:
    """Everything the page shows; `reading` is None before the first."""

    reading: BookReading | None
    keys: list[BookKey]
    proposals: list[BookProposal]


_READING: Final = Query(
    BookReading,
    """
    SELECT p.id, p.state, p.started_at, p.ended_at, s.name AS by, p.departments, p.members, p.trouble
    FROM directory_pull p LEFT JOIN staff s ON s.id = p.by_id ORDER BY p.id DESC LIMIT 1
    """,
)
_KEYS: Final = Query(
    BookKey,
    f"""
    SELECT k.kind, k.key, k.words, k.members, r.store_id, r.role FROM (
      SELECT '{RuleKind.DEPARTMENT}' AS kind, d.id::text AS key,
        CASE WHEN p.parent_id > 0 AND p.name <> '' AND d.name <> '' THEN p.name || ' / ' ELSE '' END || d.name AS words,
        (SELECT count(*) FROM directory_member m
        WHERE m.is_there AND m.departments @> to_jsonb(d.id)) AS members
      FROM directory_department d LEFT JOIN directory_department p ON p.id = d.parent_id
      UNION ALL SELECT '{RuleKind.TAG}', t.id::text, t.name, (SELECT count(*) FROM directory_member m
        WHERE m.is_there AND m.tags @> to_jsonb(t.id)) FROM directory_tag t
      UNION ALL SELECT '{RuleKind.POSITION}', m.position, m.position, count(*) FROM directory_member m
        WHERE m.is_there AND m.position <> '' GROUP BY m.position
    ) k LEFT JOIN directory_rule r ON r.kind = k.kind AND r.key = k.key ORDER BY k.kind, k.words, k.key
    """,
)


async def book(actor: Actor) -> AddressBook:
    """The page for whoever manages the staff."""
    authorise(actor, "staff.manage", await whole_group())
    return AddressBook(
        reading=await _READING.first(),
        keys=await _KEYS.all(),
        proposals=[
            BookProposal(
                kind=one.kind,
                userid=one.userid,
                fingerprint=one.fingerprint,
                name=one.name,
                position=one.position,
                store_id=one.store_id,
                role=one.role,
                staff_id=staff.staff_id if staff else None,
                now_name=staff.name if staff else None,
                now_store_id=staff.store_id if staff else None,
                now_roles=sorted({role for role, _ in staff.roles}) if staff else [],
            )
            for one, staff in await standing()
        ],
    )
