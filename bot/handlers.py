"""The reaction to each callback: one function per event, called inside the callback's one transaction.

A handler returns the outcome for the inbox. It calls verbs but never a platform; calls to a platform are left to
messages or jobs that are queued in the same transaction.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final, Literal

from bot import cards
from bot.acquisitions import acquisition_changed
from bot.answering import answer_to
from bot.models import Outcome
from bot.received import Received, instant_of
from campaigns.contact_ways import link_news
from campaigns.contact_ways import service as contact_ways
from campaigns.contact_ways.greeting_rules import Greeting, variant_of
from campaigns.contact_ways.rules import ContactKind
from crm_core.customers import corp_tags
from crm_core.customers.contact_reading import expect_news
from crm_core.customers.friend_transfers import handing as transfers
from crm_core.customers.friendships import Befriended, befriend, is_friend, unfriend
from crm_core.customers.groups import reading as group_reading
from crm_core.customers.models import Source
from crm_core.dealerships import directory
from crm_core.dealerships.actors import staff_actor, staff_by_userid, system
from crm_core.dealerships.hours.opening import open_time
from crm_core.dealerships.stores import short_name_of, store_of
from crm_core.messaging.service import say
from crm_core.wording.facts import FactValue
from foundation import clock
from foundation.refs import Ref
from integrations.wecom.directory import is_at_work
from integrations.wecom.events import (
    CallbackEvent,
    ChangeContact,
    ChangeExternalChat,
    ChangeExternalTag,
    CustomerAcquisition,
    ExternalContactAdded,
    ExternalContactDeleted,
    ExternalContactEdited,
    ExternalContactEvent,
    ExternalContactHalfAdded,
    FollowUserDeleted,
    MemberTextMessage,
    TemplateCardEvent,
    TemplateCardMenuEvent,
    TransferFailed,
    Unknown,
)

WELCOME_LIFE: Final = timedelta(seconds=20)
"""How long after the event the platform accepts a welcome (WeCom doc 92137)."""
LOOKED_AHEAD_DAYS: Final = 10
"""For when a store that is shut opens again: the longest holiday is nine days."""
BY_TRANSFER: Final = "DELETE_BY_TRANSFER"
"""How WeCom says that a member lost a friend to a colleague (WeCom doc 92130)."""
CALLBACK: Final = system("wecom-callback")


async def friend_added(received: Received) -> Outcome:
    """A customer added a member (both sides have agreed, or only the customer so far): record customer, source and
    keeper, and send the welcome.
    """
    event: ExternalContactAdded = received.event
    moved = await transfers.under_way(event.user_id, event.external_user_id, by_taker=True)
    if moved is not None:
        await transfers.took_over(CALLBACK, moved.id, at=instant_of(event))
        return Outcome.DONE
    way = await contact_ways.resolve(event.state)
    made = await befriend(
        CALLBACK,
        userid=event.user_id,
        external_userid=event.external_user_id,
        at=instant_of(event),
        state=event.state,
        source=way.source if way else Source.WECOM_ADD,
        source_detail=way.name if way else "",
        store_id=way.store_id if way else None,
    )
    if made is None:
        return Outcome.IGNORED
    if event.welcome_code:
        await _welcome(event, made, way)
    if way is not None and way.kind is ContactKind.LINK and made.is_new:
        await link_news.somebody_came(way.contact_way_id)
    await expect_news(event.external_user_id)
    return Outcome.DONE if made.is_new or event.welcome_code else Outcome.IGNORED


async def _welcome(event: ExternalContactAdded, made: Befriended, way: contact_ways.Meaning | None) -> None:
    """Welcome a new friend, with the code's coupon if they have not claimed it yet."""
    ticket = await contact_ways.issue_ticket(way, made.customer_id) if way else None
    store_id = (way.store_id if way else None) or made.staff.store_id
    store_short = await short_name_of(store_id)
    open_from = await _opens_next(store_id, instant_of(event))
    facts: dict[str, FactValue] = {"store_short": store_short or "门店", "consultant": made.staff.name}
    if ticket is not None:
        facts["coupon"] = ticket.coupon_name
    if open_from is not None:
        facts["open_from"] = open_from
    await say(
        "welcome",
        facts,
        customer_id=made.customer_id,
        about=f"claim_ticket:{ticket.token if ticket else 'none'}",
        dedupe_key=f"welcome:{sha256(event.welcome_code.encode()).hexdigest()}",
        variant=variant_of(
            way.greeting if way else Greeting.USUAL, has_coupon=ticket is not None, is_open=open_from is None
        ),
        address=event.welcome_code,
        send_before=instant_of(event) + WELCOME_LIFE,
        is_urgent=True,
    )


async def _opens_next(store_id: int | None, at: datetime) -> datetime | None:
    """When a store that is shut at that moment opens again; None if it is open, or nobody knows."""
    if store_id is None:
        return None
    hours = await open_time(await store_of(store_id), clock.local(at).date(), LOOKED_AHEAD_DAYS)
    return None if hours.has(at) else hours.opening(at)


async def friend_edited(received: Received) -> Outcome:
    """A member changed the remark, phones or tags of a friend: have the contact read again."""
    event: ExternalContactEdited = received.event
    if not await is_friend(event.external_user_id):
        return Outcome.IGNORED
    await expect_news(event.external_user_id)
    return Outcome.DONE


async def tag_changed(received: Received) -> Outcome:
    """Corp tags were made, renamed or deleted in WeCom's console. Their order is nothing to us."""
    event: ChangeExternalTag = received.event
    if event.change_type not in ("create", "update", "delete"):
        return Outcome.IGNORED
    await corp_tags.expect_news()
    return Outcome.DONE


async def group_changed(received: Received) -> Outcome:
    """Something happened to a customer group, or in it: have it read again."""
    event: ChangeExternalChat = received.event
    if not event.chat_id:
        return Outcome.IGNORED
    await group_reading.expect_news(event.chat_id)
    return Outcome.DONE


async def customer_left(received: Received) -> Outcome:
    """The customer deleted the member."""
    event: FollowUserDeleted = received.event
    return await _end(event, "customer")


async def member_left(received: Received) -> Outcome:
    """The member deleted the customer."""
    event: ExternalContactDeleted = received.event
    moved = await transfers.under_way(event.user_id, event.external_user_id, by_taker=False)
    if moved is not None and event.source == BY_TRANSFER:
        await transfers.look_again(moved)
        return Outcome.DONE
    return await _end(event, "staff")


async def transfer_failed(received: Received) -> Outcome:
    """A friend was not handed over: WeCom is asked why."""
    event: TransferFailed = received.event
    for by_taker in (False, True):
        moved = await transfers.under_way(event.user_id, event.external_user_id, by_taker=by_taker)
        if moved is not None:
            await transfers.look_again(moved)
            return Outcome.DONE
    return Outcome.IGNORED


async def _end(event: ExternalContactEvent, by: Literal["customer", "staff"]) -> Outcome:
    is_over = await unfriend(
        CALLBACK, userid=event.user_id, external_userid=event.external_user_id, at=instant_of(event), by=by
    )
    return Outcome.DONE if is_over else Outcome.IGNORED


async def card_pressed(received: Received) -> Outcome:
    """A button of a card."""
    event: TemplateCardMenuEvent = received.event
    return await cards.press(received.inbox_id, event.from_user, event.event_key, event.task_id)


async def member_wrote(received: Received) -> Outcome:
    """A member wrote to the app: a skill answers, or else the app says what it can do."""
    event: MemberTextMessage = received.event
    staff = await staff_by_userid(event.from_user)
    if staff is None:
        return Outcome.IGNORED
    lines = await answer_to(await staff_actor(staff.id), event.content)
    if lines == []:
        return Outcome.DONE
    await say(
        "bot_answer" if lines else "bot_help",
        {"lines": lines} if lines else {},
        staff_id=staff.id,
        about=Ref("inbox_message", received.inbox_id),
        dedupe_key=f"reply:{received.inbox_id}",
    )
    return Outcome.DONE


async def directory_changed(received: Received) -> Outcome:
    """A member joined, was renamed or left. Changes of departments and tags of the address book are ignored."""
    event: ChangeContact = received.event
    if not event.user_id:
        return Outcome.IGNORED
    at = instant_of(event)
    if event.change_type == "create_user":
        await directory.join(CALLBACK, event.user_id, name=event.member_name, at=at)
    elif event.change_type == "delete_user":
        return Outcome.DONE if await directory.leave(CALLBACK, event.user_id, at=at) else Outcome.IGNORED
    elif event.change_type == "update_user":
        await _member_changed(event, at)
    else:
        return Outcome.IGNORED
    return Outcome.DONE


async def _member_changed(event: ChangeContact, at: datetime) -> None:
    userid = event.new_user_id or event.user_id
    if event.new_user_id:
        await directory.rename(CALLBACK, event.user_id, event.new_user_id, at=at)
    if not is_at_work(event.status):
        await directory.leave(CALLBACK, userid, at=at)
    else:
        await directory.is_at_work(CALLBACK, userid, at=at)


async def unknown(received: Received) -> Outcome:
    """An event for which we have no class: it stays in the inbox, and nothing is done."""
    return Outcome.UNKNOWN


async def nothing(received: Received) -> Outcome:
    """An event that we know and ignore."""
    return Outcome.IGNORED


HANDLERS: Final[dict[type[CallbackEvent], Callable[[Received], Awaitable[Outcome]]]] = {
    ExternalContactAdded: friend_added,
    ExternalContactHalfAdded: friend_added,
    ExternalContactEdited: friend_edited,
    ExternalContactDeleted: member_left,
    FollowUserDeleted: customer_left,
    TransferFailed: transfer_failed,
    TemplateCardEvent: card_pressed,
    TemplateCardMenuEvent: card_pressed,
    MemberTextMessage: member_wrote,
    ChangeContact: directory_changed,
    ChangeExternalChat: group_changed,
    ChangeExternalTag: tag_changed,
    CustomerAcquisition: acquisition_changed,
    Unknown: unknown,
}


async def handle(received: Received) -> Outcome:
    """Do what the callback asks for."""
    return await HANDLERS.get(type(received.event), nothing)(received)
