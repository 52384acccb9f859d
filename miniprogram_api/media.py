"""Uploading a photo of one's 行驶证, which only the advisors of the store that the owner asked can see."""

from typing import Final

from sanic import Request

from crm_core.dealerships.actors import Actor
from foundation import media
from foundation.cache import RateLimit
from foundation.errors import TooManyRequests
from foundation.web import Schema, read_body
from miniprogram_api.login import api

MAX_PHOTO_BYTES: Final = 5 * 1024 * 1024
"""A photo compressed by the mini program is under 1 MB; 5 MB leave room for photos of old phones."""
_PHOTOS: Final = RateLimit("owner_photos", limit=20, period_seconds=86_400)
"""A licence has two pages, and some photos are blurred; twenty a day are more than anybody needs."""


class TooManyPhotos(TooManyRequests):
    """The owner has uploaded as many photos today as are allowed."""

    code = "too_many_photos"
    message = "今天上传的照片太多了，请明天再试。"


class StoredPhotoOut(Schema):
    """A stored photo; hand the key in where a photo is asked for."""

    key: str


@api.post("/media", status=201, stream=True, summary="Store a photo given as the raw body, 5 MB at most")
async def store_photo(actor: Actor, request: Request) -> StoredPhotoOut:
    if await _PHOTOS.wait_seconds(str(actor.id)):
        raise TooManyPhotos
    stored = await media.store(await read_body(request, MAX_PHOTO_BYTES), only="picture")
    return StoredPhotoOut(key=stored.key)
