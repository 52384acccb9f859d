"""Making templates: a marketer drafts, somebody else approves; a live one can only be prolonged, enlarged, ended."""

from dataclasses import asdict, dataclass
from datetime import date

from crm_core.coupons import rules, terms
from crm_core.coupons.errors import OnlyMore, TemplateNotFound, TermsNotAccepted
from crm_core.coupons.events import TemplateMoved
from crm_core.coupons.models import CouponTemplate
from crm_core.coupons.rules import CouponKind, TemplateState
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorize, subject
from foundation import clock, database
from foundation.errors import NotAllowed, StaleVersion
from foundation.events import record
from foundation.moves import next_state

_ACTION_OF = {"approve": "coupon_templates.approve", "reject": "coupon_templates.approve"}
_WORDS = {
    "submit": "提交审批",
    "approve": "已启用",
    "reject": "已驳回",
    "pause": "已暂停",
    "resume": "已恢复",
    "end": "已停发",
    "archive": "已归档",
}


@dataclass(frozen=True)
class Terms:
    """What a draft says; sums in fen, `pay_percent` 80 is 8 折."""

    name: str
    kind: CouponKind
    quota: int
    valid_days: int
    value_fen: int = 0
    pay_percent: int = 100
    cap_fen: int | None = None
    threshold_fen: int = 0
    item_codes: tuple[str, ...] = ()
    store_ids: tuple[int, ...] = ()
    per_person: int = 1
    per_vehicle: int = 1
    claim_days: int = 30
    ends_on: date | None = None
    is_vehicle_bound: bool = False
    restores_on_refund: bool = True
    is_new_friend_gift: bool = False


async def draft(actor: Actor, wanted: Terms) -> CouponTemplate:
    """Write a draft.

    Raises:
        TermsNotAccepted: something its kind needs is missing.
    """
    authorize(actor, "coupon_templates.draft", subject())
    refusal = terms.missing_terms(
        wanted.kind,
        value_fen=wanted.value_fen,
        pay_percent=wanted.pay_percent,
        threshold_fen=wanted.threshold_fen,
        item_codes=wanted.item_codes,
    )
    if refusal:
        raise TermsNotAccepted(refusal)
    columns = asdict(wanted) | {"item_codes": list(wanted.item_codes), "store_ids": list(wanted.store_ids)}
    return await CouponTemplate.create(
        **columns, state=TemplateState.DRAFT, created_by_id=actor.id or None, created_at=clock.now()
    )


async def move(actor: Actor, template_id: int, action: str, *, expected_version: int | None = None) -> CouponTemplate:
    """Take a template a step further: submit, approve, reject, pause, resume, end, archive.

    Raises:
        SameHands: the approver wrote it.
        IllegalMove, StaleVersion.
    """
    async with database.transaction():
        template = await CouponTemplate.select_for_update().get_or_none(id=template_id)
        if template is None:
            raise TemplateNotFound
        permission = _ACTION_OF.get(action, "coupon_templates.draft")
        maker = template.created_by_id if permission == "coupon_templates.approve" else None
        if action in {"pause", "end", "resume"} and "GM" in actor.roles:
            permission = "coupon_templates.approve"
        authorize(actor, permission, subject(), not_by=maker)
        if expected_version is not None and template.version != expected_version:
            raise StaleVersion(current_version=template.version, current_state=template.state.value)
        template.state = next_state(rules.TEMPLATE_MOVES, template.state, action, _role(actor, template, action))
        if action == "approve":
            template.approved_by_id = actor.id
        template.version += 1
        await template.save()
        await record(
            TemplateMoved(
                actor=str(actor),
                template_id=template.id,
                template_name=template.name,
                action=_WORDS[action],
                state=template.state.value,
            )
        )
        return template


async def extend(
    actor: Actor, template_id: int, *, more: int = 0, ends_on: date | None = None, expected_version: int
) -> CouponTemplate:
    """Add stock or time to a live template; nothing else of it can change.

    Raises:
        OnlyMore: it is not live, or the new end is earlier.
        StaleVersion.
    """
    async with database.transaction():
        template = await CouponTemplate.select_for_update().get_or_none(id=template_id)
        if template is None:
            raise TemplateNotFound
        authorize(actor, "coupon_templates.draft", subject())
        if template.version != expected_version:
            raise StaleVersion(current_version=template.version, current_state=template.state.value)
        is_earlier = ends_on is not None and template.ends_on is not None and ends_on < template.ends_on
        cuts_short = ends_on is not None and template.ends_on is None
        if template.state not in {TemplateState.ACTIVE, TemplateState.PAUSED} or more < 0 or is_earlier or cuts_short:
            raise OnlyMore
        template.quota += more
        template.ends_on = ends_on or template.ends_on
        template.version += 1
        await template.save()
        return template


def _role(actor: Actor, template: CouponTemplate, action: str) -> str:
    """The role of the actor that the table of moves knows for this step; group people reach every store."""
    if actor.kind == "system":
        return "SYS"
    step = rules.TEMPLATE_MOVES.get(template.state, {}).get(action)
    mine = [role.value for role in actor.roles]
    if step is None:
        return mine[0] if mine else ""
    found = next((role for role in mine if role in step[1]), None)
    if found is None:
        raise NotAllowed(action=action)
    return found
