"""Takes over what WeCom tells about customer groups."""

from typing import Final

from crm_core.customers.groups.models import CustomerGroup, GroupPerson
from crm_core.customers.platform import wecom
from crm_core.dealerships.actors import staff_by_userid
from crm_core.dealerships.models import Staff
from crm_core.dealerships.unread import Unread
from foundation import clock, database
from foundation.reading import Query, read_model
from integrations.wecom.errors import WeComError
from integrations.wecom.groups import GROUP_GONE, MAX_OWNERS, OWNERS_NEEDED, Group
from integrations.wecom.groups import GroupPerson as Seen

READ: Final = "customers.read_groups"
UNREAD: Final = Unread("customer_groups", job=READ, argument="which")
ALL: Final = "all"
LONGEST_NAME: Final = 100


async def expect_news(which: str = ALL) -> None:
    """Mark, in the running transaction, that a group has, or may have, changed; by default all of them."""
    await UNREAD.expect(which)


async def read(which: str) -> None:
    """Read one group by WeCom's id, or the list of all, and then each.

    Raises:
        PlatformError: WeCom does not answer now.
    """
    await (_read_all() if which == ALL else _read_one(which))


async def _read_all() -> None:
    listed = await _listed()
    kept = {group.chat_id for group in await CustomerGroup.filter(ended_at=None)}
    async with database.transaction():
        await UNREAD.expect_each(sorted(listed | kept))


async def _listed() -> set[str]:
    """Ids of all groups. A corp of more than a thousand members has to be asked owner by owner."""
    client = await wecom()
    try:
        return {chat_id async for chat_id in client.groups.ids()}
    except WeComError as error:
        if error.errcode != OWNERS_NEEDED:
            raise
    owners = [staff.userid async for staff in Staff.filter(is_active=True).exclude(userid="").order_by("id")]
    return {
        chat_id
        for first in range(0, len(owners), MAX_OWNERS)
        async for chat_id in client.groups.ids([one for one in owners[first : first + MAX_OWNERS] if one])
    }


async def _read_one(chat_id: str) -> None:
    try:
        group = await (await wecom()).groups.get(chat_id)
    except WeComError as error:
        if error.errcode not in GROUP_GONE:
            raise
        await _ended(chat_id)
        return
    await _take_over(group)


async def _ended(chat_id: str) -> None:
    now = clock.now()
    async with database.transaction():
        group = await CustomerGroup.select_for_update().get_or_none(chat_id=chat_id)
        if group is not None and group.ended_at is None:
            group.ended_at = group.read_at = now
            await group.save(update_fields=["ended_at", "read_at"])
            await GroupPerson.filter(customer_group_id=group.id, left_at=None).update(left_at=now)


@read_model
class _Known:
    external_userid: str
    customer_id: int


_KNOWN: Final = Query(
    _Known,
    "SELECT DISTINCT ON (external_userid) external_userid, customer_id FROM friendship "
    "WHERE external_userid = ANY($1::text[]) ORDER BY external_userid, ended_at DESC NULLS FIRST, id DESC",
)


async def _take_over(seen: Group) -> None:
    now = clock.now()
    owner = await staff_by_userid(seen.owner)
    customers = {one.user_id: one for one in seen.people if one.is_customer}
    known = {row.external_userid: row.customer_id for row in await _KNOWN.all(sorted(customers))}
    sizes = {"colleagues": len(seen.people) - len(customers), "customers": len(customers)}
    async with database.transaction():
        # Two readings of a new group at once meet here.
        await database.execute(
            "INSERT INTO customer_group (chat_id, name, colleagues, customers, made_at, changed_at, read_at) "
            "VALUES ($1, '', 0, 0, $2, $2, $3) ON CONFLICT (chat_id) DO NOTHING",
            seen.chat_id,
            seen.made_at,
            now,
        )
        group = await CustomerGroup.select_for_update().get(chat_id=seen.chat_id)
        has_changed = await _people(group, customers, known)
        if has_changed or (group.colleagues, group.customers) != (sizes["colleagues"], sizes["customers"]):
            group.changed_at = max([one.joined_at for one in seen.people] + [now if group.customers else seen.made_at])
        group.name = seen.name[:LONGEST_NAME]
        group.owner_id = None if owner is None else owner.id
        group.colleagues, group.customers = sizes["colleagues"], sizes["customers"]
        group.read_at, group.ended_at = now, None
        await group.save()


async def _people(group: CustomerGroup, customers: dict[str, Seen], known: dict[str, int]) -> bool:
    """Keep who of our customers is in it; whether somebody came or went."""
    kept = {row.external_userid: row for row in await GroupPerson.filter(customer_group_id=group.id)}
    came = [
        GroupPerson(
            customer_group_id=group.id,
            customer_id=known[address],
            external_userid=address,
            joined_at=customers[address].joined_at,
        )
        for address in sorted(known.keys() - kept.keys())
    ]
    await GroupPerson.bulk_create(came)
    has_changed = bool(came)
    for address in sorted(known.keys() & kept.keys()):
        row, joined_at = kept[address], customers[address].joined_at
        if row.left_at is not None:
            row.left_at, row.joined_at = None, joined_at
            await row.save(update_fields=["left_at", "joined_at"])
            has_changed = True
    for address, row in kept.items():
        if row.left_at is None and address not in customers:
            row.left_at = clock.now()
            await row.save(update_fields=["left_at"])
            has_changed = True
    return has_changed
