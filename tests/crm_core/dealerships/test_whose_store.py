"""A colleague of another store is refused, verb by verb, whatever roles they hold there.

The verbs are those a door calls. Each is called about a thing of a store that lives: by a colleague with every role of
another store and by an owner of another store, who must be refused or shown nothing of it; and by those whose thing it
is, who must not be refused, so that the refusal is about whose it is and nothing else.
"""

import ast
import dataclasses
import importlib
import inspect
import pkgutil
import types
import typing
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum
from functools import cache
from typing import Any, Final, Literal

import pytest

from app.wiring import wire
from campaigns.broadcasts import tasks
from campaigns.contact_ways import keeping
from campaigns.contact_ways.keeping import Purpose
from crm_core.coupons import issuing
from crm_core.customers import listing
from crm_core.customers.models import Source
from crm_core.dealerships.actors import Actor, Grant, owner, staff_actor, system
from crm_core.dealerships.models import Role, Staff, Store
from crm_core.surveys.rules import Answers
from foundation import clock, database
from foundation.errors import NotAllowed, NotFound
from foundation.refs import Ref
from foundation.settings import get_settings
from tests import factories as make
from tests.campaigns.people import EVERYBODY
from tests.checkout import make_template
from tests.pictures import picture
from tests.world import World, everything, is_id, make_world, rule_of_a_store

MOST_TRIED: Final = 40
ROOMS: Final = ("crm_core", "campaigns")
DOORS: Final = ("console", "bot", "miniprogram_api")
Verb = Callable[..., Awaitable[object]]

OF_NO_STORE: Final[dict[str, str]] = {
    "crm_core.tasks.queries.of_reader": "answers by default with the reader's own sheets: in tasks/test_working",
    "crm_core.dealerships.audit_reading.page": "the log is the whole group's: in test_audit_log",
    "crm_core.dealerships.audit_reading.standing": "the log is the whole group's: in test_audit_log",
    "campaigns.broadcasts.substitutes.ask": "asked about a broadcast and a task of it: in test_substitutes",
    "campaigns.broadcasts.substitutes.division": "asked about a broadcast and a task of it: in test_substitutes",
    "campaigns.broadcasts.tasks.remind": "asked about a plan and a task of it: below",
    "crm_core.repair_orders.transfers.agree_to_transfer": "asked of the giving store: in test_transfers",
    "crm_core.repair_orders.transfers.expect_transfer": "asked of the giving store: in test_transfers",
    "crm_core.repair_orders.transfers.refuse_transfer": "asked of the giving store: in test_transfers",
    "crm_core.repair_orders.transfers.send_transfer": "asked of the giving store: in test_transfers",
    "crm_core.repair_orders.discounting.limits_of": "whoever gives none there may give 0 %: in test_discounts",
    "crm_core.valet.queries.of_owners_order": "it looks among one's own runs only: in valet/test_runs",
    "crm_core.valet.asking.booked_with": "the booking and each of its runs ask by themselves: in valet/test_runs",
    "crm_core.appointments.visitors.book_for_visitor": "a visitor asks whatever store they like: in test_visitors",
    "crm_core.appointments.visitors.hold_for_visitor": "a visitor asks whatever store they like: in test_visitors",
    "crm_core.authorised_persons.accepting.accept": "found by the account's own number: in test_accepting",
    "crm_core.authorised_persons.accepting.decline": "found by the account's own number: in test_accepting",
    "crm_core.billing.counter.found": "found by a sealed code, not by a number: in test_counter",
    "crm_core.reconciliation.queries.day": "the merchant account is the whole group's: in reconciliation/test_days",
    "crm_core.reconciliation.queries.days": "the merchant account is the whole group's: in reconciliation/test_days",
    "crm_core.reconciliation.queries.differences": "rows of the stores it reaches: in reconciliation/test_days",
    "crm_core.customers.consent_texts.publishing.publish": "a text is the whole group's: in test_consent_texts",
    "crm_core.coupons.queries.page_without_coupon": "names who sent a link that was checked before: in test_gifts",
    "crm_core.coupons.coupon_list.voiding": "of what is taken everywhere it is read so; else in test_voiding",
    "crm_core.coupons.passing.take": "found by the secret of a friend's link: in test_passing",
    "crm_core.coupons.queries.pass_page": "found by the secret of a friend's link: in test_passing",
    "crm_core.coupons.showing.scan": "found by a code that was just shown: in test_showing",
    "crm_core.coupons.template_queries.templates": "what is taken everywhere is read so; else in test_templates",
    "crm_core.customers.friendships.befriend": "WeCom's word, by the system only",
    "crm_core.customers.friendships.unfriend": "WeCom's word, by the system only",
    "crm_core.customers.friend_pulls.queries.drifts_of_reader": "rows of the stores it reaches: in test_friend_pulls",
    "crm_core.customers.friend_pulls.queries.newest": "counts of the whole reading, and of drift where it reaches",
    "crm_core.customers.friend_pulls.queries.walks_of_reader": "rows of the stores it reaches: in test_friend_pulls",
    "crm_core.customers.tags.keeping.create": "tags are the whole group's: in customers/tags/test_keeping",
    "campaigns.tag_rules.service.end_tag": "tags are the whole group's: in customers/tags/test_keeping",
    "crm_core.customers.tags.keeping.mend": "of the stores it reaches: in customers/tags/test_marking",
    "crm_core.customers.tags.keeping.rename": "tags are the whole group's: in customers/tags/test_keeping",
    "crm_core.customers.tags.queries.drift_counts": "of the stores it reaches: in customers/tags/test_marking",
    "crm_core.customers.tags.queries.drifts_of_reader": "of the stores it reaches: in customers/tags/test_marking",
    "crm_core.customers.tags.queries.of_reader": "tags are the whole group's: in customers/tags/test_marking",
    "crm_core.customers.friend_transfers.handing.took_over": "WeCom's word, by the system only",
    "crm_core.dealerships.address_book.proposing.accept": "the book is the whole group's: in test_address_book",
    "crm_core.dealerships.address_book.proposing.refuse": "the book is the whole group's: in test_address_book",
    "crm_core.dealerships.address_book.proposing.set_rule": "the book is the whole group's: in test_address_book",
    "crm_core.dealerships.address_book.queries.book": "the book is the whole group's: in test_address_book",
    "crm_core.dealerships.address_book.reading.begin": "the book is the whole group's: in test_address_book",
    "crm_core.dealerships.rights.changing.set_reach": "the table is the whole group's: in test_rights",
    "crm_core.dealerships.rights.queries.table": "the table is the whole group's: in test_rights",
    "crm_core.dealerships.roles.give": "roles are the whole group's to give: in test_roles",
    "crm_core.dealerships.members.of_reader": "colleagues of no store are everybody's; the others in test_rights",
    "crm_core.dealerships.parked_work.give_up": "work of the house as a whole",
    "crm_core.dealerships.parked_work.try_again": "work of the house as a whole",
    "crm_core.dealerships.service_phones.give_service_phone": "everybody gives their own number",
    "crm_core.privacy.keeping_queries.standing": "what is kept how long is the group's: in test_retention",
    "crm_core.settings.connections.tested": "the connections of the house as a whole",
    "crm_core.settings.changing.add": "the values say whose: in tests/crm_core/settings",
    "crm_core.payments.codes.cancel": "the world's payment was not made by a code: in payments/test_codes",
    "crm_core.payments.queries.code_payment": "the world's payment was not made by a code: in payments/test_codes",
    "crm_core.binding_requests.requesting.request": "an owner asks the advisors of whatever store they like",
    "crm_core.binding_requests.requesting.unbind": "it looks among one's own cars only, and finds none",
}
"""Verbs not tried on a colleague of another store, and why."""

GIVEN: Final[dict[str, Any]] = {
    "definition": EVERYBODY,
    "tree": EVERYBODY,
    "kind": "repair_order",
    "notice": "survey_invitation",
    "setting_list": "bays",
    "message": "appointment_reminder",
    "part": "subscribe.hint",
    "words": "请带行驶证",
    "values": {"name": "一号"},
    "openid": "o-somebody",
    "phone": "13900007777",
    "part_number": "PAD-F",
    "from_bin": "",
    "vin_last6": "000001",
    "vin": make.VINS[0],
    "control_percent": 10,
    "content": "手机号\n13900007777\n".encode(),
    "picture": picture(),
    "answers": Answers(recommend=9, satisfied=True, explained=True),
}
"""Values of parameters whose type says too little."""


def _modules(package: str) -> Iterator[types.ModuleType]:
    root = importlib.import_module(package)
    yield root
    for found in pkgutil.walk_packages(root.__path__, f"{package}."):
        yield importlib.import_module(found.name)


@cache
def verbs() -> dict[str, Verb]:
    """Every function of a room that takes an actor and is called by a door, in the order of their names."""
    found: dict[str, Verb] = {}
    for door in DOORS:
        for module in _modules(door):
            for node in ast.walk(ast.parse(inspect.getsource(module))):
                value: object = None
                if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                    value = getattr(getattr(module, node.value.id, None), node.attr, None)
                elif isinstance(node, ast.Name):
                    value = getattr(module, node.id, None)
                if (
                    inspect.iscoroutinefunction(value)
                    and value.__module__.split(".")[0] in ROOMS
                    and _takes_actor(value)
                ):
                    found[f"{value.__module__}.{value.__name__}"] = value
    return dict(sorted(found.items()))


def _takes_actor(verb: Verb) -> bool:
    hints = typing.get_type_hints(verb)
    return any(kind is Actor for name, kind in hints.items() if name != "return")


@dataclass(frozen=True)
class Arguments:
    """Makes the arguments of any verb about things of one owner in the living store."""

    world: World
    customer_id: int
    token: str
    """Of a coupon a campaign has for them."""

    def of(self, verb: Verb) -> dict[str, Any]:
        """All arguments of the verb except the actor; those with a default keep it."""
        hints = typing.get_type_hints(verb)
        return {
            name: self.value(name, hints[name])
            for name, parameter in inspect.signature(verb).parameters.items()
            if parameter.default is parameter.empty and hints[name] is not Actor
        }

    def value(self, name: str, kind: Any) -> Any:
        """Something of this type that this parameter may be."""
        if name == "token":
            return self.token
        if name in ("policy", "field"):
            return dict(zip(("policy", "field"), rule_of_a_store(), strict=True))[name]
        if name in GIVEN:
            return GIVEN[name]
        origin, parts = typing.get_origin(kind), typing.get_args(kind)
        if origin is typing.Union or origin is types.UnionType:
            return self.value(name, parts[0])
        if origin is Literal:
            return parts[0]
        if origin in (list, tuple, Sequence, Collection):
            return [self.value(name, parts[0])] if parts else []
        if origin in (dict, Mapping):
            return {self.value(name, parts[0]): self.value(name, parts[1])}
        if kind is int:
            return self._number(name)
        if isinstance(kind, type) and dataclasses.is_dataclass(kind):
            hints = typing.get_type_hints(kind)
            needed = [
                each
                for each in dataclasses.fields(kind)
                if each.default is dataclasses.MISSING and each.default_factory is dataclasses.MISSING
            ]
            return kind(**{each.name: self.value(each.name, hints[each.name]) for each in needed})
        return self._plain(name, kind)

    def _number(self, name: str) -> int:
        if name == "number":
            name = "repair_order_id"
        if not is_id(name):
            return 1
        here, mine = self.world.living.id, self.customer_id
        own = self.world.ids(name, store_id=here, customer_id=mine) or self.world.ids(name, customer_id=mine)
        if name == "merged_id":
            own = [each for each in self.world.ids(name, store_id=here) if each != mine]
        return (own or self.world.ids(name, store_id=here) or self.world.ids(name))[0]

    def _plain(self, name: str, kind: Any) -> Any:
        plain = {
            str: "说明一下",
            bytes: b"13800000000",
            Any: "随便",
            bool: True,
            datetime: clock.now() + timedelta(days=1),
            date: clock.today(),
            time: time(10),
        }
        if kind in plain:
            return plain[kind]
        if kind is Ref:
            return Ref("repair_order", self._number("repair_order_id"))
        if isinstance(kind, type) and issubclass(kind, Enum):
            return next(iter(kind))
        raise AssertionError(f"no value for {name}: {kind}")


@dataclass(frozen=True)
class Outcome:
    """The result of a call, whose effects are rolled back."""

    is_refused: bool
    seen: frozenset[tuple[str, int]]
    told: str


class _Undo(Exception):
    """Raised to roll back what a verb did."""


async def _call(verb: Verb, actor: Actor, arguments: dict[str, Any]) -> Outcome:
    parameter = next(name for name, kind in typing.get_type_hints(verb).items() if kind is Actor)
    outcome = Outcome(True, frozenset(), "")
    try:
        async with database.transaction():
            try:
                answer = await verb(**{parameter: actor}, **arguments)
                outcome = Outcome(False, frozenset(_ids_in(answer)), repr(answer)[:200])
            except (NotAllowed, NotFound) as error:
                outcome = Outcome(True, frozenset(), repr(error))
            except Exception as error:  # Whatever else: it was let in.
                outcome = Outcome(False, frozenset(), repr(error))
            raise _Undo
    except _Undo:
        return outcome


def _ids_in(answer: Any, depth: int = 0) -> Iterator[tuple[str, int]]:
    """Ids of things in an answer, however it is made of rows; whose colleagues and stores they are does not count."""
    if dataclasses.is_dataclass(answer) and not isinstance(answer, type):
        answer = {each.name: getattr(answer, each.name) for each in dataclasses.fields(answer)}
    elif hasattr(answer, "_meta"):
        answer = {name: getattr(answer, name) for name in answer._meta.db_fields}
    if isinstance(answer, Mapping):
        for name, value in answer.items():
            if isinstance(value, int) and (name == "id" or str(name).endswith("_id")):
                if not str(name).endswith(("store_id", "staff_id", "advisor_id", "item_id")):
                    yield str(name), value
            elif depth < 4:
                yield from _ids_in(value, depth + 1)
    elif isinstance(answer, list | tuple | set | frozenset) and depth < 4:
        for each in answer:
            yield from _ids_in(each, depth + 1)


@pytest.fixture
async def world(database: None, monkeypatch: pytest.MonkeyPatch) -> World:
    """A group with one store that lives."""
    wire()
    monkeypatch.setenv("WEDEALER_SIMULATOR_URL", "")
    get_settings.cache_clear()
    return await make_world()


@pytest.mark.timeout(900)
async def test_no_verb_serves_a_colleague_of_another_store_or_another_owner(world: World):
    stranger = await staff_actor((await everything(world.other, userid="stranger")).id)
    other = world.ids("customer", store_id=world.other.id)[0]
    strangers = (stranger, owner(other, openid="o-other"))
    offers = await _offers()
    served: dict[str, str] = {}
    refused_to_their_own: dict[str, str] = {}
    for name, verb in verbs().items():
        if name in OF_NO_STORE:
            continue
        arguments, own = await _of_their_own(world, offers, verb)
        if own.is_refused:
            refused_to_their_own[name] = own.told
        about_a_thing = any(is_id(each) or each in ("number", "token") for each in arguments)
        for each in strangers:
            theirs = await _call(verb, each, arguments)
            if not theirs.is_refused and (about_a_thing or theirs.seen & own.seen):
                served[f"{name} to {each.kind}"] = f"{theirs.told} {sorted(theirs.seen & own.seen)[:4]}"
    [task] = await database.fetch("SELECT id, broadcast_id FROM send_task ORDER BY id DESC LIMIT 1")
    assert (
        await _call(tasks.remind, stranger, {"broadcast_id": task["broadcast_id"], "send_task_id": task["id"]})
    ).is_refused
    assert served == {}
    assert refused_to_their_own == {}, "else the refusal above says nothing"


def test_every_exception_is_a_verb_of_a_door():
    assert OF_NO_STORE.keys() - verbs().keys() == set()
    assert len(verbs()) > 190


async def _offers() -> dict[int, str]:
    """Tokens of what campaigns have for a customer."""
    rows = await database.fetch(
        "SELECT r.customer_id, b.token FROM send_task b JOIN broadcast_recipient r "
        "ON r.broadcast_id = b.broadcast_id AND r.staff_id = b.staff_id ORDER BY r.id"
    )
    return {row["customer_id"]: row["token"] for row in rows}


async def _of_their_own(world: World, offers: dict[int, str], verb: Verb) -> tuple[dict[str, Any], Outcome]:
    """Arguments about a thing, and what came of the call by somebody whose thing it is: the first not refused."""
    names = list(inspect.signature(verb).parameters)
    having = [person for name in names if is_id(name) for person in world.owners_of(name)]
    having += list(offers) if "token" in names else world.owners_of("repair_order_id")
    refused: list[tuple[dict[str, Any], Outcome]] = []
    for customer_id in list(dict.fromkeys(having))[:MOST_TRIED]:
        arguments = Arguments(world, customer_id, offers.get(customer_id, "")).of(verb)
        for actor in _own(world, customer_id):
            outcome = await _call(verb, actor, arguments)
            if not outcome.is_refused:
                return arguments, outcome
            refused.append((arguments, outcome))
    return refused[0]


def _own(world: World, customer_id: int) -> Iterator[Actor]:
    """Those whose things these are: every colleague of the store, as if they held all its roles, and the owner."""
    yield owner(customer_id, openid=f"o-{customer_id}")
    grants = tuple(Grant(role, frozenset({world.living.id})) for role in Role)
    for staff_id in world.ids("staff", store_id=world.living.id):
        yield Actor(kind="staff", id=staff_id, grants=grants, store_id=world.living.id)
    yield system("test")


async def _issue(actor: Actor, store: Store, _: Store) -> None:
    template = await make_template(store_ids=[store.id])
    await issuing.issue_many(actor, template.id, [], source="gift", source_ref="1")


async def _plan_code(actor: Actor, store: Store, own: Store) -> None:
    seller: Staff = await make.make_staff(Role.SC, store)
    await keeping.create(actor, Purpose("海报", seller.id, Source.SHOW, own.id))


@pytest.mark.parametrize(("role", "verb"), [(Role.SVM, _issue), (Role.MKT, _plan_code)])
@pytest.mark.usefixtures("database")
async def test_what_no_door_calls_yet_is_refused_too(role: Role, verb: Verb):
    wire()
    theirs, own = await make.make_store(), await make.make_store()
    with pytest.raises(NotAllowed):
        await verb(await make.acting(role, own), theirs, own)


@pytest.mark.usefixtures("database")
async def test_colleagues_to_choose_from_are_those_of_the_stores_the_role_reaches():
    theirs, own = await make.make_store(), await make.make_store()
    await make.make_staff(Role.SA, theirs, name="别店")
    await make.make_staff(Role.SA, own, name="本店")
    names = {row.name for row in await listing.caretakers(await make.acting(Role.GM, own))}
    assert "本店" in names
    assert "别店" not in names
