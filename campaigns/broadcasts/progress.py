"""The progress of a broadcast (page M4), as the platform reported it: customers by outcome, and each salesperson's
task.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Final

from campaigns.broadcasts import confirming, costs, queries, rules, stopping, ways
from campaigns.broadcasts.confirming import StoreConfirmation
from campaigns.broadcasts.models import OPEN_SEND_TASKS, RecipientState, SendTaskState
from campaigns.broadcasts.queries import BroadcastRow
from campaigns.broadcasts.rows import CHANNEL, ITS_TASK, ITS_WAY
from campaigns.exclusions import Exclusion
from campaigns.mass_channels import DirectChannel, MassChannel, channel_of
from campaigns.measuring import Cohort
from campaigns.segments.queries import Excluded, in_order
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.rota import away
from crm_core.dealerships.rota.away import Away
from crm_core.policies.current import group_policy
from crm_core.succession.rules import SuccessionState
from foundation import clock, database
from foundation.reading import Query, derive, listed, literals, read_model


@read_model
class ProgressCounts:
    """Numbers of customers by outcome: each planned customer once, and those held out and excluded."""

    planned: int
    control: int
    excluded: int
    waiting_for_task: int
    waiting_for_staff: int
    staff_unavailable: int
    sent: int
    unreached: int
    quota: int
    failed: int
    excluded_at_sending: int
    dropped: int


@read_model
class SubstituteRow:
    """A colleague asked to send to some of a task's people: how many passed to them, and whether they still have to."""

    staff: str
    people: int
    is_open: bool


@read_model
class _SendTask:
    """One salesperson's task, or one of the platform itself, named after it. `succession_id` is the plan by which the
    salesperson's things go to colleagues, if there is one that is not over.
    """

    id: int
    staff_id: int | None
    staff: str
    staff_is_active: bool
    service_phone: str
    succession_id: int | None
    state: SendTaskState
    reason: str
    customers: int
    sent: int
    tasked_at: datetime | None
    confirmed_at: datetime | None
    declined_at: datetime | None
    substitutes: list[SubstituteRow]


@read_model
class _RemindedTask(_SendTask):
    """A task with its broadcast's channel and the times at which its salesperson was reminded."""

    channel: str
    reminded_at: list[datetime]


@read_model
class SendTaskRow(_SendTask):
    """One salesperson's task, whether they may be reminded of it, and for how long they are away if they are."""

    reminders_today: int
    can_remind: bool
    away: str
    away_until: date | None


@read_model
class BroadcastProgress:
    """Numbers of customers by outcome, and each salesperson's task; tasks with something to do come first.

    `asks_members` says whether members confirm by any of its ways; by direct channels nobody does.
    """

    broadcast: BroadcastRow
    asks_members: bool
    reminders_per_day: int
    unreached_label: str
    """Why the channel no longer reaches those counted as `unreached`, in Chinese."""
    counts: ProgressCounts
    excluded: list[Excluded]
    excluded_at_sending: list[Excluded]
    staff: int
    staff_confirmed: int
    unknown_tasks: int
    opted_out: int
    complained: int
    unfriended: int
    turned_away_share: float
    stop_share: float
    stop_line_sentence: str
    spent_fen: int
    coupon_left: int | None
    synced_at: datetime | None
    tasks: list[SendTaskRow]
    stores: list[StoreConfirmation]


@read_model
class _Counted:
    """How many people have the same outcome; `stuck` are those whose salesperson left, declined or is away."""

    cohort: Cohort
    state: RecipientState
    reason: str
    people: int
    stuck: int


_COUNTED: Final = Query(
    _Counted,
    f"""
    SELECT r.cohort, r.state, r.reason, count(*) AS people,
           count(*) FILTER (WHERE r.state = {literals(RecipientState.TASKED)}
                            AND (NOT s.is_active OR b.declined_at IS NOT NULL
                                 OR b.confirmed_at IS NULL AND r.staff_id = ANY($2))) AS stuck
    FROM broadcast_recipient r LEFT JOIN staff s ON s.id = r.staff_id
    LEFT JOIN send_task b ON {ITS_TASK}
    WHERE r.broadcast_id = $1 GROUP BY r.cohort, r.state, r.reason
    """,
)
_IS_OPEN: Final = f"u.ended_at IS NULL AND b.confirmed_at IS NULL AND b.state IN ({literals(*OPEN_SEND_TASKS)})"
_TASKS: Final = Query(
    _RemindedTask,
    f"""
    SELECT b.id, b.staff_id, coalesce(s.name, '') AS staff, coalesce(s.is_active, true) AS staff_is_active,
           coalesce(s.service_phone, '') AS service_phone,
           (SELECT p.id FROM succession p WHERE p.staff_id = b.staff_id
              AND p.state IN ({literals(SuccessionState.PREPARED, SuccessionState.RUNNING)})) AS succession_id,
           (SELECT {listed(SubstituteRow, "u", order="u.id", staff="m.name", is_open=_IS_OPEN)}
              FROM send_substitute u JOIN staff m ON m.id = u.staff_id WHERE u.send_task_id = b.id) AS substitutes,
           b.state, b.reason, b.tasked_at, b.confirmed_at, b.declined_at, b.reminded_at, {CHANNEL} AS channel,
           count(r.id) AS customers, count(r.sent_at) AS sent
    FROM send_task b JOIN broadcast c ON c.id = b.broadcast_id {ITS_WAY} LEFT JOIN staff s ON s.id = b.staff_id
    LEFT JOIN broadcast_recipient r ON {ITS_TASK} AND r.cohort = {literals(Cohort.PLANNED)}
    WHERE b.broadcast_id = $1 GROUP BY b.id, c.id, s.id, y.id
    ORDER BY (b.confirmed_at IS NULL) DESC, count(r.id) DESC, b.id
    """,
)


async def progress(actor: Actor, broadcast_id: int) -> BroadcastProgress:
    """The progress of a broadcast.

    Raises:
        BroadcastNotFound: there is none, or it is outside the actor's stores.
    """
    broadcast = await queries.one(actor, broadcast_id)
    channel = channel_of(broadcast.channel)
    asking, tasks = await ways.asking_members(broadcast_id), await _TASKS.all(broadcast_id)
    of_members = [task for task in tasks if task.staff_id is not None]
    absent = await away.away_on({task.staff_id for task in of_members if task.staff_id}, clock.today())
    counted = await _COUNTED.all(broadcast_id, list(absent))
    turned, policy = await stopping.turned_away(broadcast_id), await group_policy(rules.BroadcastPolicy)
    coupon_left: int | None = await database.fetch_value(
        "SELECT quota - issued_count FROM coupon_template WHERE id = $1", broadcast.coupon_template_id
    )
    return BroadcastProgress(
        broadcast=broadcast,
        asks_members=bool(asking),
        reminders_per_day=max((one.reminders_per_day for one in asking), default=0),
        unreached_label=channel.unreached,
        counts=_counts(counted),
        excluded=_reasons(counted, Cohort.EXCLUDED, channel),
        excluded_at_sending=_reasons(counted, Cohort.PLANNED, channel),
        staff=len({task.staff_id for task in of_members}),
        staff_confirmed=len({task.staff_id for task in of_members if task.confirmed_at is not None}),
        unknown_tasks=sum(task.state in (SendTaskState.UNKNOWN, SendTaskState.CREATING) for task in tasks),
        opted_out=turned.opted_out,
        complained=turned.complained,
        unfriended=turned.unfriended,
        turned_away_share=turned.people / turned.sent if turned.sent else 0.0,
        stop_share=rules.stop_share(policy),
        stop_line_sentence=rules.stop_line_sentence(turned.people, turned.sent, policy),
        spent_fen=await costs.spent_fen(broadcast_id),
        coupon_left=coupon_left,
        synced_at=broadcast.synced_at,
        tasks=[_shown(task, absent) for task in tasks if not channel_of(task.channel).is_by_person],
        stores=await confirming.of_stores(broadcast_id),
    )


def _counts(counted: Sequence[_Counted]) -> ProgressCounts:
    def people(state: RecipientState, cohort: Cohort = Cohort.PLANNED) -> int:
        return sum(one.people for one in counted if one.state is state and one.cohort is cohort)

    stuck = sum(one.stuck for one in counted)
    return ProgressCounts(
        planned=sum(one.people for one in counted if one.cohort is Cohort.PLANNED),
        control=people(RecipientState.CONTROL, Cohort.CONTROL),
        excluded=people(RecipientState.EXCLUDED, Cohort.EXCLUDED),
        waiting_for_task=people(RecipientState.QUEUED),
        waiting_for_staff=people(RecipientState.TASKED) - stuck,
        staff_unavailable=stuck,
        sent=people(RecipientState.SENT),
        unreached=people(RecipientState.UNREACHED),
        quota=people(RecipientState.QUOTA),
        failed=people(RecipientState.FAILED),
        excluded_at_sending=people(RecipientState.EXCLUDED),
        dropped=people(RecipientState.DROPPED),
    )


def _reasons(counted: Sequence[_Counted], cohort: Cohort, channel: MassChannel) -> list[Excluded]:
    under = {one.reason: one.people for one in counted if one.state is RecipientState.EXCLUDED and one.cohort is cohort}
    return in_order({reason: under[reason.value] for reason in Exclusion if reason.value in under}, channel)


def _shown(task: _RemindedTask, absent: Mapping[int, Away]) -> SendTaskRow:
    reminders = rules.reminders_today(task.reminded_at, clock.now())
    channel = channel_of(task.channel)
    if isinstance(channel, DirectChannel):
        return derive(
            SendTaskRow, task, staff=channel.platform, reminders_today=0, can_remind=False, away="", away_until=None
        )
    waits = task.state is SendTaskState.CREATED and task.confirmed_at is None
    gone = absent.get(task.staff_id or 0)
    return derive(
        SendTaskRow,
        task,
        reminders_today=reminders,
        can_remind=waits and reminders < channel.reminders_per_day,
        away=gone.word if gone else "",
        away_until=gone.until if gone else None,
    )
