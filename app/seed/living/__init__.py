"""A day in motion: each store at five past ten on a Saturday, with what came before and what is booked.

    diary      stories told in the order of time, up to now
    crew       who works there, which cars come
    wishes     what they come for
    visit      one visit and how far it has come; visits tells it, through reception, workshop and leaving
    days       which visits and bookings a store has
    matters    coupons in every state, approvals that wait
    families   what is shared, who is named, a visitor who books by plate, a caller whom the desk books
    returning  a car that comes back
    lowered    a price lowered after the work
    months     the orders of last month and this one, told again from those that were played (again)
    campaigns  a finished broadcast whose effect can be seen, and a running one

All of it is done through the verbs, as the people who would do it and when they would do it, so nothing a rule forbids
can appear.
"""

import random
from datetime import datetime, timedelta

from app.seed.group import Group
from app.seed.living import (
    campaigns,
    days,
    families,
    farming,
    groups,
    lowered,
    matters,
    months,
    owing,
    returning,
    thanking,
)
from app.seed.living.crew import Crew
from app.seed.living.diary import Story, live
from app.seed.living.visits import story
from app.seed.living.wishes import Catalogue
from app.seed.pictures import Album
from crm_core.customers.models import IdentityKind
from crm_core.messaging.channels.card import Card
from crm_core.messaging.channels.subscribe import NO_ALLOWANCE, Subscribe
from crm_core.messaging.models import MessageState
from foundation import clock, database
from foundation.reading import literals

RESERVED = frozenset({"limin", "chenzhiqiang", "s01.tec2", "s01.tec3", "liuyang"})
"""The advisor, technicians and inspector of the guided story; nothing else happens to them."""


async def make(group: Group, seed_number: int, now: datetime, *, with_platform: bool, stores: int) -> None:
    """Simulate the weeks before `now` in the first `stores` live stores; afterwards the clock is at `now` again."""
    catalogue, album = await Catalogue.read(), Album()
    stories: list[Story] = []
    crews: list[Crew] = []
    ids = await months.reserve(group.live_stores[:stores])
    for store in group.live_stores[:stores]:
        await clock.set_to(now)
        crew = await Crew.of(store, group, random.Random(f"{seed_number}:{store.code}"), RESERVED)
        crews.append(crew)
        stories += await campaigns.autumn(crew, catalogue, album)
        await clock.set_to(now)
        stories += matters.coupons(crew, catalogue)
        stories += matters.follow_ups(crew)
        past = days.HISTORY if store is group.live_stores[0] else days.HISTORY_OF_OTHERS
        stories += [story(visit) for visit in days.visits(crew, catalogue, album, days.WORKSHOP + past)]
        stories += days.bookings(crew, catalogue)
    await live(stories, now)
    await months.make(group, crews, ids, random.Random(seed_number), now)
    for crew in crews:
        await clock.set_to(now)
        await campaigns.winter(crew, with_platform=with_platform)
        # Earlier than the story's own segment, which must be at the top of the marketer's list.
        await clock.set_to(now - timedelta(hours=1))
        await campaigns.waiting_for_approval(crew)
        await groups.make(crew)
        await families.make(crew, catalogue, now - timedelta(minutes=50))
        await farming.claim_for_others(crew, now)
        await thanking.after_visits(crew, now)
        await matters.ask_for_decisions(crew, now)
        await owing.submit(crew, now - timedelta(minutes=30))
        await lowered.make(crew, now - timedelta(minutes=10))
        await returning.make(crew, now - timedelta(minutes=6))
    await clock.set_to(now)
    await matters.end_what_is_over()


async def forget_old_news() -> None:
    """Mark messages from before the demo began as delivered and remove their jobs, so that no phone shows them now."""
    await database.execute(
        f"UPDATE message SET state = {literals(MessageState.SENT)}, sent_at = created_at, "
        "  card_updated_at = created_at, "
        "  channel = CASE WHEN staff_id IS NULL THEN $1 ELSE $2 END "
        f"WHERE state = {literals(MessageState.PENDING)} AND (staff_id IS NOT NULL OR EXISTS ("
        "  SELECT FROM identity i WHERE i.customer_id = message.customer_id "
        f"  AND i.kind = {literals(IdentityKind.OPENID)}))",
        Subscribe.name,
        Card.name,
    )
    await database.execute(
        f"UPDATE message SET state = {literals(MessageState.SKIPPED)}, reason = $1, reason_code = $2 "
        f"  WHERE state = {literals(MessageState.PENDING)}",
        NO_ALLOWANCE.reason,
        NO_ALLOWANCE.code,
    )
    await database.execute("DELETE FROM jobs.pgqueuer")
