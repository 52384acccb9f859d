"""PHONE: when no channel reached a customer, a card asks their advisor to phone; the customer is listed on
要打电话的人.

The list is read from the message's own row. The card is sent with a delay, because a channel may still open (an owner's
accept may come late), and because staff at the counter who see that nothing arrived may phone before. Its condition
`phone_call_is_owed` is checked when it is sent.
"""

from crm_core.messaging.service import say, title_of
from crm_core.messaging.ways import StandIn, Unreached, way_out
from crm_core.telling.matters import CAR, PLATE, WHOSE
from crm_core.telling.queries import PHONE
from crm_core.wording.about import About
from crm_core.wording.catalogue import catalogue
from foundation import clock, database
from foundation.refs import Ref


@way_out
class Phone(StandIn):
    """A card to the advisor of the thing. When it has no advisor, the customer is only on the list."""

    name = PHONE
    label = "电话"

    async def ask(self, message: Unreached) -> None:
        """Write the card to the advisor, once per message."""
        about = About.parse(message.about)
        row = await database.fetch_one(
            f"SELECT m.template, w.advisor_id, c.name, c.phone, {PLATE} AS plate, d.series "
            f"FROM ({WHOSE}) w JOIN message m ON m.id = $1 JOIN customer c ON c.id = m.customer_id {CAR} "
            "WHERE w.kind = $2 AND w.id = $3 AND w.advisor_id IS NOT NULL",
            message.message_id,
            about.object_type,
            int(about.object_id),
        )
        if row is None:
            return
        await say(
            "owner_not_told",
            {
                "subject": title_of(catalogue().message(row["template"])),
                "customer_name": row["name"],
                "phone": row["phone"],
                "model_short": row["series"],
                "plate": row["plate"] or None,
            },
            staff_id=row["advisor_id"],
            about=Ref("message", message.message_id),
            dedupe_key=f"message:{message.message_id}:phone",
            not_before=clock.now() + message.may_arrive_within,
        )
