"""停止线: what stops a broadcast by itself, whether it runs or rests, and keeps a planned one from beginning.

people   too many of those sent to turned away: opted out, withdrew their consent, complained, ended the friendship
coupon   it is paused, ended, out of time or out of stock, so that nobody can claim what the message promises

Stopped is more than paused: what no salesperson has confirmed is taken back (`leaving_out`) until it goes on again.
"""

from dataclasses import dataclass
from typing import Final

from campaigns.broadcasts import moving, notices, rules
from campaigns.broadcasts.models import Broadcast, RecipientState, SendTaskState
from campaigns.broadcasts.rules import BroadcastState
from campaigns.broadcasts.unfinished import UNFINISHED
from crm_core.coupons.events import TemplateMoved
from crm_core.coupons.models import CouponTemplate
from crm_core.dealerships.actors import system
from crm_core.policies.current import group_policy
from foundation import clock, database
from foundation.reading import literals

_ACTOR: Final = system("stop_line")
_WATCHED: Final = (BroadcastState.RUNNING, BroadcastState.PAUSED)
_COUPON_LINE: Final = "卡券领不了就停"


@dataclass(frozen=True)
class TurnedAway:
    """Of those a broadcast was sent to: how many turned away afterwards, each person once, and by which way."""

    sent: int
    people: int
    opted_out: int
    complained: int
    unfriended: int


async def turned_away(broadcast_id: int) -> TurnedAway:
    """Counted from the recipients; what happened before the message arrived was not its doing."""
    row = await database.fetch_one(
        "SELECT count(*) AS sent, count(*) FILTER (WHERE opted_out_at >= sent_at) AS opted_out, "
        "  count(*) FILTER (WHERE complained_at >= sent_at) AS complained, "
        "  count(*) FILTER (WHERE unfriended_at >= sent_at) AS unfriended, "
        "  count(*) FILTER (WHERE greatest(opted_out_at, complained_at, unfriended_at) >= sent_at) AS people "
        f"FROM broadcast_recipient WHERE broadcast_id = $1 AND state = {literals(RecipientState.SENT)}",
        broadcast_id,
    )
    assert row is not None
    return TurnedAway(**row)


@dataclass(frozen=True)
class Stop:
    """A line that is passed: the line with its threshold, what is measured, and what can be done about it."""

    line: str
    measured: str
    next_step: str

    @property
    def reason(self) -> str:
        """For the broadcast's page, beside 已暂停."""
        return self.measured if self.line == _COUPON_LINE else f"{self.line}：现在 {self.measured}"


async def coupon_problem(template_id: int | None) -> str:
    """Why nobody can claim the coupon of a message now, '' when everything is well: also without a coupon."""
    if template_id is None:
        return ""
    template = await CouponTemplate.get_or_none(id=template_id)
    if template is None:
        return "卡券不存在"
    return rules.coupon_problem(
        template.state, left=template.quota - template.issued_count, ends_on=template.ends_on, today=clock.today()
    )


async def passed_line(broadcast: Broadcast) -> Stop | None:
    """Which stop line is passed, None when none is."""
    counts = await turned_away(broadcast.id)
    policy = await group_policy(rules.BroadcastPolicy)
    if rules.passes_stop_line(counts.people, counts.sent, policy):
        return Stop(
            line=f"退订、投诉、删好友超过 {rules.stop_share(policy):.2%}",
            measured=f"{counts.people / counts.sent:.2%}，{counts.sent} 人里有 {counts.people} 人",
            next_step="超线不能继续，看原因，可取消重做",
        )
    return await coupon_stop(broadcast.coupon_template_id, next_step="让卡券能领，再点继续")


async def coupon_stop(template_id: int | None, *, next_step: str) -> Stop | None:
    """The line about the coupon, None when it can be claimed."""
    problem = await coupon_problem(template_id)
    return Stop(_COUPON_LINE, problem, next_step) if problem else None


async def watch(broadcast_id: int) -> None:
    """Stop a broadcast that is past a stop line: one that runs, or rests by hand with tasks on salespeople's phones."""
    seen = await Broadcast.get(id=broadcast_id)
    if not _can_stop(seen) or await passed_line(seen) is None:
        return
    async with database.transaction():
        broadcast = await Broadcast.select_for_update().get(id=broadcast_id)
        stop = await passed_line(broadcast)
        if not _can_stop(broadcast) or stop is None:
            return
        broadcast.pause_reason, broadcast.stopped_at = stop.reason, clock.now()
        await moving.move(_ACTOR, broadcast, "stop", reason=stop.reason)
        await notices.tell_halted(
            broadcast, "stopped", line=stop.line, measured=stop.measured, next_step=stop.next_step
        )
        made = await database.fetch(
            f"SELECT id FROM send_task WHERE broadcast_id = $1 AND state = {literals(SendTaskState.CREATED)} "
            "  AND confirmed_at IS NULL",
            broadcast_id,
        )
        await UNFINISHED.hint([row["id"] for row in made])


def _can_stop(broadcast: Broadcast) -> bool:
    return broadcast.state in _WATCHED and broadcast.stopped_at is None


async def watch_all() -> None:
    """Everything that a stop line may have to stop."""
    await _watch_where("true")


async def on_template_moved(event: TemplateMoved) -> None:
    """A coupon was paused or ended: whatever promises it stops at once."""
    await _watch_where("coupon_template_id = $2", event.template_id)


async def _watch_where(condition: str, *values: int) -> None:
    rows = await database.fetch(
        f"SELECT id FROM broadcast WHERE state = ANY($1) AND stopped_at IS NULL AND {condition} ORDER BY id",
        [state.value for state in _WATCHED],
        *values,
    )
    for row in rows:
        await watch(row["id"])
