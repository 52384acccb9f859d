"""Finds the one customer behind the ids that platforms have for a person.

All names of a person are locked first, together and in a fixed order, so that twenty callbacks about one new friend
create one customer. A phone alone never identifies a person, since families share one and carriers recycle numbers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from crm_core.customers import people, tombstones
from crm_core.customers.errors import PhoneNotAccepted
from crm_core.customers.events import IdentityLinked, PhoneVerified
from crm_core.customers.merging import merge
from crm_core.customers.merging_rules import PLACEHOLDER_NAME
from crm_core.customers.models import IdentityKind, Source
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, subject
from crm_core.spelling.phone import PhoneInvalid, parse_phone, vouched_phone
from foundation import clock, database
from foundation.events import record
from foundation.reading import literals

Name = tuple[IdentityKind, str]


@dataclass(frozen=True)
class Newcomer:
    """The data of a customer who may have to be created."""

    source: Source
    name: str = PLACEHOLDER_NAME
    home_store_id: int | None = None
    phone: str | None = None
    """The phone in its stored form; not verified."""
    advisor_id: int | None = None
    is_company: bool = False


async def identify(actor: Actor, *, openid: str, unionid: str | None = None, phone: str | None = None) -> int:
    """The id of the customer behind a mini-program login, who is created if necessary.

    With `unionid` they are merged with the WeCom friend who has that unionid. `phone` is one that WeChat has verified.
    """
    async with database.transaction():
        authorise(actor, "customers.edit", subject())
        names: list[Name] = [(IdentityKind.OPENID, openid)]
        if unionid:
            names.append((IdentityKind.UNIONID, unionid))
        customer_id = await resolve(actor, names, Newcomer(Source.MINI_PROGRAM), acted_at=clock.now())
        if phone:
            await link_phone(actor, customer_id, phone)
        return customer_id


class WasErased(Exception):
    """The person asked to be deleted and did nothing since by which we might know them again."""


async def resolve(actor: Actor, names: Sequence[Name], newcomer: Newcomer, *, acted_at: datetime | None = None) -> int:
    """The id of the one customer for all `names`; several records are merged into the oldest one.

    Call it at the start of a transaction with all names at once; it holds their locks until the end. `acted_at` is when
    the person themselves did that by which we know them, such as adding us; None if somebody's list only names them.

    Raises:
        WasErased: nobody has these names any more. Nothing was written.
    """
    await hold(names)
    owners = sorted({owner for kind, value in names if (owner := await customer_of(kind, value)) is not None})
    if not owners:
        await _see_they_may_come(names, acted_at)
    kept_id = owners[0] if owners else await create(newcomer)
    for merged_id in owners[1:]:
        await merge(actor, kept_id, merged_id, reason="同一微信身份")
    linked = [await _link(actor, kept_id, kind, value) for kind, value in names]
    if any(linked):
        await tombstones.lift(names)
    return kept_id


async def hold(names: Sequence[Name]) -> None:
    """Lock these names until the end of the transaction, in the one order."""
    for lock_name in sorted(f"identity:{kind}:{value}" for kind, value in names):
        await database.advisory_lock(lock_name)


async def _see_they_may_come(names: Sequence[Name], acted_at: datetime | None) -> None:
    erased_at = await tombstones.erased_at(names)
    if erased_at is not None and (acted_at is None or acted_at <= erased_at):
        raise WasErased


async def customer_of(kind: IdentityKind, value: str) -> int | None:
    """The id of the customer with this platform id; None if nobody has it, and always for a phone."""
    if kind is IdentityKind.PHONE:
        return None
    owner = await database.fetch_value(
        "SELECT customer_id FROM identity WHERE kind = $1 AND value = $2", kind.value, value
    )
    return None if owner is None else int(owner)


async def has_account(customer_id: int) -> bool:
    """Whether WeChat has identified the customer. Then they are a person of their own, who must not be merged
    silently.
    """
    found = await database.fetch_value(
        "SELECT EXISTS (SELECT FROM identity WHERE customer_id = $1 "
        f"  AND kind IN ({literals(IdentityKind.OPENID, IdentityKind.UNIONID)}))",
        customer_id,
    )
    return bool(found)


async def link_phone(actor: Actor, customer_id: int, phone: str) -> None:
    """Store a number that the customer has proved to hold; it becomes their primary one.

    Raises:
        PhoneNotAccepted: it is not a phone number.
    """
    number = read_phone(phone)
    async with database.transaction():
        row = await people.lock(customer_id)
        on = await people.scope(row)
        authorise(actor, "customers.read" if actor.is_owner else "customers.edit", on)
        is_known = row.phone == number and row.phone_verified_at is not None
        await _link(actor, row.id, IdentityKind.PHONE, number)
        await tombstones.lift([(IdentityKind.PHONE, number)])
        await database.execute(
            "UPDATE customer SET phone = $2, phone_verified_at = $3, is_phone_usable = true, version = version + 1 "
            "WHERE id = $1",
            row.id,
            number,
            clock.now(),
        )
        if not is_known:
            changed = row.phone is not None and row.phone != number
            await record(PhoneVerified(actor=str(actor), customer_id=row.id, phone_changed=changed))


def read_phone(text: str) -> str:
    """A typed number in its stored form: eleven digits for a mainland mobile, else with its country code.

    Raises:
        PhoneNotAccepted: it is not a phone number.
    """
    try:
        return parse_phone(text)
    except PhoneInvalid as wrong:
        raise PhoneNotAccepted(str(wrong)) from None


def read_vouched_phone(country_code: str, number: str) -> str:
    """The stored form of a number that WeChat has verified.

    Raises:
        PhoneNotAccepted: it is not a phone number.
    """
    try:
        return vouched_phone(country_code, number)
    except PhoneInvalid as wrong:
        raise PhoneNotAccepted(str(wrong)) from None


async def create(newcomer: Newcomer) -> int:
    """Create a customer and return their id. The caller holds the locks of their names, so that they are created
    once.
    """
    customer_id = await database.fetch_value(
        "INSERT INTO customer (name, home_store_id, first_source, is_phone_usable, tags, visit_count, spend_fen, "
        "  spend_24_months_fen, gone_reason, created_at, version, phone, advisor_id, is_company) "
        "VALUES ($1, $2, $3, true, '[]', 0, 0, 0, '', $4, 1, $5, $6, $7) RETURNING id",
        newcomer.name,
        newcomer.home_store_id,
        newcomer.source.value,
        clock.now(),
        newcomer.phone,
        newcomer.advisor_id,
        newcomer.is_company,
    )
    if newcomer.source is not Source.WECOM_ADD:
        await touch(customer_id, newcomer.source)
    if newcomer.phone is not None:
        await tombstones.lift([(IdentityKind.PHONE, newcomer.phone)])
    return int(customer_id)


async def touch(customer_id: int, source: Source, detail: str = "") -> None:
    """Store a contact of the customer with one source."""
    await database.execute(
        "INSERT INTO source_touch (customer_id, source, detail, at) VALUES ($1, $2, $3, $4)",
        customer_id,
        source.value,
        detail,
        clock.now(),
    )


async def _link(actor: Actor, customer_id: int, kind: IdentityKind, value: str) -> bool:
    """Whether the name is new for them."""
    added = await database.fetch_value(
        "INSERT INTO identity (customer_id, kind, value, created_at) VALUES ($1, $2, $3, $4) "
        "ON CONFLICT DO NOTHING RETURNING id",
        customer_id,
        kind.value,
        value,
        clock.now(),
    )
    if added is not None:
        await record(IdentityLinked(actor=str(actor), customer_id=customer_id, kind=kind.value))
    return added is not None
