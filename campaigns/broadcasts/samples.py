"""发给我自己看: a marketer gets what a broadcast says on their own phone, before anybody else does."""

from datetime import datetime, timedelta
from typing import Final

from campaigns.broadcasts import moving
from campaigns.broadcasts.errors import NoSampleOfThis, TooManySamples
from campaigns.broadcasts.models import Broadcast
from campaigns.broadcasts.notices import facts_of
from campaigns.broadcasts.rules import BroadcastPolicy
from campaigns.channels import own_sample
from campaigns.contents.models import ContentSample, SampleState
from campaigns.contents.reading import words_of
from campaigns.mass_channels import channel_of
from campaigns.own_words import Content, fill
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.models import Staff
from crm_core.policies.current import group_policy
from crm_core.wording.facts import KeptFact, MessageProblem
from foundation import clock, database
from foundation.errors import OutcomeUnknown, PlatformError
from foundation.owed import Debt
from foundation.reading import Query, literals, read_model

SEND: Final = "campaigns.send_sample"
ASKED: Final = Debt(
    "content_sample",
    open_when=f"state = {literals(SampleState.PENDING)}",
    since="asked_at",
    job=SEND,
    argument="sample_id",
)
_HOUR: Final = timedelta(hours=1)
_EXAMPLE_STORE: Final = "您的门店"


@read_model
class OwnSampleRow:
    """What became of the sample that the reader asked for last; `is_current`: the broadcast still says the same."""

    id: int
    state: SampleState
    problem: str
    asked_at: datetime
    ended_at: datetime | None
    is_current: bool


@read_model
class LatestSample:
    """The reader's last sample of a broadcast; null if they had none."""

    sample: OwnSampleRow | None


@read_model
class _ToSend:
    """A sample with all that is sent."""

    id: int
    userid: str | None
    store_short: str
    channel: str
    version: str
    """`A` or `B`; empty if there is only one."""
    content: dict[str, KeptFact]
    words: Content


_TOLD_FIRST: Final = literals(SampleState.PENDING, SampleState.FAILED, SampleState.UNKNOWN, SampleState.SENT)
_LATEST: Final = Query(
    OwnSampleRow,
    "SELECT p.id, p.state, p.problem, p.asked_at, p.ended_at, "
    "  coalesce(p.content_id IN (b.content_id, b.content_b_id), false) AS is_current "
    "FROM content_sample p JOIN broadcast b ON b.id = p.broadcast_id "
    # Of the samples of two versions, the one that is not, or may not be, on the phone is what there is to tell.
    "WHERE p.broadcast_id = $1 AND p.staff_id = $2 "
    f"ORDER BY p.asked_at DESC, array_position(ARRAY[{_TOLD_FIRST}], p.state::text) LIMIT 1",
)
_TO_SEND: Final = Query(
    _ToSend,
    f"""
    SELECT c.id, s.userid, coalesce(t.short_name, '') AS store_short, b.channel, b.content,
      CASE c.content_id WHEN b.content_b_id THEN 'B' ELSE CASE WHEN b.content_b_id IS NULL THEN '' ELSE 'A' END END
        AS version,
      {words_of("c.content_id")} AS words
    FROM content_sample c JOIN broadcast b ON b.id = c.broadcast_id JOIN staff s ON s.id = c.staff_id
    LEFT JOIN store t ON t.id = s.store_id WHERE c.id = $1 AND c.state = {literals(SampleState.PENDING)}
    """,
)


async def ask(actor: Actor, broadcast_id: int, *, expected_version: int) -> LatestSample:
    """Have what the broadcast says now sent to the actor, both versions if there are two.

    Raises:
        NoSampleOfThis: it is of the time before contents were kept, or the actor is not in WeCom.
        TooManySamples: the actor had as many within the last hour as the rules allow.
        BroadcastNotFound, NotAllowed, StaleVersion.
    """
    async with database.transaction():
        broadcast: Broadcast = await moving.locked(actor, broadcast_id, "campaigns.draft", expected_version)
        member = await Staff.select_for_update().get(id=actor.id)
        if broadcast.content_id is None or not member.userid:
            raise NoSampleOfThis
        policy = await group_policy(BroadcastPolicy)
        now = clock.now()
        if await ContentSample.filter(staff_id=actor.id, asked_at__gt=now - _HOUR).count() >= policy.samples_per_hour:
            raise TooManySamples
        for content_id in (broadcast.content_id, broadcast.content_b_id):
            if content_id is not None:
                sample = await ContentSample.create(
                    content_id=content_id, broadcast_id=broadcast.id, staff_id=actor.id, asked_at=now
                )
                await ASKED.hint([sample.id])
        return await latest(actor, broadcast_id)


async def latest(actor: Actor, broadcast_id: int) -> LatestSample:
    """The actor's last sample of the broadcast.

    Raises:
        BroadcastNotFound: there is none, or it is outside the actor's stores.
    """
    await moving.found(actor, broadcast_id, "campaigns.read")
    return LatestSample(await _LATEST.first(broadcast_id, actor.id))


async def send(sample_id: int) -> None:
    """Send a sample that waits. A worker that dies meanwhile leaves it owed; WeCom drops what comes twice."""
    sample = await _TO_SEND.first(sample_id)
    if sample is None:
        return
    state, problem = SampleState.SENT, ""
    try:
        content = fill(sample.words, facts_of(sample.content, sample.store_short or _EXAMPLE_STORE))
        label = channel_of(sample.channel).label + (f"版本 {sample.version}" if sample.version else "")
        marked = f"【样张】{label} · 只发给您一个人，客户没有收到"
        problem = await own_sample.send(sample.userid or "", marked, content)
    except OutcomeUnknown:
        state = SampleState.UNKNOWN
    except PlatformError as error:
        problem = f"企业微信没有接受（{error.errcode}），过一会儿再试"
    except MessageProblem:
        problem = "内容里有变量填不上，改了再试"
    if problem:
        state = SampleState.FAILED
    await ContentSample.filter(id=sample_id, state=SampleState.PENDING).update(
        state=state, problem=problem, ended_at=clock.now()
    )
