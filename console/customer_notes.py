"""What staff record about a customer: contacts, numbers noted in WeCom, a stop of marketing; and revealing the
phone.
"""

from typing import Literal

from pydantic import Field

from console.sign_in import api
from crm_core.customers import notes, service
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import REVEALS_PER_DAY
from foundation.web import Moment, Schema


class FollowUpIn(Schema):
    """A contact, or a remark (`note`), and when the next one is."""

    contact: Literal["call", "wecom", "visit", "note"] = "note"
    body: str = Field(min_length=1, max_length=500)
    next_at: Moment | None = None


class RevealIn(Schema):
    """Why the number is needed."""

    reason: str = Field(default="联系客户", min_length=1, max_length=80)


class RevealedPhoneOut(Schema):
    """The plain number; each request for it is logged."""

    phone: str
    used_today: int
    daily_limit: int


class StopMarketingIn(Schema):
    """How the customer said that they want no marketing."""

    how: Literal["phone", "wecom", "at_store", "letter"]


class FollowUpOut(Schema):
    """The note that was written."""

    id: int


@api.post("/customers/{customer_id}/follow-ups", status=201, summary="Note a contact and when the next one is")
async def log_follow_up(actor: Actor, customer_id: int, body: FollowUpIn) -> FollowUpOut:
    return FollowUpOut(id=await service.log_follow_up(actor, customer_id, **body.model_dump()))


@api.post(
    "/customers/{customer_id}/phone-reveals", status=201, kept=False, summary="The plain number, one at a time, logged"
)
async def reveal_customer_phone(actor: Actor, customer_id: int, body: RevealIn) -> RevealedPhoneOut:
    phone = await service.reveal_phone(actor, customer_id, reason=body.reason)
    used = await service.reveals_today(actor)
    return RevealedPhoneOut(phone=phone, used_today=used, daily_limit=REVEALS_PER_DAY)


@api.post("/proposed-phones/{proposal_id}/acceptance", status=204, summary="The number noted in WeCom is theirs")
async def accept_proposed_phone(actor: Actor, proposal_id: int) -> None:
    await notes.accept_phone(actor, proposal_id)


@api.post("/proposed-phones/{proposal_id}/refusal", status=204, summary="It is not, or is not to be used")
async def refuse_proposed_phone(actor: Actor, proposal_id: int) -> None:
    await notes.refuse_phone(actor, proposal_id)


@api.post("/customers/{customer_id}/marketing-stops", status=204, summary="They want no more marketing, said to us")
async def stop_marketing_to_customer(actor: Actor, customer_id: int, body: StopMarketingIn) -> None:
    await service.stop_marketing(actor, customer_id, how=body.how)
