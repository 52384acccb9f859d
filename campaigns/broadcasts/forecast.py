"""What a broadcast may bring and cost, computed before approval from its people as they are today (page M3)."""

from datetime import datetime, timedelta
from typing import Final

from campaigns.broadcasts import queries, rules, ways
from campaigns.broadcasts.costs import face_value_fen
from campaigns.broadcasts.models import Broadcast
from campaigns.broadcasts.rules import BroadcastState
from campaigns.lift import smallest_difference_sentence, smallest_visible_difference
from campaigns.measuring import WINDOW, Cohort
from campaigns.scope import as_stores
from campaigns.segments.definition import parse
from campaigns.segments.queries import Excluded, count_reach, in_order
from crm_core.contact.current import contact_rules
from crm_core.contact.rules import why_no_marketing_on
from crm_core.coupons.models import CouponTemplate
from crm_core.dealerships.actors import Actor
from foundation import clock
from foundation.reading import Query, literals, read_model


@read_model
class Rates:
    """Expected shares, from 0 to 1: how many of the planned are sent to; how many of those claim and arrive; and how
    many of the control group come by themselves.
    """

    sent: float
    claimed: float
    arrived: float
    control: float
    broadcasts: int
    """From how many earlier broadcasts the shares were computed; 0 for the house's estimate."""


HOUSE_RATES: Final = Rates(sent=0.92, claimed=0.05, arrived=0.017, control=0.005, broadcasts=0)
"""The house's estimate, used as long as there is no earlier broadcast. It is no policy, because observed shares replace
it after the first one.
"""


@read_model
class Forecast:
    """How many would get the message, what it may bring and cost, and how small an effect would be visible. Sums in
    fen.

    `reach_one_fen` is what one person costs by the dearest of its channels, `reach_fen` all who are expected to be sent
    to, and `coupon_fen` the face value of the coupons of those who are expected to come.
    """

    chosen: int
    reachable: int
    control: int
    planned: int
    staff: int
    excluded: list[Excluded]
    waiting: int
    """How many of the reachable have quiet hours of their own, at whose end they are sent to."""
    expected_sent: int
    expected_claimed: int
    expected_arrived: int
    similar_broadcasts: int
    reach_fen: int
    reach_one_fen: int
    coupon_fen: int
    no_marketing: list[str]
    """Days of its time on which nobody is sent marketing, each with the reason."""
    smallest_visible_difference: float | None
    smallest_difference_sentence: str


@read_model
class _Earlier:
    """Results of the last broadcasts whose 30 days are over."""

    broadcasts: int
    planned: int
    sent: int
    claimed: int
    arrived: int
    control: int
    came: int


_EARLIER: Final = Query(
    _Earlier,
    f"""
    WITH last AS (SELECT id FROM broadcast WHERE state = {literals(BroadcastState.FINISHED)} AND started_at < $1
                  ORDER BY id DESC LIMIT 6)
    SELECT (SELECT count(*) FROM last) AS broadcasts,
           count(*) FILTER (WHERE cohort = {literals(Cohort.PLANNED)}) AS planned,
           count(sent_at) AS sent, count(claimed_at) AS claimed, count(*) FILTER (WHERE is_last_touch) AS arrived,
           count(*) FILTER (WHERE cohort = {literals(Cohort.CONTROL)}) AS control,
           count(arrived_at) FILTER (WHERE cohort = {literals(Cohort.CONTROL)}) AS came
    FROM broadcast_recipient WHERE broadcast_id IN (SELECT id FROM last)
    """,
)


async def forecast(actor: Actor, broadcast_id: int) -> Forecast:
    """Forecast a broadcast with its people as they are today.

    Raises:
        BroadcastNotFound: there is none, or it is outside the actor's stores.
    """
    return await of_broadcast(await queries.kept(actor, broadcast_id))


async def of_broadcast(broadcast: queries.KeptBroadcast | Broadcast) -> Forecast:
    """The same for a broadcast that the caller has read."""
    channels = ways.channels_of(await ways.of(broadcast.id))
    reach = await count_reach(parse(broadcast.definition), as_stores(broadcast.store_ids), channels)
    coupon = await CouponTemplate.get_or_none(id=broadcast.coupon_template_id)
    control = rules.control_size(reach.reachable, broadcast.control_percent)
    planned = reach.reachable - control
    rates = await _earlier_rates()
    sent = round(planned * rates.sent)
    arrived = round(sent * rates.arrived)
    reach_one_fen = max([await channel.reach_fen() for channel in channels])
    smallest = smallest_visible_difference(planned, control, rates.control)
    return Forecast(
        chosen=reach.people,
        reachable=reach.reachable,
        control=control,
        planned=planned,
        staff=reach.staff,
        excluded=in_order(reach.excluded, channels[0]),
        waiting=reach.waiting,
        expected_sent=sent,
        expected_claimed=round(sent * rates.claimed) if broadcast.coupon_template_id is not None else 0,
        expected_arrived=arrived,
        similar_broadcasts=rates.broadcasts,
        reach_fen=sent * reach_one_fen,
        reach_one_fen=reach_one_fen,
        no_marketing=await _days_without(broadcast.starts_at, broadcast.ends_at),
        coupon_fen=arrived * await face_value_fen(coupon) if coupon is not None else 0,
        smallest_visible_difference=smallest,
        smallest_difference_sentence="" if smallest is None else smallest_difference_sentence(control, smallest),
    )


async def _days_without(starts_at: datetime | None, ends_at: datetime | None) -> list[str]:
    if starts_at is None or ends_at is None:
        return []
    rules_now = await contact_rules()
    first, last = clock.local(starts_at).date(), clock.local(ends_at).date()
    days = [first + timedelta(days=ahead) for ahead in range((last - first).days + 1)]
    told = [(day, why_no_marketing_on(day, rules_now)) for day in days]
    return [f"{day.month}月{day.day}日 {why}" for day, why in told if why]


async def _earlier_rates() -> Rates:
    seen = await _EARLIER.first(clock.now() - WINDOW)
    if seen is None or not seen.sent or not seen.control:
        return HOUSE_RATES
    return Rates(
        sent=seen.sent / seen.planned,
        claimed=seen.claimed / seen.sent,
        arrived=seen.arrived / seen.sent,
        control=seen.came / seen.control,
        broadcasts=seen.broadcasts,
    )
