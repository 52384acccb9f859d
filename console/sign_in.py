"""Signing in to the console: WeCom's OAuth, or in the demo choosing a person."""

from datetime import datetime

from pydantic import Field
from sanic import Request

from console import wecom_login
from crm_core.dealerships import beginning, brand, sessions
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import PERMISSIONS, granted, may_ever
from crm_core.dealerships.staff import DemoPerson, people_to_choose_from
from crm_core.dealerships.stores import live_stores
from crm_core.settings import moving_in
from foundation import clock
from foundation.errors import NotAllowed, Unauthenticated
from foundation.reading import derive, read_model
from foundation.settings import get_settings
from foundation.web import Api, Id, Schema, Strangers, set_cookie

_BEARER = "Bearer "
_BROWSER = "wedealer-login"
"""The cookie that ties WeCom's answer to the browser that asked."""
_STRANGERS = Strangers("staff_sign_in", refusals=10, calls=300, period_seconds=600)
"""Limits per network address. Nobody types these codes, so ten refusals mean a defective or hostile browser. Three
hundred sign-ins are a whole office on a Monday morning.
"""


async def signed_in_staff(request: Request) -> Actor:
    """The staff member whose token is in `Authorization: Bearer …`.

    Raises:
        Unauthenticated: there is no token, or it is forged, expired or ended.
    """
    return await sessions.actor_of(_token(request), "staff")


async def listening_staff(request: Request) -> Actor:
    """The same for a live page, whose EventSource cannot send headers and passes the token as `?token=`.

    Addresses are stored in histories and in the logs of proxies, so no other endpoint accepts a token there.

    Raises:
        Unauthenticated: there is no token, or it is forged, expired or ended.
    """
    return await sessions.actor_of(request.args.get("token") or _token(request), "staff")


def _token(request: Request) -> str:
    header = request.headers.get("authorization", "")
    if not header.startswith(_BEARER):
        raise Unauthenticated
    return header[len(_BEARER) :]


api = Api("staff", prefix="/api/staff", authenticate=signed_in_staff)


@read_model
class StaffStoreOut:
    """A store the person works in or looks after."""

    id: int
    name: str
    short_name: str


class StaffMeOut(Schema):
    """Who is signed in and what their menu may offer; every verb decides for itself."""

    id: int
    name: str
    roles: list[str]
    store_id: int | None
    stores: list[StaffStoreOut]
    actions: list[str]
    granted: list[str]
    """Those of the actions that the group gave to one of their roles; the custom of the trade does not."""
    now: datetime
    is_demo: bool
    reads_licences: bool
    """Whether a service is set up that reads a vehicle licence from a picture."""
    issues_invoices: bool
    """Whether a service is set up that issues invoices."""
    group: str
    """What the group calls itself; empty before it has begun."""
    is_fresh: bool
    """Whether the group has nobody to look after yet: then its administrator begins with the way in."""


class SignInOptionsOut(Schema):
    """How to sign in here: WeCom's address, and in the demo a list of people."""

    wecom_url: str
    people: list[DemoPerson]


class StaffSignInIn(Schema):
    """WeCom's one-time code, what a printed address holds, or in the demo the person chosen."""

    code: str | None = Field(default=None, min_length=1, max_length=512)
    state: str = Field(default="", max_length=128)
    staff_id: Id | None = None
    address: str | None = Field(default=None, min_length=20, max_length=100)
    """What stands in an address that was printed on the server."""


class StaffTokenOut(Schema):
    """Send it as `Authorization: Bearer …`."""

    token: str


@api.get("/sign-in", public=True, summary="How to sign in; sets the cookie that WeCom's answer is bound to")
async def sign_in_options(request: Request) -> SignInOptionsOut:
    people = await people_to_choose_from() if get_settings().simulator_url else []
    browser = request.cookies.get(_BROWSER) or wecom_login.new_browser()
    wecom_url = wecom_login.login_url(request.headers.get("user-agent", ""), browser)
    set_cookie(request, _BROWSER, browser, path="/api/staff", seconds=wecom_login.STATE_SECONDS)
    return SignInOptionsOut(wecom_url=wecom_url, people=people)


@api.post("/sessions", status=201, public=True, summary="Sign in")
async def staff_sign_in(body: StaffSignInIn, request: Request) -> StaffTokenOut:
    if body.code is not None:
        await wecom_login.require_own_state(body.state, request.cookies.get(_BROWSER) or "")
        async with _STRANGERS.asking(request):
            return StaffTokenOut(token=await wecom_login.sign_in(body.code))
    if body.address is not None:
        async with _STRANGERS.asking(request):
            return StaffTokenOut(token=await beginning.use(body.address))
    if body.staff_id is None or not get_settings().simulator_url:
        raise NotAllowed
    return StaffTokenOut(token=await wecom_login.sign_in_as(body.staff_id))


@api.delete("/sessions/current", summary="Sign out")
async def staff_sign_out(actor: Actor, request: Request) -> None:
    await sessions.end(_token(request))


@api.get("/me", summary="Who is signed in")
async def staff_me(actor: Actor) -> StaffMeOut:
    return StaffMeOut(
        id=actor.id,
        name=actor.name,
        roles=sorted(role.value for role in actor.roles),
        store_id=actor.store_id,
        stores=[derive(StaffStoreOut, store) for store in await live_stores(actor.visible_store_ids)],
        actions=[action for action in PERMISSIONS if may_ever(actor, action)],
        granted=granted(actor),
        now=clock.now(),
        is_demo=bool(get_settings().simulator_url),
        reads_licences=get_settings().has_ocr,
        issues_invoices=get_settings().has_einvoice,
        group=await brand.short_name(),
        is_fresh=await moving_in.is_fresh(),
    )
