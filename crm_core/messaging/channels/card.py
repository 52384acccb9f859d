"""CARD: a template card of the WeCom app to a member of staff, with buttons that act on one version of one thing.

WeCom drops a card that is equal to one the same person got within its interval (doc 90236), so a call without an answer
can safely be repeated.
"""

from datetime import timedelta
from typing import Final

from crm_core.customers.platform import wecom
from crm_core.dealerships import brand
from crm_core.messaging.ways import Channel, Outgoing, Receipt, Receiver, Unanswered, way_out
from crm_core.messaging.worded import worded_for
from crm_core.wording.catalogue import ChannelFile
from crm_core.wording.rendering import render_card
from foundation.errors import PlatformError
from integrations.wecom.messages import SentMessage

DUPLICATE_SECONDS: Final = 4 * 3600
"""The longest interval WeCom offers. Two different cards are never equal, since each has its own task id."""
PLATFORM_CLOSED: Final = "no_receiver"


@way_out
class Card(Channel):
    """A WeCom card."""

    name = "CARD"
    label = "企微卡片"
    reaches = Receiver.STAFF
    file = ChannelFile.CARD
    unanswered = Unanswered(repeat_within=timedelta(seconds=DUPLICATE_SECONDS - 600))

    async def send(self, message: Outgoing) -> Receipt:
        """Send the card; its task id is the message's."""
        card = render_card(
            await worded_for(message.template, message.about, userid=message.userid),
            message.facts,
            about=message.about,
            brand=await brand.current(),
            task_id=f"message-{message.id}",
            variant=message.variant or None,
        )
        client = await wecom()
        sent = await client.messages.send_template_card(
            [message.userid], card, duplicate_check_seconds=DUPLICATE_SECONDS
        )
        return receipt_of(sent, message.userid)


def receipt_of(sent: SentMessage, userid: str) -> Receipt:
    """WeCom's answer for a message to one receiver. Its errcode is 0 even when that receiver cannot be reached.

    Raises:
        PlatformError: the receiver is outside the app's range.
    """
    if userid.lower() in sent.undelivered:
        raise PlatformError("wecom", PLATFORM_CLOSED, "receiver outside the app's range")
    return Receipt(sent.message_id, sent.response_code)
