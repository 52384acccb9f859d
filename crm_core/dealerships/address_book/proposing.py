"""The proposals as they stand now, and deciding them."""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from crm_core.dealerships import audit, directory, roles
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.address_book import rules
from crm_core.dealerships.address_book.errors import DepartmentUnknown, ProposalGone, RuleMeansNothing
from crm_core.dealerships.address_book.models import (
    DirectoryDepartment,
    DirectoryMember,
    DirectoryRefusal,
    DirectoryRule,
    DirectoryTag,
)
from crm_core.dealerships.address_book.rules import BookRules, InBook, OnFile, Proposal, ProposalKind, RuleKind
from crm_core.dealerships.models import Staff, Store
from crm_core.dealerships.permissions import authorise
from crm_core.dealerships.role import Role
from crm_core.dealerships.roles import RoleIn
from crm_core.dealerships.stores import whole_group
from foundation import clock, database
from foundation.errors import NotFound, Refused
from foundation.refs import Ref

_ACTION: Final = "staff.manage"


@dataclass(frozen=True)
class Choice:
    """Somebody new, and what is chosen for them."""

    userid: str
    fingerprint: str
    store_id: int | None
    role: Role


async def standing() -> list[tuple[Proposal, OnFile | None]]:
    """Every difference that nobody has refused, with whom it is about; the caller has authorised it."""
    known = await _rules()
    refused = set(await DirectoryRefusal.all().values_list("userid", "fingerprint"))
    return [
        (proposal, staff)
        for book, staff in await _people()
        for proposal in rules.proposals(book, staff, known)
        if (proposal.userid, proposal.fingerprint) not in refused
    ]


async def accept(
    actor: Actor,
    userid: str,
    fingerprint: str,
    *,
    store_id: int | None = None,
    role: Role | None = None,
    is_another_person: bool = False,
) -> None:
    """Make it so: give store and role to who is new or moved, take the name over, or end the account of who left.

    Whoever moved keeps roles in other stores; those of the store they leave end, which is what accepting says. A name
    that belongs to `is_another_person` gets a record of its own, without any role.

    Raises:
        ProposalGone: the difference is another one by now.
        NotFound: there is no such store.
        RoleNeedsPlace: the role holds in a store, and none is chosen.
    """
    async with database.transaction():
        await database.advisory_lock("staff_roles")
        authorise(actor, _ACTION, await whole_group())
        proposal, staff = await _the_one(userid, fingerprint)
        match proposal.kind:
            case ProposalKind.LEFT:
                assert staff is not None
                await directory.end_account(actor, staff.staff_id)
            case ProposalKind.RENAMED:
                assert staff is not None
                await directory.take_name(actor, staff.staff_id, proposal.name, is_another_person=is_another_person)
            case ProposalKind.NEW | ProposalKind.MOVED:
                await _place(actor, proposal, staff, store_id, role)
        await audit.note(actor, "directory.accept", Ref("staff", staff.staff_id if staff else 0), kind=proposal.kind)


async def accept_new(actor: Actor, choices: Collection[Choice]) -> None:
    """Let many who are new in, each with the store and role that were chosen for them. Whoever cannot be let in stays
    proposed, and whoever decides about them alone reads why.
    """
    async with database.transaction():
        await database.advisory_lock("staff_roles")
        authorise(actor, _ACTION, await whole_group())
        for choice in sorted(choices, key=lambda one: one.userid):
            with suppress(Refused, NotFound):
                async with database.savepoint():
                    await _let_in(actor, choice)


async def _let_in(actor: Actor, choice: Choice) -> None:
    proposal, staff = await _the_one(choice.userid, choice.fingerprint)
    if proposal.kind is not ProposalKind.NEW:
        raise ProposalGone
    await _place(actor, proposal, staff, choice.store_id, choice.role)
    await audit.note(actor, "directory.accept", Ref("staff", staff.staff_id if staff else 0), kind=proposal.kind)


async def refuse(actor: Actor, userid: str, fingerprint: str) -> None:
    """Leave it as it is; it is proposed again when it becomes another difference.

    Raises:
        ProposalGone: it is no difference any more.
    """
    async with database.transaction():
        authorise(actor, _ACTION, await whole_group())
        proposal, _ = await _the_one(userid, fingerprint)
        await database.execute(
            "INSERT INTO directory_refusal (userid, kind, fingerprint, by_id, at) VALUES ($1, $2, $3, $4, $5) "
            "ON CONFLICT DO NOTHING",
            proposal.userid,
            proposal.kind,
            proposal.fingerprint,
            actor.id,
            clock.now(),
        )


async def set_rule(actor: Actor, kind: RuleKind, key: str, *, store_id: int | None, role: Role | None) -> None:
    """Say which store a department is, or which role a position or tag means; both None takes the rule back.

    Raises:
        DepartmentUnknown: the book has no such department or tag.
        RuleMeansNothing: the wrong one of the two is given.
    """
    async with database.transaction():
        authorise(actor, _ACTION, await whole_group())
        await database.advisory_lock("directory_rule")
        if kind is not RuleKind.POSITION:
            table = DirectoryDepartment if kind is RuleKind.DEPARTMENT else DirectoryTag
            if not key.isdecimal() or not await table.exists(id=int(key)):
                raise DepartmentUnknown
        before = await DirectoryRule.get_or_none(kind=kind, key=key)
        if before is not None:
            await before.delete()
        if (store_id, role) != (None, None):
            if (store_id is None) is (kind is RuleKind.DEPARTMENT) or (role is None) is not (
                kind is RuleKind.DEPARTMENT
            ):
                raise RuleMeansNothing
            if store_id is not None and not await Store.exists(id=store_id):
                raise NotFound
            await DirectoryRule.create(
                kind=kind, key=key, store_id=store_id, role=role, set_by_id=actor.id, set_at=clock.now()
            )
        await audit.note(
            actor,
            "directory.set_rule",
            f"directory_rule:{kind}:{key}",
            before=None if before is None else before.store_id or before.role,
            after=store_id or role,
        )


async def _place(
    actor: Actor, proposal: Proposal, staff: OnFile | None, store_id: int | None, role: Role | None
) -> None:
    if store_id is not None and not await Store.exists(id=store_id):
        raise NotFound
    member = await Staff.select_for_update().get(id=await _staff_id(actor, proposal, staff))
    held = await roles.held_by(member.id)
    if role is not None:
        leaves = member.store_id if staff is not None and staff.is_active and staff.store_id != store_id else None
        kept = {one for one in held if one.store_id is None or one.store_id != leaves}
        held = kept | {RoleIn(role, store_id, None)}
    await roles.give(
        actor,
        member.id,
        store_id=store_id,
        wanted=held,
        expected_version=member.version,
        reason=f"通讯录：{proposal.position or proposal.name}"[:100],
        lets_back_in=True,
    )


async def _staff_id(actor: Actor, proposal: Proposal, staff: OnFile | None) -> int:
    if staff is not None:
        return staff.staff_id
    return await directory.enter(actor, proposal.userid, name=proposal.name, title=proposal.position)


async def _the_one(userid: str, fingerprint: str) -> tuple[Proposal, OnFile | None]:
    known = await _rules()
    for book, staff in await _people(userid.lower()):
        for proposal in rules.proposals(book, staff, known):
            if proposal.fingerprint == fingerprint:
                return proposal, staff
    raise ProposalGone


async def _rules() -> BookRules:
    tree = await DirectoryDepartment.all()
    given = await DirectoryRule.all()
    return BookRules(
        parents={each.id: each.parent_id for each in tree},
        stores={int(r.key): r.store_id for r in given if r.kind is RuleKind.DEPARTMENT and r.store_id is not None},
        positions={r.key: r.role for r in given if r.kind is RuleKind.POSITION and r.role is not None},
        tags={int(r.key): r.role for r in given if r.kind is RuleKind.TAG and r.role is not None},
    )


async def _people(only: str | None = None) -> list[tuple[InBook, OnFile | None]]:
    """The book and the staff, matched by userid; whoever is only on file counts as not in the book once it was read."""
    in_book = await (DirectoryMember.all() if only is None else DirectoryMember.filter(userid=only)).order_by("userid")
    staff = await _staff(only)
    found: list[tuple[InBook, OnFile | None]] = [
        (
            InBook(m.userid, m.name, m.position, tuple(m.departments), tuple(m.tags), m.is_there),
            staff.pop(m.userid, None),
        )
        for m in in_book
    ]
    if not await DirectoryDepartment.exists():
        return found
    return found + [
        (InBook(userid, one.name, "", (), (), is_there=False), one)
        for userid, one in sorted(staff.items())
        if one.is_active
    ]


async def _staff(only: str | None) -> dict[str, OnFile]:
    rows = await database.fetch(
        "SELECT s.id, s.userid, s.name, s.store_id, s.is_active, "
        "  array_remove(array_agg(r.role || ':' || coalesce(r.store_id::text, '')), NULL) AS roles "
        "FROM staff s LEFT JOIN staff_role r ON r.staff_id = s.id WHERE $1::text IS NULL OR s.userid = $1 "
        "GROUP BY s.id",
        only,
    )
    return {
        row["userid"]: OnFile(row["id"], row["name"], row["store_id"], row["is_active"], _roles(row["roles"]))
        for row in rows
    }


def _roles(written: Collection[str]) -> frozenset[tuple[Role, int | None]]:
    parts = [one.partition(":") for one in written]
    return frozenset((Role(role), int(store) if store else None) for role, _, store in parts)
