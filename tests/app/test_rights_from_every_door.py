"""For each role and reach, every documented endpoint refuses exactly what the table of permissions refuses.

Each operation of the document is asked once about things that are there, first by somebody who holds every role. What
that request asks the table says which of its rows the door stands on. Then everybody else asks the same; whether they
are let in must be what those rows and the stores of the named things say.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pytest

from crm_core.dealerships import sessions
from crm_core.dealerships.actors import owner, staff_actor
from crm_core.dealerships.models import Role, Staff, StaffRole, Store
from crm_core.dealerships.permissions import PERMISSIONS, Reach
from crm_core.dealerships.rights.models import RightChange
from crm_core.dealerships.rota.models import Team
from crm_core.partners.models import ApiKey
from crm_core.partners.rules import hashed
from crm_core.partners.scopes import Scope
from foundation import clock
from foundation import database as tables
from foundation.settings import get_settings
from tests.forgetful import Answer, Asking, Doors, forgetful_doors
from tests.rights import MOST_TRIED, Operations, Person, Question, Rows, operations_of, overhear
from tests.world import PARTNERS_KEY, World, everything, is_id, make_world

AT_ONCE: Final = 4

OF_OTHER_KEEPERS: Final = {
    "POST /api/staff/approvals/{approval_id}/decision": "the level names who decides: tests/crm_core/approvals",
    "POST /api/staff/approvals/{approval_id}/withdrawal": "only who asked for it: tests/crm_core/approvals",
    "POST /api/staff/bill-scans": "found by a sealed code: tests/crm_core/billing",
    "POST /api/staff/broadcasts/{broadcast_id}/submission": "only who drafted it: tests/campaigns/broadcasts",
    "POST /api/staff/group-posts/{group_post_id}/submission": "only who drafted it: tests/campaigns/group_posts",
    "GET /api/staff/group-post-tasks/{group_post_task_id}": "own, or whom one leads: tests/console/test_group_posts",
    "POST /api/staff/moments/{moment_id}/submission": "only who drafted it: tests/campaigns/moments",
    "GET /api/staff/moment-parts/{moment_part_id}": "one's own, or of whom one leads: tests/console/test_moments",
    "POST /api/staff/standing-plans/{standing_plan_id}/submission": "who drafted it: tests/campaigns/standing_plans",
    "PUT /api/staff/coupon-templates/{template_id}": "only who drafted it: tests/crm_core/coupons",
    "POST /api/staff/coupon-templates/{template_id}/submission": "only who drafted it: tests/crm_core/coupons",
    "GET /api/staff/exports/{export_id}/file": "one's own file: tests/crm_core/exports",
    "GET /api/staff/exportable-lists": "it answers with what one may export: tests/crm_core/exports",
    "GET /api/staff/follow-ups": "one's own: tests/crm_core/customers/test_following_up",
    "POST /api/staff/follow-ups/{follow_up_id}/drop": "one's own: tests/crm_core/customers/test_following_up",
    "POST /api/staff/follow-ups/{follow_up_id}/postponement": "one's own: tests/crm_core/customers/test_following_up",
    "GET /api/staff/me": "it answers with what one may do",
    "GET /api/staff/me/service-phone": "one's own",
    "GET /api/staff/search": "it looks in the kinds of things one may read: tests/console/test_search",
    "POST /api/staff/stock-takes/{stock_take_id}/booking": "who counted, or approves: tests/crm_core/parts/counting",
    "POST /api/staff/part-transfers/{transfer_id}/agreement": "the giving store's: tests/crm_core/repair_orders",
    "POST /api/staff/part-transfers/{transfer_id}/dispatch": "the giving store's: tests/crm_core/repair_orders",
    "POST /api/staff/part-transfers/{transfer_id}/eta": "the giving store's: tests/crm_core/repair_orders",
    "POST /api/staff/part-transfers/{transfer_id}/refusal": "the giving store's: tests/crm_core/repair_orders",
    "GET /api/staff/task-sheets": "one's own, unless a store's are asked for: tests/crm_core/tasks",
    "GET /api/staff/wecom-page-signatures": "whoever is let in opens our own pages: tests/console/test_recall_messages",
    "GET /api/staff/send-tasks": "one's own: tests/campaigns/broadcasts",
    "POST /api/staff/send-tasks/{task_id}/decline": "one's own: tests/campaigns/broadcasts",
    "DELETE /api/staff/sessions/current": "one's own",
    "POST /api/staff/connections/test": "whoever is let in asks the platforms: tests/crm_core/settings",
    "POST /api/staff/media": "its body is no JSON: tests/console/test_photos",
    "POST /api/staff/fixed-lists/files": "its body is no JSON: tests/console/test_fixed_lists",
    "POST /api/staff/imports": "its body is no JSON: tests/console/test_imports",
    "POST /api/staff/reception/licence-readings": "its body is no JSON: tests/console/test_licence_readings",
    "POST /api/owner/media": "its body is no JSON: tests/miniprogram_api",
    "POST /api/staff/vehicles/{vehicle_id}/readings/corrections": "one reading of one car: tests/crm_core/vehicles",
}
"""Doors that are kept by something else than the table of rights alone, and where that is tried."""

OF_THE_WHOLE_GROUP: Final = {
    "GET /api/staff/audit",
    "GET /api/staff/audit-standing",
    "POST /api/staff/consent-texts",
    "POST /api/staff/message-wordings/{message}/{part}/changes",
    "POST /api/staff/message-wordings/{message}/{part}/preview",
}
"""Doors whose thing is every store's at once; the words of a message are the group's where no store is named."""

ONE_ROW_IS_ENOUGH: Final = {
    "GET /api/staff/desk-requests",
    "GET /api/staff/outside-movements",
    "GET /api/staff/reconciliation-days",
    "GET /api/staff/reconciliation-days/{day_id}",
}
"""Endpoints that leave out what the reader may not see, and refuse only those who may see nothing."""

NOT_TOLD_WHETHER_THERE_IS_ONE: Final = {
    "DELETE /api/owner/vehicles/{vehicle_id}": "unbinding a car that is not theirs leaves everything as it was",
}
"""Endpoints that answer a stranger without a refusal and change nothing, and why."""

ONLY_FOR_SHOW: Final = {
    "GET /api/staff/broadcasts": {"segments.read"},
    "GET /api/staff/broadcasts/{broadcast_id}": {"campaigns.draft", "segments.read"},
    "GET /api/staff/broadcasts/{broadcast_id}/progress": {"campaigns.draft", "segments.read"},
    "GET /api/staff/purchases": {"parts.read_cost"},
    "GET /api/staff/purchases/{purchase_id}": {"parts.read_cost"},
    "GET /api/staff/part-transfers/{transfer_id}": {"parts.read_cost"},
}
"""Permissions that an endpoint checks only to know which buttons to offer, or which sums and names to show."""


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Question]:
    """Every question that is put to the table from now on."""
    return overhear(monkeypatch)


@pytest.fixture
async def world(database: None, monkeypatch: pytest.MonkeyPatch) -> World:
    """A group with one store in motion, and no platform."""
    monkeypatch.setenv("WEDEALER_SIMULATOR_URL", "")
    get_settings.cache_clear()
    return await make_world()


@pytest.fixture
async def doors(world: World) -> AsyncIterator[Doors]:
    async with forgetful_doors() as doors:
        yield doors


async def _people(world: World) -> list[Person]:
    here, there, region = world.living.id, world.other.id, world.living.region_id
    neighbours = frozenset(await tables.fetch_value("SELECT array_agg(id) FROM store WHERE region_id = $1", region))
    people: list[Person] = []
    for role in Role:
        for reach, columns, stores in (
            ("store", {"store_id": here}, frozenset({here})),
            ("region", {"region_id": region}, neighbours),
            ("group", {}, None),
            ("another store", {"store_id": there}, frozenset({there})),
        ):
            staff = await Staff.create(userid=f"{role}-{reach}".lower(), name="何一", store_id=here)
            await StaffRole.create(staff_id=staff.id, role=role, **columns)
            people.append(Person(role, reach, staff.id, stores, await _token(staff.id)))
    return people


async def _token(staff_id: int) -> str:
    return await sessions.begin(await staff_actor(staff_id))


def _named_stores(world: World, asking: Asking) -> frozenset[int]:
    stores = {world.store_of(name, id) for name, id in asking.named}
    return frozenset(store for store in stores if store is not None)


def _put(questions: Sequence[Question]) -> list[Question]:
    """The permission that decided: the one the endpoint enforces, or else the one by which it chose what to show."""
    asked = list(dict.fromkeys(questions))
    return [each for each in asked if each.on is not None or not each.is_own_enough] or asked


@dataclass(frozen=True)
class Door:
    """An operation, a request for it, and the rows of the table it stands on."""

    name: str
    asking: Asking
    first: Answer
    questions: tuple[Question, ...]
    named: frozenset[int]
    asked_by: int

    def is_open_to(self, person: Person) -> bool:
        """Whether the table of permissions lets this person in."""
        if self.name in OF_THE_WHOLE_GROUP and person.stores is not None:
            return False
        granted = [person.is_granted(question, self.named, self.asked_by) for question in self.questions]
        return any(granted) if self.name in ONE_ROW_IS_ENOUGH else all(granted)

    def has_let_in(self, answer: Answer) -> bool:
        """Whether HTTP let them in. An answer even the first person got is no refusal, unless it is "not allowed"."""
        if self.first.status == 404:
            return answer.text == self.first.text
        return not answer.is_refusal

    def is_named(self, role: Role) -> bool:
        """Whether its rows name the role at all."""
        return any(role.value in PERMISSIONS[question.action] for question in self.questions)

    async def unlike(self, doors: Doors, person: Person) -> str | None:
        """The difference between the table and the answer this person got; None if they agree."""
        answer = await doors.answer(self.asking, person.token)
        if self.has_let_in(answer) is self.is_open_to(person):
            return None
        actions = [question.action for question in self.questions]
        return f"{self.name} to {person.role} {person.reach}: {answer.status} against {actions} {answer.text[:90]}"


class Outsiders:
    """People who hold at once all the roles that a door's rows do not name: more roles never open less."""

    def __init__(self) -> None:
        self._tokens: dict[frozenset[Role], str] = {}

    async def token_of(self, people: Sequence[Person]) -> str:
        """Their one session; the same for the same roles."""
        roles = frozenset(person.role for person in people)
        if roles not in self._tokens:
            staff = await Staff.create(userid=f"outsider-{len(self._tokens)}", name="何外")
            for role in roles:
                await StaffRole.create(staff_id=staff.id, role=role)
            self._tokens[roles] = await _token(staff.id)
        return self._tokens[roles]


@pytest.fixture
async def everybody(world: World) -> Staff:
    """Somebody who holds every role in the whole group, and owns nothing."""
    return await everything(None, userid="all-everywhere")


@pytest.fixture
async def console(world: World, doors: Doors, asked: list[Question], everybody: Staff) -> list[Door]:
    """The console's doors, each asked once by who holds every role."""
    token = await _token(everybody.id)
    found: list[Door] = []
    operations = await operations_of(world, "staff")
    for name, operation in operations:
        if name not in OF_OTHER_KEEPERS:
            found.append(await _door(world, doors, asked, operations.askings(name, operation), name, everybody, token))
    return found


async def _door(
    world: World,
    doors: Doors,
    asked: list[Question],
    askings: Iterator[Asking],
    name: str,
    everybody: Staff,
    token: str,
) -> Door:
    """The door with the first request that is let in, or is about what is a colleague's own."""
    tried: list[Door] = []
    for asking in askings:
        asked.clear()
        first = await doors.answer(asking, token)
        questions = tuple(each for each in _put(asked) if each.action not in ONLY_FOR_SHOW.get(name, ()))
        tried.append(Door(name, asking, first, questions, _named_stores(world, asking), everybody.id))
        if not first.is_refusal or any(question.on and question.on.staff_ids for question in questions):
            return tried[-1]
    return tried[0]


@pytest.mark.timeout(900)
async def test_every_role_is_let_in_by_the_console_exactly_as_far_as_the_table_says(
    world: World, doors: Doors, console: list[Door]
) -> None:
    people = await _people(world)
    outsiders = Outsiders()
    unlike: list[str | None] = []
    began = clock.now()
    for door in console:
        # A code that an owner shows is good for two minutes, less than asking at all doors may take.
        await clock.set_to(began)
        asking = [each for each in people if door.is_named(each.role)]
        # A role refused with reach over the whole group is not tried again with a smaller reach.
        unnamed = [each for each in people if each.stores is None and not door.is_named(each.role)]
        if unnamed and door.has_let_in(await doors.answer(door.asking, await outsiders.token_of(unnamed))):
            asking += unnamed
        for some in _batches(asking):
            unlike += await asyncio.gather(*(door.unlike(doors, person) for person in some))
    assert [door.name for door in console if not door.questions] == [], "each asks the table, or is named above"
    assert len(console) > 250
    unlike += await _unlike_for_their_own(world, doors, console)
    assert [each for each in unlike if each] == []


async def _unlike_for_their_own(world: World, doors: Doors, console: list[Door]) -> list[str | None]:
    """What is wrong about how those are answered whose own thing it is, or their team's, with no role in its store."""
    own = [(door, staff_id) for door in console if (staff_id := _whose(door)) is not None]
    elsewhere = frozenset({world.other.id})
    unlike: list[str | None] = []
    for door, staff_id in own:
        for role in Role:
            await _becomes(staff_id, role, world.other)
            unlike.append(await door.unlike(doors, Person(role, "self", staff_id, elsewhere, await _token(staff_id))))
    rows = await _widened_to_teams()
    team = await Team.create(store_id=world.living.id, name="全班")
    mate = await Staff.create(userid="mate", name="何二", store_id=world.other.id, team_id=team.id)
    await Staff.filter(id__in={staff_id for _, staff_id in own}).update(team_id=team.id)
    mates = frozenset(each.id for each in await Staff.filter(team_id=team.id))
    token = await _token(mate.id)
    for door, _ in own:
        for role in Role:
            await _becomes(mate.id, role, world.other)
            unlike.append(await door.unlike(doors, Person(role, "team", mate.id, elsewhere, token, mates, rows)))
    assert len(own) > 15
    return unlike


def _whose(door: Door) -> int | None:
    """A colleague to whom everything belongs that the door asks about, where that may be enough for some role."""
    about = [question.on.staff_ids for question in door.questions if question.on is not None]
    shared = frozenset.intersection(*about) - {door.asked_by} if about else frozenset()
    return min(shared, default=None)


async def _becomes(staff_id: int, role: Role, store: Store) -> None:
    await StaffRole.filter(staff_id=staff_id).delete()
    await StaffRole.create(staff_id=staff_id, role=role, store_id=store.id)


async def _widened_to_teams() -> Rows:
    """The table after a group let everybody reach their team's things who reached their own."""
    rows: dict[str, dict[str, Reach]] = {}
    setter = await Staff.all().order_by("id").first()
    assert setter is not None
    for action, row in PERMISSIONS.items():
        own = [role for role in Role if row.get(role.value) is Reach.SELF]
        rows[action] = {**row, **{role.value: Reach.TEAM for role in own}}
        for role in own:
            await RightChange.create(
                action=action, role=role, reach="TEAM", reason="试行", set_by_id=setter.id, set_at=clock.now()
            )
    return rows


def _batches(people: Sequence[Person]) -> Iterator[Sequence[Person]]:
    for first in range(0, len(people), AT_ONCE):
        yield people[first : first + AT_ONCE]


async def test_owners_are_let_in_to_their_own_and_programs_as_far_as_their_scopes_and_stores_go(
    world: World, doors: Doors, asked: list[Question], everybody: Staff
) -> None:
    assert await _unlike_for_owners(world, doors, asked, everybody) == []
    assert await _unlike_for_programs(world, doors, asked) == []


async def _unlike_for_owners(world: World, doors: Doors, asked: list[Question], everybody: Staff) -> list[str]:
    stranger = world.ids("customer", store_id=world.other.id)[0]
    strangers_token, staffs_token = await _owners_token(stranger), await _token(everybody.id)
    unlike: list[str] = []
    told: list[str] = []
    operations = await operations_of(world, "owner")
    for name, operation in operations:
        if name in OF_OTHER_KEEPERS:
            continue
        door = await _owners_door(world, doors, asked, operations, name, operation)
        rows = {question.action for question in door.questions if not door.first.is_refusal}
        unlike += [f"{name} lets owners in against {action}" for action in rows if "OWN" not in PERMISSIONS[action]]
        if (staffs := await doors.answer(door.asking, staffs_token)).status != 401:
            unlike.append(f"{name} to staff: {staffs.status}")
        if door.asked_by in {world.customer_of(*each) for each in door.asking.named}:
            theirs = await doors.answer(door.asking, strangers_token)
            told.append(name)
            if not theirs.is_refusal and name not in NOT_TOLD_WHETHER_THERE_IS_ONE:
                unlike.append(f"{name} to a stranger: {theirs.status} {theirs.text[:90]}")
    assert len(told) > 40
    return unlike


async def _owners_token(customer_id: int) -> str:
    return await sessions.begin(owner(customer_id, openid=f"o-{customer_id}"))


async def _owners_door(
    world: World, doors: Doors, asked: list[Question], operations: Operations, name: str, operation: Any
) -> Door:
    """The door as the first owner asks who has such a thing and is let in."""
    ids = [each["name"] for each in operation.get("parameters", ()) if is_id(each["name"])]
    having = [customer for each in ids for customer in world.owners_of(each)] or world.owners_of("repair_order_id")
    tried: list[Door] = []
    for customer_id in list(dict.fromkeys(having))[:MOST_TRIED]:
        asking = operations.of(name, operation, customer_id)
        token = await _owners_token(customer_id)
        asked.clear()
        answer = await doors.answer(asking, token)
        tried.append(Door(name, asking, answer, tuple(_put(asked)), frozenset(), customer_id))
        if not answer.is_refusal:
            return tried[-1]
    return tried[0]


async def _unlike_for_programs(world: World, doors: Doors, asked: list[Question]) -> list[str]:
    maker = world.ids("staff")[0]
    keys = {scope: await _key(world.living, maker, f"wdp_{scope}", scope) for scope in Scope}
    elsewhere = await _key(world.other, maker, "wdp_elsewhere", *Scope)
    unlike: list[str] = []
    operations = await operations_of(world, "partner")
    for name, operation in operations:
        asking = next(operations.askings(name, operation))
        asked.clear()
        first = await doors.answer(asking, PARTNERS_KEY)
        rows = {question.action for question in _put(asked) if question.action != Scope.READ_PERSONAL}
        for scope, key in keys.items():
            answer = await doors.answer(asking, key)
            is_in = answer.text == first.text if first.status == 404 else not answer.is_refusal
            if is_in is not (rows == {scope.value}):
                unlike.append(f"{name} with {scope}: {answer.status} {answer.text[:90]}")
        there = await doors.answer(asking, elsewhere)
        if not there.is_refusal and _named_stores(world, asking):
            unlike.append(f"{name} to another store: {there.status} {there.text[:90]}")
    return unlike


async def _key(store: Store, maker: int, key: str, *scopes: Scope) -> str:
    await ApiKey.create(
        name="DMS",
        source_system="dms",
        store_ids=[store.id],
        scopes=list(scopes),
        calls_per_minute=1_200,
        secret_hash=hashed(key),
        hint=key[-4:],
        made_by=maker,
        made_at=clock.now(),
    )
    return key
