"""停止线: conditions that stop a running or paused broadcast automatically, and keep a scheduled one from beginning.

people   too many of those sent to turned away: opted out, withdrew their consent, complained, ended the friendship
budget   what it has cost, sending and coupons that were used, has reached its budget
coupon   it is paused, ended, expired or out of stock, so that nobody can claim what the message promises

Stopping does more than pausing: unconfirmed tasks are taken back (`leaving_out`) until the broadcast is resumed.
"""

from dataclasses import dataclass
from typing import Final

from campaigns.broadcasts import costs, moving, notices, rules
from campaigns.broadcasts.models import Broadcast, RecipientState, SendTaskState
from campaigns.broadcasts.rules import BroadcastState
from campaigns.broadcasts.unfinished import UNFINISHED
from crm_core.coupons.events import TemplateMoved
from crm_core.coupons.models import CouponTemplate
from crm_core.dealerships.actors import system
from crm_core.policies.current import group_policy
from foundation import clock, database
from foundation.money import format_yuan
from foundation.reading import Query, literals, read_model

_ACTOR: Final = system("stop_line")
_WATCHED: Final = (BroadcastState.RUNNING, BroadcastState.PAUSED)
_COUPON_LINE: Final = "卡券领不了就停"


@read_model
class TurnedAway:
    """How many of those a broadcast was sent to turned away afterwards, in all (each person once) and by how they
    did.
    """

    sent: int
    people: int
    opted_out: int
    complained: int
    unfriended: int


_TURNED_AWAY: Final = Query(
    TurnedAway,
    "SELECT count(*) AS sent, count(*) FILTER (WHERE opted_out_at >= sent_at) AS opted_out, "
    "  count(*) FILTER (WHERE complained_at >= sent_at) AS complained, "
    "  count(*) FILTER (WHERE unfriended_at >= sent_at) AS unfriended, "
    "  count(*) FILTER (WHERE greatest(opted_out_at, complained_at, unfriended_at) >= sent_at) AS people "
    f"FROM broadcast_recipient WHERE broadcast_id = $1 AND state = {literals(RecipientState.SENT)}",
)


async def turned_away(broadcast_id: int) -> TurnedAway:
    """Count who turned away. Only what happened after the message arrived counts, since it cannot have caused the
    rest.
    """
    counted = await _TURNED_AWAY.first(broadcast_id)
    assert counted is not None
    return counted


@dataclass(frozen=True)
class Stop:
    """A stop line that is passed: the line with its threshold, the measured value, and what can be done about it.

    `reason` is the sentence for the broadcast's page, beside 已暂停.
    """

    line: str
    measured: str
    next_step: str
    reason: str


async def coupon_problem(template_id: int | None) -> str:
    """Why the coupon of a message cannot be claimed now, in Chinese; '' if it can, or if there is no coupon."""
    if template_id is None:
        return ""
    template = await CouponTemplate.get_or_none(id=template_id)
    if template is None:
        return "卡券不存在"
    return rules.coupon_problem(
        template.state, left=template.quota - template.issued_count, ends_on=template.ends_on, today=clock.today()
    )


async def passed_line(broadcast: Broadcast) -> Stop | None:
    """The stop line that the broadcast has passed; None if it has passed none."""
    for_good = await passed_for_good(broadcast)
    return for_good or await coupon_stop(broadcast.coupon_template_id, next_step="让卡券能领，再点继续")


async def passed_for_good(broadcast: Broadcast) -> Stop | None:
    """The stop line that it has passed and nobody can undo: people who turned away, money that is spent."""
    counts = await turned_away(broadcast.id)
    policy = await group_policy(rules.BroadcastPolicy)
    if rules.passes_stop_line(counts.people, counts.sent, policy):
        line = f"退订、投诉、删好友超过 {rules.stop_share(policy):.2%}"
        measured = f"{counts.people / counts.sent:.2%}，{counts.sent} 人里有 {counts.people} 人"
        return Stop(line, measured, "超线不能继续，看原因，可取消重做", reason=f"{line}：现在 {measured}")
    spent_fen = await costs.spent_fen(broadcast.id)
    if rules.passes_budget(spent_fen, broadcast.budget_fen):
        line, measured = f"花费到预算 {format_yuan(broadcast.budget_fen)} 元就停", f"已花 {format_yuan(spent_fen)} 元"
        return Stop(line, measured, "超预算不能继续；领过的券照常能用", reason=f"{line}：{measured}")
    return None


async def coupon_stop(template_id: int | None, *, next_step: str) -> Stop | None:
    """The stop line about the coupon, if it cannot be claimed; else None."""
    problem = await coupon_problem(template_id)
    return Stop(_COUPON_LINE, problem, next_step, reason=problem) if problem else None


async def watch(broadcast_id: int) -> None:
    """Stop a broadcast that has passed a stop line. It may be running, or paused by somebody while salespeople have
    tasks.
    """
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
    """Check every broadcast that a stop line may have to stop."""
    await _watch_where("true")


async def on_template_moved(event: TemplateMoved) -> None:
    """Stop the broadcasts that promise a coupon as soon as the coupon is paused or ended."""
    await _watch_where("coupon_template_id = $2", event.template_id)


async def _watch_where(condition: str, *values: int) -> None:
    rows = await database.fetch(
        f"SELECT id FROM broadcast WHERE state = ANY($1) AND stopped_at IS NULL AND {condition} ORDER BY id",
        [state.value for state in _WATCHED],
        *values,
    )
    for row in rows:
        await watch(row["id"])
