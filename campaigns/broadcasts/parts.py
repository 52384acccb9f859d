"""The results of a broadcast in parts (page M6): by store, by week, day by day, and by models of attribution."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, Literal

from campaigns.broadcasts.models import LATE, RecipientState, Unsent
from campaigns.broadcasts.money import PAID_FEN
from campaigns.broadcasts.rows import ITS_TASK
from campaigns.exclusions import Exclusion
from campaigns.lift import Group, measure_lift
from campaigns.mass_channels import MassChannel, channel_of
from campaigns.measuring import WINDOW, Cohort
from foundation.reading import Query, derive, literals, read_model

Model = Literal["last", "first", "linear"]


@read_model
class LiftShown:
    """The difference of the shares with its 95 % interval."""

    difference: float
    low: float
    high: float
    is_visible: bool


@read_model
class _Part:
    """Those of one store who were sent to, and what they did; whom the broadcast is credited with, and their money."""

    store_id: int | None
    store: str
    sent: int
    opened: int
    arrived: int
    converted: int
    paid_fen: int


@read_model
class _CountedPart(_Part):
    """A part with the numbers that its lift is made of."""

    planned: int
    planned_came: int
    control: int
    control_came: int


@read_model
class StorePart(_Part):
    """The customers of one store, and how many more of them came than of its control group."""

    lift: LiftShown | None


@read_model
class WayReason:
    """Why a way did not reach so many, in Chinese."""

    why: str
    people: int


@read_model
class _Unreached:
    """People whom a way did not reach, by the code of the reason; `has_left` says that they went on to a later way."""

    way: int
    why: str
    people: int
    has_left: bool


@read_model
class _WayPart:
    """Those whose turn it was by one way of the broadcast: its channel and the words it said, empty for a shipped
    message. Of the `planned`, some still wait, some were sent to (by phone: talked with), some were not reached, and
    some went on to a later way.
    """

    number: int
    channel: str
    words: str
    planned: int
    waiting: int
    sent: int
    opened: int
    arrived: int
    converted: int
    paid_fen: int


@read_model
class WayPart(_WayPart):
    """The same with the reasons: of those not reached in the end, and of those who went on."""

    failed: list[WayReason]
    left: list[WayReason]


@read_model
class WeekPart:
    """A week of the window, from 1: how many arrived and paid in it, and how much in fen."""

    week: int
    arrived: int
    converted: int
    paid_fen: int


@read_model
class DayPoint:
    """Up to the end of a day of the window, from 0: how many of the planned and of the control group had come."""

    day: int
    planned_came: int
    control_came: int


@read_model
class _Arrivals:
    """Arrivals on one day of the window."""

    day: int
    planned: int
    control: int


@read_model
class Credit:
    """What a broadcast is credited with when every arrival is divided between the sends that preceded it: wholly to the
    last, wholly to the first, or to each alike.
    """

    model: Model
    arrived: float
    converted: float
    paid_fen: int


@read_model
class _Credits:
    """The credits of all models side by side."""

    last_arrived: float
    last_converted: float
    last_fen: int
    first_arrived: float
    first_converted: float
    first_fen: int
    linear_arrived: float
    linear_converted: float
    linear_fen: int


_WHY: Final[dict[str, str]] = {
    RecipientState.QUOTA: "平台次数已满",
    RecipientState.DROPPED: "活动结束没发出",
    RecipientState.FAILED: "平台没有接受",
    Unsent.REFUSED: "平台没有接受",
    Unsent.FAIL_LIST: "平台不给这位发",
    Unsent.NOT_LISTED: "平台没有这位的结果",
    Unsent.NOT_KNOWN: "结果未知，不再发",
    LATE: "到时间还没发出",
}
"""What is not a reason of the person; the state UNREACHED is the reason of the same name."""
_SENT: Final = f"r.state = {literals(RecipientState.SENT)}"
_PLANNED: Final = f"r.cohort = {literals(Cohort.PLANNED)}"
_CONTROL: Final = f"r.cohort = {literals(Cohort.CONTROL)}"
_CAME: Final = "r.arrived_at <= $2 AND r.given_back_at IS NULL"
_WAITING: Final = literals(RecipientState.QUEUED, RecipientState.TASKED)
_CREDITED: Final = f"{_SENT} AND r.is_last_touch"

_BY_STORE: Final = Query(
    _CountedPart,
    f"""
    SELECT c.home_store_id AS store_id, coalesce(t.short_name, '') AS store,
      count(r.sent_at) AS sent, count(r.opened_at) FILTER (WHERE {_SENT}) AS opened,
      count(*) FILTER (WHERE {_CREDITED}) AS arrived, count(r.converted_at) FILTER (WHERE {_SENT}) AS converted,
      coalesce(sum({PAID_FEN}) FILTER (WHERE {_CREDITED}), 0)::bigint AS paid_fen,
      count(*) FILTER (WHERE {_PLANNED}) AS planned, count(*) FILTER (WHERE {_PLANNED} AND {_CAME}) AS planned_came,
      count(*) FILTER (WHERE {_CONTROL}) AS control, count(*) FILTER (WHERE {_CONTROL} AND {_CAME}) AS control_came
    FROM broadcast_recipient r JOIN customer c ON c.id = r.customer_id LEFT JOIN store t ON t.id = c.home_store_id
    WHERE r.broadcast_id = $1 AND r.cohort <> {literals(Cohort.EXCLUDED)}
    GROUP BY c.home_store_id, t.short_name ORDER BY count(r.sent_at) DESC, c.home_store_id
    """,
)
_TRIED: Final = f"""
  SELECT r.*, CASE WHEN {_SENT} THEN r.way ELSE coalesce(b.way, r.way) END AS tried
  FROM broadcast_recipient r LEFT JOIN send_task b ON {ITS_TASK}
  WHERE r.broadcast_id = $1 AND {_PLANNED}
"""
"""The people with the way by which they were tried last: whom no further way reaches stays with the one before."""
_BY_WAY: Final = Query(
    _WayPart,
    f"""
    WITH way AS (
      SELECT 0 AS number, c.channel, c.content_id FROM broadcast c WHERE c.id = $1
      UNION ALL SELECT y.number, y.channel, y.content_id FROM broadcast_way y WHERE y.broadcast_id = $1
    ), r AS ({_TRIED})
    SELECT w.number, w.channel,
      coalesce((SELECT m.text FROM campaign_content m WHERE m.id = w.content_id), '') AS words,
      count(r.id) + coalesce((SELECT sum(l.people) FROM broadcast_way_left l
        WHERE l.broadcast_id = $1 AND l.way = w.number), 0)::bigint AS planned,
      count(*) FILTER (WHERE r.state IN ({_WAITING})) AS waiting,
      count(r.sent_at) AS sent, count(r.opened_at) FILTER (WHERE {_SENT}) AS opened,
      count(*) FILTER (WHERE {_CREDITED}) AS arrived, count(r.converted_at) FILTER (WHERE {_SENT}) AS converted,
      coalesce(sum({PAID_FEN}) FILTER (WHERE {_CREDITED}), 0)::bigint AS paid_fen
    FROM way w LEFT JOIN r ON r.tried = w.number
    GROUP BY w.number, w.channel, w.content_id ORDER BY w.number
    """,
)
_NOT_REACHED: Final = Query(
    _Unreached,
    f"""
    SELECT r.tried AS way, CASE WHEN r.reason <> '' THEN r.reason ELSE r.state END AS why, count(*) AS people,
      false AS has_left
    FROM ({_TRIED}) r WHERE r.state NOT IN ({_WAITING}) AND NOT {_SENT} GROUP BY 1, 2
    UNION ALL SELECT l.way, l.why, l.people, true FROM broadcast_way_left l WHERE l.broadcast_id = $1
    ORDER BY people DESC, why
    """,
)
_BY_WEEK: Final = Query(
    WeekPart,
    f"""
    SELECT floor(extract(epoch FROM r.arrived_at - $2) / 604800)::int + 1 AS week, count(*) AS arrived,
      count(r.converted_at) AS converted, coalesce(sum({PAID_FEN}), 0)::bigint AS paid_fen
    FROM broadcast_recipient r WHERE r.broadcast_id = $1 AND {_CREDITED} AND r.arrived_at >= $2
    GROUP BY 1 ORDER BY 1
    """,
)
_BY_DAY: Final = Query(
    _Arrivals,
    f"""
    SELECT floor(extract(epoch FROM r.arrived_at - $2) / 86400)::int AS day,
      count(*) FILTER (WHERE {_PLANNED}) AS planned, count(*) FILTER (WHERE {_CONTROL}) AS control
    FROM broadcast_recipient r
    WHERE r.broadcast_id = $1 AND r.cohort <> {literals(Cohort.EXCLUDED)} AND r.given_back_at IS NULL
      AND r.arrived_at >= $2 AND r.arrived_at <= $3
    GROUP BY 1 ORDER BY 1
    """,
)
# The sends that preceded one arrival are those which it closed: they carry its moment.
_CREDITS: Final = Query(
    _Credits,
    f"""
    WITH touch AS (
      SELECT r.broadcast_id, r.is_last_touch, {PAID_FEN} AS fen, r.converted_at IS NOT NULL AS is_sale,
        r.customer_id, r.arrived_at, coalesce(r.sent_at, r.opened_at) AS at, r.id
      FROM broadcast_recipient r JOIN broadcast_recipient mine
        ON mine.customer_id = r.customer_id AND mine.arrived_at = r.arrived_at
      WHERE mine.broadcast_id = $1 AND {_PLANNED} AND ({_SENT} OR r.opened_at IS NOT NULL)
    ), shared AS (
      SELECT broadcast_id, is_last_touch,
        row_number() OVER (PARTITION BY customer_id, arrived_at ORDER BY at, id) = 1 AS is_first,
        1.0 / count(*) OVER (PARTITION BY customer_id, arrived_at) AS share,
        bool_or(is_sale) OVER (PARTITION BY customer_id, arrived_at) AS is_sale,
        max(fen) OVER (PARTITION BY customer_id, arrived_at) AS fen
      FROM touch
    )
    SELECT
      count(*) FILTER (WHERE is_last_touch)::float8 AS last_arrived,
      count(*) FILTER (WHERE is_last_touch AND is_sale)::float8 AS last_converted,
      coalesce(sum(fen) FILTER (WHERE is_last_touch), 0)::bigint AS last_fen,
      count(*) FILTER (WHERE is_first)::float8 AS first_arrived,
      count(*) FILTER (WHERE is_first AND is_sale)::float8 AS first_converted,
      coalesce(sum(fen) FILTER (WHERE is_first), 0)::bigint AS first_fen,
      coalesce(sum(share), 0)::float8 AS linear_arrived,
      coalesce(sum(share) FILTER (WHERE is_sale), 0)::float8 AS linear_converted,
      coalesce(round(sum(share * fen)), 0)::bigint AS linear_fen
    FROM shared WHERE broadcast_id = $1
    """,
)


async def by_store(broadcast_id: int, ends_at: datetime | None) -> list[StorePart]:
    """The results of each store's customers, the store with most of them first."""
    return [
        derive(StorePart, one, lift=lift_of(Group(one.planned, one.planned_came), Group(one.control, one.control_came)))
        for one in await _BY_STORE.all(broadcast_id, ends_at)
    ]


async def by_way(broadcast_id: int) -> list[WayPart]:
    """The results of those sent to by each way. Who goes on to the next way is not drawn by lot, so that their lifts
    could not be compared and are not told.
    """
    ended = await _NOT_REACHED.all(broadcast_id)
    return [
        derive(
            WayPart,
            one,
            channel=channel_of(one.channel).label,
            failed=_reasons(ended, one, has_left=False),
            left=_reasons(ended, one, has_left=True),
        )
        for one in await _BY_WAY.all(broadcast_id)
    ]


def _reasons(ended: Sequence[_Unreached], way: _WayPart, *, has_left: bool) -> list[WayReason]:
    channel = channel_of(way.channel)
    mine = [one for one in ended if one.way == way.number and one.has_left is has_left]
    return [WayReason(_why(one.why, channel), one.people) for one in mine]


def _why(code: str, channel: MassChannel) -> str:
    """The words for why a channel did not reach somebody."""
    return Exclusion(code).label(channel) if code in set(Exclusion) else _WHY[code]


def lift_of(planned: Group, control: Group) -> LiftShown | None:
    """The lift as pages show it; None when a group is empty."""
    measured = measure_lift(planned, control)
    return derive(LiftShown, measured, is_visible=measured.is_visible) if measured else None


async def by_week(broadcast_id: int, started_at: datetime | None) -> list[WeekPart]:
    """The weeks in which somebody came whom the broadcast is credited with."""
    return await _BY_WEEK.all(broadcast_id, started_at) if started_at else []


async def day_by_day(broadcast_id: int, started_at: datetime | None, now: datetime) -> list[DayPoint]:
    """How many had come up to the end of each day, until today or the end of the window."""
    if started_at is None:
        return []
    arrivals = {one.day: one for one in await _BY_DAY.all(broadcast_id, started_at, started_at + WINDOW)}
    points: list[DayPoint] = []
    planned = control = 0
    for day in range(max(0, min(WINDOW, now - started_at).days) + 1):
        if day in arrivals:
            planned += arrivals[day].planned
            control += arrivals[day].control
        points.append(DayPoint(day=day, planned_came=planned, control_came=control))
    return points


async def credits(broadcast_id: int) -> list[Credit]:
    """What the broadcast is credited with by each model."""
    found = await _CREDITS.first(broadcast_id)
    assert found is not None
    return [
        Credit(model="last", arrived=found.last_arrived, converted=found.last_converted, paid_fen=found.last_fen),
        Credit(model="first", arrived=found.first_arrived, converted=found.first_converted, paid_fen=found.first_fen),
        Credit(
            model="linear", arrived=found.linear_arrived, converted=found.linear_converted, paid_fen=found.linear_fen
        ),
    ]
