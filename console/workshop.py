"""Schemas that the workshop's endpoints share: stores, photos, and the evidence of an owner's decision."""

from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from crm_core.repair_orders.evidence import MAX_WORDS, Evidence
from foundation import media
from foundation.web import Id, Moment, Schema

MediaKey = Field(pattern=r"^[0-9a-f]{64}\.(jpg|png|webp|mp4)$", max_length=70)


class WorkshopQuery(Schema):
    """Which store."""

    store_id: Id


class PhotoIn(Schema):
    """A stored photo and what it shows: 施工前, 施工后, 旧件."""

    key: str = MediaKey
    label: str = Field(min_length=1, max_length=20)


class PhotosIn(Schema):
    """Photos of a job."""

    photos: list[PhotoIn] = Field(min_length=1, max_length=20)


class EvidenceIn(Schema):
    """How the owner decided: `phone` with the time of the recorded call and their words, `paper` with a photo of it."""

    how: Literal["paper", "phone"]
    said_at: Moment | None = None
    words: str = Field(default="", max_length=MAX_WORDS)
    photo: str | None = Field(default=None, pattern=r"^[0-9a-f]{64}\.(jpg|png|webp)$", max_length=70)


async def media_of(photos: Sequence[PhotoIn]) -> list[dict[str, str]]:
    """Photos as the domain takes them.

    Raises:
        MediaNotStored: a photo was not uploaded before.
    """
    await media.require_stored(photo.key for photo in photos)
    return [{"key": photo.key, "label": photo.label} for photo in photos]


async def evidence_of(body: EvidenceIn) -> Evidence:
    """Evidence as the domain takes it.

    Raises:
        MediaNotStored: the photo was not uploaded before.
    """
    if body.photo is not None:
        await media.require_stored([body.photo])
    return Evidence(body.how, photo=body.photo or "", said_at=body.said_at, words=body.words.strip())
