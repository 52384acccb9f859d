"""Signing in from the mini program: wx.login's code becomes our session; the phone number joins the records."""

from sanic import Request

from crm_core.dealerships import sessions
from crm_core.dealerships.actors import Actor
from foundation.errors import Unauthenticated
from foundation.web import Api

_BEARER = "Bearer "


async def signed_in_owner(request: Request) -> Actor:
    """The owner who holds the token of `Authorization: Bearer …`.

    Raises:
        Unauthenticated: none, forged, expired or ended.
    """
    header = request.headers.get("authorization", "")
    if not header.startswith(_BEARER):
        raise Unauthenticated
    return await sessions.actor_of(header[len(_BEARER) :], "owner")


api = Api("owner", prefix="/api/owner", authenticate=signed_in_owner)
