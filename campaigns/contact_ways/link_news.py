"""What WeCom tells of links, and who is told of it: those who can buy quota, and those who can hang up another link."""

from datetime import date, datetime
from enum import StrEnum

from campaigns.contact_ways import quota
from campaigns.contact_ways.models import ContactWay
from campaigns.contact_ways.rules import IN_USE, ContactKind, ContactWayState
from crm_core.dealerships.models import Role
from crm_core.dealerships.staff import everybody_with_role
from crm_core.messaging.service import say
from crm_core.wording.facts import FactValue
from foundation.refs import Ref


class Shortage(StrEnum):
    """Why somebody has to look after the quota; the turns of the card."""

    LOW = "low"
    EXHAUSTED = "exhausted"
    LAPSING = "lapsing"


async def somebody_came(contact_way_id: int) -> None:
    """A friend came by a link, which used up quota and shows that the link works. In the running transaction."""
    await ContactWay.filter(id=contact_way_id, unusable_since__isnull=False).update(unusable_since=None)
    await quota.expect_news()


async def quota_changed() -> None:
    """The corp bought quota."""
    await quota.expect_news()


async def quota_is_short(reason: Shortage, at: datetime, *, lapses_on: date | None, lapsing: int) -> None:
    """Have the quota read, and tell those who can buy more. In the running transaction."""
    await quota.expect_news()
    facts: dict[str, FactValue] = {"filed_at": at}
    if reason is Shortage.LAPSING:
        facts |= {"valid_until": lapses_on, "friend_count": lapsing}
    for staff_id in await _those_with_links():
        await say(
            "acquisition_quota",
            facts,
            staff_id=staff_id,
            about=Ref("acquisition_quota", 1),
            dedupe_key=f"acquisition_quota:{reason}:{at.isoformat()}:{staff_id}",
            variant=reason.value,
        )


async def lose_link(link_id: str, at: datetime, *, is_deleted: bool) -> bool:
    """WeCom says that a link cannot be used, or that somebody deleted it in WeCom's console; whether it was ours. It
    belongs to the running transaction.
    """
    way = await ContactWay.select_for_update(no_key=True).get_or_none(kind=ContactKind.LINK, config_id=link_id)
    if way is None or way.state not in IN_USE:
        return False
    if is_deleted:
        way.state, way.ended_at, way.reason = ContactWayState.ENDED, at, "在企业微信里被删除"
        way.next_try_at, way.tries, way.trouble = None, 0, ""
    else:
        way.unusable_since = at
    way.version += 1
    await way.save()
    became = "deleted" if is_deleted else "unusable"
    for staff_id in dict.fromkeys([way.created_by, *await everybody_with_role(Role.MKT, way.store_id)]):
        await say(
            "acquisition_link",
            {"campaign": way.name, "filed_at": at},
            staff_id=staff_id,
            about=Ref("contact_way", way.id),
            dedupe_key=f"acquisition_link:{way.id}:{became}:{at.isoformat()}:{staff_id}",
            variant=became,
        )
    return True


async def _those_with_links() -> list[int]:
    links = ContactWay.filter(kind=ContactKind.LINK, state__in=IN_USE).order_by("store_id")
    stores = dict.fromkeys([way.store_id for way in await links])
    found = [staff_id for store_id in stores for staff_id in await everybody_with_role(Role.MKT, store_id)]
    return list(dict.fromkeys(found))
