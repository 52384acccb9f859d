"""货位: carrying pieces of a part from one bin to another. What is reserved stays reserved, wherever it lies."""

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, subject
from crm_core.parts import stock
from crm_core.parts.errors import NotInThisBin, PartNotFound
from crm_core.parts.models import Part
from foundation import database


async def change_bin(
    actor: Actor, store_id: int, part_number: str, *, from_bin: str, to_bin: str, quantity: int
) -> None:
    """移货位: carry `quantity` pieces over; the movements are written with who did it.

    Raises:
        PartNotFound: the catalogue has no such number.
        NotInThisBin: not so many lie there, perhaps no longer.
    """
    async with database.transaction():
        authorise(actor, "parts.keep", subject(store_id=store_id))
        part = await Part.get_or_none(number=part_number)
        if part is None:
            raise PartNotFound
        if not await stock.change_bin(store_id, part.id, from_bin, to_bin, quantity, actor.id):
            raise NotInThisBin
