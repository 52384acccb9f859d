"""What the clock does with a Moment at WeCom. The state says what is next; each step reads it anew, since a worker may
have died after any of them, and calls WeCom outside of any transaction.
"""

from datetime import datetime, timedelta
from typing import Final

from tortoise.exceptions import IntegrityError

from campaigns.channels import own_moments
from campaigns.moments import audience, notices, reading, rules
from campaigns.moments.drafting import words_of
from campaigns.moments.models import CorpMoment, MomentPart
from campaigns.moments.moving import move
from campaigns.moments.rules import (
    AROUND,
    BEING_MADE,
    JOB_PAUSE,
    LEASE,
    LOOKED_FOR,
    MomentPolicy,
    MomentState,
    PartState,
)
from campaigns.scope import as_stores
from crm_core.contact.current import contact_rules
from crm_core.contact.rules import ContactPolicy
from crm_core.dealerships.actors import system
from crm_core.dealerships.models import Staff
from crm_core.policies.current import group_policy
from foundation import clock, database
from foundation.errors import OutcomeUnknown, PlatformError

CLOCK: Final = system("moments")


async def advance(moment_id: int) -> datetime | None:
    """Take the next steps until WeCom or the clock has to go on; returns when to look again."""
    while True:
        moment = await CorpMoment.get(id=moment_id)
        before = moment.state, moment.platform_id
        look_again_at = await _step(moment)
        moment = await CorpMoment.get(id=moment_id)
        if look_again_at is not None or (moment.state, moment.platform_id) == before:
            return look_again_at


async def _step(moment: CorpMoment) -> datetime | None:
    match moment.state:
        case MomentState.SCHEDULED:
            return await _order(moment)
        case MomentState.ASKED:
            return await _look_for(moment)
        case MomentState.MAKING:
            return await _follow_job(moment)
        case MomentState.RUNNING:
            return await _run(moment)
        case MomentState.STOPPING:
            return await _stop(moment)
        case MomentState.WATCHED:
            return await _watch(moment)
        case _:
            return None


async def _order(moment: CorpMoment) -> datetime | None:
    now = clock.now()
    goes_out_at = rules.goes_out_at(moment.starts_at, now, await contact_rules())
    if goes_out_at > now:
        return goes_out_at
    senders = await audience.senders(as_stores(moment.store_ids), moment.tags)
    if not senders:
        await _fail(moment.id, "没有能发的同事了")
        return None
    words = await words_of(moment)
    try:
        async with database.transaction():
            moment = await CorpMoment.select_for_update().get(id=moment.id)
            if moment.state is not MomentState.SCHEDULED:
                return None
            moment.asked_at, moment.job_id = now, ""
            moment.first_asked_at = moment.first_asked_at or now
            await move(CLOCK, moment, "ask")
            await MomentPart.filter(moment_id=moment.id).delete()
            parts = [MomentPart(moment_id=moment.id, staff_id=sender.staff_id) for sender in senders]
            await MomentPart.bulk_create(parts)
    except IntegrityError:
        # Another one with the same words is being made; which of the two WeCom lists could not be told apart.
        return now + JOB_PAUSE
    try:
        job_id = await own_moments.order(words, userids=[one.userid for one in senders], tag_ids=list(moment.tags))
    except OutcomeUnknown:
        return clock.now() + LEASE
    except PlatformError as error:
        if not error.is_retryable:
            await _fail(moment.id, f"企业微信没有接受（{error.errcode}）")
            return None
        await _again(moment.id)
        raise
    async with database.transaction():
        moment = await CorpMoment.select_for_update().get(id=moment.id)
        if moment.state is MomentState.ASKED:
            moment.job_id = job_id
            await move(CLOCK, moment, "take")
        elif moment.state is MomentState.STOPPING:
            moment.job_id = job_id
            await moment.save(update_fields=["job_id"])
    return None


async def _look_for(moment: CorpMoment) -> datetime | None:
    """The answer was lost: search WeCom's list for a quarter of an hour, then order it again."""
    assert moment.asked_at is not None
    now = clock.now()
    if now < moment.asked_at + LEASE:
        return moment.asked_at + LEASE
    if found := await _listed(moment):
        return await _made(moment.id, found[0], ())
    if now < moment.asked_at + LOOKED_FOR:
        return min(now + JOB_PAUSE, moment.asked_at + LOOKED_FOR)
    await _again(moment.id)
    return None


async def _listed(moment: CorpMoment) -> list[str]:
    """Moments of WeCom's list that can only be this one."""
    if moment.first_asked_at is None or moment.asked_at is None:
        return []
    words = await words_of(moment)
    found = await own_moments.find(words.text, moment.first_asked_at - AROUND, moment.asked_at + LEASE)
    known = {one.platform_id for one in await CorpMoment.filter(platform_id__in=found)} if found else set()
    return [one for one in found if one not in known]


async def _follow_job(moment: CorpMoment) -> datetime | None:
    job = await own_moments.job(moment.job_id)
    if job is None:
        async with database.transaction():
            moment = await CorpMoment.select_for_update().get(id=moment.id)
            if moment.state is MomentState.MAKING:
                moment.job_id = ""
                await move(CLOCK, moment, "lose")
        return None
    if not job.is_done:
        return clock.now() + JOB_PAUSE
    if not job.moment_id:
        await _fail(moment.id, f"企业微信没有建成（{job.errcode}）")
        return None
    return await _made(moment.id, job.moment_id, job.invalid_user_ids)


async def _made(moment_id: int, platform_id: str, invalid_userids: tuple[str, ...]) -> datetime | None:
    """WeCom has it: its members can publish it, and are told so."""
    now = clock.now()
    policy = await group_policy(MomentPolicy)
    contact = await group_policy(ContactPolicy)
    async with database.transaction():
        moment = await CorpMoment.select_for_update().get(id=moment_id)
        if moment.platform_id or moment.state not in (*BEING_MADE, MomentState.STOPPING):
            return None
        moment.platform_id, moment.started_at = platform_id, now
        moment.ends_at = rules.ends_at(now, policy, contact)
        if moment.state is MomentState.STOPPING:
            await moment.save(update_fields=["platform_id", "started_at", "ends_at"])
            return None
        await move(CLOCK, moment, "made")
        unable = {userid.lower() for userid in invalid_userids}
        parts = await MomentPart.filter(moment_id=moment_id).order_by("id")
        userids = dict(await Staff.filter(id__in=[part.staff_id for part in parts]).values_list("id", "userid"))
        for part in parts:
            if (userids[part.staff_id] or "").lower() in unable:
                part.state = PartState.UNABLE
                await part.save(update_fields=["state"])
            else:
                await notices.ask_to_publish(moment, part, 0)
    return None


async def _run(moment: CorpMoment) -> datetime | None:
    assert moment.ends_at is not None
    assert moment.started_at is not None
    now = clock.now()
    if now >= moment.ends_at:
        await _moved(moment.id, MomentState.RUNNING, "end")
        return None
    await _stop_twins(moment)
    await reading.read(moment)
    return min(rules.next_reading(moment.started_at, now), moment.ends_at)


async def _stop_twins(moment: CorpMoment) -> None:
    """Stop what an order whose answer was lost made besides; it may appear in the list long after."""
    if moment.first_asked_at != moment.asked_at:
        for twin in await _listed(moment):
            await own_moments.stop(twin)


async def _stop(moment: CorpMoment) -> datetime | None:
    """Let nobody publish it any more; first it has to be found, if it was cancelled while WeCom made it."""
    now = clock.now()
    if not moment.platform_id:
        assert moment.asked_at is not None
        job = await own_moments.job(moment.job_id) if moment.job_id else None
        if job is not None and not job.is_done:
            return now + JOB_PAUSE
        found = [job.moment_id] if job is not None and job.moment_id else []
        if job is None and not (found := await _listed(moment)) and now < moment.asked_at + LOOKED_FOR:
            return min(now + JOB_PAUSE, moment.asked_at + LOOKED_FOR)
        if found:
            return await _made(moment.id, found[0], ())
        await _moved(moment.id, MomentState.STOPPING, "drop")
        return None
    await reading.read(moment)
    await own_moments.stop(moment.platform_id)
    await _stop_twins(moment)
    if moment.cancelled_at is not None:
        await _moved(moment.id, MomentState.STOPPING, "drop")
        return None
    policy = await group_policy(MomentPolicy)
    async with database.transaction():
        moment = await CorpMoment.select_for_update().get(id=moment.id)
        if moment.state is MomentState.STOPPING:
            moment.read_until = now + timedelta(days=policy.watched_days)
            await move(CLOCK, moment, "watch")
    return None


async def _watch(moment: CorpMoment) -> datetime | None:
    assert moment.read_until is not None
    now = clock.now()
    await reading.read(moment)
    if now >= moment.read_until:
        await _moved(moment.id, MomentState.WATCHED, "finish")
        return None
    return min(now + rules.READ_SELDOM, moment.read_until)


async def _again(moment_id: int) -> None:
    await _moved(moment_id, MomentState.ASKED, "again")


async def _moved(moment_id: int, state: MomentState, action: str) -> None:
    """Move it, unless somebody else has meanwhile."""
    async with database.transaction():
        moment = await CorpMoment.select_for_update().get(id=moment_id)
        if moment.state is state:
            await move(CLOCK, moment, action)


async def _fail(moment_id: int, reason: str) -> None:
    async with database.transaction():
        moment = await CorpMoment.select_for_update().get(id=moment_id)
        if moment.state in (MomentState.SCHEDULED, *BEING_MADE):
            moment.reason = reason
            await move(CLOCK, moment, "fail", reason=reason)
            await notices.tell_failed(moment)
        elif moment.state is MomentState.STOPPING:
            await move(CLOCK, moment, "drop")
