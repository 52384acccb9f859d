"""TEXT: a text message of the WeCom app to a member of staff, such as the reply to a pressed button.

WeCom drops a text that is equal to one the same person got within the interval we ask for (doc 90236). We ask for a
short one, since the same sentence may soon be said again for another reason.
"""

from datetime import timedelta
from typing import Final

from crm_core.customers.platform import wecom
from crm_core.dealerships import brand
from crm_core.messaging.channels.card import receipt_of
from crm_core.messaging.ways import Channel, Outgoing, Receipt, Receiver, Unanswered, way_out
from crm_core.messaging.worded import worded_for
from crm_core.wording.catalogue import ChannelFile, catalogue
from crm_core.wording.rendering import render_text

DUPLICATE_SECONDS: Final = 120


@way_out
class Text(Channel):
    """A line of the WeCom app."""

    name = "TEXT"
    label = "企微文字"
    reaches = Receiver.STAFF
    file = ChannelFile.WECOM_TEXT
    unanswered = Unanswered(repeat_within=timedelta(seconds=DUPLICATE_SECONDS - 20))

    async def send(self, message: Outgoing) -> Receipt:
        """Send the line."""
        # Some replies contain no link: their row is about an object, but their template names none.
        about = message.about if catalogue().message(message.template).meta.about else None
        words = await worded_for(message.template, message.about, userid=message.userid)
        text = render_text(
            words, message.facts, brand=await brand.current(), about=about, variant=message.variant or None
        )
        client = await wecom()
        sent = await client.messages.send_text([message.userid], text, duplicate_check_seconds=DUPLICATE_SECONDS)
        return receipt_of(sent, message.userid)
