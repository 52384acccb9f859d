"""What marketers do with codes: plan, change and end them."""

import secrets
from dataclasses import dataclass

from campaigns.contact_ways import duty, duty_rules, rules
from campaigns.contact_ways.errors import (
    ContactWayNotFound,
    CouponNotToOffer,
    KeeperNotFound,
    MarkNotAccepted,
    TurnsNotAccepted,
)
from campaigns.contact_ways.greeting_rules import Greeting
from campaigns.contact_ways.models import ContactWay
from campaigns.contact_ways.rules import MOVES, ContactKind, ContactWayState
from campaigns.contact_ways.service import OWED, TOKEN_BYTES
from crm_core.coupons.models import CouponTemplate
from crm_core.coupons.rules import TemplateState
from crm_core.customers.models import Source
from crm_core.dealerships import audit
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.models import Staff
from crm_core.dealerships.permissions import authorise, subject
from crm_core.dealerships.stores import store_of
from foundation import clock, database
from foundation.errors import StaleVersion
from foundation.moves import next_state
from foundation.refs import Ref


@dataclass(frozen=True)
class Purpose:
    """What a code is for: whom it leads to, to which store, for which occasion, and what the welcome offers."""

    name: str
    staff_id: int
    source: Source
    store_id: int | None = None
    """Without one it is the keeper's own."""
    occasion: str = ""
    coupon_template_id: int | None = None
    takers: tuple[int, ...] = ()
    """Who takes turns by their shifts; without anybody the code leads to its keeper."""
    backup_id: int | None = None
    """Whom it leads to when nobody of them is on shift; without one the keeper."""
    greeting: Greeting = Greeting.USUAL
    kind: ContactKind = ContactKind.CODE
    """A code never becomes a link."""

    @property
    def people(self) -> set[int]:
        """Everybody the code may lead to."""
        return {self.staff_id, *self.takers, *((self.backup_id,) if self.backup_id is not None else ())}


async def create(actor: Actor, purpose: Purpose, *, mark: str = "", coupon_name: str = "") -> ContactWay:
    """Plan a code. A job has WeCom make it; then it is READY. Without a `mark` of its own it gets one nobody guesses.

    Raises:
        NotAllowed: a store is outside the actor's reach.
        KeeperNotFound, StoreNotFound, CouponNotToOffer, MarkNotAccepted.
    """
    async with database.transaction():
        home, coupon = await _checked(actor, purpose)
        way = await ContactWay.create(
            kind=purpose.kind,
            name=purpose.name,
            occasion=purpose.occasion,
            token=await _free_mark(mark),
            staff_id=purpose.staff_id,
            store_id=home,
            source=purpose.source,
            coupon_template_id=purpose.coupon_template_id,
            coupon_name=coupon_name or coupon,
            state=ContactWayState.PENDING,
            created_at=clock.now(),
            created_by=actor.id,
            takes_several=bool(purpose.takers) or purpose.kind is ContactKind.LINK,
            greeting=purpose.greeting,
        )
        await duty.put_down(way, purpose.takers, purpose.backup_id)
        way.on_duty = await duty.on_duty(way)
        await way.save(update_fields=["on_duty"])
        await audit.note(actor, "contact_ways.create", Ref("contact_way", way.id), name=way.name, staff_id=way.staff_id)
        await OWED.hint([way.id])
        return way


async def edit(actor: Actor, contact_way_id: int, purpose: Purpose, *, expected_version: int) -> None:
    """Change what a code is for. Who has it printed need not print it anew: picture and mark stay.

    Raises:
        ContactWayNotFound, NotAllowed, StaleVersion, IllegalMove, KeeperNotFound, StoreNotFound, CouponNotToOffer.
    """
    async with database.transaction():
        way = await _held(actor, contact_way_id, expected_version)
        home, coupon = await _checked(actor, purpose, earlier=way)
        before, earlier_duty = await purpose_of(way), way.on_duty
        way.name, way.occasion, way.source = purpose.name, purpose.occasion, purpose.source
        way.staff_id, way.store_id = purpose.staff_id, home
        way.coupon_template_id, way.coupon_name = purpose.coupon_template_id, coupon
        way.greeting = purpose.greeting
        await duty.put_down(way, purpose.takers, purpose.backup_id)
        way.on_duty = await duty.on_duty(way)
        action = rules.told_as(
            is_at_platform=way.config_id != "",
            changes_what_platform_knows=(before.name, earlier_duty) != (way.name, way.on_duty),
        )
        way.state = next_state(MOVES, way.state, action)
        await _keep(way)
        await audit.note(
            actor,
            "contact_ways.edit",
            Ref("contact_way", way.id),
            name=way.name,
            staff_id=way.staff_id,
            store_id=home,
            earlier_name=before.name,
            takers=list(purpose.takers),
        )


async def try_again(actor: Actor, contact_way_id: int, *, expected_version: int) -> None:
    """Have WeCom make a code once more that it refused.

    Raises:
        ContactWayNotFound, NotAllowed, StaleVersion, IllegalMove.
    """
    async with database.transaction():
        way = await _held(actor, contact_way_id, expected_version)
        way.state, way.reason = next_state(MOVES, way.state, "retry"), ""
        await _keep(way)
        await audit.note(actor, "contact_ways.try_again", Ref("contact_way", way.id))


async def end(actor: Actor, contact_way_id: int, *, expected_version: int) -> None:
    """停用: WeCom deletes the code, and what hangs on walls leads nowhere. It cannot be had back.

    Raises:
        ContactWayNotFound, NotAllowed, StaleVersion, IllegalMove.
    """
    async with database.transaction():
        way = await _held(actor, contact_way_id, expected_version)
        way.state = next_state(MOVES, way.state, "end")
        if way.state is ContactWayState.ENDED:
            # It never was, so that nothing is owed.
            way.next_try_at, way.tries, way.trouble = None, 0, ""
        way.ended_at, way.ended_by_id = clock.now(), actor.id
        await _keep(way)
        await audit.note(actor, "contact_ways.end", Ref("contact_way", way.id), name=way.name)


async def purpose_of(way: ContactWay) -> Purpose:
    """What the code is for now."""
    takers, backup_id = await duty.takers_of(way)
    return Purpose(
        name=way.name,
        staff_id=way.staff_id,
        source=way.source,
        store_id=way.store_id,
        occasion=way.occasion,
        coupon_template_id=way.coupon_template_id,
        takers=takers,
        backup_id=backup_id,
        greeting=way.greeting,
        kind=way.kind,
    )


async def _held(actor: Actor, contact_way_id: int, expected_version: int) -> ContactWay:
    way = await ContactWay.select_for_update(no_key=True).get_or_none(id=contact_way_id)
    if way is None:
        raise ContactWayNotFound
    authorise(actor, "contact_ways.edit", subject(store_id=way.store_id))
    if way.version != expected_version:
        raise StaleVersion(current_version=way.version)
    return way


async def _keep(way: ContactWay) -> None:
    way.changed_at = clock.now()
    way.version += 1
    await way.save()
    await OWED.hint([way.id])


async def _checked(actor: Actor, purpose: Purpose, earlier: ContactWay | None = None) -> tuple[int | None, str]:
    """The store of the code and the name of its coupon. What an earlier purpose had already is not asked again."""
    people = {each.id: each for each in await Staff.filter(id__in=purpose.people, is_active=True)}
    if people.keys() != purpose.people:
        raise KeeperNotFound
    if not duty_rules.may_take_turns(purpose.takers, purpose.backup_id):
        raise TurnsNotAccepted
    home = purpose.store_id or people[purpose.staff_id].store_id
    # A new friend becomes a customer of the store and of the salesperson, so the actor must reach the stores of all.
    asked = [each for each in (home, *(each.store_id for each in people.values())) if each is not None]
    authorise(actor, "contact_ways.edit", subject(store_ids=asked))
    if home is not None:
        await store_of(home)
    if purpose.coupon_template_id is None:
        return home, ""
    if earlier is not None and earlier.coupon_template_id == purpose.coupon_template_id and earlier.store_id == home:
        return home, earlier.coupon_name
    template = await CouponTemplate.get_or_none(id=purpose.coupon_template_id, state=TemplateState.ACTIVE)
    if template is None or (template.store_ids and home not in template.store_ids):
        raise CouponNotToOffer
    return home, template.name


async def _free_mark(mark: str) -> str:
    if not mark:
        return secrets.token_urlsafe(TOKEN_BYTES)
    if not rules.is_mark(mark):
        raise MarkNotAccepted
    await database.advisory_lock(f"contact-way-mark:{mark}")
    if await ContactWay.filter(token=mark).exists():
        raise MarkNotAccepted("这个渠道标记已经用过，请换一个。")
    return mark
