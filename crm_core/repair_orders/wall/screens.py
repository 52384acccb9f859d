"""Giving a screen its link and taking it back; what a secret opens."""

import hashlib
import secrets
from dataclasses import dataclass
from typing import Final

from crm_core.dealerships import audit
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.models import Store
from crm_core.dealerships.permissions import authorise, subject
from crm_core.dealerships.stores import StoreNotFound
from crm_core.repair_orders.wall.errors import TooManyScreens, WallScreenNotFound
from crm_core.repair_orders.wall.models import WallScreen
from foundation import clock, database
from foundation.refs import Ref

_SECRET_BYTES: Final = 24
"""192 bits: too many to be guessed by trying, however many requests per second a server answered."""
MOST_OPEN: Final = 10
"""Screens of one store; a hall has two or three, and nobody looks after more."""


@dataclass(frozen=True)
class Given:
    """A new screen with its secret, which is stored nowhere and cannot be shown again."""

    screen: WallScreen
    token: str


async def make(actor: Actor, store_id: int, name: str) -> Given:
    """Make a link for a screen of the store.

    Raises:
        NotAllowed, StoreNotFound, TooManyScreens.
    """
    authorise(actor, "wall_screens.keep", subject(store_id=store_id))
    async with database.transaction():
        # Two at once must not both take the last one.
        if await Store.select_for_update(no_key=True).get_or_none(id=store_id) is None:
            raise StoreNotFound
        if await WallScreen.filter(store_id=store_id, ended_at=None).count() >= MOST_OPEN:
            raise TooManyScreens
        token = secrets.token_urlsafe(_SECRET_BYTES)
        screen = await WallScreen.create(
            store_id=store_id,
            name=name,
            token_hash=fingerprint(token),
            made_by=actor.id,
            made_at=clock.now(),
        )
        await audit.note(actor, "wall_screen.made", Ref("wall_screen", screen.id))
        return Given(screen, token)


async def end(actor: Actor, wall_screen_id: int) -> None:
    """Take a link back: the screen says so at its next look. Repeating the call is harmless.

    Raises:
        WallScreenNotFound, NotAllowed.
    """
    async with database.transaction():
        screen = await WallScreen.select_for_update().get_or_none(id=wall_screen_id)
        if screen is None:
            raise WallScreenNotFound
        authorise(actor, "wall_screens.keep", subject(store_id=screen.store_id))
        if screen.ended_at is not None:
            return
        screen.ended_at = clock.now()
        await screen.save(update_fields=["ended_at"])
        await audit.note(actor, "wall_screen.ended", Ref("wall_screen", screen.id))


def fingerprint(token: str) -> str:
    """The hash of a secret, which is all that is stored of it."""
    return hashlib.sha256(token.encode()).hexdigest()
