"""Cards about a Moment: to members who are to publish it, and to its author when WeCom did not take it."""

from campaigns.broadcasts.notices import DEPARTMENT
from campaigns.moments.models import CorpMoment, MomentPart
from crm_core.dealerships.models import Staff
from crm_core.messaging.service import say
from foundation.refs import Ref


async def ask_to_publish(moment: CorpMoment, part: MomentPart, number: int) -> None:
    """Tell a member (card C-MOMENT) that it waits on their phone; `number` counts the reminders."""
    await say(
        "moment_task",
        {
            "campaign": moment.name,
            "due_at": moment.ends_at,
            "department": DEPARTMENT,
            "author": (await Staff.get(id=moment.author_id)).name,
        },
        staff_id=part.staff_id,
        about=Ref("moment_part", part.id),
        dedupe_key=f"moment_part:{part.id}:{number}",
        send_before=moment.ends_at,
        variant="again" if number else "first",
    )


async def tell_failed(moment: CorpMoment) -> None:
    """Tell its author (card C-MOMENT-NO) why it could not be made."""
    await say(
        "moment_failed",
        {"campaign": moment.name, "why": moment.reason},
        staff_id=moment.author_id,
        about=Ref("moment", moment.id),
        version=moment.version,
        dedupe_key=f"moment:{moment.id}:{moment.version}:failed",
    )
