"""Updating a card that was sent: once per response code and within 72 hours (WeCom doc 94888)."""

from datetime import datetime, timedelta
from typing import Final

import orjson

from crm_core.customers.platform import wecom
from crm_core.dealerships import brand
from crm_core.messaging.delivery import StillInHand
from crm_core.messaging.models import MessageState
from crm_core.messaging.worded import worded_for
from crm_core.wording.about import About
from crm_core.wording.rendering import render_card_after
from foundation import clock, database
from foundation.errors import ErrorKind, PlatformError
from foundation.logging import logger

RESPONSE_CODE_LIFE: Final = timedelta(hours=72)


async def update_card(message_id: int) -> None:
    """Replace a sent card by its version after the outcome (`card_after`). Calling again is harmless: WeCom refuses a
    response code that was used.

    Raises:
        StillInHand: the card is being sent right now.
        PlatformError: the platform was busy; try again later.
    """
    row = await database.fetch_one(
        "SELECT m.*, s.userid FROM message m JOIN staff s ON s.id = m.staff_id WHERE m.id = $1", message_id
    )
    if row is None or row["card_updated_at"] is not None or row["card_after"] is None:
        return
    if row["state"] in (MessageState.PENDING, MessageState.SENDING):
        raise StillInHand
    if not row["response_code"] or row["sent_at"] is None or is_spent(row["sent_at"]):
        await database.execute("UPDATE message SET card_after = NULL WHERE id = $1", message_id)
        return
    wish = orjson.loads(row["card_after"])
    about = About.parse(row["about"])
    after = render_card_after(
        await worded_for(row["template"], about, userid=row["userid"], moment=row["sent_at"]),
        orjson.loads(row["facts"]),
        outcome=wish["outcome"],
        who=wish["who"],
        at=datetime.fromisoformat(wish["at"]),
        about=About(about.object_type, about.object_id, row["about_version"]),
        brand=await brand.current(),
        variant=row["variant"] or None,
    )
    messages = (await wecom()).messages
    try:
        if after.template_card is None:
            await messages.disable_card_buttons([row["userid"]], row["response_code"], after.replace_name)
        else:
            await messages.update_template_card([row["userid"]], row["response_code"], after.template_card)
    except PlatformError as error:
        if error.kind not in (ErrorKind.PERMANENT, ErrorKind.OUR_MISTAKE, ErrorKind.NOTHING_TO_DO):
            raise
        logger.warning("card_not_updated", message_id=message_id, errcode=error.errcode)
    await database.execute("UPDATE message SET card_updated_at = $2 WHERE id = $1", message_id, clock.now())


def is_spent(sent_at: datetime) -> bool:
    """Whether a card is too old to be pressed or updated."""
    return clock.now() - sent_at > RESPONSE_CODE_LIFE
