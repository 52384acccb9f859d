"""Planning a succession: prepare it, choose takers, start or cancel it."""

from collections.abc import Collection
from dataclasses import replace
from typing import Final

from tortoise.exceptions import IntegrityError

from crm_core.dealerships import audit, directory
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.belongings import Belonging
from crm_core.dealerships.models import Role, Staff
from crm_core.dealerships.permissions import Subject, authorise, subject
from crm_core.dealerships.stores import live_store_ids
from crm_core.succession import rules
from crm_core.succession.errors import (
    AlreadyPrepared,
    NotYourself,
    StillWorkingHere,
    SuccessionNotFound,
    TakerNotFit,
)
from crm_core.succession.estates import everything_of
from crm_core.succession.models import Succession, SuccessionItem
from crm_core.succession.rules import SUCCESSION_MOVES, Around, Colleague, ItemState, Share, SuccessionState, Why
from crm_core.succession.working import OWED
from foundation import clock, database
from foundation.errors import NotFound, StaleVersion
from foundation.moves import next_state
from foundation.refs import Ref

_ACTION: Final = "staff.hand_over"
_WORDS_CHARS: Final = 60


async def prepare(actor: Actor, staff_id: int, *, is_leaving: bool) -> Succession:
    """List what a member has and propose who gets each thing. Nothing changes hands yet.

    Raises:
        NotYourself: the actor is the member.
        AlreadyPrepared: one for this member is open.
        NotAllowed: the actor does not lead in every store in which the member has something.
    """
    async with database.transaction():
        staff = await Staff.get_or_none(id=staff_id)
        if staff is None:
            raise NotFound
        authorise(actor, _ACTION, subject(store_id=staff.store_id))
        if actor.id == staff_id:
            raise NotYourself
        things = await _placed(staff, await everything_of(staff_id))
        authorise(actor, _ACTION, _stores_of(staff, [thing.store_id for thing in things]))
        try:
            async with database.savepoint():
                succession = await Succession.create(
                    staff_id=staff.id,
                    store_id=staff.store_id,
                    is_leaving=is_leaving,
                    state=SuccessionState.PREPARED,
                    prepared_by_id=actor.id,
                    prepared_at=clock.now(),
                )
        except IntegrityError as error:
            raise AlreadyPrepared from error
        await _write(succession.id, rules.shares(things, await _around(staff, things)))
        await audit.note(actor, "succession.prepare", Ref("staff", staff.id), items=len(things))
        return succession


async def choose(
    actor: Actor,
    succession_id: int,
    taker_id: int,
    *,
    expected_version: int,
    item_ids: Collection[int] | None = None,
) -> Succession:
    """Let a colleague take some of the planned things, or (without `item_ids`) all of them.

    Raises:
        TakerNotFit: the colleague does not work here, or is the member.
        IllegalMove: it has been started.
        StaleVersion: somebody changed the plan first.
    """
    async with database.transaction():
        held = await _held(actor, succession_id, expected_version)
        next_state(SUCCESSION_MOVES, held.state, "start")
        if taker_id == held.staff_id or not await Staff.exists(id=taker_id, is_active=True):
            raise TakerNotFit
        await database.execute(
            "UPDATE succession_item SET to_id = $2, why = $3 "
            "WHERE succession_id = $1 AND ($4::bigint[] IS NULL OR id = ANY($4))",
            held.id,
            taker_id,
            Why.CHOSEN,
            None if item_ids is None else list(item_ids),
        )
        return await _changed(held)


async def start(actor: Actor, succession_id: int, *, expected_version: int, ends_account: bool = False) -> Succession:
    """Have everything handed over as planned; with `ends_account` the member's account ends now.

    Raises:
        StillWorkingHere: they leave, are active, and their account is not to end.
        IllegalMove, StaleVersion.
    """
    async with database.transaction():
        held = await _held(actor, succession_id, expected_version)
        held.state = next_state(SUCCESSION_MOVES, held.state, "start")
        staff = await Staff.get(id=held.staff_id)
        if held.is_leaving and staff.is_active:
            if not ends_account:
                raise StillWorkingHere
            await directory.end_account(actor, staff.id)
        held.started_at = clock.now()
        await held.save(update_fields=["state", "started_at"])
        await OWED.hint([held.id])
        await audit.note(actor, "succession.start", Ref("staff", held.staff_id), succession_id=held.id)
        return await _changed(held)


async def cancel(actor: Actor, succession_id: int, *, expected_version: int) -> Succession:
    """Throw the plan away; the member keeps everything.

    Raises:
        IllegalMove: it has been started.
        StaleVersion.
    """
    async with database.transaction():
        held = await _held(actor, succession_id, expected_version)
        held.state, held.ended_at = next_state(SUCCESSION_MOVES, held.state, "cancel"), clock.now()
        await held.save(update_fields=["state", "ended_at"])
        return await _changed(held)


async def _placed(staff: Staff, things: Collection[Belonging]) -> list[Belonging]:
    """Things of closed stores count as the member's own store's: nobody leads there any more."""
    live = set(await live_store_ids())
    return [
        thing if thing.store_id is None or thing.store_id in live else replace(thing, store_id=staff.store_id)
        for thing in things
    ]


async def _held(actor: Actor, succession_id: int, expected_version: int) -> Succession:
    held = await Succession.select_for_update().get_or_none(id=succession_id)
    if held is None:
        raise SuccessionNotFound
    rows = await database.fetch("SELECT DISTINCT store_id FROM succession_item WHERE succession_id = $1", held.id)
    staff = await Staff.get(id=held.staff_id)
    authorise(actor, _ACTION, _stores_of(staff, [row["store_id"] for row in rows]))
    if held.version != expected_version:
        raise StaleVersion(current_version=held.version, current_state=held.state.value)
    return held


async def _changed(held: Succession) -> Succession:
    held.version += 1
    await held.save(update_fields=["version"])
    return held


def _stores_of(staff: Staff, store_ids: Collection[int | None]) -> Subject:
    """Every store the member has something in; whoever hands it over leads in all of them."""
    return subject(store_ids={store_id for store_id in (staff.store_id, *store_ids) if store_id is not None})


async def _write(succession_id: int, shares: Collection[Share]) -> None:
    await SuccessionItem.bulk_create(
        [
            SuccessionItem(
                succession_id=succession_id,
                kind=share.thing.kind,
                thing_id=share.thing.thing_id,
                role=share.thing.role,
                store_id=share.thing.store_id,
                customer_id=share.thing.customer_id,
                words=share.thing.words[:_WORDS_CHARS],
                to_id=share.to_id,
                why=share.why,
                state=ItemState.PLANNED,
            )
            for share in shares
        ],
        batch_size=500,
    )


async def _around(staff: Staff, things: Collection[Belonging]) -> Around:
    """The colleagues of every store, and who else knows the customers."""
    rows = await database.fetch(
        "SELECT s.id, r.role, r.store_id, "
        "  (SELECT count(*) FROM customer c WHERE s.id IN (c.consultant_id, c.advisor_id)) AS customers "
        "FROM staff s JOIN staff_role r ON r.staff_id = s.id "
        "WHERE s.is_active AND s.id <> $1 AND r.region_id IS NULL ORDER BY s.id",
        staff.id,
    )
    posts: dict[int, set[tuple[Role, int | None]]] = {}
    for row in rows:
        posts.setdefault(row["id"], set()).add((Role(row["role"]), row["store_id"]))
    load = {row["id"]: row["customers"] for row in rows}
    customer_ids = sorted({thing.customer_id for thing in things if thing.customer_id is not None})
    friends = await database.fetch(
        "SELECT customer_id, array_agg(staff_id) AS who FROM friendship "
        "WHERE customer_id = ANY($1) AND ended_at IS NULL AND staff_id <> $2 GROUP BY customer_id",
        customer_ids,
        staff.id,
    )
    keepers = await database.fetch(
        "SELECT id AS customer_id, array_remove(ARRAY[consultant_id, advisor_id], $2) AS who FROM customer "
        "WHERE id = ANY($1)",
        customer_ids,
        staff.id,
    )
    own = await database.fetch("SELECT role FROM staff_role WHERE staff_id = $1", staff.id)
    return Around(
        colleagues=[Colleague(one, frozenset(held), load[one]) for one, held in posts.items()],
        own_posts=frozenset(Role(row["role"]) for row in own),
        own_store_id=staff.store_id,
        friends={row["customer_id"]: frozenset(row["who"]) for row in friends},
        keepers={row["customer_id"]: frozenset(one for one in row["who"] if one is not None) for row in keepers},
    )
