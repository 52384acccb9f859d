"""All that a member of staff has in hand, whichever room keeps it."""

from crm_core.dealerships.belongings import ESTATES, Belonging, BelongingKind, Estate


async def everything_of(staff_id: int) -> list[Belonging]:
    """All a member has, room by room."""
    return [thing for estate in ESTATES for thing in await estate.of_staff(staff_id)]


def estate_of(kind: BelongingKind) -> Estate:
    """The room that keeps things of this kind."""
    return next(estate for estate in ESTATES if kind in estate.kinds)
