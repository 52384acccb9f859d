"""Photos of an order: by their keys as they are kept, under signed addresses as they are shown."""

from collections.abc import Sequence

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
    """A mark on the body, and its photo by its key."""

    key: str
    part: str
    damage: str


@read_model
class OwnerPhoto:
    """A photo under a signed address."""

    url: str
    label: str


def for_owner(photos: Sequence[StoredPhoto]) -> list[OwnerPhoto]:
    """The photos as an owner's page shows them."""
    return [OwnerPhoto(url=signed(photo.key), label=photo.label) for photo in photos]
