"""Demo data: a believable dealer group, its people, cars and history, the same for the same seed.

    group      regions, stores, bays, staff
    catalogue  models, jobs and prices, coupon templates, parts
    owners     car owners with years of visits, streamed into COPY; 12,000 by default, a million on request
    platform   the same people as the simulated WeCom and WeChat know them
    story      coupons on offer, parts on the shelves, the poster in the showroom
    codes      who scanned the poster before they came
    store_room suppliers, purchase orders in each of their states, transfers between two stores
    road       drivers, where they drive to, and cars they fetch today
    partners   a DMS with a key, cars in stock and a target that is paused, two custom fields
    places     hours, holidays, closed bays, teams, shifts, leave and papers of the first store
    people     a consultant who left and one who moves on, somebody on leave with a deputy
    address_book  the corp's departments, what changed in them, and the night's reading of friends
    calls      when every car is due, the call sheets of that, and what customer care noted on some this morning
    targets    what the group wants of its stores, and one general manager more
    gate       which cars the camera saw coming
    chat       what an advisor booked by writing to the app
    waking     唤醒池: every owner's class a year ago and today; the first store's 唤醒循环, six weeks old
    tags       标签: one that a segment puts on, one made in WeCom
    repeated   定期计划: a draft of the first marketer
    grouped    客户群: two groups, here and in the simulated WeCom
    grouped_posts  客户群群发: one that is over, one that waits for its owner
    posted     企业朋友圈: one that is over and a draft
    recalls    the maker's list of cars to be called back
    desk       a bill paid in part at the first store's desk, in two ways
    living     each store in the middle of a Saturday morning: cars, bookings, bills, complaints, campaigns
    pictures   what the photos of it show

Everything here is marked as invented (`data_origin`): from then on no real platform can be called with it.
"""

import asyncio
import random
import sys
from datetime import datetime, timedelta

import uvloop
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from app import orm
from app.demo_data import STORY_BEGINS
from app.seed import (
    address_book,
    bringing,
    calls,
    catalogue,
    chat,
    codes,
    desk,
    gate,
    group,
    grouped,
    grouped_posts,
    lent,
    living,
    owners,
    partners,
    people,
    places,
    platform,
    policies,
    posted,
    privacy,
    recalls,
    reconciling,
    repeated,
    road,
    store_room,
    story,
    tags,
    targets,
    waking,
    wordings,
)
from app.wiring import wire
from crm_core.dealerships.models import Store
from crm_core.dealerships.origin import mark_as_demo
from foundation import cache, clock, database
from foundation.settings import get_settings

SEED = 42
SHELVES_FILLED = timedelta(days=90)
"""How long before the story the shelves are filled: coupons and parts must be older than whatever uses them."""
FILE_BROUGHT = timedelta(days=3)
"""How long before the story the file was imported: recently enough that it is still stored and can be undone."""
ALL = 99
"""A number that no count of stores reaches: every store is set in motion."""


def seed(*, owners: int, only_if_empty: bool = False) -> None:
    """Fill the demo database.

    Raises:
        SystemExit: in production, or when there is data already.
    """
    if not get_settings().is_demo:
        sys.exit("演示数据不能写进生产库 demo data never goes into a production database")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_seed(owners, only_if_empty))


async def _seed(count: int, only_if_empty: bool) -> None:
    wire()
    await database.connect(orm.tortoise_config())
    try:
        if await Store.exists():
            if only_if_empty:
                return
            sys.exit("数据库里已有数据，先运行 wedealer demo --fresh the database is not empty")
        await fill(count)
    finally:
        await cache.close()
        await database.close()


async def fill(count: int, *, seed_number: int = SEED, quiet: bool = False, living_stores: int = ALL) -> None:
    """Make the group and `count` car owners in the connected, empty database, and simulate days of so many stores."""
    dice = random.Random(seed_number)
    now = await clock.set_to(datetime(*STORY_BEGINS, tzinfo=clock.SHANGHAI))
    has_platform = bool(get_settings().simulator_url)
    async with database.transaction():
        await mark_as_demo()
        made = await group.make(dice)
        await catalogue.make(made)
        await road.hire(made)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, disable=quiet) as progress:
        bar = progress.add_task("车主 owners", total=count)
        await owners.make(dice, made, count, lambda done: progress.update(bar, completed=done))
        if has_platform:
            friends = progress.add_task("平台好友 friends", total=None)
            await platform.make(lambda done, total: progress.update(friends, completed=done, total=total))
            await address_book.bring(made)
        await clock.set_to(now - SHELVES_FILLED)
        await policies.make(made, now)
        await wordings.make(made)
        await story.offer(made)
        days = progress.add_task("门店的一天 days", total=None)
        await living.make(made, seed_number, now, with_platform=has_platform, stores=living_stores)
        progress.update(days, total=1, completed=1)
        if living_stores:
            await clock.set_to(now - FILE_BROUGHT)
            await bringing.make(dice, made)
            await people.make(made, now, with_platform=has_platform)
            if has_platform:
                await address_book.make(made, now)
            await privacy.make(made, now)
        await clock.set_to(now)
        await places.make(made)
        await targets.make(made)
        await tags.make(made, with_platform=has_platform)
        await story.make(made, with_platform=has_platform)
        await codes.make(made)
        await store_room.make(made)
        await road.make(made)
        await lent.make(made, now)
        await partners.make(made, now)
        await calls.make(made, living_stores, with_platform=has_platform)
        await chat.make(made)
        await gate.make(made)
        await recalls.make()
        await waking.make(made, now, with_loop=bool(living_stores))
        await repeated.make(made)
        await posted.make(made)
        await grouped.make(made, with_platform=has_platform)
        await grouped_posts.make(made, with_platform=has_platform)
        if has_platform and living_stores:
            await reconciling.make(now)
            await desk.make()
    await living.forget_old_news()
    await database.execute("ANALYZE")
