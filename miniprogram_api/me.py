"""The owner's own record, their consents, and the notices they accept."""

from typing import Literal

from pydantic import Field

from crm_core.binding_requests import queries as request_queries
from crm_core.binding_requests.queries import BindingRequest
from crm_core.customers import consents
from crm_core.customers.consent_texts.reading import current_texts
from crm_core.customers.models import Purpose
from crm_core.customers.own_record import notes_of, own_record
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.stores import StoreEntry, live_stores
from crm_core.deposits import queries as deposits
from crm_core.deposits.queries import OwnDeposit
from crm_core.messaging.pushes import take_choices
from crm_core.messaging.switches import switched_off_by
from crm_core.privacy.errors import ConsentTextChanged
from crm_core.vehicles import queries as vehicle_queries
from crm_core.vehicles.queries import OwnerCar
from crm_core.wording.catalogue import catalogue
from crm_core.wording.subscribe_keys import subscribe_templates, subscribe_title
from foundation.reading import derive, read_model
from foundation.settings import get_settings
from foundation.web import Schema
from miniprogram_api.login import api
from miniprogram_api.vehicles import with_masked_vin

ConsentPurpose = Literal[
    "MARKETING_SMS", "MARKETING_WECOM", "MARKETING_CALL", "PROFILING", "PHOTO_PUBLICITY", "AD_AUDIENCE"
]


@read_model
class MeOut:
    """The owner's own record."""

    customer_id: int
    name: str
    phone: str | None
    is_phone_verified: bool
    consents: list[str]
    is_marketing_stopped: bool


@read_model
class AccountOut(MeOut):
    """O11 我的: the owner, their cars, and what they asked to be bound to.

    `notes` are sentences to show on top: a number that is on another record too, records that became one, old numbers.
    """

    notes: list[str]
    vehicles: list[OwnerCar]
    binding_requests: list[BindingRequest]
    deposits: list[OwnDeposit]
    """What they have paid ahead, store by store; empty ones are left out."""


class ConsentIn(Schema):
    """Consent to one purpose, given with a box of its own that was not ticked before."""

    purpose: ConsentPurpose
    text_version: str = Field(min_length=1, max_length=20)
    """Version of the text that was shown (`/privacy`); if it is outdated, the owner must read the new one first."""


class SubscribeChoice(Schema):
    """What the owner chose for one template in WeChat's pop-up."""

    template_id: str = Field(min_length=1, max_length=64)
    is_accepted: bool


class SubscribeIn(Schema):
    """The answer of wx.requestSubscribeMessage: at most three templates."""

    choices: list[SubscribeChoice] = Field(min_length=1, max_length=3)


class SubscribeTemplateOut(Schema):
    """A notice the mini program may ask for."""

    message: str
    template_id: str
    title: str


@api.get("/me", summary="What we know about the owner")
async def me(actor: Actor) -> MeOut:
    return derive(MeOut, await own_record(actor), consents=await _agreed(actor))


async def _agreed(actor: Actor) -> list[str]:
    return sorted(purpose.value for purpose in await consents.live_purposes(actor.id))


@api.get("/account", summary="O11 我的: the owner, their cars and binding requests in one read")
async def account(actor: Actor) -> AccountOut:
    own = await own_record(actor)
    return derive(
        AccountOut,
        own,
        consents=await _agreed(actor),
        notes=notes_of(own),
        vehicles=[with_masked_vin(car) for car in await vehicle_queries.bound_to(actor, actor.id)],
        binding_requests=await request_queries.of_account(actor),
        deposits=await deposits.of_customer(actor, actor.id),
    )


@api.get("/stores", summary="Stores that take bookings")
async def stores(actor: Actor) -> list[StoreEntry]:
    return await live_stores()


@api.post("/consents", status=201, summary="Agree to one purpose")
async def give_consent(actor: Actor, body: ConsentIn) -> MeOut:
    purpose = Purpose(body.purpose)
    if body.text_version != (shown := (await current_texts())[purpose].version):
        raise ConsentTextChanged(current_version=shown)
    await consents.give_consent(actor, actor.id, purpose, text_version=body.text_version, how="mini_program")
    return await me(actor)


@api.delete("/consents/{purpose}", summary="Take the agreement to one purpose back")
async def withdraw_consent(actor: Actor, purpose: ConsentPurpose) -> MeOut:
    await consents.withdraw_consent(actor, actor.id, Purpose(purpose), how="mini_program")
    return await me(actor)


@api.post("/marketing-stop", summary="No more marketing, anywhere, at once")
async def stop_marketing(actor: Actor) -> MeOut:
    await consents.stop_marketing(actor, actor.id, how="mini_program")
    return await me(actor)


@api.delete("/marketing-stop", summary="Marketing may reach the owner again where they agreed to it")
async def resume_marketing(actor: Actor) -> MeOut:
    await consents.resume_marketing(actor, actor.id)
    return await me(actor)


@api.get("/subscribe-templates", summary="Which notices the mini program may ask for")
async def templates(actor: Actor) -> list[SubscribeTemplateOut]:
    """Nobody is asked for what they switched off."""
    off = await switched_off_by(actor.id)
    return [
        SubscribeTemplateOut(message=message, template_id=template.template_id, title=subscribe_title(message))
        for message, template in subscribe_templates().templates.items()
        if catalogue().message(message).name not in off
    ]


@api.post("/subscribe-choices", summary="What the owner accepted in WeChat's pop-up, where no message push is set up")
async def subscribe_choices(actor: Actor, body: SubscribeIn) -> None:
    """Count what the owner accepted. If a message push is set up, WeChat reports it as well, and counting here too
    would count it twice.
    """
    if not get_settings().weixin.push_token.get_secret_value():
        await take_choices(actor.openid, {choice.template_id: choice.is_accepted for choice in body.choices})
