"""What staff do with a customer's record: edit it, assign the customer to colleagues, reveal a phone.

The other verbs are in modules beside it; they are exported here too, so that one import gives them all.
"""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Literal

from crm_core.customers import people
from crm_core.customers.birthdays import read_birthday
from crm_core.customers.consents import give_consent, resume_marketing, stop_marketing, withdraw_consent
from crm_core.customers.errors import NameNotAccepted, PhoneMissing, StaffUnknown, TooManyReveals
from crm_core.customers.events import CustomerAssigned, CustomerEdited, VisitRecorded
from crm_core.customers.following_up import log_follow_up, take_over
from crm_core.customers.friendships import befriend, unfriend
from crm_core.customers.identities import identify, link_phone, read_phone
from crm_core.customers.merging import merge, undo_merge
from crm_core.customers.tags import holding
from crm_core.dealerships import audit
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import REVEALS_PER_DAY
from crm_core.spelling.name import NameInvalid, parse_name
from foundation import clock, database
from foundation.errors import StaleVersion
from foundation.events import record
from foundation.refs import Ref

__all__ = [
    "assign",
    "befriend",
    "edit",
    "give_consent",
    "identify",
    "link_phone",
    "log_follow_up",
    "merge",
    "record_refund",
    "record_visit",
    "resume_marketing",
    "reveal_phone",
    "stop_marketing",
    "undo_merge",
    "unfriend",
    "withdraw_consent",
]

_FIELD_WORDS = {
    "name": "姓名",
    "phone": "手机号",
    "tags": "标签",
    "home_store_id": "归属门店",
    "gone_reason": "失效原因",
    "city": "城市",
    "birthday": "生日",
}


async def edit(
    actor: Actor,
    customer_id: int,
    *,
    expected_version: int,
    name: str | None = None,
    phone: str | None = None,
    tags: Sequence[str] | None = None,
    home_store_id: int | None = None,
    gone_reason: str | None = None,
    city: str | None = None,
    birthday: str | None = None,
) -> int:
    """Change fields; None leaves a field as it is. Returns the new version.

    A phone typed by staff counts as not verified.

    Raises:
        StaleVersion: somebody changed the record first.
        NameNotAccepted, PhoneNotAccepted, BirthdayNotAccepted: the text is not a name, phone number or birthday.
        TagHeldByRule: a tag that would go was put on by a rule.
    """
    given: dict[str, object] = {
        "name": None if name is None else read_name(name),
        "phone": None if phone is None else read_phone(phone),
        "tags": None if tags is None else sorted(set(tags)),
        "home_store_id": home_store_id,
        "gone_reason": gone_reason,
        "city": None if city is None else city.strip(),
        "birthday": None if birthday is None else read_birthday(birthday, clock.today()),
    }
    async with database.transaction():
        row = await people.lock_for(actor, "customers.edit", customer_id)
        _check_version(row, expected_version)
        changes = {field: value for field, value in given.items() if value is not None and value != getattr(row, field)}
        if not changes:
            return expected_version
        for field, value in changes.items():
            if field != "tags":
                await database.execute(f"UPDATE customer SET {field} = $2 WHERE id = $1", row.id, value)
        if tags is not None and "tags" in changes:
            await holding.set_by_hand(row, tags)
        if "phone" in changes:
            await database.execute(
                "UPDATE customer SET phone_verified_at = NULL, is_phone_usable = true WHERE id = $1", row.id
            )
        await database.execute("UPDATE customer SET version = version + 1 WHERE id = $1", row.id)
        words = tuple(_FIELD_WORDS[field] for field in changes)
        await record(CustomerEdited(actor=str(actor), customer_id=row.id, store_id=row.home_store_id, fields=words))
        return row.version + 1


async def assign(
    actor: Actor,
    customer_id: int,
    *,
    staff_id: int,
    role: Literal["consultant", "advisor"],
    expected_version: int,
    reason: str = "",
) -> int:
    """Assign the customer to another consultant or advisor; returns the new version.

    Raises:
        StaleVersion: somebody changed the record first.
        StaffUnknown: no such active staff member.
    """
    async with database.transaction():
        row = await people.lock_for(actor, "customers.assign", customer_id)
        _check_version(row, expected_version)
        staff = await database.fetch_one("SELECT name FROM staff WHERE id = $1 AND is_active", staff_id)
        if staff is None:
            raise StaffUnknown
        column = f"{role}_id"
        before_id = row.consultant_id if role == "consultant" else row.advisor_id
        if before_id == staff_id:
            return expected_version
        await database.execute(
            f"UPDATE customer SET {column} = $2, version = version + 1 WHERE id = $1", row.id, staff_id
        )
        if before_id is not None:
            await take_over(row.id, from_staff_id=before_id, to_staff_id=staff_id)
        await audit.note(
            actor,
            "customers.assign",
            Ref("customer", row.id),
            reason=reason,
            **{"from": before_id, "to": staff_id},
        )
        await record(
            CustomerAssigned(
                actor=str(actor),
                customer_id=row.id,
                store_id=row.home_store_id,
                role="销售顾问" if role == "consultant" else "服务顾问",
                from_staff_id=before_id,
                to_staff_id=staff_id,
                to_staff_name=staff["name"],
            )
        )
        return row.version + 1


async def reveal_phone(actor: Actor, customer_id: int, *, reason: str) -> str:
    """The full phone number; each call is noted in the audit log (PIPL art. 51).

    Raises:
        TooManyReveals: the actor has revealed REVEALS_PER_DAY numbers today.
        PhoneMissing: there is no number.
    """
    async with database.transaction():
        row = await people.lock_for(actor, "customers.reveal_phone", customer_id)
        if row.phone is None:
            raise PhoneMissing
        # Concurrent reveals by one member of staff are counted one after the other.
        await database.advisory_lock(f"reveals_of:{actor}")
        if await reveals_today(actor) >= REVEALS_PER_DAY:
            raise TooManyReveals(limit=REVEALS_PER_DAY)
        await audit.note(actor, "customers.reveal_phone", Ref("customer", row.id), reason=reason)
        return row.phone


async def reveals_today(actor: Actor) -> int:
    """How many numbers the actor has revealed today."""
    midnight = datetime.combine(clock.today(), time(), clock.SHANGHAI)
    count = await database.fetch_value(
        "SELECT count(*) FROM audit_entry WHERE actor = $1 AND action = 'customers.reveal_phone' AND at >= $2",
        str(actor),
        midnight,
    )
    return int(count)


async def record_visit(
    actor: Actor,
    customer_id: int,
    *,
    visited_on: date,
    is_real_work: bool,
    paid_fen: int,
    spend_24_months_fen: int,
    next_service_due_on: date | None,
) -> None:
    """Add a visit to the customer's totals. A repair order calls this in the transaction that ends it, and so only
    once.

    Without real work (a wash, a question, internal work) only the money counts. `paid_fen` is what the customer paid
    themselves. The caller, who knows the cars, computes `spend_24_months_fen` and `next_service_due_on` (the earliest
    of their cars).
    """
    async with database.transaction():
        row = await people.lock(customer_id)
        await database.execute(
            "UPDATE customer SET last_visit_on = CASE WHEN $6 THEN greatest(last_visit_on, $2) ELSE last_visit_on END, "
            "  visit_count = visit_count + CASE WHEN $6 THEN 1 ELSE 0 END, "
            "  spend_fen = spend_fen + $3, spend_24_months_fen = $4, next_service_due_on = $5, version = version + 1 "
            "WHERE id = $1",
            row.id,
            visited_on,
            paid_fen,
            spend_24_months_fen,
            next_service_due_on,
            is_real_work,
        )
        if not is_real_work:
            return
        await record(
            VisitRecorded(
                actor=str(actor),
                customer_id=row.id,
                store_id=row.home_store_id,
                visited_on=visited_on.isoformat(),
                paid_fen=paid_fen,
                visit_number=row.visit_count + 1,
            )
        )


async def record_refund(customer_id: int, visit_id: int, *, refunded_fen: int, spend_24_months_fen: int) -> None:
    """Subtract a refund from a customer's totals, in the transaction of the refund.

    It is also subtracted from a record that was merged into theirs and brought the visit along; otherwise undoing the
    merge would give back money that is no longer there.
    """
    async with database.transaction():
        row = await people.lock(customer_id)
        await database.execute(
            "UPDATE customer SET spend_fen = spend_fen - $2, spend_24_months_fen = $3, version = version + 1 "
            "WHERE id = $1",
            row.id,
            refunded_fen,
            spend_24_months_fen,
        )
        await database.execute(
            "UPDATE customer SET spend_fen = greatest(spend_fen - $2, 0), "
            "  spend_24_months_fen = greatest(spend_24_months_fen - $2, 0) "
            "WHERE id IN (SELECT merged_id FROM customer_merge "
            "             WHERE undone_at IS NULL AND moved -> 'service_visit.customer_id' ? $1)",
            str(visit_id),
            refunded_fen,
        )


async def set_next_service_due(customer_id: int, due_on: date | None) -> None:
    """Store the earliest day on which one of their cars is due, as computed by the caller, who knows the cars."""
    row = await people.lock(customer_id)
    if row.next_service_due_on != due_on:
        await database.execute(
            "UPDATE customer SET next_service_due_on = $2, version = version + 1 WHERE id = $1", row.id, due_on
        )


def read_name(text: str) -> str:
    """A name in its stored form.

    Raises:
        NameNotAccepted: the text is not a name; the message says why.
    """
    try:
        return parse_name(text)
    except NameInvalid as wrong:
        raise NameNotAccepted(str(wrong)) from None


def _check_version(row: people.Person, expected_version: int) -> None:
    if row.version != expected_version:
        raise StaleVersion(current_version=row.version)
