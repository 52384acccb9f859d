"""Signing in from the mini program: wx.login's code becomes a session, and by the phone number records are merged."""

from pydantic import Field
from sanic import Request

from crm_core.customers import mini_program
from crm_core.customers.own_record import notes_of, own_record
from crm_core.dealerships import brand, sessions
from crm_core.dealerships.actors import Actor
from crm_core.vehicles import queries as vehicles
from foundation.errors import Unauthenticated
from foundation.web import Api, Schema, Strangers

_BEARER = "Bearer "
_STRANGERS = Strangers("owner_sign_in", refusals=60, calls=6_000, period_seconds=600)
"""Phones of one operator share an address, so an address may be wrong more often than an office's; ten a second are
more openings of the mini program than a campaign to 200,000 people brings."""


async def signed_in_owner(request: Request) -> Actor:
    """The owner whose token is in `Authorization: Bearer …`.

    Raises:
        Unauthenticated: there is no token, or it is forged, expired or ended.
    """
    header = request.headers.get("authorization", "")
    if not header.startswith(_BEARER):
        raise Unauthenticated
    return await sessions.actor_of(header[len(_BEARER) :], "owner")


api = Api("owner", prefix="/api/owner", authenticate=signed_in_owner)


class SignInIn(Schema):
    """The code that wx.login gave."""

    js_code: str = Field(min_length=1, max_length=128)


class SignInOut(Schema):
    """Send the token as `Authorization: Bearer …`; the rest says what to ask for before a page of theirs is shown."""

    token: str
    customer_id: int
    has_phone: bool
    has_vehicle: bool
    group: str
    """What the dealer group calls itself; empty before it has begun."""


class PhoneIn(Schema):
    """The code that the phone button gave, which is another one than wx.login's."""

    code: str = Field(min_length=1, max_length=128)


class PhoneOut(Schema):
    """The owner's own number, whole; `notes` say what a changed number means, and what does not follow from it."""

    phone: str
    notes: list[str]


@api.post("/sessions", status=201, public=True, summary="Sign in with wx.login's code")
async def sign_in(body: SignInIn, request: Request) -> SignInOut:
    async with _STRANGERS.asking(request):
        token, actor = await mini_program.sign_in(body.js_code)
    has_phone = await mini_program.verified_phone(actor) is not None
    has_vehicle = bool(await vehicles.bound_to(actor, actor.id))
    return SignInOut(
        token=token,
        customer_id=actor.id,
        has_phone=has_phone,
        has_vehicle=has_vehicle,
        group=await brand.short_name(),
    )


@api.delete("/sessions/current", summary="Sign out")
async def sign_out(actor: Actor, request: Request) -> None:
    await sessions.end(request.headers["authorization"][len(_BEARER) :])


# This is a PUT because it calls WeChat. A POST runs inside the transaction that its Idempotency-Key opens, and WeChat
# must not be called inside a transaction. The code is valid only once.
@api.put("/me/phone", summary="Share the phone number WeChat vouches for")
async def share_phone(actor: Actor, body: PhoneIn) -> PhoneOut:
    phone = await mini_program.share_phone(actor, body.code)
    return PhoneOut(phone=phone, notes=notes_of(await own_record(actor)))
