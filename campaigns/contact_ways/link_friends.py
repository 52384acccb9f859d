"""Who came by a link, as WeCom lists them: those who followed it without our mark, and who has written since."""

from typing import Final

from campaigns.contact_ways.models import ContactWay
from campaigns.contact_ways.rules import IN_USE, ContactKind
from crm_core.customers import acquisition
from crm_core.dealerships.unread import Unread

READ: Final = "contact_ways.read_link_friends"
UNREAD: Final = Unread("link_friends", job=READ, argument="contact_way_id")


async def ask_daily() -> None:
    """Have the list of each link read."""
    links = ContactWay.filter(kind=ContactKind.LINK, state__in=IN_USE).exclude(config_id="")
    for contact_way_id in await links.order_by("id").values_list("id", flat=True):
        await UNREAD.expect(str(contact_way_id))


async def read(contact_way_id: int) -> None:
    """Take over the list of one link.

    Raises:
        PlatformError: WeCom refused, or did not answer.
    """
    way = await ContactWay.get(id=contact_way_id)
    if way.config_id and way.state in IN_USE:
        await acquisition.put_down_those_of(way.config_id, way.token)
