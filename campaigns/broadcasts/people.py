"""The people of one broadcast and what became of each, masked, for a file."""

from datetime import datetime
from typing import Final

from campaigns.broadcasts import queries, ways
from campaigns.broadcasts.models import RecipientState, Unsent
from campaigns.broadcasts.money import PAID_FEN
from campaigns.exclusions import Exclusion
from campaigns.mass_channels import DirectChannel, MassChannel
from campaigns.measuring import Cohort
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.masks import mask_name
from foundation.reading import Query, derive, read_model

_GROUPS: Final = {Cohort.PLANNED: "计划发", Cohort.CONTROL: "对照组不发", Cohort.EXCLUDED: "收不到"}
_OUTCOMES: Final = {
    RecipientState.CONTROL: "对照组不发",
    RecipientState.QUEUED: "等着发",
    RecipientState.SENT: "已送达",
    RecipientState.QUOTA: "平台次数已满",
    RecipientState.FAILED: "没发成",
    RecipientState.DROPPED: "收回没发",
}
_UNSENT: Final = {
    Unsent.REFUSED: "平台没有接受",
    Unsent.FAIL_LIST: "平台没有收进任务",
    Unsent.NOT_LISTED: "平台的结果里没有",
    Unsent.NOT_KNOWN: "平台没答复，可能收到了",
}


@read_model
class _Person:
    """One person of the broadcast, and when they did what."""

    id: int
    customer: str
    store: str
    member: str
    way: int
    cohort: Cohort
    state: RecipientState
    reason: str
    sent_at: datetime | None
    opened_at: datetime | None
    claimed_at: datetime | None
    booked_at: datetime | None
    arrived_at: datetime | None
    converted_at: datetime | None
    paid_fen: int


@read_model
class PersonLine:
    """One person of the broadcast in words, the name masked."""

    customer: str
    store: str
    member: str
    channel: str
    group: str
    outcome: str
    why: str
    sent_at: datetime | None
    opened_at: datetime | None
    claimed_at: datetime | None
    booked_at: datetime | None
    arrived_at: datetime | None
    converted_at: datetime | None
    paid_fen: int


_PEOPLE: Final = Query(
    _Person,
    f"""
    SELECT r.id, p.name AS customer, coalesce(t.short_name, '') AS store, coalesce(s.name, '') AS member,
      r.way, r.cohort, r.state, r.reason,
      r.sent_at, r.opened_at, r.claimed_at, r.booked_at, r.arrived_at, r.converted_at,
      {PAID_FEN} AS paid_fen
    FROM broadcast_recipient r JOIN customer p ON p.id = r.customer_id LEFT JOIN store t ON t.id = p.home_store_id
    LEFT JOIN staff s ON s.id = r.staff_id
    WHERE r.broadcast_id = $1 AND r.id > $2 ORDER BY r.id LIMIT $3
    """,
)


async def of_broadcast(actor: Actor, broadcast_id: int, *, after: int = 0, limit: int) -> tuple[list[PersonLine], int]:
    """Some of the people, in the order of their rows, and the last row's id, after which to go on.

    Raises:
        BroadcastNotFound: there is none, or it is outside the actor's stores.
    """
    await queries.kept(actor, broadcast_id)
    channels = ways.channels_of(await ways.of(broadcast_id))
    found = await _PEOPLE.all(broadcast_id, after, limit)
    return [_in_words(one, channels[one.way]) for one in found], found[-1].id if found else after


def _in_words(one: _Person, channel: MassChannel) -> PersonLine:
    waits = "平台在发" if isinstance(channel, DirectChannel) else "待员工确认"
    outcomes = {
        **_OUTCOMES,
        RecipientState.TASKED: waits,
        RecipientState.UNREACHED: channel.unreached,
        RecipientState.EXCLUDED: "收不到" if one.cohort is Cohort.EXCLUDED else "发送前又查出不能发",
    }
    return derive(
        PersonLine,
        one,
        customer=mask_name(one.customer),
        channel=channel.label,
        group=_GROUPS[one.cohort],
        outcome=outcomes[one.state],
        why=_why(one.reason, channel),
    )


def _why(reason: str, channel: MassChannel) -> str:
    if reason in set(Exclusion):
        return Exclusion(reason).label(channel)
    return _UNSENT[Unsent(reason)] if reason in set(Unsent) else ""
