"""Signing in to the console: WeCom's OAuth, or in the demo choosing a person."""

from sanic import Request

from crm_core.dealerships import sessions
from crm_core.dealerships.actors import Actor
from foundation.errors import Unauthenticated
from foundation.web import Api

_BEARER = "Bearer "


async def signed_in_staff(request: Request) -> Actor:
    """The staff member who holds the token of `Authorization: Bearer …` (EventSource gives it as `?token=`).

    Raises:
        Unauthenticated: none, forged, expired or ended.
    """
    header = request.headers.get("authorization", "")
    token = header[len(_BEARER) :] if header.startswith(_BEARER) else request.args.get("token", "")
    if not token:
        raise Unauthenticated
    return await sessions.actor_of(token, "staff")


api = Api("staff", prefix="/api/staff", authenticate=signed_in_staff)
