"""群发计划 M3, 群发确认 M4, 效果 M6."""

from datetime import date

from pydantic import Field

from campaigns.broadcasts import (
    allowance,
    drafting,
    forecast,
    portfolio,
    progress,
    queries,
    results,
    samples,
    substitutes,
    tasks,
)
from campaigns.broadcasts.allowance import TodayAllowance
from campaigns.broadcasts.drafting import BroadcastDraft
from campaigns.broadcasts.forecast import Forecast
from campaigns.broadcasts.portfolio import Asked, PortfolioRow, PortfolioSum, SumBy
from campaigns.broadcasts.progress import BroadcastProgress
from campaigns.broadcasts.queries import BroadcastRow
from campaigns.broadcasts.results import BroadcastResults
from campaigns.broadcasts.rules import BroadcastState
from campaigns.broadcasts.samples import LatestSample
from campaigns.broadcasts.tasks import RemindedAll
from campaigns.broadcasts.ways import MOST, WantedWay
from console.campaign_contents import ContentIn
from console.mass_channels import ChannelName
from console.sign_in import api
from crm_core.dealerships.actors import Actor
from foundation.web import Cursor, Id, Moment, Page, Schema, Version


class BroadcastListQuery(Schema):
    """Which broadcasts, and after which to continue; `q` is part of the broadcast's or its segment's name."""

    q: str = Field(default="", max_length=40)
    state: BroadcastState | None = None
    cursor: Cursor | None = None


class PortfolioFilter(Schema):
    """Which broadcasts: `q` is part of their name or their segment's, `month` is that in which they began, `store`
    counts that store's customers only.
    """

    q: str = Field(default="", max_length=40)
    month: str = Field(default="", pattern=r"^(20[0-9]{2}-(0[1-9]|1[0-2]))?$")
    channel: ChannelName | None = None
    store: Id | None = None

    def asked(self) -> Asked:
        """As the room asks."""
        month = date.fromisoformat(f"{self.month}-01") if self.month else None
        return Asked(search=self.q, month=month, channel=self.channel, store_id=self.store)


class PortfolioQuery(PortfolioFilter):
    """Which broadcasts, and after which to continue."""

    cursor: Cursor | None = None


class PortfolioSumsQuery(PortfolioFilter):
    """Which broadcasts, and by what they are added up."""

    by: SumBy = SumBy.MONTH


class WayIn(Schema):
    """A further channel; it says `words`, or without them the shipped message as it goes by it."""

    channel: ChannelName
    after_days: int = Field(ge=1, le=14)
    words: ContentIn | None = None

    def way(self) -> WantedWay:
        """As the campaigns know it."""
        return WantedWay(self.channel, self.after_days, self.words.content() if self.words is not None else None)


class BroadcastIn(Schema):
    """A broadcast; sums in fen. Without `coupon_template_id` it gives no coupon.

    It says `words`, or without them the shipped message with `season_line` in it, which may be empty. With `words_b`,
    half of the people get these by the first channel instead.
    Without `channel`, a new one takes the usual channel and a changed one keeps its own. `ways` are further channels,
    in their order: each takes over whom the one before does not reach, and after some days whom nobody has sent to.
    """

    name: str = Field(min_length=1, max_length=30)
    segment_id: Id
    season_line: str = Field(default="", max_length=24)
    words: ContentIn | None = None
    words_b: ContentIn | None = None
    coupon_template_id: Id | None = None
    control_percent: int = Field(default=5, ge=5, le=50)
    budget_fen: int = Field(ge=0, le=10**12)
    channel: ChannelName | None = None
    ways: list[WayIn] = Field(default_factory=list, max_length=MOST - 1)
    starts_at: Moment | None = None

    def draft(self) -> BroadcastDraft:
        """What the marketer decided."""
        words, words_b = (said.content() if said is not None else None for said in (self.words, self.words_b))
        further = [way.way() for way in self.ways]
        decided = self.model_dump(exclude={"version", "words", "words_b", "ways"})
        return BroadcastDraft(**decided, words=words, words_b=words_b, ways=further)


class BroadcastEditIn(BroadcastIn):
    """A changed broadcast, and the version that the marketer saw."""

    version: Version


class BroadcastVersionIn(Schema):
    """The version that was seen."""

    version: Version


class BroadcastSubmitIn(BroadcastVersionIn):
    """Why it should be approved."""

    note: str = Field(default="", max_length=200)


class BroadcastScheduleIn(BroadcastVersionIn):
    """When it begins."""

    starts_at: Moment


class BroadcastReasonIn(BroadcastVersionIn):
    """Why it is paused or cancelled."""

    reason: str = Field(min_length=1, max_length=80)


class DivisionQuery(Schema):
    """The colleagues chosen so far, the first first, by their numbers with commas between."""

    chosen: str = Field(default="", max_length=200, pattern=r"^([0-9]{1,18}(,[0-9]{1,18})*)?$")


class SubstitutesIn(Schema):
    """The colleagues who are asked; whoever is the friend of several goes to the first."""

    staff_ids: list[Id] = Field(min_length=1, max_length=10)


class SyncOut(Schema):
    """How many tasks are being read."""

    tasks: int


@api.get("/broadcasts", summary="Broadcasts, the newest first")
async def list_broadcasts(actor: Actor, query: BroadcastListQuery) -> Page[BroadcastRow]:
    before = int(query.cursor) if query.cursor else None
    rows = await queries.of_reader(actor, state=query.state, search=query.q, before_id=before, limit=queries.PAGE + 1)
    items = rows[: queries.PAGE]
    return Page[BroadcastRow](items=items, next_cursor=str(items[-1].id) if len(rows) > queries.PAGE else None)


@api.get("/broadcast-portfolio", summary="What each broadcast that has begun reached, brought and cost")
async def broadcast_portfolio(actor: Actor, query: PortfolioQuery) -> Page[PortfolioRow]:
    before = int(query.cursor) if query.cursor else None
    rows = await portfolio.rows(actor, query.asked(), before_id=before, limit=portfolio.PAGE + 1)
    items = rows[: portfolio.PAGE]
    return Page[PortfolioRow](items=items, next_cursor=str(items[-1].id) if len(rows) > portfolio.PAGE else None)


@api.get("/broadcast-portfolio/sums", summary="The same broadcasts added up")
async def broadcast_portfolio_sums(actor: Actor, query: PortfolioSumsQuery) -> list[PortfolioSum]:
    return await portfolio.sums(actor, query.asked(), query.by)


@api.get("/broadcasts/{broadcast_id}", summary="One broadcast")
async def get_broadcast(actor: Actor, broadcast_id: int) -> BroadcastRow:
    return await queries.one(actor, broadcast_id)


@api.post("/broadcasts", status=201, summary="Draft a broadcast for a saved segment")
async def create_broadcast(actor: Actor, body: BroadcastIn) -> BroadcastRow:
    broadcast = await drafting.draft(actor, body.draft())
    return await get_broadcast(actor, broadcast.id)


@api.put("/broadcasts/{broadcast_id}", summary="Change a broadcast; what waits for approval is void")
async def edit_broadcast(actor: Actor, broadcast_id: int, body: BroadcastEditIn) -> BroadcastRow:
    await drafting.edit(actor, broadcast_id, body.draft(), expected_version=body.version)
    return await get_broadcast(actor, broadcast_id)


@api.get("/broadcasts/{broadcast_id}/estimate", summary="Who would get it today, and what it may bring and cost")
async def estimate_broadcast(actor: Actor, broadcast_id: int) -> Forecast:
    return await forecast.forecast(actor, broadcast_id)


@api.get("/broadcasts/{broadcast_id}/allowance", summary="How many of its people the platform still takes today")
async def broadcast_allowance(actor: Actor, broadcast_id: int) -> TodayAllowance:
    return await allowance.of_broadcast(actor, broadcast_id)


@api.post("/broadcasts/{broadcast_id}/sample", status=202, summary="发给我自己看: what it says, sent to whoever asks")
async def send_broadcast_sample(actor: Actor, broadcast_id: int, body: BroadcastVersionIn) -> LatestSample:
    return await samples.ask(actor, broadcast_id, expected_version=body.version)


@api.get("/broadcasts/{broadcast_id}/sample", summary="What became of the sample that the reader asked for last")
async def broadcast_sample(actor: Actor, broadcast_id: int) -> LatestSample:
    return await samples.latest(actor, broadcast_id)


@api.post("/broadcasts/{broadcast_id}/submission", summary="Ask somebody else for approval")
async def submit_broadcast(actor: Actor, broadcast_id: int, body: BroadcastSubmitIn) -> BroadcastRow:
    await drafting.submit(actor, broadcast_id, expected_version=body.version, note=body.note)
    return await get_broadcast(actor, broadcast_id)


@api.post("/broadcasts/{broadcast_id}/schedule", summary="Say when an approved broadcast begins")
async def schedule_broadcast(actor: Actor, broadcast_id: int, body: BroadcastScheduleIn) -> BroadcastRow:
    await drafting.schedule(actor, broadcast_id, body.starts_at, expected_version=body.version)
    return await get_broadcast(actor, broadcast_id)


@api.post("/broadcasts/{broadcast_id}/pause", summary="Make no more tasks for now")
async def pause_broadcast(actor: Actor, broadcast_id: int, body: BroadcastReasonIn) -> BroadcastRow:
    await drafting.pause(actor, broadcast_id, reason=body.reason, expected_version=body.version)
    return await get_broadcast(actor, broadcast_id)


@api.post("/broadcasts/{broadcast_id}/resumption", summary="Go on making tasks")
async def resume_broadcast(actor: Actor, broadcast_id: int, body: BroadcastVersionIn) -> BroadcastRow:
    await drafting.resume(actor, broadcast_id, expected_version=body.version)
    return await get_broadcast(actor, broadcast_id)


@api.post("/broadcasts/{broadcast_id}/cancellation", summary="Drop what is not sent and take it back from WeCom")
async def cancel_broadcast(actor: Actor, broadcast_id: int, body: BroadcastReasonIn) -> BroadcastRow:
    await drafting.cancel(actor, broadcast_id, reason=body.reason, expected_version=body.version)
    return await get_broadcast(actor, broadcast_id)


@api.get("/broadcasts/{broadcast_id}/progress", summary="What became of every customer and every task")
async def broadcast_progress(actor: Actor, broadcast_id: int) -> BroadcastProgress:
    return await progress.progress(actor, broadcast_id)


@api.post("/broadcasts/{broadcast_id}/sync", summary="Read the results at once")
async def sync_broadcast(actor: Actor, broadcast_id: int) -> SyncOut:
    return SyncOut(tasks=await tasks.sync_now(actor, broadcast_id))


@api.post("/broadcasts/{broadcast_id}/tasks/{task_id}/reminder", summary="Remind a salesperson to confirm")
async def remind_broadcast_task(actor: Actor, broadcast_id: int, task_id: int) -> BroadcastProgress:
    await tasks.remind(actor, broadcast_id, task_id)
    return await broadcast_progress(actor, broadcast_id)


@api.get("/broadcasts/{broadcast_id}/tasks/{task_id}/division", summary="Which colleagues could send to whom of a task")
async def broadcast_task_division(
    actor: Actor, broadcast_id: int, task_id: int, query: DivisionQuery
) -> substitutes.Division:
    chosen = [int(one) for one in query.chosen.split(",") if one]
    return await substitutes.division(actor, broadcast_id, task_id, chosen)


@api.post("/broadcasts/{broadcast_id}/tasks/{task_id}/substitutes", summary="Have colleagues send to their friends")
async def substitute_broadcast_task(
    actor: Actor, broadcast_id: int, task_id: int, body: SubstitutesIn
) -> BroadcastProgress:
    await substitutes.ask(actor, broadcast_id, task_id, body.staff_ids)
    return await broadcast_progress(actor, broadcast_id)


@api.post("/broadcasts/{broadcast_id}/reminders", summary="Remind everybody who may still be reminded to confirm")
async def remind_broadcast(actor: Actor, broadcast_id: int) -> RemindedAll:
    return await tasks.remind_all(actor, broadcast_id)


@api.get("/broadcasts/{broadcast_id}/results", summary="The funnel, the comparison with the control group, the cost")
async def broadcast_results(actor: Actor, broadcast_id: int) -> BroadcastResults:
    return await results.results(actor, broadcast_id)
