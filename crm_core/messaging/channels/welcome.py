"""WELCOME: the first words to a new friend, in the name of the salesperson who was added.

The code of the event works once and only for twenty seconds (WeCom doc 92137). So another worker may take over from a
slow one quickly: WeCom refuses the second call instead of sending twice. When a call got no answer and a later one is
refused because the code was used, the first call was the one that used it. After the twenty seconds it can no longer be
found out whether the friend was greeted.
"""

from datetime import timedelta
from typing import Final

from crm_core.customers.platform import wecom
from crm_core.messaging.media import MEDIA_INVALID, MINI_PROGRAM_CARD, forget_picture, picture
from crm_core.messaging.ways import Channel, Closed, NotTaken, Outgoing, Receipt, Receiver, Unanswered, way_out
from crm_core.messaging.worded import worded_for
from crm_core.wording.catalogue import ChannelFile
from crm_core.wording.rendering import render_welcome
from foundation.errors import PlatformError
from foundation.settings import get_settings

USED_CODES: Final = frozenset({41050, 41051})


@way_out
class Welcome(Channel):
    """A welcome."""

    name = "WELCOME"
    label = "欢迎语"
    reaches = Receiver.CUSTOMER
    file = ChannelFile.WELCOME
    lease_seconds = 4
    """Of the twenty seconds: taking over from a slow worker is harmless, but waiting for it is not."""
    unanswered = Unanswered(repeat_within=timedelta(seconds=60), is_never_told=True)

    async def send(self, message: Outgoing) -> Receipt:
        """Greet with the code of the event, which is the message's address."""
        try:
            await _greet(message)
        except PlatformError as error:
            if error.errcode != MEDIA_INVALID:
                raise
            # The platform dropped the picture early. The call was refused, so the code is still unused.
            await forget_picture(MINI_PROGRAM_CARD)
            await _greet(message)
        return Receipt()

    async def refused(
        self, message: Outgoing, error: PlatformError, *, may_have_arrived: bool
    ) -> Receipt | Closed | NotTaken:
        """A code that is used already, after a call without an answer, was used by that call: the friend was
        greeted.
        """
        if may_have_arrived and error.errcode in USED_CODES:
            return Receipt()
        return await super().refused(message, error, may_have_arrived=may_have_arrived)


async def _greet(message: Outgoing) -> None:
    client = await wecom()
    content = render_welcome(
        await worded_for(message.template, message.about, customer_id=message.customer_id),
        message.facts,
        about=message.about,
        app_id=get_settings().weixin.app_id,
        picture_media_id=await picture(MINI_PROGRAM_CARD),
        variant=message.variant or None,
    )
    await client.contact_ways.send_welcome(message.address, content["text"]["content"], content["attachments"])
