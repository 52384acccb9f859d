"""Photos and videos: staff upload them, and anybody who was given a signed address can view one until it expires."""

from sanic import Blueprint, HTTPResponse, Request

from console.sign_in import api
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import may_ever
from foundation import media
from foundation.errors import NotAllowed, NotFound
from foundation.media import MAX_VIDEO_BYTES
from foundation.media_links import LINK_SECONDS, is_signed, signed
from foundation.web import Schema, read_body

blueprint = Blueprint("media")
"""The server registers it at the root and without authentication, because addresses of photos carry no session."""

_UPLOADERS = (
    "repair_orders.inspect",
    "repair_orders.record_oral_decision",
    "repair_orders.work",
    "repair_orders.check_quality",
    "vehicles.bind",
    "complaints.bring",
    "valet.drive",
    "loan_cars.lend",
    "campaigns.draft",
)


class MediaOut(Schema):
    """A stored photo; hand the key in where a photo is asked for."""

    key: str
    url: str
    content_type: str
    size_bytes: int


@api.post("/media", status=201, stream=True, summary="Store a photo or video given as the raw body")
async def store_media(actor: Actor, request: Request) -> MediaOut:
    if not any(may_ever(actor, action) for action in _UPLOADERS):
        raise NotAllowed
    stored = await media.store(await read_body(request, MAX_VIDEO_BYTES))
    return MediaOut(
        key=stored.key, url=signed(stored.key), content_type=stored.content_type, size_bytes=stored.size_bytes
    )


@blueprint.get("/media/<key:str>", name="signed_media")
async def show_media(request: Request, key: str) -> HTTPResponse:
    """Send the file if the address was signed by us and has not expired; everything else is answered with 404."""
    if not is_signed(key, request.args.get("e", ""), request.args.get("s", "")):
        raise NotFound
    content, content_type = await media.read(key)
    headers = {
        "cache-control": f"private, max-age={LINK_SECONDS}, immutable",
        "x-content-type-options": "nosniff",
        "content-security-policy": "default-src 'none'",
    }
    return HTTPResponse(content, content_type=content_type, headers=headers)
