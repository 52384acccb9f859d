"""One turn of a talk about a booking: what is known, what was said now, and the question or the card that follows.

The talk is a row, so that any process goes on with it; a member has one at a time. It is forgotten after half an hour.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Final

from crm_core.appointments import free_times
from crm_core.appointments.free_times import WantedVisit
from crm_core.booking_talks import finding, wish_rules
from crm_core.booking_talks.finding import MOST
from crm_core.booking_talks.models import BookingTalk, TalkState
from crm_core.booking_talks.time_rules import Daypart
from crm_core.booking_talks.wish_rules import Wish
from crm_core.dealerships.actors import Actor
from crm_core.messaging.service import say
from crm_core.pricing.job_prices import PricedItem
from foundation import clock, database
from foundation.errors import NotFound, Refused
from foundation.json_types import Json
from foundation.refs import Ref

REMEMBERED: Final = timedelta(minutes=30)
LOOKED_AHEAD: Final = 3
"""Days whose free times are named when no day was said."""
OFFER: Final = "booking_offer"
WHO: Final = "who"
"""What a question is about that a name answers; elsewhere a bare name is just a word."""


@dataclass(frozen=True)
class Question:
    """What is asked, and the choices that a number answers; `about` says of what."""

    lines: list[str]
    about: str = ""
    choices: tuple[str, ...] = ()


async def turn(actor: Actor, words: str) -> list[str] | None:
    """The answer to what a member wrote; no lines when a card is the answer, None when it is about no booking."""
    begins = wish_rules.begins(words)
    async with database.transaction():
        # Two sentences sent at once are answered one after the other.
        await database.advisory_lock(f"booking_talk:{actor.id}")
        talk = await _open_talk(actor)
        if talk is not None and wish_rules.STOPS.match(words):
            await _end(talk)
            return ["好，不约了。"]
        if begins:
            if talk is not None:
                await _end(talk)
            talk = BookingTalk(staff_id=actor.id, state=TalkState.ASKING, known={}, said_at=clock.now())
        if talk is None or not _hears(talk, words, is_new=begins):
            return None
        question = await _next(actor, talk)
        talk.said_at = clock.now()
        talk.state = TalkState.ASKING if question is not None else TalkState.OFFERED
        if question is not None:
            talk.known = {**talk.known, "about": question.about, "choices": list(question.choices)}
        talk.version += 1
        await talk.save()
        if question is None:
            await _offer(actor, talk)
            return []
        return question.lines


def _hears(talk: BookingTalk, words: str, *, is_new: bool) -> bool:
    """Take into the talk what the sentence says; False if it says nothing for it."""
    choices = [str(each) for each in _list(talk.known.get("choices"))]
    pick = None if is_new else wish_rules.chosen(words, choices)
    if pick is not None:
        _pick(talk, pick)
        return True
    before, said = _wish(talk.known), wish_rules.read(words, clock.today())
    if not is_new and talk.known.get("about") != WHO:
        said = replace(said, name="")
    if said == Wish() and not is_new:
        return False
    if said.clue:
        talk.customer_id = talk.vehicle_id = talk.item_id = None
    if said.job:
        talk.item_id = None
    talk.starts_at = None
    talk.known = _known(wish_rules.merged(before, said))
    return True


def _pick(talk: BookingTalk, pick: str) -> None:
    if talk.known.get("about") == "car":
        talk.customer_id, talk.vehicle_id = (int(part) for part in pick.split(":"))
    elif talk.known.get("about") == "job":
        talk.item_id = int(pick)
    else:
        local = clock.local(datetime.fromisoformat(pick))
        talk.known = {**talk.known, "day": local.date().isoformat(), "at": local.time().isoformat(), "daypart": None}


async def _next(actor: Actor, talk: BookingTalk) -> Question | None:
    """The question that comes next; None when everything is known and free."""
    talk.store_id = finding.store_of(actor)
    if talk.store_id is None:
        return Question(["您不能代客预约，请找服务顾问或客服约。"])
    wish = _wish(talk.known)
    asked = await _which_car(actor, talk, wish)
    if asked is not None:
        return asked
    assert talk.vehicle_id is not None
    items = await finding.jobs(talk.store_id, talk.vehicle_id)
    return _which_job(talk, wish, items) or await _which_time(actor, talk, wish)


async def _which_car(actor: Actor, talk: BookingTalk, wish: Wish) -> Question | None:
    if talk.vehicle_id is not None:
        return None
    if not wish.clue:
        return Question(["给谁约？写车牌、手机号或姓名。"], WHO)
    cars = await finding.cars(actor, wish)
    if len(cars) == 1:
        talk.customer_id, talk.vehicle_id = cars[0].customer_id, cars[0].vehicle_id
        return None
    if not cars:
        return Question(["没有找到这位车主的车，再写一次车牌、手机号或姓名。没登记过的，请在预约页约。"], WHO)
    if len(cars) > MOST:
        return Question(["找到的车太多，请写完整的车牌或手机号。"], WHO)
    return _numbered(
        "是哪一辆？回复数字。", "car", [(f"{car.customer_id}:{car.vehicle_id}", car.words) for car in cars]
    )


def _which_job(talk: BookingTalk, wish: Wish, items: Sequence[PricedItem]) -> Question | None:
    if talk.item_id is not None and any(item.item_id == talk.item_id for item in items):
        return None
    names = wish_rules.meant(wish.job, [item.name for item in items])
    meant = [item for item in items if item.name in names]
    if len(meant) == 1:
        talk.item_id = meant[0].item_id
        return None
    shown = (meant or [item for item in items if item.is_maintenance] or list(items))[:MOST]
    if not shown:
        return Question(["这辆车在本店没有能约的项目，请在预约页看原因。"])
    head = "做哪一项？回复数字，或写项目。" if not wish.job or meant else "没有这个项目。做哪一项？回复数字，或写项目。"
    return _numbered(head, "job", [(str(item.item_id), f"{item.name} 约 {item.minutes} 分钟") for item in shown])


async def _which_time(actor: Actor, talk: BookingTalk, wish: Wish) -> Question | None:
    visit = visit_of(talk)
    first = wish.day or clock.today()
    days = [first] if wish.day else [first + timedelta(days=n) for n in range(LOOKED_AHEAD)]
    try:
        answers = await free_times.slots(actor, visit, days)
    except (Refused, NotFound) as refusal:
        return Question([refusal.message])
    if wish.day and wish.at:
        wanted = next((each for each in answers if clock.local(each.starts_at).time() == wish.at), None)
        if wanted is not None and wanted.is_free:
            talk.starts_at = wanted.starts_at
            return None
    free = [each.starts_at for each in answers if each.is_free]
    near = wish_rules.nearest([clock.local(each) for each in free], wish.at, wish.daypart, MOST)
    if not near:
        return Question(["那天没有能约的时间，换一天？" if wish.day else "这几天没有能约的时间，写个日子？"])
    head = "那个时间约不了。" if wish.day and wish.at else ""
    shown = [(each.isoformat(), f"{each.month}月{each.day}日 {each:%H:%M}") for each in near]
    return _numbered(f"{head}能约的时间，回复数字。", "time", shown)


async def _offer(actor: Actor, talk: BookingTalk) -> None:
    visit = visit_of(talk)
    card = await finding.offered(visit.vehicle_id, visit.customer_id, visit.item_ids[0])
    await say(
        OFFER,
        {
            "starts_at": talk.starts_at,
            "model_short": card.series,
            "plate": card.plate or None,
            "customer_name": card.customer_name,
            "items": [card.job],
        },
        staff_id=actor.id,
        about=Ref("booking_talk", talk.id),
        version=talk.version,
        dedupe_key=f"booking_talk:{talk.id}:{talk.version}",
        is_urgent=True,
    )


async def _open_talk(actor: Actor) -> BookingTalk | None:
    """The member's talk that goes on, locked; one that was forgotten is over."""
    open_states = (TalkState.ASKING, TalkState.OFFERED)
    talk = await BookingTalk.select_for_update().get_or_none(staff_id=actor.id, state__in=open_states)
    if talk is not None and is_forgotten(talk.said_at):
        await _end(talk)
        return None
    return talk


def visit_of(talk: BookingTalk) -> WantedVisit:
    """The visit of a talk in which car and job are known."""
    assert talk.customer_id is not None
    assert talk.vehicle_id is not None
    assert talk.store_id is not None
    assert talk.item_id is not None
    return WantedVisit(talk.customer_id, talk.vehicle_id, talk.store_id, [talk.item_id])


def is_forgotten(said_at: datetime) -> bool:
    """Whether nobody goes on with what was said then."""
    return clock.now() - said_at > REMEMBERED


async def _end(talk: BookingTalk) -> None:
    talk.state = TalkState.OVER
    talk.version += 1
    await talk.save()


def _numbered(head: str, about: str, choices: Sequence[tuple[str, str]]) -> Question:
    lines = [f"{number} {words}" for number, (_, words) in enumerate(choices, 1)]
    return Question([head, *lines], about, tuple(value for value, _ in choices))


def _known(wish: Wish) -> dict[str, Json]:
    return {
        "plate": wish.plate,
        "phone": wish.phone,
        "name": wish.name,
        "job": wish.job,
        "day": wish.day.isoformat() if wish.day else None,
        "at": wish.at.isoformat() if wish.at else None,
        "daypart": wish.daypart.value if wish.daypart else None,
    }


def _wish(known: dict[str, Json]) -> Wish:
    def said(name: str) -> str:
        return str(known.get(name) or "")

    return Wish(
        plate=said("plate"),
        phone=said("phone"),
        name=said("name"),
        job=said("job"),
        day=date.fromisoformat(said("day")) if said("day") else None,
        at=time.fromisoformat(said("at")) if said("at") else None,
        daypart=Daypart(said("daypart")) if said("daypart") else None,
    )


def _list(value: Json) -> list[Json]:
    return list(value) if isinstance(value, list) else []
