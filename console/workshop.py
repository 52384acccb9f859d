"""Words that the screens of the workshop share."""

from pydantic import Field

from console.repair_orders import MediaKey
from foundation.web import Schema


class WorkshopQuery(Schema):
    """Which store."""

    store_id: int = Field(gt=0, lt=2**63)


class PhotoIn(Schema):
    """A stored photo and what it shows: 施工前, 施工后, 旧件."""

    key: str = MediaKey
    label: str = Field(min_length=1, max_length=20)


class PhotosIn(Schema):
    """Photos of a job."""

    photos: list[PhotoIn] = Field(min_length=1, max_length=20)


def media_of(photos: list[PhotoIn]) -> list[dict[str, str]]:
    """Photos as the domain takes them."""
    return [{"key": photo.key, "label": photo.label} for photo in photos]
