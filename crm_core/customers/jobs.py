"""Work that follows a callback: ask WeCom who the new friend is."""

from crm_core.customers.friendships import ContactDetails, describe
from crm_core.customers.platform import wecom
from crm_core.dealerships.actors import system
from foundation import jobs
from integrations.wecom.contacts import NO_LONGER_KNOWN
from integrations.wecom.errors import WeComError

READ_CONTACT = "customers.read_contact"


@jobs.job(READ_CONTACT)
async def read_contact(*, external_userid: str) -> None:
    """Pull name, unionid and followers of a friend. Harmless to repeat; one who is no friend any more is left alone."""
    try:
        contact, followers = await (await wecom()).contacts.get(external_userid)
    except WeComError as error:
        if error.errcode in NO_LONGER_KNOWN:
            return
        raise
    await describe(
        system("wecom-contact"),
        ContactDetails(
            external_userid=external_userid,
            name=str(contact.get("name") or ""),
            unionid=str(contact.get("unionid") or "") or None,
            followers=tuple(
                (str(row["userid"]), int(row.get("add_way") or 0), str(row.get("state") or "")) for row in followers
            ),
        ),
    )
