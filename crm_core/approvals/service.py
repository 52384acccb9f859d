"""The verbs: request, decide, withdraw, invalidate, and following up requests that wait."""

from collections.abc import Collection, Sequence
from typing import Any

from tortoise.exceptions import IntegrityError

from crm_core.approvals import notices, rules
from crm_core.approvals.approvers import levels_for, next_managers
from crm_core.approvals.errors import (
    AlreadyDecided,
    AlreadyWaiting,
    ApprovalNotFound,
    ContentChanged,
    NobodyToApprove,
    NotYourDecision,
)
from crm_core.approvals.events import ApprovalDecided, ApprovalEventFacts, ApprovalLevelPassed, ApprovalRequested
from crm_core.approvals.models import Approval, ApprovalDecision, ApprovalDelegation
from crm_core.approvals.rules import (
    APPROVAL_MOVES,
    ApprovalFacts,
    ApprovalKind,
    ApprovalRefusal,
    ApprovalState,
    CardFacts,
    Delegation,
    Level,
    LevelMode,
    TimeStep,
)
from crm_core.dealerships.actors import Actor, system
from crm_core.dealerships.models import Staff
from crm_core.dealerships.permissions import authorise, is_allowed, subject
from crm_core.messaging.service import say_again
from crm_core.policies.current import group_policy
from foundation import clock, database
from foundation.errors import NotAllowed
from foundation.events import record
from foundation.moves import next_state
from foundation.refs import Ref


async def request(
    actor: Actor,
    kind: ApprovalKind,
    about: str,
    *,
    content_hash: str,
    title: str,
    store_ids: Sequence[int] | None,
    note: str = "",
    facts: CardFacts | None = None,
    levels: Sequence[Level] | None = None,
    hands: Collection[int] = (),
) -> Approval:
    """Ask for approval of `about` with exactly the content whose hash is `content_hash`; the caller has authorised
    this.

    `store_ids` are the stores it touches (None: the group); the approvers follow from them unless `levels` are given.
    `facts` are shown on the card. `hands` are staff who made what is asked for; like the requester, they may not
    decide.

    Raises:
        NotAllowed: the actor is not a member of staff.
        NobodyToApprove: nobody but the requester and the hands could agree.
        AlreadyWaiting: a request about the same thing is waiting.
    """
    if actor.kind != "staff":
        raise NotAllowed(action="approvals.request")
    async with database.transaction():
        chosen = tuple(levels) if levels is not None else await levels_for(kind, store_ids)
        level = rules.first_level(chosen, {actor.id, *hands})
        if level is None:
            raise NobodyToApprove
        now = clock.now()
        try:
            async with database.savepoint():
                approval = await Approval.create(
                    kind=kind,
                    about=about,
                    content_hash=content_hash,
                    title=title,
                    store_id=store_ids[0] if store_ids is not None and len(store_ids) == 1 else None,
                    requester_id=actor.id,
                    hands=sorted(set(hands)),
                    note=note,
                    facts={**(facts or {}), "store_ids": list(store_ids) if store_ids is not None else None},
                    levels=[{"approver_ids": sorted(one.approver_ids), "mode": one.mode.value} for one in chosen],
                    level=level,
                    level_since=now,
                    state=ApprovalState.PENDING,
                    requested_at=now,
                )
        except IntegrityError as error:
            raise AlreadyWaiting from error
        await record(ApprovalRequested(**_facts(actor, approval)))
        await notices.ask(approval, chosen[level].approver_ids)
        return approval


async def decide(actor: Actor, approval_id: int, *, agree: bool, version_seen: int, note: str = "") -> Approval:
    """Agree or refuse; a refusal at any level ends the request.

    Raises:
        AlreadyDecided: the request has ended; the details name its state.
        ContentChanged: the version on the card or page is not the one that is waiting now.
        NotYourDecision: the actor asked for it or made it, is no approver of this level, or has agreed already.
    """
    async with database.transaction():
        approval = await _locked(approval_id)
        facts = await _rule_facts(approval)
        await _refuse(actor, approval, rules.decision_refusal(facts, actor.id, version_seen, clock.today()))
        authorise(actor, "approvals.decide", subject(store_id=approval.store_id), not_by=approval.requester_id)
        await ApprovalDecision.create(
            approval_id=approval.id,
            requester_id=approval.requester_id,
            staff_id=actor.id,
            level=approval.level,
            is_agreed=agree,
            seats=sorted(rules.acting_for(facts, actor.id, clock.today())),
            note=note,
            at=clock.now(),
        )
        if not agree:
            await _end(actor, approval, "refuse", note)
            return approval
        after = rules.after_agreement(facts, actor.id, clock.today())
        if after.state is ApprovalState.APPROVED:
            await _end(actor, approval, "approve", note)
        else:
            await _go_on(actor, approval, after)
        return approval


async def _go_on(actor: Actor, approval: Approval, after: rules.AfterDecision) -> None:
    """Store an agreement that does not end the request: the level waits for others, or the next level is asked."""
    passed, approval.passed_by = approval.level, sorted(after.passed_by)
    if after.level == passed:
        await approval.save(update_fields=["passed_by"])
        return
    next_state(APPROVAL_MOVES, approval.state, "pass_level")
    await notices.close_cards(approval, actor.name)
    approval.level, approval.level_since = after.level, clock.now()
    approval.reminded_at = approval.escalated_at = None
    approval.version += 1
    await approval.save()
    await record(ApprovalLevelPassed(**_facts(actor, approval), level=passed))
    await notices.ask(approval, _levels(approval)[after.level].approver_ids)


async def withdraw(actor: Actor, approval_id: int) -> Approval:
    """Withdraw one's own request while it is pending.

    Raises:
        AlreadyDecided, NotYourDecision.
    """
    async with database.transaction():
        approval = await _locked(approval_id)
        if actor.kind != "staff" or approval.requester_id != actor.id:
            raise NotYourDecision("只有提交人能撤回。")
        if approval.state is not ApprovalState.PENDING:
            await _refuse(actor, approval, ApprovalRefusal.ALREADY_DECIDED)
        await _end(actor, approval, "withdraw", "")
        return approval


async def invalidate(
    actor: Actor, kind: ApprovalKind, about: str, *, unless_hash: str | None = None, why: str = "内容已变化"
) -> None:
    """End the pending request about a thing that changed, is gone or is no longer wished, unless it asks for the
    content of `unless_hash`.
    """
    async with database.transaction():
        approval = await Approval.select_for_update().get_or_none(kind=kind, about=about, state=ApprovalState.PENDING)
        if approval is not None and approval.content_hash != unless_hash:
            await _end(actor, approval, "invalidate", why)


async def hold(kind: ApprovalKind, about: str) -> None:
    """Lock the pending request about a thing, if there is one, before the thing itself, as a decision locks them."""
    await Approval.select_for_update().get_or_none(kind=kind, about=about, state=ApprovalState.PENDING)


async def is_approved(kind: ApprovalKind, about: str, content_hash: str) -> bool:
    """Whether exactly this content was approved."""
    return await Approval.exists(kind=kind, about=about, content_hash=content_hash, state=ApprovalState.APPROVED)


async def approver_of(kind: ApprovalKind, about: str, content_hash: str) -> int | None:
    """The id of the member whose agreement last approved exactly this content; None if it was not approved."""
    agreed = (
        await Approval.filter(kind=kind, about=about, content_hash=content_hash, state=ApprovalState.APPROVED)
        .order_by("-id")
        .first()
    )
    return agreed.ended_by if agreed else None


async def is_waiting(kind: ApprovalKind, about: str) -> bool:
    """Whether a request about this thing is pending."""
    return await Approval.exists(kind=kind, about=about, state=ApprovalState.PENDING)


async def follow_up(approval_id: int) -> None:
    """Do what is due for a request that waits: remind, ask the next manager, expire it, or replace cards that are too
    old.
    """
    actor = system("approval_follow_up")
    async with database.transaction():
        approval = await _locked(approval_id)
        if approval.state is not ApprovalState.PENDING:
            return
        managers = await _managers(approval)
        step = rules.time_step(
            approval.level_since,
            clock.now(),
            was_reminded=approval.reminded_at is not None,
            can_escalate=bool(managers),
            policy=await group_policy(rules.ApprovalPolicy),
        )
        if step is TimeStep.REMIND:
            approval.reminded_at = clock.now()
            await approval.save(update_fields=["reminded_at"])
            waiting = _levels(approval)[approval.level].approver_ids - set(approval.passed_by)
            await notices.ask(approval, waiting, again=":reminder")
        elif step is TimeStep.ESCALATE:
            await _escalate(approval, managers)
        elif step is TimeStep.EXPIRE:
            await _end(actor, approval, "expire", "超时未批")
        else:
            await _renew_old_cards(approval)


async def _managers(approval: Approval) -> frozenset[int]:
    """Managers who could be asked besides the level's own approvers; none if the request was escalated before."""
    if approval.escalated_at is not None:
        return frozenset()
    stores = approval.kept_facts.get("store_ids")
    known = _levels(approval)[approval.level].approver_ids | {approval.requester_id, *approval.hands}
    return await next_managers(stores) - known


async def _escalate(approval: Approval, managers: frozenset[int]) -> None:
    """Add managers to the level; its own approvers stay, and from now on any one of all of them is enough."""
    own = _levels(approval)[approval.level].approver_ids
    approval.levels[approval.level] = {"approver_ids": sorted(own | managers), "mode": LevelMode.ANY.value}
    approval.escalated_at = approval.level_since = clock.now()
    await approval.save(update_fields=["levels", "escalated_at", "level_since"])
    await notices.ask(approval, managers)


async def _renew_old_cards(approval: Approval) -> None:
    rows = await database.fetch(
        "SELECT DISTINCT ON (staff_id) id, sent_at FROM message WHERE about = $1 AND template = 'approval_request' "
        "AND about_version = $2 AND sent_at IS NOT NULL ORDER BY staff_id, id DESC",
        Ref("approval", approval.id),
        approval.version,
    )
    for row in rows:
        if rules.needs_new_card(row["sent_at"], clock.now()):
            await say_again(row["id"])


async def _end(actor: Actor, approval: Approval, action: str, note: str) -> None:
    approval.state = next_state(APPROVAL_MOVES, approval.state, action)
    approval.version += 1
    approval.ended_at = clock.now()
    approval.ended_by = actor.id if actor.kind == "staff" else None
    approval.end_note = note
    await approval.save()
    await notices.close_cards(approval, actor.name or "系统")
    await record(
        ApprovalDecided(
            **_facts(actor, approval),
            state=approval.state,
            content_hash=approval.content_hash,
            decided_by=approval.ended_by,
            note=note,
        )
    )
    await notices.tell_requester(approval, actor.name or "系统")


async def _locked(approval_id: int) -> Approval:
    approval = await Approval.select_for_update().get_or_none(id=approval_id)
    if approval is None:
        raise ApprovalNotFound
    return approval


async def _refuse(actor: Actor, approval: Approval, refusal: ApprovalRefusal | None) -> None:
    if refusal is None:
        return
    details: dict[str, Any] = {"current_state": approval.state.value, "current_version": approval.version}
    if refusal is ApprovalRefusal.ALREADY_DECIDED:
        if approval.state is ApprovalState.INVALIDATED:
            raise ContentChanged(**details)
        raise AlreadyDecided(await _how_it_ended(actor, approval), **details)
    if refusal is ApprovalRefusal.VERSION_CHANGED:
        raise ContentChanged(**details)
    raise NotYourDecision(refusal.sentence, **details)


async def _how_it_ended(actor: Actor, approval: Approval) -> str:
    """The sentence that says who ended the request and when. Readers who may not see it learn only that it is over."""
    is_reader = approval.requester_id == actor.id or is_allowed(
        actor, "approvals.read", subject(store_id=approval.store_id)
    )
    if not is_reader or approval.ended_at is None:
        return ApprovalRefusal.ALREADY_DECIDED.sentence
    decider = await Staff.get_or_none(id=approval.ended_by) if approval.ended_by is not None else None
    return rules.ended_sentence(decider.name if decider else None, approval.ended_at, clock.now())


async def _rule_facts(approval: Approval) -> ApprovalFacts:
    levels = _levels(approval)
    seats = levels[approval.level].approver_ids
    lent = await ApprovalDelegation.filter(approver_id__in=sorted(seats), until_on__gte=clock.today())
    return ApprovalFacts(
        requester_id=approval.requester_id,
        state=approval.state,
        version=approval.version,
        levels=levels,
        level=approval.level,
        passed_by=frozenset(approval.passed_by),
        delegations=tuple(Delegation(row.approver_id, row.delegate_id, row.from_on, row.until_on) for row in lent),
        hands=frozenset(approval.hands),
    )


def _levels(approval: Approval) -> tuple[Level, ...]:
    rows: list[dict[str, Any]] = approval.levels
    return tuple(Level(frozenset(row["approver_ids"]), LevelMode(row["mode"])) for row in rows)


def _facts(actor: Actor, approval: Approval) -> ApprovalEventFacts:
    return ApprovalEventFacts(
        actor=str(actor),
        store_id=approval.store_id,
        approval_id=approval.id,
        kind=approval.kind.value,
        about=approval.about,
        title=approval.title,
    )
