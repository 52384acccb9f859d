"""Reading one customer row for a verb: following merges, under lock, with what permission depends on."""

import contextlib
from datetime import date, datetime
from typing import Final

from crm_core.customers.errors import CustomerNotFound
from crm_core.customers.models import Source
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import Subject, authorise, subject
from foundation import database
from foundation.reading import Query, names_of, read_model


@read_model
class Person:
    """A customer's record, as verbs read it under its lock."""

    id: int
    name: str
    nickname: str | None
    phone: str | None
    phone_verified_at: datetime | None
    is_phone_usable: bool
    home_store_id: int | None
    consultant_id: int | None
    advisor_id: int | None
    first_source: Source
    tags: list[str]
    last_visit_on: date | None
    visit_count: int
    next_service_due_on: date | None
    gone_reason: str
    city: str
    birthday: str
    marketing_stopped_at: datetime | None
    complaint_until: date | None
    merged_into_id: int | None
    created_at: datetime
    version: int


COLUMNS: Final = ", ".join(names_of(Person))
# Not FOR UPDATE, which nobody needs: it would wait for everybody who adds a row that refers to them.
_LOCKED: Final = Query(Person, f"SELECT {COLUMNS} FROM customer WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE")
_CALLED: Final = Query(
    Person, f"SELECT {COLUMNS} FROM customer WHERE phone = $1 AND name = $2 AND merged_into_id IS NULL ORDER BY id"
)
_ONE: Final = Query(Person, f"SELECT {COLUMNS} FROM customer WHERE id = $1")


async def current_id(customer_id: int) -> int:
    """The id of the record that stands for this person today: merged records lead to the one that was kept.

    Raises:
        CustomerNotFound: there never was such a customer.
    """
    kept = await database.fetch_value(
        "WITH RECURSIVE chain AS ("
        "  SELECT id, merged_into_id FROM customer WHERE id = $1"
        "  UNION ALL SELECT c.id, c.merged_into_id FROM customer c JOIN chain ON c.id = chain.merged_into_id"
        ") SELECT id FROM chain WHERE merged_into_id IS NULL",
        customer_id,
    )
    if kept is None:
        raise CustomerNotFound
    return int(kept)


async def lock(customer_id: int) -> Person:
    """The current row of this person, locked until the transaction ends.

    Raises:
        CustomerNotFound: there never was such a customer.
    """
    (person,) = await lock_all(customer_id)
    return person


class _Merged(Exception):
    """One of the rows became part of another while we waited for its lock."""


async def lock_all(*customer_ids: int) -> list[Person]:
    """The current rows of these people, fewer if some are one person, locked in the order of their ids.

    Raises:
        CustomerNotFound: there never was one of them.
    """
    while True:
        ids = sorted({await current_id(customer_id) for customer_id in customer_ids})
        # A row that is merged by now leads to another, perhaps with a lower id: with the savepoint we let go of all.
        with contextlib.suppress(_Merged):
            async with database.savepoint():
                people = await _LOCKED.all(ids)
                if any(person.merged_into_id is not None for person in people):
                    raise _Merged
                return people


async def lock_as_they_are(*customer_ids: int) -> list[Person]:
    """These very records in the order of their ids, locked, also one that was merged into another."""
    return await _LOCKED.all(sorted(customer_ids))


async def called(name: str, phone: str) -> list[Person]:
    """Everybody on file under this name and phone, the oldest record first."""
    return await _CALLED.all(phone, name)


async def scope(person: Person) -> Subject:
    """Whose they are: their store, themselves, their consultant, their advisor and their friends among the staff."""
    friends = await database.fetch(
        "SELECT staff_id FROM friendship WHERE customer_id = $1 AND ended_at IS NULL", person.id
    )
    return subject(
        store_id=person.home_store_id,
        customer_id=person.id,
        staff_ids=[person.consultant_id, person.advisor_id, *(friend["staff_id"] for friend in friends)],
    )


async def scope_of(customer_id: int) -> Subject:
    """Whose this person is, whatever record stands for them today.

    Raises:
        CustomerNotFound: there never was such a customer.
    """
    person = await _ONE.first(await current_id(customer_id))
    assert person is not None
    return await scope(person)


async def keepers(customer_id: int) -> list[int]:
    """The members of staff whose customer they are, for what hangs on them: consultant, advisor, friends."""
    rows = await database.fetch(
        "SELECT unnest(ARRAY[consultant_id, advisor_id]) AS staff_id FROM customer WHERE id = $1 "
        "UNION SELECT staff_id FROM friendship WHERE customer_id = $1 AND ended_at IS NULL",
        customer_id,
    )
    return [row["staff_id"] for row in rows if row["staff_id"] is not None]


async def lock_for(actor: Actor, action: str, customer_id: int) -> Person:
    """The locked row, once `actor` may do `action` to it.

    Raises:
        CustomerNotFound, NotAllowed, NotFound: as `authorise`.
    """
    person = await lock(customer_id)
    authorise(actor, action, await scope(person))
    return person
