"""Typed HTTP endpoints on Sanic: schema at the edge, one error renderer, idempotent POSTs, one OpenAPI document.

    api = Api("owner", prefix="/api/owner", authenticate=signed_in_owner)

    @api.post("/appointments", status=201, summary="Book a service slot")
    async def book(actor: Owner, body: BookIn) -> AppointmentOut: ...

A handler's parameters say what it needs: `actor` (whoever `authenticate` returned), `body` and `query` (a `Schema`),
`request`, and the names in the path. Its return annotation is the schema of the answer.
"""

from foundation.fields import Cursor, Day, Id, Moment, Version
from foundation.web.api import Api, Page, RawJson, Schema, StoredFile
from foundation.web.bodies import BodyTooLarge, read_body
from foundation.web.cookies import set_cookie
from foundation.web.errors import render_error
from foundation.web.strangers import PublicDoor, Strangers

__all__ = [
    "Api",
    "BodyTooLarge",
    "Cursor",
    "Day",
    "Id",
    "Moment",
    "Page",
    "PublicDoor",
    "RawJson",
    "Schema",
    "StoredFile",
    "Strangers",
    "Version",
    "read_body",
    "render_error",
    "set_cookie",
]
