"""通讯录: WeCom's address book read anew, what differs from our staff, and the rules it is read by."""

from typing import Final

from pydantic import Field

from console.sign_in import api
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.address_book import proposing, queries, reading
from crm_core.dealerships.address_book.proposing import Choice
from crm_core.dealerships.address_book.queries import AddressBook
from crm_core.dealerships.address_book.rules import RuleKind
from crm_core.dealerships.role import Role
from foundation.web import Id, Schema

FINGERPRINT: Final = r"^[0-9a-f]{32}$"


class AcceptProposalIn(Schema):
    """The difference as its reader saw it, and what they chose."""

    userid: str = Field(min_length=1, max_length=64)
    fingerprint: str = Field(pattern=FINGERPRINT)
    store_id: Id | None = None
    role: Role | None = None
    is_another_person: bool = False


class NewMemberIn(Schema):
    """Somebody who is new, as their reader saw it, and what is chosen for them."""

    userid: str = Field(min_length=1, max_length=64)
    fingerprint: str = Field(pattern=FINGERPRINT)
    store_id: Id | None = None
    role: Role


class NewMembersIn(Schema):
    """Many at once."""

    members: list[NewMemberIn] = Field(min_length=1, max_length=100)


class RefuseProposalIn(Schema):
    """The difference as its reader saw it."""

    userid: str = Field(min_length=1, max_length=64)
    fingerprint: str = Field(pattern=FINGERPRINT)


class BookRuleIn(Schema):
    """Which store a department is, or which role a position or tag means; neither takes the rule back."""

    kind: RuleKind
    key: str = Field(min_length=1, max_length=64)
    store_id: Id | None = None
    role: Role | None = None


@api.get("/address-book", summary="How the book was last read, its rules, and what differs")
async def address_book(actor: Actor) -> AddressBook:
    return await queries.book(actor)


@api.post("/address-book/readings", status=201, summary="Read the whole book")
async def read_address_book(actor: Actor) -> AddressBook:
    await reading.begin(actor)
    return await queries.book(actor)


@api.post("/address-book/acceptances", summary="Make one difference so")
async def accept_proposal(actor: Actor, body: AcceptProposalIn) -> AddressBook:
    await proposing.accept(
        actor,
        body.userid,
        body.fingerprint,
        store_id=body.store_id,
        role=body.role,
        is_another_person=body.is_another_person,
    )
    return await queries.book(actor)


@api.post("/address-book/new-members", summary="Let many who are new in; whoever cannot be stays proposed")
async def accept_new_members(actor: Actor, body: NewMembersIn) -> AddressBook:
    await proposing.accept_new(
        actor, [Choice(one.userid, one.fingerprint, one.store_id, one.role) for one in body.members]
    )
    return await queries.book(actor)


@api.post("/address-book/refusals", summary="Leave one difference as it is")
async def refuse_proposal(actor: Actor, body: RefuseProposalIn) -> AddressBook:
    await proposing.refuse(actor, body.userid, body.fingerprint)
    return await queries.book(actor)


@api.put("/address-book/rules", summary="What a department, a position or a tag means")
async def set_book_rule(actor: Actor, body: BookRuleIn) -> AddressBook:
    await proposing.set_rule(actor, body.kind, body.key, store_id=body.store_id, role=body.role)
    return await queries.book(actor)
