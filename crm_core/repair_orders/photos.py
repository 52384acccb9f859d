"""Photos of an order: by their keys as they are kept, under signed addresses as they are shown."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from crm_core.repair_orders.inspection_rules import CarView
from foundation.media import poster_of
from foundation.media_links import signed
from foundation.reading import read_model


@read_model
class StoredPhoto:
    """A photo by its key in the media store."""

    key: str
    label: str


@read_model
class PositionPhoto:
    """A photo of the walk-around by its key."""

    key: str
    position: str


@read_model
class DamageMark:
    """A mark on the body, its photo by its key, and its place on the drawn car; older ones have none."""

    key: str
    part: str
    damage: str
    size: str = ""
    view: CarView | None = None
    x: int | None = None
    y: int | None = None


class MediaKind(StrEnum):
    """What a page shows it with."""

    PHOTO = "PHOTO"
    VIDEO = "VIDEO"


@read_model
class OwnerPhoto:
    """A photo or a video of up to a minute under a signed address; a video has the address of its first picture too."""

    url: str
    label: str
    kind: MediaKind
    poster_url: str | None


IS_VIDEO: Final = "p->>'key' LIKE '%.mp4'"
"""Of a stored photo `p` in SQL, as `signed_photo` decides."""


def for_owner(photos: Sequence[StoredPhoto]) -> list[OwnerPhoto]:
    """The photos as an owner's page shows them."""
    return [signed_photo(photo.key, photo.label) for photo in photos]


def signed_photo(key: str, label: str) -> OwnerPhoto:
    """One photo or video under its signed address."""
    poster = poster_of(key)
    kind = MediaKind.PHOTO if poster is None else MediaKind.VIDEO
    return OwnerPhoto(url=signed(key), label=label, kind=kind, poster_url=signed(poster) if poster else None)
