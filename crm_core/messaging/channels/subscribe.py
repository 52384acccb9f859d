"""SUBSCRIBE: a WeChat notice to an owner. One accept in the pop-up allows one notice (`allowances`).

A call must not be repeated, and WeChat cannot be asked about it, but within seconds WeChat pushes a report of its
result (`note_report`). The owner's tap in the pop-up and the verb it belongs to reach us by different requests, so a
notice that was skipped because it came before its accept is sent after all when the accept arrives (`take_up_again`).
"""

from datetime import timedelta
from typing import Final

from crm_core.customers.models import IdentityKind
from crm_core.dealerships.origin import keep_demo_data_here
from crm_core.messaging import allowances, outcomes
from crm_core.messaging.chains import chain_of
from crm_core.messaging.conditions import holds
from crm_core.messaging.models import MessageState, WayEnd
from crm_core.messaging.rows import InHand, columns_of
from crm_core.messaging.service import enqueue_delivery
from crm_core.messaging.ways import (
    Addressee,
    Channel,
    Closed,
    NotTaken,
    Open,
    Outgoing,
    ReasonCode,
    Receipt,
    Receiver,
    Unanswered,
    way_out,
)
from crm_core.messaging.worded import worded_for
from crm_core.wording.catalogue import ChannelFile, catalogue
from crm_core.wording.rendering import render_subscribe
from crm_core.wording.subscribe_keys import subscribe_templates
from foundation import clock, database
from foundation.errors import PlatformError
from foundation.reading import Query, literals
from foundation.settings import get_settings
from integrations.weixin import weixin_client

NAME: Final = "SUBSCRIBE"
NO_ALLOWANCE_ERRCODE: Final = 43101
NO_ALLOWANCE: Final = Closed("没有可用的订阅次数", ReasonCode.NO_ALLOWANCE)
LATE_ACCEPT_LOOKS_AT: Final = 20
"""More messages of one kind are never skipped within that time."""


S = MessageState
_TOO_EARLY: Final = Query(
    InHand,
    f"SELECT {columns_of(InHand, 'm')} FROM message m "
    f"JOIN identity i ON i.customer_id = m.customer_id AND i.kind = {literals(IdentityKind.OPENID)} "
    f"WHERE i.value = $1 AND m.template = $2 AND m.state IN ({literals(S.SKIPPED, S.PENDING)}) AND m.reason_code = $3 "
    "  AND m.errcode = '' AND m.created_at >= $4 ORDER BY m.id DESC LIMIT $5 FOR UPDATE OF m",
)
_REPORTED: Final = Query(
    InHand,
    f"SELECT {columns_of(InHand, 'm')} FROM message m WHERE m.channel = $4 AND m.template = $1 "
    "AND (m.platform_id = $2 OR ("
    f"m.platform_id = '' AND m.state IN ({literals(S.SENDING, S.UNKNOWN)}) AND m.address = $3)) "
    "ORDER BY m.platform_id DESC, m.id LIMIT 1 FOR UPDATE",
)


@way_out
class Subscribe(Channel):
    """A notice of WeChat."""

    name = NAME
    label = "微信"
    reaches = Receiver.CUSTOMER
    file = ChannelFile.SUBSCRIBE
    unanswered = Unanswered(is_reported_within=timedelta(minutes=30))
    """WeChat's report comes within seconds; after half an hour none is to be expected."""
    opens_late = timedelta(minutes=5)
    """An accept still counts for a message before it; an owner may think before they tap."""

    async def open(self, to: Addressee) -> Open | Closed:
        """Take one accept of any of the customer's accounts; closed when none is left."""
        assert to.customer_id is not None
        taken = await allowances.take(to.customer_id, to.template)
        return NO_ALLOWANCE if taken is None else Open(taken.openid)

    async def give_back(self, message: Outgoing) -> None:
        """Return the accept that was taken."""
        await allowances.give_back(message.address, message.template)

    async def send(self, message: Outgoing) -> Receipt:
        """Send it to the account whose accept was taken."""
        words = await worded_for(message.template, message.about, customer_id=message.customer_id)
        content = render_subscribe(words, message.facts, about=message.about, variant=message.variant or None)
        request = subscribe_templates().request(content)
        await keep_demo_data_here(get_settings().weixin.base_url)
        platform_id = await weixin_client().send_subscribe_message(
            message.address,
            request.template_id,
            {key: entry["value"] for key, entry in request.data.items()},
            page=request.page,
        )
        return Receipt(platform_id)

    async def refused(
        self, message: Outgoing, error: PlatformError, *, may_have_arrived: bool
    ) -> Receipt | Closed | NotTaken:
        """When WeChat answers that no accept is left, correct our count; the way is then closed."""
        if error.errcode != NO_ALLOWANCE_ERRCODE:
            return await super().refused(message, error, may_have_arrived=may_have_arrived)
        await allowances.correct(message.address, message.template)
        return NO_ALLOWANCE


async def take_up_again(openid: str, template: str) -> None:
    """After an accept that arrived later than its message: send the newest message that waits for one and is still
    true.

    When there is none, the accept is kept for the next message.
    """
    async with database.transaction():
        for row in await _TOO_EARLY.all(
            openid, template, ReasonCode.NO_ALLOWANCE, clock.now() - Subscribe.opens_late, LATE_ACCEPT_LOOKS_AT
        ):
            step = chain_of(row.template, row.variant).step(row.way)
            if step is None or step.channel.name != NAME:
                continue
            if not await holds(row):
                await outcomes.end_silently(row, MessageState.STALE, outcomes.NO_LONGER_TRUE)
                continue
            await database.execute(
                f"UPDATE message SET state = {literals(S.PENDING)}, reason = '', reason_code = '' WHERE id = $1", row.id
            )
            await enqueue_delivery(row.id)
            return


async def note_report(*, openid: str, template_id: str, platform_id: str, error_code: int) -> None:
    """Store the result of a notice that WeChat pushed (subscribe_msg_sent_event); `error_code` 0 means delivered."""
    message_id = next((k for k, t in subscribe_templates().templates.items() if t.template_id == template_id), None)
    if message_id is None:
        return
    template = catalogue().message(message_id).name
    async with database.transaction():
        row = await _REPORTED.first(template, platform_id, openid, NAME)
        if row is None:
            return
        if not error_code:
            # The push may arrive before the call's own answer, or before we notice that no answer will come.
            if row.state in (MessageState.UNKNOWN, MessageState.SENDING):
                await outcomes.reached(row.id, row.way, Receipt(platform_id))
        elif row.state != MessageState.FAILED:
            reason = f"微信没有送达（{error_code}）"
            if not await outcomes.went_on(row, WayEnd.REPORTED, reason, str(error_code)):
                await outcomes.end(row, MessageState.FAILED, reason, str(error_code))
